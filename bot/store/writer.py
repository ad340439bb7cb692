"""Group commit: callers that wait at the same time share one transaction and one flush to disk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue
from threading import Event, Lock
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.ports import NotSavedError
from bot.store.database import Database, Trouble

TOGETHER = 256
TRIES = 4
PAUSE = 0.05
log = logging.getLogger(__name__)


class Job:
    """A caller's function on its way. Whoever claims it first decides: the writer runs it, or its caller gives it up.

    `late()` says whether its time to start is over, `why` what it waits for, `doubt` whether it may have been
    committed already. Afterwards either `error` is set or `value` is its result.
    """

    __slots__ = ("_first", "doubt", "error", "fn", "future", "hall", "late", "value", "why")

    def __init__(
        self,
        hall: str,
        fn: Callable[[Connection], Any],
        late: Callable[[], bool] = lambda: False,
        future: Any = None,  # noqa: ANN401  an asyncio.Future of whatever fn returns
    ) -> None:
        self.hall = hall
        self.fn = fn
        self.late = late
        self.future = future
        self.value: Any = None
        self.error: BaseException | None = None
        self.why = Trouble.BUSY
        self.doubt = False
        self._first = Lock()

    def claim(self) -> bool:
        """True for the first caller alone."""
        return self._first.acquire(blocking=False)

    def claimed(self) -> bool:
        """Whether it is being run, has been run or was given up."""
        return self._first.locked()

    def result(self) -> Any:  # noqa: ANN401  whatever fn returned
        """What became of it: the value, or the error raised."""
        if self.error is not None:
            raise self.error
        return self.value


class InDoubtError(NotSavedError):
    """The connection broke in COMMIT and the store closed before the database came back: saved or not, nobody knows."""


class Writer:
    """Runs jobs on the one connection that writes. Used by one thread at a time.

    `report` is told of jobs as they are done. Once `stop` is set, nothing that is in trouble is tried again.
    """

    def __init__(
        self, database: Database, failpoint: Callable[[str], None], report: Callable[[Sequence[Job]], None]
    ) -> None:
        self.stop = Event()
        self._database = database
        self._failpoint = failpoint
        self._report = report
        self._connection: Connection | None = None
        self._patient = True
        self._hindered_by: Trouble | None = None

    def serve(self, queue: SimpleQueue[Job | None]) -> None:
        """Run what comes until None comes, then what is still waiting, then let go of the connection."""
        waiting: list[Job] = []
        more = True
        while more or waiting:
            more = _collect(queue, waiting) and more
            if waiting:
                waiting = self._together(waiting)
        self.close()

    def alone(self, job: Job) -> None:
        """Run one job in a transaction of its own, again where that can help."""
        for tries in count(1):
            trouble = self._try(job)
            job.error = job.error or (trouble and self._given_up(job, trouble, tries))
            if trouble is None or job.error:
                break
        self._report([job])

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _together(self, waiting: list[Job]) -> list[Job]:
        """Run all that can start now in one transaction; returns those still waiting."""
        try:
            halls = self._begin({job.hall for job in waiting}, wait=self._patient)
        except Exception as error:  # noqa: BLE001  the loop that must go on
            self._hindered(waiting, self._database.trouble(error) or Trouble.LOST, error)
        else:
            self._patient = True
            self._hindered_by = None
            self._run([job for job in waiting if job.hall in halls and job.claim()])
        return [job for job in waiting if not job.claimed()]

    def _hindered(self, waiting: list[Job], trouble: Trouble, error: Exception) -> None:
        """No transaction could be started: callers give up by themselves when their time is over."""
        self._patient = trouble is not Trouble.BUSY
        if trouble is not self._hindered_by:
            log.warning("writes are waiting: %s (%s)", trouble.value, error)
        self._hindered_by = trouble
        for job in waiting:
            job.why = trouble
        if self.stop.wait(PAUSE):
            given_up = [job for job in waiting if job.claim()]
            for job in given_up:
                job.error = NotSavedError(trouble.sentence)
            self._report(given_up)

    def _run(self, batch: list[Job]) -> None:
        try:
            values = self._transact(batch)
        except Exception as error:  # noqa: BLE001  whatever a caller's function raises
            if len(batch) > 1 or self._database.trouble(error):
                for job in batch:
                    self.alone(job)
                return
            values, batch[0].error = [None], error
        for job, value in zip(batch, values, strict=True):
            job.value = value
        self._report(batch)

    def _try(self, job: Job) -> Trouble | None:
        """None once it is done, well or with an error of its own; else what is the matter with the database."""
        try:
            self._begin({job.hall}, wait=True)
            (job.value,) = self._transact([job])
        except Exception as error:  # noqa: BLE001  whatever the caller's function raises
            trouble = self._database.trouble(error)
            job.error = None if trouble else error
            return trouble
        return None

    def _given_up(self, job: Job, trouble: Trouble, tries: int) -> NotSavedError | None:
        """The error that ends it, or None after a pause."""
        if not job.doubt and (job.late() or not trouble.passes or tries == TRIES):
            log.warning("a write was given up: %s", trouble.value)
            return NotSavedError(trouble.sentence)
        stopped = self.stop.wait(PAUSE)
        return InDoubtError(_DOUBT) if stopped and job.doubt else None

    def _begin(self, halls: AbstractSet[str], *, wait: bool) -> AbstractSet[str]:
        self._failpoint("before-begin")
        try:
            connection = self._connected()
            connection.begin()
            return self._database.lock(connection, halls, wait=wait)
        except BaseException as error:
            self._undo(error)
            raise

    def _transact(self, batch: Sequence[Job]) -> list[Any]:
        """Run functions in the transaction that has begun, and commit. After an error nothing of it stands, except that
        jobs in `doubt` may have been committed.
        """
        connection = self._connected()
        try:
            values = [self._call(connection, job) for job in batch]
            self._failpoint("before-commit")
            self._commit(connection, batch)
        except BaseException as error:
            self._undo(error)
            raise
        self._failpoint("after-commit")
        return values

    def _call(self, connection: Connection, job: Job) -> Any:  # noqa: ANN401  whatever fn returns
        value = job.fn(connection)
        if not self._database.is_whole(connection):
            raise RuntimeError(
                "a write caught a database error that had undone its transaction: let such errors out of the function"
            )
        return value

    def _commit(self, connection: Connection, batch: Sequence[Job]) -> None:
        try:
            connection.commit()
        except SQLAlchemyError as error:
            if self._database.trouble(error) is Trouble.LOST:
                for job in batch:
                    job.doubt = True
            raise

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._database.writer.connect()
        return self._connection

    def _undo(self, error: BaseException) -> None:
        if self._connection is None:
            return
        if self._database.trouble(error) in {Trouble.LOST, Trouble.BROKEN}:
            self.close()
        else:
            self._connection.rollback()


_DOUBT = "The database went away while saving, and it is not known whether this was saved: look before trying again."


def _collect(queue: SimpleQueue[Job | None], waiting: list[Job]) -> bool:
    """Add what has come to those waiting; where nobody waits, wait for something. False once the end has come."""
    block = not waiting
    while len(waiting) < TOGETHER:
        try:
            job = queue.get(block=block)
        except Empty:
            return True
        if job is None:
            return False
        waiting.append(job)
        block = False
    return True
