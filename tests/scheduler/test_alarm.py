from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.alarm import Alarm, Every, Job, StalledError


class Bell:
    """A job that counts its runs, takes a while, and fails when it is told to."""

    def __init__(self, takes: float = 0, error: Exception | None = None) -> None:
        self.started = self.finished = self.at_once = self.most_at_once = 0
        self.takes, self.error = takes, error

    async def __call__(self) -> None:
        self.started += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.takes)
            if self.error:
                raise self.error
            self.finished += 1
        finally:
            self.at_once -= 1


class Reports(list[tuple[str, Exception]]):
    def __call__(self, name: str, error: Exception) -> None:
        self.append((name, error))


@asynccontextmanager
async def running(alarm: Alarm) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(alarm.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(true: Callable[[], bool], within: float = 15.0) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.01)


async def test_each_job_runs_at_once_and_then_at_its_interval() -> None:
    often, seldom = Bell(), Bell()
    async with running(Alarm([Job("often", 0.05, often), Job("seldom", 60, seldom)], Reports())):
        await until(lambda: often.finished >= 4)
    assert seldom.finished == 1


async def test_an_exception_is_reported_under_the_name_of_its_job_and_the_job_goes_on() -> None:
    error, reports = ValueError("the database is locked"), Reports()
    bell = Bell(error=error)
    async with running(Alarm([Job("tick", 0.05, bell)], reports)):
        await until(lambda: bell.started >= 3)
    assert reports[:2] == [("tick", error), ("tick", error)]


async def test_a_job_is_not_started_again_while_its_last_run_goes_on() -> None:
    slow, quick = Bell(takes=0.3), Bell()
    async with running(Alarm([Job("slow", 0.05, slow), Job("quick", 0.05, quick)], Reports())):
        await until(lambda: slow.finished >= 2)
    assert slow.most_at_once == 1
    assert quick.finished > slow.finished


async def test_a_scheduler_that_died_is_rebuilt_and_reported() -> None:
    bell, reports = Bell(), Reports()
    alarm = Alarm([Job("tick", 0.05, bell)], reports, patience=0.2)
    async with running(alarm):
        await until(lambda: bell.finished >= 2)
        assert alarm.scheduler is not None
        alarm.scheduler._stop_timer()  # what an error between two wake-ups leaves behind
        await until(lambda: bool(reports))
        rung = bell.finished
        await until(lambda: bell.finished >= rung + 3)
    name, error = reports[0]
    assert name == "tick"
    assert isinstance(error, StalledError)
    assert "rebuilt" in str(error)


async def test_a_job_that_runs_while_the_scheduler_is_rebuilt_goes_on_alone() -> None:
    slow, reports = Bell(takes=0.7), Reports()
    alarm = Alarm([Job("slow", 0.05, slow)], reports, patience=0.2)
    async with running(alarm):
        await until(lambda: slow.started == 1)
        assert alarm.scheduler is not None
        alarm.scheduler._stop_timer()
        await until(lambda: bool(reports))
        await until(lambda: slow.finished == 2)
    assert slow.most_at_once == 1


async def test_a_wall_clock_set_back_an_hour_does_not_silence_the_alarm() -> None:
    bell, reports = Bell(), Reports()
    alarm = Alarm([Job("tick", 0.05, bell)], reports, patience=0.2)
    async with running(alarm):
        await until(lambda: bell.finished >= 2)
        assert alarm.scheduler is not None
        alarm.scheduler.modify_job("tick", next_run_time=datetime.now(UTC) + timedelta(hours=1))
        await until(lambda: bool(reports))
        rung = bell.finished
        await until(lambda: bell.finished >= rung + 2)


def test_a_wall_clock_that_jumps_by_decades_makes_a_job_due_once() -> None:
    every, then, now = Every(1), datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)
    assert every.get_next_fire_time(then, now) == now + timedelta(seconds=1)
    assert every.get_next_fire_time(None, now) == now
    assert every.get_next_fire_time(now, now) == now + timedelta(seconds=1)


async def test_a_loop_that_was_blocked_is_not_taken_for_a_dead_scheduler() -> None:
    bell, reports = Bell(), Reports()
    async with running(Alarm([Job("tick", 0.05, bell)], reports, patience=0.2)):
        await until(lambda: bell.finished >= 2)
        loop = asyncio.get_running_loop()
        end = loop.time() + 0.5
        while loop.time() < end:
            pass
        rung = bell.finished
        await until(lambda: bell.finished >= rung + 3)
    assert not reports


async def test_stopping_lets_running_jobs_finish_and_starts_no_other() -> None:
    slow, quick = Bell(takes=0.3), Bell()
    alarm = Alarm([Job("slow", 0.05, slow), Job("quick", 0.05, quick)], Reports())
    async with running(alarm) as task:
        await until(lambda: slow.started == 1)
        await alarm.stop()
        assert (slow.started, slow.finished) == (1, 1)
        rung = quick.started
        await asyncio.wait_for(task, 1)
        await asyncio.sleep(0.15)
        assert quick.started == rung
        await alarm.stop()


async def test_cancelling_cancels_running_jobs_and_waits_for_them() -> None:
    slow = Bell(takes=30)
    task = asyncio.create_task(Alarm([Job("slow", 1, slow)], Reports()).run())
    await until(lambda: slow.at_once == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (slow.at_once, slow.finished) == (0, 0)


async def test_two_jobs_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="tick"):
        Alarm([Job("tick", 1, Bell()), Job("tick", 2, Bell())], Reports())
