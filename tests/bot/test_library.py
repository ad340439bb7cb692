"""The bank in use: reload without a restart, and a broken pack that changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.ports import NotSavedError
from bot.store import Store
from bot.store.notes import open_notes
from content.bank import BankError
from tests.clock import Clock
from tests.hall import choice_pack, open_hall


def write(file: Path, text: str, tick: list[int]) -> None:
    """Change a file so that its time differs, however fast the test is."""
    tick[0] += 1
    file.write_text(text, encoding="utf-8")
    os.utime(file, (1_700_000_000 + tick[0],) * 2)


async def test_a_changed_pack_is_read_without_a_restart(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, clock, tmp_path, choice_pack(3))
    library = hall.app.library
    assert not await library.reload(hall.app.registrar)
    write(tmp_path / "pack.yaml", choice_pack(5), [0])
    assert await library.reload(hall.app.registrar)
    assert len(library.bank().items) == 5


async def test_a_broken_pack_is_refused_told_once_and_the_last_good_bank_stays(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    tick = [0]
    hall = await open_hall(store, clock, tmp_path, choice_pack(3))
    file, library, registrar = tmp_path / "pack.yaml", hall.app.library, hall.app.registrar
    write(file, choice_pack(3).replace("kind: choice", "kind: chance", 1), tick)
    assert not await library.reload(registrar)
    assert not await library.reload(registrar)
    assert len(library.bank().items) == 3
    await hall.run()
    assert len(hall.notes()) == 1
    assert "pack.yaml:" in hall.notes()[0]
    write(file, choice_pack(4), tick)
    assert await library.reload(registrar)
    assert len(library.bank().items) == 4
    write(file, "- nonsense", tick)
    assert not await library.reload(registrar)
    await hall.run()
    assert len(hall.notes()) == 2, "a new fault after a good bank is told anew"


async def test_that_all_is_well_again_is_written_down_although_that_failed_at_first(
    store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick = [0]
    hall = await open_hall(store, clock, tmp_path, choice_pack(3))
    file, library, registrar = tmp_path / "pack.yaml", hall.app.library, hall.app.registrar

    async def fails(*_: object) -> None:
        raise NotSavedError("the disk is full")

    for number in (1, 2):
        write(file, "- nonsense", tick)
        assert not await library.reload(registrar)
        await hall.run()
        assert len(hall.notes()) == number
        write(file, choice_pack(3 + number), tick)
        with monkeypatch.context() as patch:
            patch.setattr(registrar, "all_well", fails)
            with pytest.raises(NotSavedError):
                await library.reload(registrar)
        assert not await library.reload(registrar), "the good bank is in use already"
        assert await store.read(lambda connection: open_notes(connection, "team")) == []


async def test_a_pack_that_is_broken_at_the_start_is_refused_with_its_faults(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    with pytest.raises(BankError) as refused:
        await open_hall(store, clock, tmp_path, choice_pack(3).replace("key: B", "key: Z"))
    assert len(refused.value.faults) == 3
