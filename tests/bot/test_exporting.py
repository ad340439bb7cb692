"""`studyhall content export`: a pack goes into every form there is, and never over what is there already."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.content import _FORMS
from content.pack import load_pack
from content.pictures import read_picture
from content.writers import known
from content.writers.placing import PlacingError, place
from tests.decks import notes_in

SHIPPED = Path(__file__).resolve().parents[2] / "content" / "packs"
PICTURE = (
    "format: 1\nid: mine\ntitle: Mine\nversion: 0.1.0\nlicence: CC0-1.0\nlanguages: [en]\ndescription: One.\nitems:\n"
)
PACK = """\
  - id: roc
    kind: numeric
    concept: recall
    topic: metrics
    difficulty: easy
    stem: What is the recall?
    key: {value: 0.7}
    explanation: Look up.
    picture: {file: roc.png, alt: A curve}
"""


@pytest.fixture(name="mine", autouse=True)
def _mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack with a picture, in the folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    pack = tmp_path / "mine"
    pack.mkdir()
    (pack / "pack.yaml").write_text(PICTURE + PACK)
    (pack / "roc.png").write_bytes((SHIPPED / "ml-interview" / "roc.png").read_bytes())
    return pack


def export(*line: str) -> int:
    """The exit code of the command."""
    return main(["content", "export", *line])


def test_the_command_offers_every_writer() -> None:
    assert sorted(known.MODULES) == list(_FORMS)


def test_a_shipped_pack_is_exported_by_its_id_to_each_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    count = len(load_pack(SHIPPED / "ml-interview").items)
    for name in known.MODULES:
        assert export("ml-interview", "--to", name, "-o", str(tmp_path / "out" / name)) == 0
        title = known.writer_named(name, datetime(2026, 1, 1, tzinfo=UTC)).title
        assert f"{count} items as {title}: " in capsys.readouterr().out
    assert len(notes_in((tmp_path / "out" / "apkg").read_bytes())) == count


def test_a_pack_comes_back_from_its_own_form(mine: Path, tmp_path: Path) -> None:
    assert export("mine", "--to", "pack", "-o", "copy") == 0
    first, second = load_pack(mine), load_pack(tmp_path / "copy")
    assert not second.faults
    assert [replace(item, where="") for item in first.items] == [replace(item, where="") for item in second.items]
    assert read_picture(tmp_path / "copy", "roc.png") == read_picture(mine, "roc.png")


def test_without_a_place_the_file_has_the_name_of_the_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export("mine", "--to", "csv") == 0
    assert capsys.readouterr().out == "1 item as table (CSV): mine.csv and 1 more\n"
    assert (tmp_path / "mine.csv").exists()
    assert (tmp_path / "roc.png").exists()
    (tmp_path / "out").mkdir()
    assert export("mine", "--to", "apkg", "-o", "out") == 0
    assert (tmp_path / "out" / "mine.apkg").exists()
    assert export("mine", "--to", "sheet", "-o", "new/") == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["mine.md", "roc.png"]


def test_nothing_is_overwritten_unless_that_is_wished(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "roc.png").write_text("mine")
    assert export("mine", "--to", "csv") == 1
    assert "roc.png is there already: choose another place with -o, or say --force" in capsys.readouterr().err
    assert (tmp_path / "roc.png").read_text() == "mine"
    assert not (tmp_path / "mine.csv").exists()
    assert export("mine", "--to", "csv", "--force") == 0
    assert (tmp_path / "roc.png").read_bytes()[1:4] == b"PNG"


def test_a_picture_that_is_there_already_is_no_obstacle(tmp_path: Path) -> None:
    assert export("mine", "--to", "csv", "-o", "a.csv") == 0
    assert export("mine", "--to", "csv", "-o", "b.csv") == 0


def test_a_pack_is_not_written_among_the_items_of_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "other.yaml").write_text("items: []")
    (tmp_path / "old" / "pack.yaml").write_text(PICTURE)
    assert export("mine", "--to", "pack", "-o", "old", "--force") == 1
    assert "old holds other items (other.yaml): choose a new folder" in capsys.readouterr().err
    assert (tmp_path / "old" / "pack.yaml").read_text() == PICTURE


def test_what_a_form_cannot_say_is_told(capsys: pytest.CaptureFixture[str], mine: Path) -> None:
    translated = "    translations: {zh: {stem: 召回率是多少？}}\n"
    (mine / "pack.yaml").write_text(PICTURE.replace("[en]", "[en, zh]") + PACK + translated)
    assert export("mine", "--to", "apkg") == 0
    assert "the translations are on no card: mine/roc" in capsys.readouterr().err
    assert export("mine", "--to", "apkg", "--force", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "pack": "mine",
        "to": "apkg",
        "items": 1,
        "files": ["mine.apkg"],
        "notes": ["the translations are on no card: mine/roc"],
    }


@pytest.mark.parametrize(
    ("line", "told", "code"),
    [
        (["nowhere", "--to", "csv"], "there is no such file or folder", 1),
        (["mine/pack.yaml", "--to", "cvs"], "invalid choice: 'cvs'", 2),
        (["bad.yaml", "--to", "csv"], "bad.yaml:1:1:", 1),
        ([str(SHIPPED.parent / "readers"), "--to", "csv"], "holds no pack.yaml", 1),
        (["two", "--to", "csv"], "two holds 2 packs: name one of them", 2),
        (["mine", "--to", "csv", "-o", "mine/pack.yaml/x.csv"], "cannot be written", 1),
    ],
)
def test_what_cannot_be_exported_is_refused_with_a_reason(
    line: list[str], told: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.yaml").write_text("format: 1")
    for name in ("a", "b"):
        (tmp_path / "two" / name).mkdir(parents=True)
        (tmp_path / "two" / name / "pack.yaml").write_text(
            PICTURE.replace("id: mine", f"id: {name}").replace("items:", "")
        )
    try:
        found = export(*line)
    except SystemExit as stopped:
        found = int(stopped.code or 0)
    assert found == code
    assert told in capsys.readouterr().err


def test_files_that_cannot_be_written_leave_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where a folder is wanted")
    with pytest.raises(PlacingError, match="cannot be written"):
        place({tmp_path / "a.txt": b"a", tmp_path / "blocked" / "b.txt": b"b"}, force=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blocked", "mine"]


def test_files_have_the_permissions_of_ones_own(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        place({tmp_path / "a.txt": b"a"}, force=False)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640
