"""The checks see it when a protection is missing: each of them is taken away once, and the run goes red."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store.address import find_address
from tests.e2e.killing.checks import Findings
from tests.e2e.killing.platform import Weather
from tests.e2e.killing.siege import Siege, besieged, findings
from tests.without import allow_two_answers

FAIR = Weather(lost_requests=0.0, lost_replies=0.0, busy=0.0)


async def finished(siege: Siege) -> Findings:
    """Wait until nothing is owed, and check."""
    await siege.quiet()
    await siege.calm()
    return await findings(siege)


async def test_without_a_claim_two_workers_ask_twice(sqlite_url: str, tmp_path: Path, seed: int) -> None:
    async with besieged(sqlite_url, tmp_path, seed, replace(FAIR), without="claim") as siege:
        await siege.start()
        await siege.start()
        await siege.ask(20)
        assert (await finished(siege)).doubles


async def test_without_a_stamp_what_a_dead_worker_had_sent_is_sent_again(
    sqlite_url: str, tmp_path: Path, seed: int
) -> None:
    async with besieged(sqlite_url, tmp_path, seed, replace(FAIR), without="stamp") as siege:
        await siege.ask(20)
        dead = await siege.start(kill="after-reply:5")
        await dead.gone.wait()
        await siege.start()
        assert (await finished(siege)).doubles


@pytest.mark.parametrize("without", ["", "fence"])
async def test_without_a_fence_a_late_owner_undoes_what_the_next_one_settled(
    sqlite_url: str, tmp_path: Path, seed: int, without: str
) -> None:
    weather = replace(FAIR, busy_at_first=True, remembers=0.0)
    async with besieged(sqlite_url, tmp_path, seed, weather, without=without) as siege:
        await siege.ask(10)
        late = await siege.start(stop="after-reply:1")
        await asyncio.sleep(1.0)
        await siege.start()
        await siege.quiet()
        late.send(signal.SIGCONT)
        await asyncio.sleep(1.5)
        found = await finished(siege)
    assert bool(found.wrong) == bool(without)


async def test_without_a_unique_answer_what_is_told_again_counts_again(
    sqlite_url: str, tmp_path: Path, seed: int
) -> None:
    file = find_address(sqlite_url).file
    assert file is not None
    allow_two_answers(file)
    async with besieged(sqlite_url, tmp_path, seed, replace(FAIR, presses=20.0), without="unique answer") as siege:
        await siege.start()
        await siege.ask(5)
        await asyncio.sleep(4.0)
        await siege.platform.change(presses=0.0)
        assert (await finished(siege)).counted_twice
