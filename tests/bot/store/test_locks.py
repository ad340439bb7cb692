from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, func, insert, select

from bot.ports import NotSavedError
from bot.store import Store
from bot.store.postgresql import key_of
from bot.store.tables import halls
from tests.bot.store.facts import hall
from tests.databases import held


def add(name: str) -> Callable[[Connection], int]:
    return lambda connection: connection.execute(insert(halls).values(hall(name))).rowcount


def found(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(halls)).scalar_one()


@pytest.fixture
def let_go(url: str) -> Iterator[Callable[[], object]]:
    """Somebody else holds the lock of hall `held`, on SQLite that of the whole file, until this is called."""
    with held(url, f"SELECT pg_advisory_xact_lock({key_of('held')})") as let_go:
        yield let_go


async def longest_gap(until: asyncio.Task[object]) -> float:
    """How long, in seconds, the event loop did nothing else while a task ran."""
    loop = asyncio.get_running_loop()
    gap, last = 0.0, loop.time()
    while not until.done():
        await asyncio.sleep(0.005)
        gap, last = max(gap, loop.time() - last), loop.time()
    return gap


async def test_a_lock_held_for_long_makes_a_write_late_and_neither_lost_nor_blocks_the_loop(
    store: Store, let_go: Callable[[], object]
) -> None:
    writing = asyncio.create_task(store.write("held", add("held"), within=30))
    watching = asyncio.create_task(longest_gap(writing))
    await asyncio.sleep(0.7)
    assert not writing.done()
    let_go()
    assert await writing == 1
    assert await watching < 0.25


async def test_a_write_that_cannot_start_in_time_is_given_up_and_never_run(
    store: Store, let_go: Callable[[], object]
) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    with pytest.raises(NotSavedError, match="Nothing was saved: the database is busy"):
        await store.write("held", add("held"), within=0.3)
    assert 0.25 < loop.time() - start < 0.8
    let_go()
    assert await store.write("free", add("free"), within=30) == 1
    assert await store.read(found) == 1


async def test_closing_under_a_lock_gives_up_what_waits(store: Store, let_go: Callable[[], object]) -> None:
    waiting = asyncio.create_task(store.write("held", add("held"), within=30))
    await asyncio.sleep(0.05)
    await asyncio.wait_for(store.close(), 5)
    with pytest.raises(NotSavedError, match="busy"):
        await waiting
    let_go()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_hall_that_is_locked_elsewhere_keeps_no_other_hall_waiting(
    store: Store, let_go: Callable[[], object]
) -> None:
    held = [asyncio.create_task(store.write("held", add(f"held{n}"), within=30)) for n in range(5)]
    free = [asyncio.create_task(store.write(f"free{n}", add(f"free{n}"), within=2)) for n in range(5)]
    assert await asyncio.gather(*free) == [1] * 5
    assert not any(task.done() for task in held)
    let_go()
    assert await asyncio.gather(*held) == [1] * 5
