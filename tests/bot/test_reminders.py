"""Reminders of reviews: who asked is written to at their own time, once a day, where something is due."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select, update

from bot.ports import (
    BusyError,
    Buttons,
    Card,
    Edit,
    FieldErrors,
    GoneError,
    Limits,
    OpenForm,
    Options,
    PlaceRef,
    Press,
    RefusedError,
    Reply,
    Submission,
    Typed,
    Who,
)
from bot.reminders import LATEST
from bot.store import Store
from bot.store.restored import mark_restored
from bot.store.tables import identities, posts, reminders
from tests.clock import Clock
from tests.fakes.platform import Posted
from tests.hall import GENERAL, ORGANISERS, StudyHall, choice_pack, hall_entry, open_hall, schedule, text_of, who

BERLIN = ZoneInfo("Europe/Berlin")
NEVER_ASKS = schedule(times=("23:59",), weekdays=frozenset())
OTHER = PlaceRef("fake", "team", "other")


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A Sunday at eight. Nothing is asked but what people ask for; Ada has missed one idea two days ago."""
    clock.at = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    opened = await open_hall(store, clock, tmp_path, choice_pack(8), schedules=[NEVER_ASKS], zone="Europe/Berlin")
    await missed(opened)
    clock.forward(days=2)
    return opened


async def missed(hall: StudyHall, person: Who | None = None, place: PlaceRef = GENERAL) -> None:
    """Somebody answers one question alone, and wrongly."""
    card = card_of(await hall.type("/practice count:1", person, place))
    (options,) = [each for each in card.blocks if isinstance(each, Options)]
    wrong = next(each for each in options.choices if "alpha" in each.text)
    await push(hall, wrong.ref, person, place)


def card_of(answered: object) -> Card:
    assert isinstance(answered, Reply | Edit), answered
    return answered.card


def labelled(card: Card) -> dict[str, str]:
    """The refs of a card's buttons by their labels."""
    return {each.label: each.ref for block in card.blocks if isinstance(block, Buttons) for each in block.buttons}


async def push(hall: StudyHall, ref: str, person: Who | None = None, place: PlaceRef = GENERAL) -> object:
    return await hall.app.desk.pressed(Press(hall.event(), hall.clock(), person or who(), place, ref))


def written(hall: StudyHall, account: str = "ada") -> list[Posted]:
    """The messages to somebody alone."""
    return hall.platform.in_place(PlaceRef("fake", "team", account))


async def rows(hall: StudyHall, *columns: Any) -> list[tuple[Any, ...]]:
    found = await hall.store.read(lambda connection: connection.execute(select(*columns)).all())
    return [tuple(row) for row in found]


async def next_due(hall: StudyHall) -> datetime | None:
    ((due,),) = await rows(hall, reminders.c.next_due)
    return due  # type: ignore[no-any-return]


def at(hall: StudyHall, text: str) -> None:
    """The clock shows this UTC time."""
    hall.clock.at = datetime.fromisoformat(f"{text}+00:00")


async def test_a_reminder_comes_at_the_chosen_local_time_and_says_how_many_are_due(hall: StudyHall) -> None:
    told = await hall.type("/study remind 09:30")
    assert "**09:30**" in text_of(told)
    assert "Europe" in text_of(told)
    await hall.run(minutes=29, seconds=59)
    assert written(hall) == []
    await hall.run(seconds=1)
    (message,) = written(hall)
    assert "1 idea is due for review today." in text_of(message.card)
    assert "The team" in message.card.title
    assert hall.questions() == []


async def test_nobody_is_reminded_who_did_not_ask(hall: StudyHall) -> None:
    await hall.run(hours=24)
    assert hall.platform.posted == []


async def test_a_day_on_which_nothing_is_due_has_no_reminder_and_the_next_one_may(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30", who("bert"))
    await hall.run(minutes=30)
    assert written(hall, "bert") == []
    await missed(hall, who("bert"))
    await hall.run(hours=24)
    assert len(written(hall, "bert")) == 1


async def test_a_day_has_one_reminder_however_often_it_is_looked_at_and_the_next_day_another(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    await hall.run(minutes=30)
    await hall.run()
    await hall.run(seconds=1)
    await hall.run(hours=23)
    assert len(written(hall)) == 1
    await hall.run(hours=1)
    assert len(written(hall)) == 2


async def test_two_processes_remind_once(hall: StudyHall, url: str) -> None:
    await hall.type("/study remind 09:30")
    store = Store.open(url, now=hall.clock)
    try:
        other = StudyHall(store, hall.clock, hall.settings, tokens=50_000)
        other.platform.posted = hall.platform.posted
        hall.clock.forward(minutes=30)
        looked = await asyncio.gather(hall.app.reminders.remind(), other.app.reminders.remind())
        assert sum(looked) >= 1
        await asyncio.gather(hall.app.poster.post("fake"), other.app.poster.post("fake"))
        await asyncio.gather(hall.run(), other.run())
    finally:
        await store.close()
    assert len(written(hall)) == 1
    assert len(await rows(hall, posts.c.id)) == 1


async def test_two_that_looked_at_the_same_time_owe_one(hall: StudyHall) -> None:
    """Both have seen the reminder as due before either decides."""
    await hall.type("/study remind 09:30")
    hall.clock.forward(minutes=30)
    use = hall.app.reminders
    ((identity,),) = await rows(hall, reminders.c.identity_id)
    looks = [await hall.store.read(partial(use._look, identity=identity)) for _ in range(2)]
    for looked in looks:
        assert looked is not None
        await hall.store.write("team", partial(use._decide, looked=looked))
    assert len(await rows(hall, posts.c.id)) == 1


async def test_a_time_that_was_changed_after_the_look_is_not_undone_by_what_was_looked_at(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    hall.clock.forward(minutes=30)
    ((identity,),) = await rows(hall, reminders.c.identity_id)
    looked = await hall.store.read(partial(hall.app.reminders._look, identity=identity))
    assert looked is not None
    await hall.type("/study remind 11:00")
    await hall.store.write("team", partial(hall.app.reminders._decide, looked=looked))
    assert await next_due(hall) == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    assert await rows(hall, posts.c.id) == []


@pytest.mark.parametrize("fault", ["lost-reply", "lost-request"])
async def test_an_outcome_that_is_not_known_is_looked_for_and_the_reminder_is_there_once(
    hall: StudyHall, fault: str
) -> None:
    await hall.type("/study remind 09:30")
    hall.platform.fails = [fault]
    await hall.run(minutes=30)
    for _ in range(4):
        await hall.run(seconds=10)
    assert len(written(hall)) == 1
    assert await rows(hall, posts.c.state) == [("sent",)]


async def test_a_claim_that_died_with_its_process_is_taken_up_by_another_and_not_sent_twice(
    hall: StudyHall,
) -> None:
    await hall.type("/study remind 09:30")
    await hall.run(minutes=30)
    dead = update(posts).values(state="sending", owner="dead", lease_until=hall.clock() + timedelta(seconds=45))
    await hall.store.write("team", lambda connection: connection.execute(dead).rowcount)
    await hall.run(seconds=46)
    assert len(written(hall)) == 1
    assert await rows(hall, posts.c.state) == [("sent",)]


async def test_where_nobody_can_look_it_is_left_alone_and_no_organiser_is_told(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    hall.platform.fails, hall.platform.blind = ["lost-reply"], True
    await hall.run(minutes=30)
    for _ in range(4):
        await hall.run(seconds=30)
    assert len(written(hall)) == 1
    assert await rows(hall, posts.c.state) == [("skipped",)]
    assert hall.notes() == []
    assert await next_due(hall) is not None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_over_weeks_of_lost_calls_dead_processes_and_downtime_a_day_has_one_reminder_at_most(
    hall: StudyHall,
) -> None:
    rng = random.Random(11)
    other = StudyHall(hall.store, hall.clock, hall.settings, tokens=500_000)
    other.platform.posted = hall.platform.posted
    weather = [None, None, None, "lost-reply", "lost-request", BusyError("later", 5.0)]
    for account, time in (("ada", "09:30"), ("bert", "09:31"), ("cleo", "23:50")):
        await missed(hall, who(account))
        await hall.type(f"/study remind {time}", who(account))
    until = hall.clock() + timedelta(days=14)
    while hall.clock() < until:
        process = rng.choice([hall, other])
        process.platform.fails = [rng.choice(weather) for _ in range(3)]
        hall.clock.forward(minutes=rng.choice([1, 1, 10, 45, 70, 200]))
        if rng.random() < 0.3:  # it dies between its claim and its send
            await process.app.reminders.remind()
            await hall.store.write("posts", partial(process.app.poster._claim, platform="fake"))
        else:
            await process.run()
    posted = hall.platform.posted
    assert len(posted) > 20
    assert len({each.stamp for each in posted}) == len(posted), "what may have got through is looked for"
    # A reminder comes within two hours, so by the local day that was two hours ago each day has one.
    days = Counter((each.place.channel, (each.at.astimezone(BERLIN) - LATEST).date()) for each in posted)
    assert {account for account, _ in days} == {"ada", "bert", "cleo"}
    assert {*days.values()} == {1}


@pytest.mark.parametrize(("late", "came"), [(timedelta(minutes=119), 1), (LATEST, 0), (timedelta(hours=3), 0)])
async def test_after_downtime_it_comes_within_two_hours_or_not_at_all_that_day(
    hall: StudyHall, late: timedelta, came: int
) -> None:
    await hall.type("/study remind 09:30")
    hall.clock.forward(minutes=30)
    hall.clock.at += late
    await hall.run()
    assert len(written(hall)) == len(await rows(hall, posts.c.id)) == came
    assert await next_due(hall) == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


async def test_after_days_of_downtime_there_is_one_for_today_alone(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    await hall.run(days=4, minutes=40)
    assert len(written(hall)) == 1


async def test_one_that_could_not_be_sent_for_two_hours_is_not_sent_any_more(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    hall.platform.fails = [BusyError("later", 5.0)] * 100
    await hall.run(minutes=30)
    await hall.run(hours=1)
    hall.platform.fails = []
    await hall.run(hours=1)
    assert written(hall) == []
    assert await rows(hall, posts.c.state) == [("skipped",)]
    assert hall.notes() == []


@pytest.mark.parametrize("error", [RefusedError("They take no direct messages from the bot"), GoneError("gone")])
async def test_who_cannot_be_written_to_is_not_any_more_and_nobody_else_is_told(
    hall: StudyHall, error: Exception
) -> None:
    await hall.type("/study remind 09:30")
    hall.platform.fails = [error]
    await hall.run(minutes=30)
    await hall.run(days=1)
    assert hall.platform.posted == []
    assert await next_due(hall) is None
    assert "could not be written to you" in text_of(await hall.type("/study remind"))
    await hall.type("/study remind 10:00")
    await hall.run(minutes=30)
    assert len(written(hall)) == 1


async def test_what_an_organiser_can_mend_leaves_the_reminder_on(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    hall.platform.fails = [RefusedError("The app may not do this in the workspace", "Install the app again.")]
    await hall.run(minutes=30)
    assert written(hall) == []
    await hall.run(days=1)
    assert len(written(hall)) == 1


async def test_off_ends_it_also_for_one_that_is_on_its_way(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    hall.clock.forward(minutes=30)
    await hall.app.reminders.remind()
    assert "No reminders" in text_of(await hall.type("/study remind off"))
    await hall.run()
    await hall.run(days=1)
    assert written(hall) == []


async def test_the_reminders_buttons_begin_the_review_and_end_the_reminders(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    await hall.run(minutes=30)
    (message,) = written(hall)
    refs = labelled(message.card)
    began = await push(hall, refs["Review now"])
    assert isinstance(began, Edit)
    assert "Review 1/1" in began.card.title
    ended = await push(hall, refs["No more reminders"])
    assert isinstance(ended, Edit)
    assert "No reminders" in ended.card.title
    await hall.run(days=1)
    assert len(written(hall)) == 1


async def test_a_talk_does_not_tell_of_which_hall_it_is_and_the_review_goes_on_in_the_right_one(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    """Pressed in the talk, the platform names a place of the first hall."""
    clock.at = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    halls = [hall_entry(schedules=[NEVER_ASKS]), hall_entry("second", [OTHER], [], organiser_place=None)]
    hall = await open_hall(store, clock, tmp_path, choice_pack(8), halls=halls)
    await missed(hall, place=OTHER)
    clock.forward(days=2)
    await hall.type("/study remind 09:00", place=OTHER)
    await hall.run(hours=1)
    (message,) = written(hall)
    asked = card_of(await push(hall, labelled(message.card)["Review now"]))
    (options,) = [each for each in asked.blocks if isinstance(each, Options)]
    told = card_of(await push(hall, options.choices[0].ref))
    assert "Reason for" in text_of(told)
    assert "Summary" in card_of(await push(hall, labelled(told)["Finish"])).title
    assert "unremind:second" in labelled(message.card).values()
    await push(hall, "unremind:second")
    assert await next_due(hall) is None
    assert "Nothing was stored" in text_of(card_of(await push(hall, options.choices[0].ref, who("bert"))))


async def test_nobody_ends_or_sees_another_ones_reminders(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    await push(hall, "unremind:team", who("bert"))
    assert "09:30" not in text_of(await hall.type("/study remind", who("bert")))
    await hall.run(minutes=30)
    assert len(written(hall)) == 1


async def test_the_form_asks_for_time_and_zone_and_keeps_open_what_cannot_be_read(hall: StudyHall) -> None:
    told = await hall.type("/study remind")
    opened = await push(hall, labelled(card_of(told))["Choose a time"])
    assert isinstance(opened, OpenForm)
    assert {each.id: each.value for each in opened.form.fields} == {"time": "", "zone": "Europe/Berlin"}

    async def send(**values: str) -> object:
        sent = Submission(hall.event(), hall.clock(), who(), GENERAL, opened.form.ref, values)
        return await hall.app.desk.submitted(sent)

    wrong = await send(time="25:00", zone="")
    assert isinstance(wrong, FieldErrors)
    assert "25:00 is no time of day" in wrong.errors["time"]
    astray = await send(time="09:30", zone="Europe/Berln")
    assert isinstance(astray, FieldErrors)
    assert "Europe/Berlin" in astray.errors["zone"]
    assert await rows(hall, reminders.c.time) == []
    done = await send(time="9:30", zone="asia/tokyo")
    assert "**09:30** (Asia" in text_of(card_of(done))
    assert await rows(hall, reminders.c.time, reminders.c.zone) == [("09:30", "Asia/Tokyo")]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/study remind tomorrow", "tomorrow is no time of day"),
        ("/study remind 24:00", "24:00 is no time of day"),
        ("/study remind 08:30 Europe/Berln", "Europe/Berlin"),
        ("/study remind zone:Europe/Paris", "Say at which time as well"),
    ],
)
async def test_what_cannot_be_read_changes_nothing_and_says_what_to_write(
    hall: StudyHall, line: str, told: str
) -> None:
    answer = text_of(await hall.type(line)).replace("\\", "")
    assert "Nothing was changed" in answer
    assert told in answer
    assert await rows(hall, reminders.c.time) == []


async def test_a_new_time_keeps_the_zone_and_a_new_zone_the_time(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30 Asia/Tokyo")
    await hall.type("/study remind 07:15")
    assert await rows(hall, reminders.c.time, reminders.c.zone) == [("07:15", "Asia/Tokyo")]
    await hall.type("/study remind America/New_York")
    assert await rows(hall, reminders.c.time, reminders.c.zone) == [("07:15", "America/New_York")]
    assert await next_due(hall) == datetime(2026, 11, 22, 12, 15, tzinfo=UTC)


async def test_a_wish_that_is_told_again_later_does_not_undo_what_was_wished_since(hall: StudyHall) -> None:
    again = Typed("e-again", hall.clock(), who(), GENERAL, "/study remind 09:30")
    await hall.app.desk.typed(again)
    await hall.type("/study remind off")
    await hall.app.desk.typed(again)
    assert await next_due(hall) is None


async def test_a_second_time_on_the_same_day_waits_for_the_next_day(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    await hall.run(minutes=30)
    await hall.type("/study remind 11:00")
    assert await next_due(hall) == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    await hall.run(hours=2)
    assert len(written(hall)) == 1


async def test_a_person_with_two_accounts_is_reminded_once_a_day(hall: StudyHall) -> None:
    shown = str(await hall.type("/study link"))
    code = shown.partition("`/study link ")[2].partition("`")[0]
    await hall.type("/study remind 09:30")
    await hall.type("/study remind 09:40", who("ada-at-home"))
    await hall.type(f"/study link {code}", who("ada-at-home"))
    await hall.run(minutes=30)
    await hall.run(minutes=10)
    assert (len(written(hall)), len(written(hall, "ada-at-home"))) == (1, 0)


@pytest.mark.parametrize(
    ("day", "time", "due"),
    [
        ("2026-03-28T12:00", "02:30", "2026-03-29T01:00"),  # it does not exist: at the next minute that does
        ("2026-10-24T12:00", "02:30", "2026-10-25T00:30"),  # it comes twice: at the first
        ("2026-03-28T12:00", "09:30", "2026-03-29T07:30"),
    ],
)
async def test_a_day_on_which_the_clocks_change_has_one_reminder(
    hall: StudyHall, day: str, time: str, due: str
) -> None:
    at(hall, day)
    hall.clock.forward(days=-2)
    await missed(hall, who("bert"))
    await hall.type(f"/study remind {time}", who("bert"))
    at(hall, due)
    hall.clock.forward(seconds=-1)
    await hall.run()
    before = len(written(hall, "bert"))
    for _ in range(12):
        await hall.run(minutes=15)
    assert len(written(hall, "bert")) == before + 1
    assert written(hall, "bert")[-1].at < datetime.fromisoformat(f"{due}+00:00") + timedelta(minutes=15)


async def test_a_look_reads_once_for_all_people_where_nothing_is_due(
    hall: StudyHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(20):
        await hall.type("/study remind 09:30", who(f"person-{n}"))
    asked: list[Callable[[Connection], Any]] = []
    read = hall.store.read

    async def counted(question: Callable[[Connection], Any]) -> Any:
        asked.append(question)
        return await read(question)

    monkeypatch.setattr(hall.store, "read", counted)
    assert await hall.app.reminders.remind() == 0
    assert len(asked) == 1


async def test_who_is_forgotten_is_reminded_no_more_and_leaves_nothing_of_it(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    hall.clock.forward(minutes=30)
    await hall.app.reminders.remind()
    await hall.type("/study forget sure")
    await hall.run()
    await hall.run(days=1)
    assert hall.platform.posted == []
    assert await rows(hall, reminders.c.identity_id) == []
    assert await rows(hall, posts.c.id) == []


async def test_what_is_stored_of_it_is_told_to_its_person(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    assert "09:30 Europe/Berlin" in text_of(await hall.type("/study mydata"))
    ((person,),) = await rows(hall, identities.c.person_id)
    found = await hall.app.people.export(person)
    assert found is not None
    assert [each["time"] for each in found["reminders"]] == ["09:30"]


async def test_the_front_page_says_when_somebody_is_reminded(hall: StudyHall) -> None:
    page = await hall.app.desk.opened(who(), GENERAL)
    assert "reminder" not in text_of(page).casefold()
    await hall.type("/study remind 09:30")
    page = await hall.app.desk.opened(who(), GENERAL)
    assert "A reminder at 09:30" in text_of(page)


async def test_a_hall_that_left_the_settings_reminds_nobody(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    other = hall_entry("elsewhere", places=[OTHER], schedules=[], organiser_place=None)
    moved = StudyHall(hall.store, hall.clock, replace(hall.settings, halls=(other,)), tokens=50_000)
    await moved.settle()
    await moved.run(minutes=30)
    assert moved.platform.posted == []


async def test_after_a_backup_was_restored_what_may_have_been_sent_is_passed_over(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30")
    await hall.store.write("restored", partial(mark_restored, made=hall.clock()))
    hall.clock.forward(minutes=45)
    await hall.settle()
    await hall.run()
    assert written(hall) == []
    await hall.run(days=1)
    assert len(written(hall)) == 1


async def test_a_zone_that_is_known_no_more_ends_its_reminder_and_holds_up_no_other(hall: StudyHall) -> None:
    await hall.type("/study remind 09:30", who("bert"))
    lost = update(reminders).values(zone="Europe/Atlantis")
    await hall.store.write("team", lambda connection: connection.execute(lost).rowcount)
    await hall.type("/study remind 09:30")
    await hall.run(minutes=30)
    assert len(written(hall)) == 1
    assert sorted(await rows(hall, reminders.c.next_due.is_(None), reminders.c.zone)) == [
        (False, "Europe/Berlin"),
        (True, "Europe/Atlantis"),
    ]


async def test_the_question_of_a_place_goes_out_before_reminders(store: Store, clock: Clock, tmp_path: Path) -> None:
    clock.at = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    hall = await open_hall(store, clock, tmp_path, choice_pack(8), limits=Limits(settle=0.0))
    await missed(hall)
    for n in range(3):
        person = who(f"person-{n}")
        await missed(hall, person)
        await hall.type("/study remind 08:59", person)
    clock.at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    await hall.app.reminders.remind()
    await hall.app.planner.plan()
    claimed = await hall.store.write("posts", partial(hall.app.poster._claim, platform="fake"))
    kinds = [each.kind for each in claimed if each.place != ORGANISERS]
    assert kinds == ["question", "reminder", "reminder", "reminder"]
