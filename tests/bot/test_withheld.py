"""While a verdict is withheld, nothing that can be seen or measured tells a right answer from a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.ports import Tone, card_to_json
from bot.store import Store
from tests.clock import Clock
from tests.hall import StudyHall, choice_pack, open_hall, schedule, text_of, who


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
        hall.app.poster._counted.clear()
        await hall.run(seconds=1)
        assert hall.questions()[0].card.tone is Tone.QUESTION
        seen.append(str(card_to_json(hall.questions()[0].card)))
    assert seen[0].replace("1 person has", "2 people have") == seen[1]
