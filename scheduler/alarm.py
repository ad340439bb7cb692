"""The alarm clock: wakes named jobs at intervals. It decides nothing; what is due is asked of the store by the jobs.

APScheduler keeps the time. Its asyncio scheduler can stop for good without a word (an error on its way to the next
wake-up leaves its timer unset; a wall clock set back an hour silences it for an hour), so a watchdog on the loop's own
clock builds it anew and says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Job:
    """Something to run at once and then every so many `seconds`; left out while its last run goes on."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]


class Every(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """Due at once and then every so many seconds; what was missed is due once.

    The library's own interval trigger lists each missed time: with a tick a second, a clock that jumps from 1970 to
    now, as on a board without a battery, fills the memory.
    """

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next time after `now`, in step with the previous one where that is not over."""
        if previous_fire_time is None:
            return now
        following = previous_fire_time + self._interval
        return following if following > now else now + self._interval


class StalledError(Exception):
    """The scheduler had stopped waking its jobs and was built anew; reported, not raised."""


class Alarm:
    """Wakes `jobs` while `run` runs. Their exceptions go to `report(name, error)`, and they are woken again.

    A job is late by more than `patience` seconds only where the event loop is blocked or the scheduler has died: then
    all jobs are woken at once by a new scheduler, and `report` gets a `StalledError` under the name of the late job.
    """

    def __init__(
        self, jobs: Sequence[Job], report: Callable[[str, Exception], None], patience: float = PATIENCE
    ) -> None:
        self._jobs = {job.name: job for job in jobs}
        if len(self._jobs) < len(jobs):
            raise ValueError(f"each job needs a name of its own: {', '.join(job.name for job in jobs)}")
        self._report = report
        self._patience = patience
        self._woken: dict[str, float] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self.scheduler: AsyncIOScheduler | None = None
        """The library's, while `run` runs."""

    async def run(self) -> None:
        """Wake the jobs until `stop` is called (returns) or the caller cancels (jobs that run are cancelled too)."""
        self._start()
        try:
            await self._watch()
        except asyncio.CancelledError:
            for task in self._running.values():
                task.cancel()
            raise
        finally:
            self._shut()
            await self._settled()

    async def stop(self) -> None:
        """Wake nobody any more and return when the jobs that run have finished. May be called again."""
        self._stopping.set()
        await self._settled()

    async def _watch(self) -> None:
        """Rebuild the scheduler when a job is late; where the look itself is late the loop was blocked: look again."""
        clock, pause = asyncio.get_running_loop().time, self._patience / 2
        looked = clock()
        while not await self._stopped_within(pause):
            on_time, looked = clock() - looked < 2 * pause, clock()
            if on_time and (late := self._late(looked)):
                self._report(late, StalledError(f"{late} was not woken in time, so the scheduler was rebuilt"))
                self._shut()
                self._start()

    def _start(self) -> None:
        self.scheduler = AsyncIOScheduler(jobstores={"default": MemoryJobStore()}, timezone=UTC)
        for job in self._jobs.values():
            self._woken[job.name] = asyncio.get_running_loop().time()
            self.scheduler.add_job(
                self._wake,
                Every(job.seconds),
                args=(job,),
                id=job.name,
                misfire_grace_time=None,  # late is better than never: a job asks what is due
                coalesce=True,
                max_instances=1,
            )
        self.scheduler.start()

    def _shut(self) -> None:
        if self.scheduler and self.scheduler.running:
            self.scheduler.shutdown(wait=False)

    async def _wake(self, job: Job) -> None:
        """Start the job as a task of our own, so that it outlives a scheduler which is rebuilt."""
        self._woken[job.name] = asyncio.get_running_loop().time()
        if job.name not in self._running and not self._stopping.is_set():
            self._running[job.name] = asyncio.create_task(self._run(job), name=job.name)

    async def _run(self, job: Job) -> None:
        try:
            await job.run()
        except Exception as error:  # noqa: BLE001  the loop that must go on
            self._report(job.name, error)
        finally:
            del self._running[job.name]

    def _late(self, now: float) -> str:
        """The name of a job that should have been woken before, "" if there is none."""
        return next(
            (name for name, job in self._jobs.items() if now - self._woken[name] > job.seconds + self._patience), ""
        )

    async def _stopped_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def _settled(self) -> None:
        await asyncio.gather(*self._running.values(), return_exceptions=True)
