"""How many commands are done for a person in a while."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.pace import MOST, WITHIN, Pace
from bot.store import Store
from tests.clock import Clock
from tests.hall import open_hall, text_of, who

NOTHING = timedelta()


def test_so_many_are_done_in_any_minute_and_the_next_has_to_wait(clock: Clock) -> None:
    pace = Pace(clock, most=3)
    for _ in range(3):
        assert pace.wait("ada") == NOTHING
        clock.forward(seconds=10)
    assert pace.wait("ada") == timedelta(seconds=30)
    clock.forward(seconds=30)
    assert pace.wait("ada") == NOTHING, "the first of them is a minute old"
    assert pace.wait("ada") == timedelta(seconds=10)


def test_what_has_to_wait_does_not_make_the_wait_longer(clock: Clock) -> None:
    pace = Pace(clock, most=1)
    pace.wait("ada")
    clock.forward(seconds=59)
    assert [pace.wait("ada") for _ in range(50)] == [timedelta(seconds=1)] * 50


def test_one_who_is_in_a_hurry_holds_up_nobody_else(clock: Clock) -> None:
    pace = Pace(clock, most=1)
    pace.wait(("ada", "team"))
    assert pace.wait(("ada", "team"))
    assert pace.wait(("ada", "club")) == pace.wait(("bob", "team")) == NOTHING


def test_a_clock_that_is_put_back_makes_nobody_wait_for_longer_than_a_minute(clock: Clock) -> None:
    pace = Pace(clock, most=1)
    pace.wait("ada")
    clock.forward(hours=-5)
    assert pace.wait("ada") == NOTHING
    assert pace.wait("ada") == WITHIN


def test_only_so_many_people_are_remembered_and_nobody_for_longer_than_needed(clock: Clock) -> None:
    pace = Pace(clock, most=1, kept=10)
    for number in range(100):
        pace.wait(number)
    assert len(pace._done) == 10
    assert pace.wait(99)
    clock.forward(minutes=2)
    pace.wait("somebody")
    assert len(pace._done) == 1


async def test_a_flood_of_commands_is_told_to_wait_and_answers_are_still_taken(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path)
    await hall.run(hours=1)
    told = [text_of(await hall.type("/study help")) for _ in range(MOST + 1)]
    assert not any(text.startswith("Wait a moment") for text in told[:-1])
    assert "In 60 seconds you can go on. Answers to questions are never held up." in told[-1]
    assert text_of(await hall.type("/study help", who("bob"))).startswith("Help")
    assert text_of(await hall.press(hall.questions()[0], "beta")).startswith("Right")
    clock.forward(minutes=1)
    assert text_of(await hall.type("/study help")).startswith("Help")
