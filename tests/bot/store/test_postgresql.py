from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import Connection, func, insert, make_url, select

from bot.ports import NotSavedError
from bot.store import Store
from bot.store.postgresql import key_of
from bot.store.tables import halls
from bot.store.upsert import insert_new
from bot.store.writer import InDoubtError
from tests.bot.store.facts import hall
from tests.clock import Clock


def add(name: str) -> Callable[[Connection], int]:
    return lambda connection: connection.execute(insert(halls).values(hall(name))).rowcount


def add_once(name: str) -> Callable[[Connection], str]:
    """Run again, it tells the outcome that was stored the first time."""
    return lambda connection: "stored now" if insert_new(connection, halls, hall(name)) else "stored before"


def found(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(halls)).scalar_one()


def end_sessions(url: str) -> None:
    """End every other session of the database, as a failover does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


class Cable:
    """A TCP connection to the server's socket that can be cut right after COMMIT has gone through."""

    def __init__(self, url: str) -> None:
        host = str(make_url(url).query["host"])
        self._server = f"{host}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = f"postgresql://postgres@127.0.0.1:{port}/{make_url(url).database}"
        self.cut_after_commit = False
        self.dead = False
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self.dead:
                    near.close()
                else:
                    threading.Thread(target=self._pump, args=[near], daemon=True).start()

    def _pump(self, near: socket.socket) -> None:
        with near, socket.socket(socket.AF_UNIX) as far, suppress(OSError):
            far.connect(self._server)
            backwards = threading.Thread(target=_copy, args=[far, near], daemon=True)
            backwards.start()
            while sent := near.recv(65536):
                if self.cut_after_commit and b"COMMIT" in sent:
                    self.cut_after_commit = False
                    near.shutdown(socket.SHUT_RDWR)
                    far.sendall(sent)
                    break
                far.sendall(sent)
            far.shutdown(socket.SHUT_WR)
            backwards.join(5)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while received := source.recv(65536):
            target.sendall(received)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def cable(postgresql_url: str) -> Iterator[Cable]:
    cable = Cable(postgresql_url)
    yield cable
    cable.close()


async def test_a_lock_has_the_same_key_in_every_process_and_release() -> None:
    assert key_of("general") == -5793445869244008099


async def test_a_connection_that_broke_between_writes_is_made_anew(postgresql_url: str, clock: Clock) -> None:
    store = Store.open(postgresql_url, now=clock)
    await store.write("a", add("a"))
    assert await store.read(found) == 1
    end_sessions(postgresql_url)
    assert await store.write("b", add("b")) == 1
    assert await store.read(found) == 2
    await store.close()


async def test_a_connection_that_breaks_in_a_write_or_a_read_runs_it_again(postgresql_url: str, clock: Clock) -> None:
    store = Store.open(postgresql_url, now=clock)
    broken: list[str] = []

    def breaks(connection: Connection) -> int:
        if len(broken) < 1:
            broken.append("once")
            end_sessions(postgresql_url)
        return found(connection)

    assert await asyncio.gather(*(store.write("a", fn) for fn in (add("a"), breaks))) == [1, 1]
    broken.clear()
    assert await store.read(breaks) == 1
    await store.close()


async def test_a_reply_lost_in_commit_is_cleared_up_by_running_again(cable: Cable, clock: Clock) -> None:
    store = Store.open(cable.url, now=clock)
    await store.write("first", add("first"))
    cable.cut_after_commit = True
    outcomes = await asyncio.gather(*(store.write(f"h{n}", add_once(f"h{n}"), within=0.5) for n in range(3)))
    assert set(outcomes) <= {"stored before", "stored now"}
    assert "stored before" in outcomes
    assert await store.read(found) == 4
    await store.close()


async def test_a_database_that_stays_away_after_a_lost_commit_leaves_a_doubt_that_is_told(
    cable: Cable, clock: Clock
) -> None:
    store = Store.open(cable.url, now=clock)
    await store.write("first", add("first"))
    cable.cut_after_commit = cable.dead = True
    writing = asyncio.create_task(store.write("h", add_once("h"), within=0.1))
    await asyncio.sleep(0.5)
    assert not writing.done()
    await store.close()
    with pytest.raises(InDoubtError, match="not known whether"):
        await writing


async def test_a_server_that_is_not_there_loses_nothing_and_says_so(clock: Clock) -> None:
    store = Store.open("postgresql://nobody@127.0.0.1:9/none", now=clock)
    with pytest.raises(NotSavedError, match="cannot be reached"):
        await store.write("a", add("a"), within=0.2)
    with pytest.raises(NotSavedError, match="cannot be reached"):
        await store.read(found)
    await asyncio.wait_for(store.close(), 5)


@pytest.mark.parametrize("code", ["40001", "40P01"])
async def test_a_transaction_that_met_another_one_is_run_again(postgresql_url: str, clock: Clock, code: str) -> None:
    store = Store.open(postgresql_url, now=clock)
    tries: list[int] = []

    def meets(connection: Connection) -> int:
        tries.append(1)
        if len(tries) < 3:
            connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$")
        return add("a")(connection)

    assert await store.write("a", meets) == 1
    assert len(tries) == 3
    await store.close()


async def test_a_statement_that_takes_too_long_is_ended_and_saves_nothing(postgresql_url: str, clock: Clock) -> None:
    store = Store.open(postgresql_url, now=clock, runner="inline")

    def slow(connection: Connection) -> None:
        add("a")(connection)
        connection.exec_driver_sql("SET LOCAL statement_timeout = 20")
        connection.exec_driver_sql("SELECT pg_sleep(5)")

    with pytest.raises(NotSavedError, match="took too long"):
        await store.write("a", slow)
    with pytest.raises(NotSavedError, match="took too long"):
        await store.read(slow_read)
    assert await store.read(found) == 0
    await store.close()


def slow_read(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL statement_timeout = 20")
    connection.exec_driver_sql("SELECT pg_sleep(5)")
