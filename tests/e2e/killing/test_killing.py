"""Slots and answers through kill -9: real processes on both databases, against a platform in a process of its own."""

from __future__ import annotations

import signal
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.killing.checks import Findings
from tests.e2e.killing.conftest import CrashingServer
from tests.e2e.killing.platform import Weather
from tests.e2e.killing.scale import LEASE, TAKEOVER, TICK
from tests.e2e.killing.siege import Siege, besieged, findings
from tests.e2e.killing.storm import Storm, weather_out
from tests.e2e.killing.zygote import AWAY

STORMY = Weather(presses=15.0)
FAIR = Weather(slowest=0.1, lost_requests=0.0, lost_replies=0.0, busy=0.0)


def judge(found: Findings, siege: Siege, storm: Storm) -> None:
    """All promises at once."""
    assert found.wrong == []
    assert siege.kills >= storm.kills
    ends = Counter(each.code for each in siege.deaths)
    assert set(ends) <= {-signal.SIGKILL, AWAY}, "a worker ended by itself: see processes.log"
    # On a busy machine a worker may find SQLite's one lock taken for as long as it is ready to wait at its start.
    assert storm.crashes or ends[AWAY] <= storm.kills / 20
    assert found.posted + found.named == found.slots >= storm.slots
    assert found.posted > 0.8 * found.slots
    assert found.taken_over > storm.kills / 5
    # In the storm the next owner dies too. What it left is settled as promised, but for what the weather and the
    # machine's other work add.
    assert found.at_peace < 4 * TAKEOVER
    assert siege.unforeseen() == []


async def ride_out(url: str, folder: Path, seed: int, storm: Storm) -> None:
    async with besieged(url, folder, seed, replace(STORMY)) as siege:
        judge(await weather_out(siege, storm), siege, storm)


@pytest.mark.timeout(300)
async def test_every_promise_holds_on_sqlite_through_a_hundred_kills(
    sqlite_url: str, tmp_path: Path, seed: int
) -> None:
    await ride_out(sqlite_url, tmp_path, seed, Storm())


@pytest.mark.timeout(300)
async def test_every_promise_holds_on_postgresql_through_a_hundred_kills_and_four_crashes_of_the_server(
    crashing: CrashingServer, tmp_path: Path, seed: int
) -> None:
    await ride_out(crashing.url, tmp_path, seed, Storm(crash=crashing.crash, crashes=4))


@pytest.mark.soak
async def test_every_promise_holds_on_sqlite_through_thousands_of_kills(
    sqlite_url: str, tmp_path: Path, seed: int
) -> None:
    await ride_out(sqlite_url, tmp_path, seed, Storm(slots=6_000, kills=5_000))


@pytest.mark.soak
async def test_every_promise_holds_on_postgresql_through_thousands_of_kills_and_crashes_of_the_server(
    crashing: CrashingServer, tmp_path: Path, seed: int
) -> None:
    await ride_out(crashing.url, tmp_path, seed, Storm(slots=6_000, kills=5_000, crash=crashing.crash, crashes=100))


@pytest.mark.parametrize("moment", ["before-connect:1", "after-bytes:2", "after-reply:3"])
async def test_a_slot_whose_owner_died_is_taken_over_within_one_lease_and_two_looks(
    url: str, tmp_path: Path, seed: int, moment: str
) -> None:
    async with besieged(url, tmp_path, seed, replace(FAIR)) as siege:
        await siege.ask(10)
        first = await siege.start(kill=moment)
        await first.gone.wait()
        await siege.start()
        await siege.quiet()
        await siege.calm()
        found = await findings(siege)
    assert found.wrong == []
    assert (found.posted, found.named) == (found.slots, 0)
    assert found.taken_over
    # What the machine's other work adds is bounded too, generously.
    assert found.touched < LEASE + TICK + 4 * TICK
    assert found.settled < TAKEOVER + 4 * TICK
    assert siege.unforeseen() == []
