"""While a verdict is withheld, nothing that can be seen or measured tells a right answer from a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.ports import Options, PlaceRef, Press, Tone, card_to_json
from bot.proofs import faults
from bot.store import Store
from bot.store.tables import rounds, standings
from bot.withheld import count_some
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, choice_pack, hall_entry, open_hall, schedule, text_of, who


@pytest.fixture
async def hall(sqlite_url: str, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall with one open question, whose key is beta and where the last answer counts."""
    clock.forward(hours=-1)
    store = Store.open(sqlite_url, now=clock, runner="inline")
    hall = await open_hall(store, clock, tmp_path, choice_pack(), schedules=[schedule(answers="last")])
    await hall.run(hours=1)
    return hall


def traced(hall: StudyHall, statements: list[str]) -> None:
    """Have every statement of a writing transaction noted, without its values."""
    write = hall.store.write

    async def noted(name: str, fn: Callable[[Connection], Any], **more: float) -> Any:
        def run(connection: Connection) -> Any:
            driver: Any = connection.connection.driver_connection
            driver.set_trace_callback(statements.append)
            try:
                return fn(connection)
            finally:
                driver.set_trace_callback(None)

        return await write(name, run, **more)

    hall.store.write = noted  # type: ignore[method-assign,assignment]  # the real store, overheard


async def test_no_board_tells_before_the_reveal_what_an_answer_is_worth(hall: StudyHall) -> None:
    seen = []
    for person, option in (("ada", "beta"), ("ben", "alpha")):
        await hall.press(hall.questions()[0], option, who(person))
        seen.append(text_of(await hall.type("/leaderboard today", who(person))))
    assert "10" not in "".join(seen)


@pytest.mark.parametrize("again", [False, True], ids=["first", "changed"])
async def test_a_right_and_a_wrong_answer_take_the_same_statements_and_the_same_words(
    hall: StudyHall, *, again: bool
) -> None:
    question = hall.questions()[0]
    for person in ("ada", "ben"):
        if again:
            await hall.press(question, "gamma", who(person))
    hall.clock.forward(minutes=1)
    statements: list[str] = []
    traced(hall, statements)
    told, counts = [], []
    for person, option in (("ada", "beta"), ("ben", "alpha")):
        statements.clear()
        told.append(text_of(await hall.press(question, option, who(person))))
        counts.append(len(statements))
    assert counts[0] == counts[1] > 3
    (title, _, *rest), (other_title, _, *other_rest) = (text.split("\n") for text in told)
    assert (title, rest) == (other_title, other_rest)


async def test_the_public_count_is_the_same_whatever_was_answered(hall: StudyHall) -> None:
    seen = []
    for person, option in (("ada", "beta"), ("ben", "alpha")):
        await hall.press(hall.questions()[0], option, who(person))
        hall.app.counts._counted.clear()
        await hall.run(seconds=1)
        assert hall.questions()[0].card.tone is Tone.QUESTION
        seen.append(str(card_to_json(hall.questions()[0].card)))
    assert seen[0].replace("1 person has", "2 people have") == seen[1]


async def test_an_answer_that_two_late_deliveries_change_is_revealed_as_it_is_stored(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, choice_pack(1), schedules=[schedule(answers="last")])
    await hall.run(hours=1)
    question, asked_at = hall.questions()[0], clock()
    options = next(block for block in question.card.blocks if isinstance(block, Options))
    refs = {choice.text.split()[0]: choice.ref for choice in options.choices}
    await hall.run(days=1)
    for seconds, option in ((10, "alpha"), (20, "beta")):
        given = asked_at + timedelta(seconds=seconds)
        await hall.app.desk.pressed(Press(f"late {option}", given, who(), GENERAL, refs[option]))
        for _ in range(2):
            await hall.run(seconds=1)
    assert "Right: Ada" in text_of(question.card)


async def test_answers_that_are_half_counted_when_their_place_goes_to_another_hall_are_counted_to_the_end(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(answers="last")])
    await hall.run(hours=1)
    for number in range(30):
        await hall.press(hall.questions()[0], "beta", who(f"p{number}"))
    clock.forward(days=1)
    asked = await hall.app.quizmaster.open_round(1)
    assert asked is not None
    await store.write("team", partial(hall.app.quizmaster._close, asked=asked, now=clock()))
    assert await store.write("team", partial(count_some, asked=asked))
    places = (PlaceRef("fake", "team", "new"),)
    club = hall_entry("club", (GENERAL,), [], organiser_place=None)
    await hall.app.registrar.settle([hall_entry(places=places, schedules=[]), club])
    await hall.run(seconds=1)
    left = select(rounds.c.id).where(rounds.c.counted_to.is_not(None))
    assert await store.read(lambda connection: connection.execute(left).first()) is None
    people = select(func.count()).where(standings.c.board == "hall", standings.c.period == "all")
    assert await store.read(lambda connection: connection.execute(people).scalar_one()) == 30
    found = await store.read(partial(faults, hall="team", now=clock(), most=9))
    assert [line for each in found for line in each.lines] == []
