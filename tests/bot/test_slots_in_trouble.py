"""Slots while something goes wrong: owners die, clocks differ, zones change, the database is locked."""

from __future__ import annotations

import asyncio
import struct
import zoneinfo
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.ports import Limits, NotSavedError, Tone
from bot.settings import Selection
from bot.store import Store
from bot.store.tables import turns
from tests.clock import Clock
from tests.databases import held
from tests.hall import GENERAL, StudyHall, choice_pack, open_hall, schedule, text_of, who

OLGA = who("olga")


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall whose question is due in an hour."""
    clock.forward(hours=-1)
    return await open_hall(store, clock, tmp_path)


async def turns_of(hall: StudyHall) -> int:
    return await hall.store.read(lambda connection: connection.execute(select(func.count(turns.c.id))).scalar_one())


async def test_what_was_claimed_and_never_sent_is_sent_by_another_a_lease_later(hall: StudyHall, clock: Clock) -> None:
    clock.forward(hours=1)
    await hall.app.planner.plan()
    await hall.store.write("posts", partial(hall.app.poster._claim, platform="fake"))
    second = StudyHall(hall.store, clock, hall.settings, tokens=10_000)
    second.platform.posted = hall.platform.posted
    await second.run(seconds=44)
    assert hall.questions() == [], "the claim is another's"
    await second.run(seconds=2)
    await second.run(seconds=5)
    await second.run(seconds=5)
    assert [each.card.tone for each in hall.questions()] == [Tone.QUESTION]
    assert (hall.platform.sends, second.platform.sends) == (0, 1)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_host_whose_clock_is_ahead_takes_nothing_over_early(url: str, clock: Clock, tmp_path: Path) -> None:
    clock.at = datetime.now(UTC)
    hurried = Clock(clock.at + timedelta(minutes=10))
    stores = [Store.open(url, now=now) for now in (clock, hurried)]
    first = await open_hall(stores[0], clock, tmp_path, schedules=[schedule(first="at once")])
    keep, go = first.platform.send, asyncio.Event()

    async def slow(*args: Any) -> str:
        await go.wait()
        return await keep(*args)

    first.platform.send = slow  # type: ignore[assignment]  # a platform that takes its time
    await first.app.planner.plan()
    sending = asyncio.create_task(first.app.poster.post("fake"))
    await asyncio.sleep(0.2)
    second = StudyHall(stores[1], hurried, first.settings, tokens=10_000)
    assert await second.app.poster.post("fake") == 0
    go.set()
    assert await sending == 1
    assert (len(first.questions()), second.platform.sends) == (1, 0)
    for store in stores:
        await store.close()


async def test_two_schedules_of_one_minute_keep_their_order_and_distance_every_day_and_after_a_restart(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    both = [
        schedule("first", selection=Selection(topics=("statistics",)), open_for=timedelta(hours=1)),
        schedule("second", selection=Selection(topics=("learning",)), open_for=timedelta(hours=1)),
    ]
    limits = Limits(settle=0.0, post_every=0.05)
    hall = await open_hall(store, clock, tmp_path, schedules=both, limits=limits)
    sent: list[float] = []
    for day in range(3):
        clock.at = datetime(2026, 11, 23 + day, 9, 0, tzinfo=UTC)
        again = StudyHall(store, clock, hall.settings, limits=limits, tokens=10_000 * (day + 1))
        again.platform.posted = hall.platform.posted
        keep = again.platform.send

        async def timed(*args: Any, keep: Callable[..., Awaitable[str]] = keep) -> str:
            sent.append(asyncio.get_running_loop().time())
            return await keep(*args)

        again.platform.send = timed  # type: ignore[assignment]  # notes when the platform was asked
        await again.settle()
        await again.run()
    topics = ["Statistics" if "Statistics" in each.card.title else "Learning" for each in hall.questions()]
    assert topics == ["Statistics", "Learning"] * 3
    assert all(later - earlier >= 0.05 for earlier, later in zip(sent[::2], sent[1::2], strict=True))


@pytest.mark.parametrize("word", ["pause", "remove"])
async def test_a_schedule_stopped_in_the_second_of_its_slot_asks_once_or_never_and_the_status_tells(
    store: Store, clock: Clock, tmp_path: Path, word: str
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, schedules=[])
    names = [f"s{number}" for number in range(6)]
    for name in names:
        await hall.type(f"/study schedule add {name} 09:00", OLGA)
    clock.forward(hours=1)
    stopping = [hall.type(f"/study schedule {word} {name}", OLGA) for name in names]
    await asyncio.gather(*stopping[:3], hall.run(), *stopping[3:])
    asked = await turns_of(hall)
    assert asked <= len(names)
    await hall.run()
    await hall.run(days=1)
    assert await turns_of(hall) == asked
    assert len(hall.questions()) == asked
    status = text_of(await hall.type("/study status"))
    assert status.count("paused since") == (len(names) if word == "pause" else 0)
    assert all((f"Schedule {name}" in status) == (word == "pause") for name in names)


def zone_file(hours: int) -> bytes:
    """A zone so many hours from UTC, all year round, as tzfile(5) describes it."""
    header = b"TZif" + b"\0" * 16 + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    return header + struct.pack(">lbb", hours * 3600, 0, 0) + b"LAW\0"


@pytest.fixture
def law(tmp_path: Path) -> Iterator[Callable[[int], None]]:
    """`law(hours)`: from now on Africa/Cairo is so many hours from UTC, as after an update of the zones' data."""
    before = zoneinfo.TZPATH
    folder = tmp_path / "zones" / "Africa"
    folder.mkdir(parents=True)

    def change(hours: int) -> None:
        (folder / "Cairo").write_bytes(zone_file(hours))
        zoneinfo.reset_tzpath(to=[str(folder.parent), *before])
        zoneinfo.ZoneInfo.clear_cache()

    yield change
    zoneinfo.reset_tzpath(to=before)
    zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.parametrize("hours", [1, 3], ids=["later", "earlier"])
async def test_after_a_zone_changes_its_law_each_day_is_asked_once_at_the_new_local_time(
    store: Store, clock: Clock, tmp_path: Path, law: Callable[[int], None], hours: int
) -> None:
    law(2)
    clock.at = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    cairo = [schedule(zone="Africa/Cairo", grace=timedelta(0))]
    hall = await open_hall(store, clock, tmp_path, choice_pack(8), schedules=cairo)
    await hall.run(hours=1)
    assert len(hall.questions()) == 1
    law(hours)
    again = StudyHall(store, clock, hall.settings, tokens=10_000)
    again.platform.posted = hall.platform.posted
    await again.settle()
    await again.app.timetable.retime()
    for day in (24, 25):
        due = datetime(2026, 11, day, 9 - hours, 0, tzinfo=UTC)
        clock.at = due - timedelta(minutes=1)
        await again.run()
        before = len(hall.questions())
        clock.at = due
        await again.run()
        assert len(hall.questions()) == before + 1
    assert len(hall.questions()) == 3


@pytest.fixture
def locked(url: str) -> Iterator[Callable[[], object]]:
    """Somebody holds the whole database from writing, until this is called."""
    with held(url, "LOCK TABLE schedules, turns, posts IN EXCLUSIVE MODE") as let_go:
        yield let_go


async def test_a_database_that_is_locked_at_the_slot_makes_it_late_and_loses_neither_it_nor_the_next(
    hall: StudyHall, request: pytest.FixtureRequest
) -> None:
    let_go = request.getfixturevalue("locked")
    with pytest.raises((NotSavedError, ExceptionGroup)):
        await hall.run(hours=1)
    assert hall.questions() == []
    let_go()
    await hall.run(seconds=5)
    await hall.run(days=1)
    assert [each.card.tone for each in hall.questions()] == [Tone.REVEAL, Tone.QUESTION]
    assert hall.questions()[0].place == GENERAL
