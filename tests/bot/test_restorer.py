"""An old backup is put back: nothing is asked twice, what can be read again is, and the organisers are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from bot.ports import Limits, Tone
from bot.proofs import faults
from bot.store import Store
from bot.store.backup import backup
from bot.store.restored import mark_restored, restored_from
from bot.store.restoring import restorable, restore
from bot.store.tables import answers, notes, posts, rounds, schedules, turns
from tests.clock import Clock
from tests.fakes.platform import FakePlatform
from tests.hall import ORGANISERS, StudyHall, open_hall, pack_of, schedule, who


class Drill:
    """A SQLite study hall whose copy is put back under its feet, while its platform remembers everything."""

    def __init__(self, url: str, clock: Clock, folder: Path) -> None:
        self.url = url
        self.file = Path(url.removeprefix("sqlite:///"))
        self.copy = folder / "copy.sqlite"
        self.clock = clock
        self.hall: StudyHall
        self.starts = 1

    async def start(self, platform: FakePlatform | None = None) -> StudyHall:
        """Start the hall anew on the file, as it is."""
        before = self.hall
        store = Store.open(self.url, now=self.clock, runner="inline")
        self.hall = StudyHall(
            store, self.clock, before.settings, tokens=self.starts * 10_000, limits=Limits(settle=0.0)
        )
        self.starts += 1
        self.hall.platform.posted = before.platform.posted
        return self.hall

    async def put_back(self) -> StudyHall:
        """Stop, put the copy back, start and do what a start does."""
        await self.hall.store.close()
        restore(self.file, restorable(self.copy), self.clock())
        hall = await self.start()
        assert await hall.app.restorer.restore()
        await hall.settle()
        await hall.app.quizmaster.reread(hall.platform)
        await hall.run()
        return hall

    def keep(self) -> None:
        """Make the backup."""
        backup(self.url, self.copy, self.clock())


@pytest.fixture
async def drill(sqlite_url: str, clock: Clock, tmp_path: Path) -> AsyncIterator[Drill]:
    """A hall that asks every three hours; it has just asked once."""
    drill = Drill(sqlite_url, clock, tmp_path)
    store = Store.open(sqlite_url, now=clock, runner="inline")
    times = ("09:00", "12:00", "15:00", "18:00")
    drill.hall = await open_hall(store, clock, tmp_path, schedules=[schedule(times=times, first="at once")])
    await drill.hall.run(seconds=1)
    yield drill
    await drill.hall.store.close()


async def proven(hall: StudyHall) -> list[str]:
    """What the checks find."""
    found = await hall.store.read(partial(faults, hall="team", now=hall.clock(), most=9))
    return [line for each in found for line in each.lines]


def turn_rows(connection: Connection) -> dict[str, str | None]:
    """Slots and why they were skipped."""
    return {slot: skipped for slot, skipped in connection.execute(select(turns.c.slot, turns.c.skipped))}  # noqa: C416


async def test_no_question_is_asked_twice_and_the_slots_since_are_named(drill: Drill, clock: Clock) -> None:
    clock.forward(hours=1)
    drill.keep()
    for _ in range(7):
        await drill.hall.run(hours=1)
        if drill.hall.clock().hour % 3 == 0:
            await drill.hall.press(drill.hall.questions()[-1], "beta")
    asked = [each.stamp for each in drill.hall.questions()]
    assert len(asked) == 3
    hall = await drill.put_back()
    await hall.run(minutes=10)
    assert [each.stamp for each in hall.questions()] == asked
    slots = await hall.store.read(turn_rows)
    reason = "restored from a backup of 2026-11-23 10:00 UTC; it may have been asked"
    assert {slot: why for slot, why in slots.items() if why} == dict.fromkeys(
        ["2026-11-23T12:00", "2026-11-23T15:00"], reason
    )
    (note,) = hall.notes()
    assert "restored at 2026-11-23 17:00 UTC to the backup of 2026-11-23 10:00 UTC" in note
    await hall.run(hours=1)
    assert len(hall.questions()) == 4, "it goes on with the next slot"
    assert await proven(hall) == []
    assert await hall.store.read(restored_from) is None
    assert not await hall.app.restorer.restore()


async def test_a_question_that_the_backup_still_owed_is_found_and_opened_and_closed_as_usual(
    drill: Drill, clock: Clock
) -> None:
    hall = drill.hall
    clock.at = clock.at.replace(hour=12, minute=0)
    await hall.app.planner.plan()
    drill.keep()
    await hall.run(seconds=5)
    assert len(hall.questions()) == 2
    hall = await drill.put_back()
    await hall.run(seconds=1)
    assert len(hall.questions()) == 2
    state = select(rounds.c.state).order_by(rounds.c.id)
    assert await hall.store.read(lambda c: list(c.execute(state).scalars())) == ["closed", "open"]
    await hall.press(hall.questions()[-1], "beta")
    clock.at = clock.at.replace(hour=16)
    await hall.run()
    await hall.run(seconds=1)
    assert await hall.store.read(lambda c: list(c.execute(state.limit(2)).scalars())) == ["closed", "closed"]
    assert hall.questions()[1].edits >= 1
    assert await proven(hall) == []


async def test_reactions_are_read_again_and_no_explanation_is_sent_twice(drill: Drill, clock: Clock) -> None:
    hall = drill.hall
    posted = hall.questions()[0]
    drill.keep()
    posted.reactions.append(("🇧", who("ada")))
    await hall.run(hours=2, minutes=59, seconds=58)
    await hall.app.planner.plan()
    clock.forward(minutes=5)
    await hall.run()
    await hall.run(seconds=1)
    beneath = [each for each in hall.platform.posted if each.under]
    assert len(beneath) == 1
    hall = await drill.put_back()
    await hall.run(seconds=1)
    assert [each for each in hall.platform.posted if each.under] == beneath
    stored = select(answers.c.via)
    assert await hall.store.read(lambda c: c.execute(stored).scalars().all()) == ["reaction"]
    assert await proven(hall) == []


async def test_a_question_that_is_still_open_has_its_explanation_when_it_closes(drill: Drill, clock: Clock) -> None:
    clock.forward(hours=1)
    drill.keep()
    hall = await drill.put_back()
    assert [each.card.tone for each in hall.questions()] == [Tone.QUESTION]
    await hall.run(hours=2)
    await hall.run(seconds=1)
    assert len([each for each in hall.platform.posted if each.under]) == 1
    assert await proven(hall) == []


async def test_a_question_that_never_got_out_is_sent_late(drill: Drill, clock: Clock) -> None:
    hall = drill.hall
    clock.at = clock.at.replace(hour=12, minute=0)
    await hall.app.planner.plan()
    drill.keep()
    hall = await drill.put_back()
    for _ in range(3):
        await hall.run(seconds=1)
    assert len(hall.questions()) == 2
    assert await proven(hall) == []


async def test_a_schedule_that_was_to_ask_at_once_does_not_and_keeps_its_slots(
    sqlite_url: str, clock: Clock, tmp_path: Path
) -> None:
    drill = Drill(sqlite_url, clock, tmp_path)
    store = Store.open(sqlite_url, now=clock, runner="inline")
    entry = schedule(times=("12:00",), first="at once", zone="Asia/Tokyo")
    drill.hall = await open_hall(store, clock, tmp_path, schedules=[entry, schedule("paused")])
    paused = update(schedules).where(schedules.c.name == "paused").values(paused_since=clock(), next_due=None)
    await store.write("team", lambda connection: connection.execute(paused).close())
    drill.keep()
    await drill.hall.run(hours=1)
    hall = await drill.put_back()
    assert len(hall.questions()) == 1
    clock.at = clock.at.replace(day=24, hour=3, minute=0)
    await hall.run()
    assert len(hall.questions()) == 2
    assert "2026-11-24T12:00" in await hall.store.read(turn_rows)
    assert await proven(hall) == []
    await hall.store.close()


async def test_what_crashes_in_the_middle_is_done_once_in_the_end(
    store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = await open_hall(store, clock, tmp_path)
    await hall.run()
    made = clock.at
    clock.forward(days=1, hours=1)
    await store.write("restored", lambda connection: mark_restored(connection, made))

    def crash(connection: Connection) -> None:
        raise OSError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr("bot.restorer.end", crash)
        with pytest.raises(OSError, match="power"):
            await hall.app.restorer.restore()
    assert not await store.write("restored", lambda connection: mark_restored(connection, clock())), "it stays marked"
    await hall.run(minutes=1)
    both = await asyncio.gather(hall.app.restorer.restore(), hall.app.restorer.restore())
    assert any(both)
    assert await store.read(restored_from) is None
    told = select(func.count()).where(notes.c.kind == "restored")
    assert await store.read(lambda c: c.execute(told).scalar_one()) == 1
    skipped = [why for why in (await store.read(turn_rows)).values() if why]
    assert len(skipped) == 1
    await hall.run(minutes=1)
    assert hall.questions() == []
    assert len(hall.platform.in_place(ORGANISERS)) == 1
    assert await proven(hall) == []


async def test_a_start_puts_a_restored_hall_in_order_before_it_asks(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, clock, tmp_path, pack=pack_of("open"))
    await store.write("restored", lambda connection: mark_restored(connection, clock() - timedelta(minutes=1)))
    clock.at += timedelta(days=1)
    serving = asyncio.create_task(hall.app.serve())
    async with asyncio.timeout(10):
        while not hall.notes():
            await asyncio.sleep(0.02)
    hall.app.stop()
    await serving
    await hall.app.close()
    assert hall.questions() == []
    owed = select(func.count()).where(posts.c.kind == "question")
    assert await store.read(lambda c: c.execute(owed).scalar_one()) == 0
