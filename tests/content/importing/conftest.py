"""Imports without a reader: drafts are laid over the pack at a place of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from content.importing.bring import Wish, lay
from content.importing.brought import Brought, Passed, Recognised, Sort
from content.importing.fitting import Piece, fitted
from content.importing.report import Report
from content.item import Item
from content.pack import load_pack
from content.readers.draft import Draft

Lay = Callable[..., Report]


def brought(*drafts: Draft, file: str = "quiz.md", **told: object) -> Brought:
    """What reading these drafts from a file gives."""
    made = [fitted(draft, file) for draft in drafts]
    value = Brought(recognised=[Recognised(file, "test", "Test", 90, found=len(drafts))], **told)  # type: ignore[arg-type]
    for each in made:
        if isinstance(each, Piece):
            value.pieces.append(each)
        else:
            value.passed.append(Passed(f"{file}:{each.line}", each.what, each.why, Sort.PIECE))
    return value


def items_at(pack: Path) -> dict[str, Item]:
    """The items of a pack without faults, by their ids in it."""
    loaded = load_pack(pack)
    assert loaded.faults == ()
    return {item.id.partition("/")[2]: item for item in loaded.items}


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packs are read without a child of their own, as there are many."""
    monkeypatch.setattr("content.bank.load_guarded", lambda path, *_: load_pack(path))


@pytest.fixture(name="pack")
def _pack(tmp_path: Path) -> Path:
    return tmp_path / "pack"


@pytest.fixture(name="put")
def _put(pack: Path, tmp_path: Path) -> Lay:
    """Lays drafts over the pack; keywords are those of the wish, `file` names the source, `bank` gives items in use."""

    def put(
        *drafts: Draft, file: str = "quiz.md", bank: tuple[Item, ...] = (), told: object = None, **wish: object
    ) -> Report:
        value = brought(*drafts, file=file, **(told or {}))  # type: ignore[arg-type]
        return lay(Wish(tmp_path / file, pack, **wish), value, lambda: bank)  # type: ignore[arg-type]

    return put
