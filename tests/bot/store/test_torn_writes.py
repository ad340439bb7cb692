"""What is left of a database when the machine stops: a torn log of SQLite, a crash at every point of an answer."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select

from bot.store import Store
from bot.store.proof import verify
from bot.store.tables import answers, halls
from tests.bot.store.facts import hall as hall_row
from tests.clock import Clock
from tests.hall import StudyHall, open_hall, text_of

CUTS = 40


def add(name: str) -> Callable[[Connection], int]:
    return lambda connection: connection.execute(insert(halls).values(hall_row(name))).rowcount


def size_of(file: Path) -> int:
    return file.stat().st_size


async def test_whatever_end_of_the_log_is_lost_in_a_power_cut_what_was_acknowledged_before_it_is_there(
    sqlite_url: str, clock: Clock, tmp_path: Path
) -> None:
    """The log is cut anywhere behind the last byte that was flushed for an acknowledged write, and spoilt behind it."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    log = Path(f"{file}-wal")
    store = Store.open(sqlite_url, now=clock, runner="inline")
    flushed = []
    for number in range(30):
        await store.write("a", add(f"h{number}"))
        flushed.append(size_of(log))
    shutil.copyfile(file, tmp_path / "file")
    shutil.copyfile(log, tmp_path / "log")
    await store.close()
    chance = random.Random(7)
    for attempt in range(CUTS):
        acknowledged = chance.randrange(len(flushed))
        last = flushed[acknowledged]
        rest = chance.randrange(0, flushed[-1] - last + 1)
        folder = tmp_path / f"cut{attempt}"
        folder.mkdir()
        shutil.copyfile(tmp_path / "file", folder / "x.sqlite")
        kept = (tmp_path / "log").read_bytes()[: last + rest]
        spoilt = kept[:last] + bytes(chance.randbytes(rest) if attempt % 2 else kept[last:])
        (folder / "x.sqlite-wal").write_bytes(spoilt)
        with closing(sqlite3.connect(folder / "x.sqlite")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            there = {name for (name,) in connection.execute("SELECT id FROM halls")}
        assert {f"h{number}" for number in range(acknowledged + 1)} <= there


class CrashError(BaseException):
    """The process is gone: nothing after it runs."""


@pytest.mark.parametrize("point", ["before-begin", "before-commit", "after-commit"])
async def test_a_crash_at_any_point_of_an_answer_leaves_answer_and_standing_or_neither(
    url: str, clock: Clock, tmp_path: Path, point: str
) -> None:
    crashing: set[str] = set()

    def crash(at: str) -> None:
        if at in crashing:
            raise CrashError

    clock.forward(hours=-1)
    store = Store.open(url, now=clock, runner="inline", virtual=True, failpoint=crash)
    hall = await open_hall(store, clock, tmp_path)
    await hall.run(hours=1)
    crashing.add(point)
    with pytest.raises(CrashError):
        await hall.press(hall.questions()[0], "beta", event="once")
    crashing.clear()
    await store.close()
    again = Store.open(url, now=clock, runner="inline", virtual=True)
    stored = await again.read(lambda connection: connection.execute(select(func.count(answers.c.id))).scalar_one())
    assert stored == (1 if point == "after-commit" else 0)
    assert await again.read(lambda connection: verify(connection, "team")) == []
    later = StudyHall(again, clock, hall.settings, tokens=10_000)
    assert text_of(await later.press(hall.questions()[0], "beta", event="once")).startswith("Right")
    assert "answered already" in text_of(await later.press(hall.questions()[0], "alpha"))
    assert await again.read(lambda connection: verify(connection, "team")) == []
    await again.close()
