"""The store: statements are plain synchronous functions of a connection, run off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Literal, TypeVar

from sqlalchemy import URL, Connection

from bot.ports import NotSavedError
from bot.store.address import find_address
from bot.store.database import Database
from bot.store.shelf import StoredShelf
from bot.store.sqlite import READERS, SqliteDatabase
from bot.store.writer import PAUSE, TRIES, Job, Writer

T = TypeVar("T")


class Store:
    """An open database.

    A function given to `write` or `read` gets a `Connection`, has no effect outside it, lets database errors out and
    never commits. A writing one may run again (its neighbour failed, the connection broke in COMMIT): then it returns
    the outcome that it stored the first time. None should take over 50 ms.
    """

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime],
        threads: bool,
        virtual: bool,
        failpoint: Callable[[str], None],
    ) -> None:
        self.now = now
        self._database = database
        self._virtual = virtual
        self._writer = Writer(database, failpoint, _report if threads else _report_nobody)
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._closed = False
        self._readers: ThreadPoolExecutor | None = None
        if threads:
            self._readers = ThreadPoolExecutor(READERS, "store-reader")
            self._thread = Thread(target=self._writer.serve, args=[self._queue], name="store-writer", daemon=True)
            self._thread.start()

    @classmethod
    def open(
        cls,
        url: str | Path,
        *,
        now: Callable[[], datetime],
        runner: Literal["thread", "inline"] = "thread",
        virtual: bool = False,
        failpoint: Callable[[str], None] = lambda _: None,
    ) -> Store:
        """Open the database at `url` (a path, sqlite:///path, postgresql://…) after `schema.upgrade` made its tables.

        `runner="inline"` does everything at once on the calling thread, for a deterministic simulation, which also
        calls it `virtual`: its `now` is then the clock of leases on PostgreSQL too. `failpoint` is called with
        before-begin, before-commit and after-commit of each transaction. Raises AddressError and DatabaseFileError.
        """
        address = find_address(url)
        database: Database = SqliteDatabase(address.file) if address.file else _postgresql(address.url)
        return cls(database, now=now, threads=runner == "thread", virtual=virtual, failpoint=failpoint)

    async def write(self, hall: str, fn: Callable[[Connection], T], *, within: float = 2.5) -> T:
        """Run `fn` in a transaction that no other writer of the hall sees half of; returns its value once committed.

        Raises what `fn` raises (then nothing is saved), or NotSavedError: the write could not start within `within`
        seconds, or the database is in trouble.
        """
        if self._closed:
            raise NotSavedError(_CLOSED)
        if self._readers is None:
            job = Job(hall, fn)
            self._writer.alone(job)
            done: T = job.result()
            return done
        waited: T = await self._wait(Job(hall, fn), within, self._queue.put)
        return waited

    async def read(self, fn: Callable[[Connection], T], *, within: float = 10.0) -> T:
        """Run `fn` on a consistent snapshot, which it cannot write to; returns its value.

        Raises what `fn` raises, or NotSavedError: no reader was free within `within` seconds, or the database is in
        trouble.
        """
        if self._closed:
            raise NotSavedError(_CLOSED)
        if self._readers is None:
            return self._read(fn)
        readers = self._readers
        waited: T = await self._wait(Job("", fn), within, lambda job: readers.submit(self._read_for, job))
        return waited

    async def close(self) -> None:
        """Finish what was begun or is waiting, then let go of the database. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self._writer.stop.set()
        if self._readers is None:
            self._writer.close()
        else:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
            await asyncio.to_thread(self._readers.shutdown)
        self._database.readers.dispose()

    def shelf(self, namespace: str) -> StoredShelf:
        """The shelf of an adapter: rows that no other namespace sees."""
        return StoredShelf(self, namespace)

    def lease_now(self, connection: Connection) -> datetime:
        """The instant that leases are measured by: the same for all processes of a database."""
        at = None if self._virtual else self._database.clock(connection)
        return at or self.now()

    async def _wait(self, job: Job, within: float, submit: Callable[[Job], object]) -> Any:  # noqa: ANN401  fn's
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        job.future = loop.create_future()
        job.late = lambda: loop.time() > deadline
        timer = loop.call_at(deadline, _give_up, job)
        submit(job)
        try:
            return await job.future
        finally:
            timer.cancel()
            job.claim()  # a caller that was cancelled is not run any more

    def _read_for(self, job: Job) -> None:
        if not job.claim():
            return
        try:
            job.value = self._read(job.fn)
        except Exception as error:  # noqa: BLE001  whatever the caller's function raises
            job.error = error
        _report([job])

    def _read(self, fn: Callable[[Connection], T]) -> T:
        for tries in count(1):
            try:
                with self._database.readers.connect() as connection, connection.begin():
                    return fn(connection)
            except Exception as error:
                trouble = self._database.trouble(error)
                if trouble is None:
                    raise
                if tries == TRIES or not trouble.passes:
                    raise NotSavedError(trouble.sentence) from error
            self._writer.stop.wait(PAUSE)
        raise AssertionError


_CLOSED = "Nothing was saved: Studyhall is being stopped. Try again in a minute."


def _postgresql(url: URL) -> Database:
    from bot.store.postgresql import PostgresqlDatabase  # noqa: PLC0415  its driver takes long to import

    return PostgresqlDatabase(url)


def _give_up(job: Job) -> None:
    if job.claim() and not job.future.done():
        job.future.set_exception(NotSavedError(job.why.sentence))


def _report(jobs: Sequence[Job]) -> None:
    """Tell the callers, each on its own event loop; one that has closed has no callers any more."""
    for loop in {job.future.get_loop() for job in jobs}:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, [job for job in jobs if job.future.get_loop() is loop])


def _report_nobody(jobs: Sequence[Job]) -> None:
    """Inline, the caller looks at its job itself."""


def _settle(jobs: Sequence[Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is None:
            job.future.set_result(job.value)
        else:
            job.future.set_exception(job.error)
