from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.ports import NotSavedError
from bot.store import Store
from bot.store.tables import halls
from tests.bot.store.facts import hall
from tests.clock import Clock


def add(name: str) -> Callable[[Connection], int]:
    return lambda connection: connection.execute(insert(halls).values(hall(name))).rowcount


def found(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(halls)).scalar_one()


async def test_what_was_written_is_read(store: Store) -> None:
    assert await store.write("a", add("a")) == 1
    assert await store.read(found) == 1


async def test_callers_that_wait_together_are_committed_together(url: str, clock: Clock) -> None:
    points: list[str] = []
    store = Store.open(url, now=clock, failpoint=points.append)
    assert await asyncio.gather(*(store.write(f"h{n}", add(f"h{n}")) for n in range(600))) == [1] * 600
    await store.close()
    assert 3 <= points.count("after-commit") < 30


async def test_one_wrong_caller_of_many_gets_its_own_error_and_the_others_are_saved(store: Store) -> None:
    def wrong(connection: Connection) -> None:
        connection.execute(insert(halls).values(hall("wrong")))
        raise KeyError("mine")

    good = [asyncio.create_task(store.write(f"h{n}", add(f"h{n}"))) for n in range(20)]
    bad = asyncio.create_task(store.write("wrong", wrong))
    good += [asyncio.create_task(store.write(f"k{n}", add(f"k{n}"))) for n in range(20)]
    with pytest.raises(KeyError, match="mine"):
        await bad
    assert await asyncio.gather(*good) == [1] * 40
    assert await store.read(found) == 40


async def test_a_statement_that_a_unique_key_refuses_raises_its_own_error(store: Store) -> None:
    await store.write("a", add("a"))
    with pytest.raises(IntegrityError):
        await store.write("a", add("a"))
    with pytest.raises(ZeroDivisionError):
        await store.read(lambda _: 1 / 0)
    assert await store.write("b", add("b")) == 1


async def test_a_write_that_hides_a_database_error_is_never_acknowledged(store: Store) -> None:
    def hides(connection: Connection) -> str:
        try:
            add("a")(connection)
            add("a")(connection)
        except IntegrityError:
            if connection.dialect.name == "sqlite":  # where the statement alone is undone, unless the disk is full
                connection.exec_driver_sql("ROLLBACK")
        return "saved"

    neighbour = asyncio.create_task(store.write("n", add("n")))
    hiding = asyncio.create_task(store.write("a", hides))
    with pytest.raises(RuntimeError, match="let such errors out"):
        await hiding
    assert await neighbour == 1
    assert await store.read(found) == 1


async def test_a_reader_sees_one_moment_and_cannot_write(store: Store) -> None:
    await store.write("a", add("a"))
    looked, written = threading.Event(), threading.Event()

    def twice(connection: Connection) -> tuple[int, int]:
        before = found(connection)
        looked.set()
        assert written.wait(10)
        return before, found(connection)

    reading = asyncio.create_task(store.read(twice))
    await asyncio.to_thread(looked.wait, 10)
    await store.write("b", add("b"))
    written.set()
    assert await reading == (1, 1)
    with pytest.raises((DBAPIError, NotSavedError)):
        await store.read(add("c"))
    assert await store.read(found) == 2


async def test_readers_that_are_all_busy_refuse_further_ones_in_time(store: Store) -> None:
    free = threading.Event()
    busy = [asyncio.create_task(store.read(lambda _: free.wait(10))) for _ in range(4)]
    await asyncio.sleep(0.05)
    with pytest.raises(NotSavedError, match="busy"):
        await store.read(found, within=0.05)
    free.set()
    assert await asyncio.gather(*busy) == [True] * 4


async def test_a_closed_store_says_so_and_closes_once(store: Store) -> None:
    writing = [asyncio.create_task(store.write(f"h{n}", add(f"h{n}"))) for n in range(5)]
    await asyncio.sleep(0)
    await store.close()
    await store.close()
    assert await asyncio.gather(*writing) == [1] * 5
    with pytest.raises(NotSavedError, match="stopped"):
        await store.write("a", add("a"))
    with pytest.raises(NotSavedError, match="stopped"):
        await store.read(found)


async def test_a_caller_that_was_cancelled_while_waiting_is_not_run(store: Store) -> None:
    running, go_on = threading.Event(), threading.Event()

    def slow(_: Connection) -> None:
        running.set()
        assert go_on.wait(10)

    first = asyncio.create_task(store.write("a", slow))
    await asyncio.to_thread(running.wait, 10)
    waiting = asyncio.create_task(store.write("b", add("b")))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    leaving = asyncio.create_task(store.write("c", add("c")))
    go_on.set()
    await first
    assert await leaving == 1
    assert await store.read(found) == 1


@pytest.mark.parametrize("point", ["before-begin", "before-commit", "after-commit"])
async def test_a_crash_before_the_commit_saves_nothing_and_after_it_everything(
    url: str, clock: Clock, point: str
) -> None:
    class CrashError(Exception):
        pass

    def crash(at: str) -> None:
        if at == point:
            raise CrashError

    store = Store.open(url, now=clock, runner="inline", failpoint=crash)
    with pytest.raises(CrashError):
        await store.write("a", add("a"))
    assert await store.read(found) == (1 if point == "after-commit" else 0)
    await store.close()


async def test_inline_everything_is_done_on_the_calling_thread(url: str, clock: Clock) -> None:
    store = Store.open(url, now=clock, runner="inline")
    here = threading.get_ident()
    assert await store.write("a", lambda _: threading.get_ident()) == here
    assert await store.read(lambda _: threading.get_ident()) == here
    with pytest.raises(KeyError):
        await store.write("a", lambda _: dict[str, int]()["missing"])
    await store.close()


async def test_leases_are_measured_by_the_database_where_it_has_a_clock(url: str, clock: Clock) -> None:
    for virtual in (False, True):
        store = Store.open(url, now=clock, runner="inline", virtual=virtual)
        at = await store.read(store.lease_now)
        await store.close()
        assert at.tzinfo is UTC
        if virtual or url.startswith("sqlite"):
            assert at == clock.at
        else:
            assert abs((datetime.now(UTC) - at).total_seconds()) < 60
