"""Slots that the clocks skip or repeat, that were missed long ago, or that have nothing and nowhere to be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from bot.ports import BusyError, PlaceRef, Tone
from bot.proofs import faults
from bot.settings import Selection
from bot.store import Store
from bot.store.halls import change_schedule
from bot.store.tables import posts, rounds, turns
from bot.store.turns import decided_slots, missed_since
from tests.clock import Clock
from tests.hall import StudyHall, hall_entry, open_hall, schedule, text_of

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def decided(hall: StudyHall) -> Mapping[str, str]:
    """What became of each slot of the first schedule."""
    return await hall.store.read(lambda connection: decided_slots(connection, 1, LONG_AGO))


async def proven(hall: StudyHall) -> list[str]:
    """What the checks find."""
    found = await hall.store.read(partial(faults, hall="team", now=hall.clock(), most=9))
    return [line for each in found for line in each.lines]


async def test_slots_that_the_clocks_bring_to_one_instant_are_asked_together_and_none_counts_as_missed(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.at = datetime(2026, 3, 29, 0, 50, tzinfo=UTC)
    both = schedule(times=("02:30", "03:00"), zone="Europe/Berlin")
    hall = await open_hall(store, clock, tmp_path, schedules=[both])
    await hall.run(minutes=10)
    assert await decided(hall) == {
        "2026-03-29T02:30": "asked together with 2026-03-29 03:00",
        "2026-03-29T03:00": "asked",
    }
    assert (len(hall.questions()), hall.notes()) == (1, [])
    assert await store.read(partial(missed_since, hall="team", since=LONG_AGO)) == 0
    assert await proven(hall) == []


async def test_after_weeks_away_the_note_tells_the_whole_span_and_the_first_slot_stands_for_those_long_ago(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.at = datetime(2026, 3, 1, 8, 59, tzinfo=UTC)
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(grace=timedelta(0))])
    await hall.run(days=21)
    slots = await decided(hall)
    assert list(slots) == ["2026-03-01T09:00", *(f"2026-03-{day}T09:00" for day in range(14, 22))]
    assert slots["2026-03-01T09:00"] == "the bot was away; so it was at all 13 slots until 2026-03-13T09:00"
    assert slots["2026-03-14T09:00"] == "the bot was away"
    (note,) = hall.notes()
    assert (
        "21 questions of the schedule daily were not asked, planned from 2026-03-01 09:00 to 2026-03-21 09:00" in note
    )
    assert await proven(hall) == []


async def test_years_away_are_looked_back_on_in_a_moment(store: Store, clock: Clock, tmp_path: Path) -> None:
    clock.at = datetime(2006, 3, 1, 8, 59, tzinfo=UTC)
    often = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 15, 30, 45))
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(times=often)])
    await hall.run(days=365 * 20)
    assert len(hall.questions()) == len(hall.notes()) == 1
    assert "38399 questions" in hall.notes()[0]


async def test_a_question_that_is_over_within_the_grace_is_missed(store: Store, clock: Clock, tmp_path: Path) -> None:
    short = schedule(open_for=timedelta(minutes=10), grace=timedelta(hours=1))
    clock.forward(minutes=-1)
    hall = await open_hall(store, clock, tmp_path, schedules=[short])
    await hall.run(minutes=21)
    assert hall.questions() == []
    assert await decided(hall) == {"2026-11-23T09:00": "the bot was away"}


async def test_a_schedule_without_a_place_names_that_as_the_reason_and_uses_no_question_up(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path)
    await store.write("team", lambda connection: change_schedule(connection, 1, places=[]))
    await hall.run(hours=1)
    assert await decided(hall) == {"2026-11-23T09:00": "it has no place to ask in"}
    asked = await store.read(lambda connection: connection.execute(select(turns.c.item_id)).scalars().all())
    assert asked == [None]
    assert (await proven(hall), hall.notes()) == ([], [])


async def test_a_question_that_could_not_get_out_yet_is_given_up_where_the_next_is_asked_now(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(minutes=-1)
    hall = await open_hall(store, clock, tmp_path)
    hall.platform.fails = [BusyError("busy", retry_after=60.0)]
    await hall.run(minutes=1)
    assert await hall.app.planner.ask_now(1, clock()) is not None
    for _ in range(100):
        await hall.run(seconds=1)
    assert [each.card.tone for each in hall.questions()] == [Tone.QUESTION]
    query = select(rounds.c.state, rounds.c.reason).order_by(rounds.c.id)
    states = await store.read(lambda connection: [tuple(row) for row in connection.execute(query)])
    assert states == [("skipped", "it could not be sent before its closing time"), ("open", None)]
    owed = select(posts.c.state).where(posts.c.kind == "question").order_by(posts.c.id)
    assert await store.read(lambda c: c.execute(owed).scalars().all()) == ["skipped", "sent"]
    assert await proven(hall) == []


async def test_asking_now_leaves_a_question_whose_time_is_over_its_closing_time(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(minutes=-1)
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(open_for=timedelta(minutes=10))])
    await hall.run(minutes=1)
    clock.forward(minutes=20)
    assert await hall.app.planner.ask_now(1, clock()) is not None
    closing = select(rounds.c.closes_at).order_by(rounds.c.id)
    first, _ = await store.read(lambda connection: connection.execute(closing).scalars().all())
    assert first == clock() - timedelta(minutes=10)


async def test_a_wish_in_the_hour_that_comes_twice_is_another_than_the_one_an_hour_before(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.at = datetime(2026, 10, 25, 0, 10, tzinfo=UTC)
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(zone="Europe/Berlin")])
    assert await hall.app.planner.ask_now(1, clock()) == "2026-10-25T02:10:00"
    await hall.run()
    clock.forward(hours=1)
    assert await hall.app.planner.ask_now(1, clock()) == "2026-10-25T02:10:00+01:00"
    await hall.run()
    assert len(hall.questions()) == 2
    days = await store.read(lambda connection: connection.execute(select(turns.c.day)).scalars().all())
    assert days == ["2026-10-25"] * 2


async def test_asking_at_once_is_not_used_up_by_a_slot_that_nothing_fitted(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-2)
    eager = schedule(first="at once", selection=Selection(topics=("astronomy",)), grace=timedelta(0))
    hall = await open_hall(store, clock, tmp_path, schedules=[eager])
    await hall.run()
    assert hall.questions() == []
    fits = StudyHall(store, clock, hall.settings, tokens=10_000)
    await fits.app.registrar.settle([hall_entry(schedules=[schedule(first="at once", grace=timedelta(0))])])
    await fits.run(hours=3)
    assert Counter((await decided(fits)).values()) == {
        "no question fits the selection": 1,
        "the bot was away": 1,
        "asked": 1,
    }


async def test_halls_of_two_languages_that_are_planned_together_are_each_asked_in_their_own(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    english, chinese = (PlaceRef("fake", name, "general") for name in ("en", "zh"))
    entries = [
        hall_entry(
            place.workspace, (place,), [schedule(places=(place,))], language=place.workspace, organiser_place=None
        )
        for place in (english, chinese)
    ]
    hall = await open_hall(store, clock, tmp_path, TRANSLATED, halls=entries)
    await hall.run(hours=1)
    (one,), (other,) = hall.questions(english), hall.questions(chinese)
    assert "Which letter comes first?" in text_of(one.card)
    assert "哪个字母排在最前?" in text_of(other.card)


TRANSLATED = """\
format: 1
id: tests
title: Questions of the tests
version: 0.1.0
licence: CC0-1.0
languages: [en, zh]
description: One question in two languages.
topics: {learning: Learning}
items:
  - id: letter
    kind: true-false
    concept: letters
    topic: learning
    difficulty: easy
    stem: Which letter comes first?
    options:
      - {text: true, reason: So it is.}
      - {text: false, reason: So it is not.}
    key: true
    explanation: It is true.
    references: ["Author, A. Letters. 2020."]
    translations:
      zh:
        stem: 哪个字母排在最前?
        options:
          - {text: true, reason: 是的。}
          - {text: false, reason: 不是。}
        explanation: 是真的。
"""
