"""Real processes on real databases: start, signals, two at once, a crash."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from bot.store.tables import posts, rounds
from tests.e2e.process import Running, Start, starting

MOMENT = 20.0


@pytest.fixture(name="start")
async def _start() -> AsyncIterator[Start]:
    async with starting() as start:
        yield start


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to start in."""
    made = tmp_path / "home"
    made.mkdir()
    return made


def engine_url(url: str) -> str:
    """SQLAlchemy's URL for a database of the tests."""
    return url.replace("postgresql://", "postgresql+psycopg://")


def counts(url: str) -> tuple[int, int]:
    """(questions sent, open rounds) in a database."""
    engine = create_engine(engine_url(url))
    with engine.connect() as connection:
        sent = select(func.count()).select_from(posts).where(posts.c.state == "sent", posts.c.kind == "question")
        opened = select(func.count()).select_from(rounds).where(rounds.c.state == "open")
        found = connection.execute(sent).scalar_one(), connection.execute(opened).scalar_one()
    engine.dispose()
    return found


async def asked(running: Running) -> str:
    """The page, once a question is on it."""
    async with asyncio.timeout(MOMENT):
        while "Nobody has answered yet" not in (page := await running.get("/")):
            await asyncio.sleep(0.2)
    return page


async def test_a_first_start_makes_everything_and_asks_at_once(folder: Path, start: Start) -> None:
    running = await start(folder)
    assert "Closes" in await asked(running)
    assert (folder / "studyhall.db").exists()
    assert await running.stop() == 0


async def test_two_processes_on_one_database_ask_once(folder: Path, url: str, start: Start) -> None:
    first, second = await asyncio.gather(*(start(folder, "--database", url) for _ in range(2)))
    async with asyncio.timeout(MOMENT):
        while counts(url)[1] == 0:
            await asyncio.sleep(0.2)
    await asyncio.sleep(2.5)
    assert counts(url) == (1, 1)
    for each in (first, second):
        assert (await each.get("/")).count("Nobody has answered yet") == 1
    assert [await first.stop(), await second.stop()] == [0, 0]


async def test_a_process_that_is_killed_leaves_everything_for_the_next(folder: Path, start: Start) -> None:
    running = await start(folder)
    await asyncio.sleep(2.5)
    assert await running.stop(signal.SIGKILL) == -signal.SIGKILL
    again = await start(folder)
    await asyncio.sleep(2.5)
    assert counts(f"sqlite:///{folder / 'studyhall.db'}")[0] == 1
    assert await again.stop() == 0


async def test_an_open_stream_does_not_hold_up_the_end(folder: Path, start: Start) -> None:
    running = await start(folder)
    stream = await running.visitor.get(running.address + "/events?place=general")
    assert stream.status == 200
    assert await running.stop() == 0
    stream.close()


async def test_a_busy_port_is_told_and_the_next_free_one_is_taken(folder: Path, start: Start) -> None:
    first = await start(folder)
    port = first.address.rsplit(":", 1)[1]
    other = folder.parent / "other"
    other.mkdir()
    second = await start(other, "--port", port)
    assert second.address != first.address
    assert any(port in line for line in second.log)
    assert [await first.stop(), await second.stop()] == [0, 0]
