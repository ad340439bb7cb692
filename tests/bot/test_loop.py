"""What the event loop must not do: wait for the database, hold a transaction while a platform is asked, hoard."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine

from bot.store import Store
from tests.clock import Clock
from tests.hall import choice_pack, open_hall, schedule, text_of, who

WAITS = ("sleep", "fsync", "getaddrinfo", "_connect")
DRIVERS = ("/sqlalchemy/engine/", "/sqlalchemy/pool/", "/psycopg/", "/subprocess.py")


@contextmanager
def watched() -> Iterator[set[str]]:
    """What this thread does in the meantime that may wait: calls of a database driver, of sleep, of fsync."""
    found: set[str] = set()

    def look(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and any(part in frame.f_code.co_filename for part in DRIVERS):
            found.add(f"{frame.f_code.co_filename}:{frame.f_code.co_name}")
        elif event == "c_call" and argument.__name__ in WAITS:
            found.add(f"{argument.__name__} from {frame.f_code.co_filename}:{frame.f_lineno}")

    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(None)


async def test_a_day_in_the_hall_never_waits_for_the_database_on_the_event_loop(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path)
    with watched() as waits:
        await hall.run(hours=1)
        question = hall.questions()[0]
        for person in (who("ada"), who("ben"), who("olga")):
            await hall.press(question, "beta", person)
            for line in ("/daily", "/leaderboard", "/study status", "/study schedule list", "/study schedule now"):
                await hall.type(line, person)
        await hall.say("B", who("carl"))
        (tmp_path / "pack.yaml").write_text(choice_pack(9), encoding="utf-8")
        assert await hall.app.library.reload(hall.app.registrar)
        await hall.app.inspector.health()
        await hall.run(days=1)
    assert waits == set()


def test_the_watch_sees_what_waits(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with watched() as waits:
        time.sleep(0)
        engine.connect().close()
    engine.dispose()
    assert any(found.startswith("sleep from") for found in waits)
    assert any("/sqlalchemy/engine/" in found for found in waits)


async def test_no_transaction_is_open_while_a_platform_is_asked(
    url: str, store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path)
    asked: list[str] = []

    def free(what: str) -> None:
        asked.append(what)
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0.5)) as other:
                other.execute("BEGIN IMMEDIATE")
        else:
            with psycopg.connect(url) as other:
                idle = (
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
                )
                assert other.execute(idle).fetchone() == (0,), what

    for name in ("send", "edit", "reply", "reactors"):
        working = getattr(hall.platform, name)

        async def slow(*args: Any, name: str = name, working: Any = working) -> Any:
            await asyncio.to_thread(free, name)
            return await working(*args)

        setattr(hall.platform, name, slow)
    await hall.run(hours=1)
    await hall.press(hall.questions()[0], "beta")
    await hall.run(seconds=1)
    await hall.run(days=1)
    assert set(asked) == {"send", "edit", "reply", "reactors"}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_six_weeks_leave_no_task_and_no_hoard_behind(url: str, clock: Clock, tmp_path: Path) -> None:
    clock.forward(hours=-1)
    store = Store.open(url, now=clock, runner="inline")
    often = [schedule(times=("09:00", "15:00"))]
    hall = await open_hall(store, clock, tmp_path, schedules=often)

    async def days(count: int) -> int:
        for _ in range(count):
            for hours in (1, 6, 17):
                await hall.run(hours=hours)
                question = hall.questions()[-1] if hall.questions() else None
                if question is not None and question.card.tone == "question":
                    assert text_of(await hall.press(question, "beta"))
            hall.platform.posted[:] = hall.platform.posted[-2:]
        gc.collect()
        return sum(sys.getsizeof(each) for each in gc.get_objects())

    await days(14)
    before, tasks = await days(14), len(asyncio.all_tasks())
    after = await days(14)
    assert len(asyncio.all_tasks()) == tasks == 1
    assert after - before < 50_000, "as many turns again may not take much more memory"
    await store.close()
