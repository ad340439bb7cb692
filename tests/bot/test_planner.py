"""Which slots are asked, late, skipped; what is picked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.ports import PlaceRef
from bot.settings import Selection
from bot.store import Store
from bot.store.halls import change_schedule
from bot.store.tables import turns
from bot.store.turns import decided_slots
from tests.clock import Clock
from tests.hall import GENERAL, ORGANISERS, StudyHall, choice_pack, hall_entry, open_hall, pack_of, schedule, text_of


@pytest.fixture
def early(clock: Clock) -> Clock:
    """An hour before the slot of 09:00."""
    clock.at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    return clock


async def slots_of(hall: StudyHall, schedule_id: int = 1) -> dict[str, str]:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    return await hall.store.read(lambda connection: decided_slots(connection, schedule_id, since))


async def test_a_question_is_asked_at_its_slot_and_not_before(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path)
    await hall.run(minutes=59)
    assert hall.questions() == []
    await hall.run(minutes=1)
    assert [each.card.tone for each in hall.questions()] == ["question"]


async def test_a_slot_is_asked_once_however_often_it_is_looked_at(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path)
    await hall.run(hours=1)
    await hall.run()
    await hall.run(seconds=1)
    assert len(hall.questions()) == 1


async def test_a_new_schedule_may_ask_its_first_question_at_once(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path, schedules=[schedule(first="at once")])
    await hall.run()
    await hall.run(seconds=5)
    assert len(hall.questions()) == 1
    await hall.run(hours=1)
    assert len(hall.questions()) == 2


async def test_asking_at_once_happens_only_on_the_very_first_start(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path, schedules=[schedule(first="at once")])
    await hall.run()
    await hall.settle()
    await hall.run(seconds=5)
    assert len(hall.questions()) == 1


async def test_a_start_that_was_cut_short_before_the_first_question_leaves_no_slot_unnamed(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, early, tmp_path, schedules=[schedule(first="at once", grace=timedelta(minutes=5))])
    early.forward(days=2, hours=2)
    await hall.settle()
    await hall.run()
    assert len(hall.questions()) == 1
    assert [(slot[:16], came == "asked") for slot, came in (await slots_of(hall)).items()] == [
        ("2026-11-23T09:00", False),
        ("2026-11-24T09:00", False),
        ("2026-11-25T09:00", False),
        ("2026-11-25T10:00", True),
    ]
    assert "3 questions of the schedule daily were not asked" in hall.notes()[0]


async def test_a_first_question_that_is_due_by_itself_is_asked_in_its_own_slot(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, early, tmp_path, schedules=[schedule(first="at once")])
    early.forward(hours=1, minutes=1)
    await hall.settle()
    await hall.run()
    assert list(await slots_of(hall)) == ["2026-11-23T09:00"]


async def test_each_place_of_a_schedule_gets_the_same_question(store: Store, early: Clock, tmp_path: Path) -> None:
    other = PlaceRef("fake", "team", "other")
    places = (GENERAL, other)
    hall = await open_hall(store, early, tmp_path, places=places, schedules=[schedule(places=places)])
    await hall.run(hours=1)
    first, second = hall.questions()[0], hall.questions(other)[0]
    assert text_of(first.card).split("\n")[:2] == text_of(second.card).split("\n")[:2]


async def test_within_the_grace_a_question_comes_late_and_says_so(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path)
    await hall.run(hours=1, minutes=30)
    assert "Asked late" in text_of(hall.questions()[0].card)
    assert hall.notes() == []


async def test_after_the_grace_the_slot_is_skipped_with_one_note(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path)
    await hall.run(hours=3)
    assert hall.questions() == []
    assert len(hall.notes()) == 1
    assert "2026-11-23 09:00" in hall.notes()[0]
    assert await slots_of(hall) == {"2026-11-23T09:00": "the bot was away"}


async def test_after_three_days_away_there_is_one_catch_up_and_one_note(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    times = ("09:00", "11:00", "13:00", "15:00", "17:00")
    hall = await open_hall(store, early, tmp_path, schedules=[schedule(times=times)])
    await hall.run(days=3, hours=1, minutes=10)
    assert len(hall.questions()) == 1
    assert len(hall.notes()) == 1
    assert "15 questions" in hall.notes()[0]
    decided = await slots_of(hall)
    assert len(decided) == 16
    assert [slot for slot, what in decided.items() if what == "asked"] == ["2026-11-26T09:00"]


async def test_a_clock_that_steps_back_repeats_nothing(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path)
    await hall.run(hours=1)
    await hall.run(hours=-1)
    await hall.run(hours=1)
    assert len(hall.questions()) == 1


async def test_no_item_comes_twice_before_the_bank_is_used_up(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path, choice_pack(4))
    await hall.run(hours=1)
    for _ in range(3):
        await hall.run(days=1)
    stems = {text_of(each.card).split("\n")[1] for each in hall.questions()}
    assert len(hall.questions()) == len(stems) == 4


async def test_a_selection_that_fits_nothing_is_told_once_and_ends_when_it_fits(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    nothing = schedule(selection=Selection(topics=("astronomy",)))
    hall = await open_hall(store, early, tmp_path, schedules=[nothing])
    await hall.run(hours=1)
    await hall.run(days=1)
    assert [note.split("\n")[0] for note in hall.notes() if "No question" in note] == ["No question to ask"]
    fits = StudyHall(store, early, hall.settings)
    await fits.app.registrar.settle([hall_entry(schedules=[schedule()])])
    await fits.run(days=1)
    assert len(fits.questions()) == 1


async def test_a_selection_keeps_to_its_topics(store: Store, early: Clock, tmp_path: Path) -> None:
    chosen = schedule(selection=Selection(topics=("statistics",)))
    hall = await open_hall(store, early, tmp_path, schedules=[chosen])
    await hall.run(hours=1)
    for _ in range(2):
        await hall.run(days=1)
    assert len(hall.questions()) == 3
    assert all("Statistics" in each.card.title for each in hall.questions())


async def test_two_schedules_of_a_place_both_ask_in_a_stable_order(store: Store, early: Clock, tmp_path: Path) -> None:
    both = [schedule("first"), schedule("second")]
    hall = await open_hall(store, early, tmp_path, schedules=both)
    await hall.run(hours=1)
    assert len(hall.questions()) == 2


async def test_an_organiser_asks_now_and_the_open_question_is_revealed(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, early, tmp_path)
    await hall.run(hours=1)
    early.forward(seconds=5)
    wished_at = early()
    early.forward(seconds=1)
    assert await hall.app.planner.ask_now(1, wished_at) == "2026-11-23T09:00:05"
    await hall.run()
    early.forward(seconds=20)
    assert await hall.app.planner.ask_now(1, wished_at) == "2026-11-23T09:00:05", "the same wish, told again"
    await hall.run()
    assert [each.card.tone for each in hall.questions()] == ["reveal", "question"]
    await hall.run(days=1)
    assert len(hall.questions()) == 3, "the schedule itself goes on"


async def test_a_removed_schedule_asks_nothing_more(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path)
    await hall.app.registrar.settle([hall_entry(schedules=[])])
    await hall.run(hours=1)
    assert hall.questions() == []
    assert await hall.app.planner.ask_now(1, early()) is None


async def test_a_schedule_whose_time_changes_does_not_look_back(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path)
    early.forward(minutes=30)
    await hall.app.registrar.settle([hall_entry(schedules=[schedule(times=("08:00", "10:00"))])])
    await hall.run()
    assert hall.questions() == []
    assert hall.notes() == []
    await hall.run(hours=2)
    assert len(hall.questions()) == 1


async def test_nothing_is_asked_in_a_place_that_left_the_settings(store: Store, early: Clock, tmp_path: Path) -> None:
    other = PlaceRef("fake", "team", "other")
    places = (GENERAL, other)
    hall = await open_hall(store, early, tmp_path, places=places, schedules=[schedule(places=places)])
    await hall.app.registrar.settle([hall_entry(places=(other,), schedules=[schedule(places=(other,))])])
    await hall.run(hours=1)
    assert hall.questions(GENERAL) == []
    assert len(hall.questions(other)) == 1


async def test_organisers_are_told_in_their_own_place(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path)
    await hall.run(hours=3)
    assert {each.place for each in hall.platform.posted} == {ORGANISERS}


async def test_a_hall_that_left_the_settings_asks_nothing_more(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path)
    other = PlaceRef("fake", "club", "general")
    await hall.app.registrar.settle([hall_entry("club", (other,), [schedule(places=(other,))], organiser_place=None)])
    await hall.run(hours=1)
    assert hall.questions() == []
    assert len(hall.questions(other)) == 1
    await hall.settle()
    await hall.run(days=1)
    assert len(hall.questions()) == 1, "a hall that comes back asks again"


async def test_what_one_schedule_asks_the_next_of_the_place_does_not(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    many = [schedule(f"s{number}") for number in range(6)]
    hall = await open_hall(store, early, tmp_path, choice_pack(6), schedules=many)
    await hall.run(hours=1)
    stems = {text_of(each.card).split("\n")[1] for each in hall.questions()}
    assert len(hall.questions()) == len(stems) == 6


async def test_planners_that_look_at_once_ask_once(store: Store, early: Clock, tmp_path: Path) -> None:
    many = [schedule(f"s{number}") for number in range(5)]
    hall = await open_hall(store, early, tmp_path, schedules=many)
    other = StudyHall(store, early, hall.settings, tokens=1_000_000)
    early.forward(hours=1)
    assert await asyncio.gather(*(each.app.planner.plan() for each in (hall, other) * 2)) == [5, 5, 5, 5]
    assert (
        await store.read(lambda connection: connection.execute(select(func.count()).select_from(turns)).scalar()) == 5
    )
    assert await hall.app.planner.plan() == 0


async def test_of_schedules_planned_together_those_fail_that_must(store: Store, early: Clock, tmp_path: Path) -> None:
    many = [schedule(f"s{number}") for number in range(5)]
    hall = await open_hall(store, early, tmp_path, schedules=many)
    await store.write("team", lambda connection: change_schedule(connection, 2, zone="Gone/Zone"))
    await store.write("team", lambda connection: change_schedule(connection, 4, policy=[]))
    early.forward(hours=1)
    with pytest.raises(ExceptionGroup, match="2 of schedules to plan failed") as group:
        await hall.app.planner.plan()
    assert [error.__notes__ for error in group.value.exceptions] == [[f"schedules to plan: [{one}]"] for one in (2, 4)]
    assert [len(await slots_of(hall, one)) for one in range(1, 6)] == [1, 0, 1, 0, 1]


async def test_a_short_item_is_asked_with_the_answers_of_others_that_are_near_its_own(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    first = pack_of("short")
    other = first.partition("items:\n")[2].replace("the-item", "other").replace("overfitting", "overfitness")
    hall = await open_hall(store, early, tmp_path, first + other)
    await hall.run(hours=1)
    shown = await store.read(lambda connection: connection.execute(select(turns.c.shown)).scalar_one())
    own = shown["short"]["accepted"]
    assert set(shown["near"]) == {"overfitting", "over-fitting", "overfitness"} - set(own)
