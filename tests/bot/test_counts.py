"""Counts in open questions: told by one process at a time, and never over a reveal, whoever dies when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.ports import BusyError, Card, GoneError, Limits, Message, Tone, UnknownOutcomeError
from bot.store import Store
from bot.store.tables import rounds
from bot.store.telling import begin_telling, end_telling, telling_until
from tests.clock import Clock
from tests.fakes.platform import Posted
from tests.hall import GENERAL, StudyHall, open_hall, schedule, text_of, who

SETTLE = 30.0
MARKED_FOR = timedelta(seconds=10 + 15 + SETTLE)
"""Begun within 10 s, given up after 15, and settled then."""


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall whose question was asked a day before 09:00:10, when it has an answer that is not told yet."""
    clock.forward(hours=-1)
    opened = await open_hall(store, clock, tmp_path, limits=Limits(settle=SETTLE))
    await opened.run(hours=1)
    await opened.run(hours=23, minutes=59, seconds=50)
    await opened.press(opened.questions()[0], "beta")
    return opened


class Edits:
    """Edits of a platform that do not get there by themselves. `fate` raises what the request comes to."""

    def __init__(self, hall: StudyHall, fate: Callable[[], None] | None = None) -> None:
        self.cards: list[Card] = []
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self._platform, self._fate, self._edit = hall.platform, fate, hall.platform.edit
        hall.platform.edit = self.edit  # type: ignore[method-assign]  # the platform's own fault, not ours

    async def edit(self, message: Message, card: Card) -> None:
        """Keep the card, and come to nothing or wait."""
        self.cards.append(card)
        self.begun.set()
        if self._fate is not None:
            self._fate()
        await self.go_on.wait()
        await self._edit(message, card)

    def end(self) -> None:
        """From now on edits get there."""
        self._platform.edit = self._edit  # type: ignore[method-assign]


async def started_again(hall: StudyHall) -> StudyHall:
    """Another process on the same store and platform."""
    again = StudyHall(hall.store, hall.clock, hall.settings, limits=hall.platform.limits, tokens=1_000)
    again.platform.posted = hall.platform.posted
    await again.settle()
    return again


def tone(posted: Posted) -> Tone:
    """What a message is now."""
    return posted.card.tone


async def marks(hall: StudyHall) -> list[Any]:
    """Until when edits of the counts may be under way, by round."""
    query = select(rounds.c.telling_until).order_by(rounds.c.id)
    return await hall.store.read(lambda connection: list(connection.execute(query).scalars()))


async def died_in_an_edit(hall: StudyHall) -> Card:
    """A process is killed when its edit is out; the card that is on its way."""
    edits = Edits(hall)
    telling = asyncio.create_task(hall.app.counts.tell("fake"))
    await edits.begun.wait()
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    edits.end()
    (card,) = edits.cards
    assert "1 person has answered" in text_of(card)
    return card


async def test_an_edit_that_a_process_died_in_does_not_stay_over_the_reveal(hall: StudyHall) -> None:
    late = await died_in_an_edit(hall)
    again = await started_again(hall)
    question = hall.questions()[0]
    await again.run(seconds=10)
    assert tone(question) is Tone.REVEAL
    question.card = late
    await again.run(seconds=44)
    assert tone(question) is Tone.QUESTION, "it may be under way yet"
    await again.run(seconds=1)
    assert tone(question) is Tone.REVEAL


async def test_after_an_edit_that_a_process_died_in_the_next_one_waits_until_it_has_settled(hall: StudyHall) -> None:
    hall.clock.forward(hours=-12)
    late = await died_in_an_edit(hall)
    again = await started_again(hall)
    question = hall.questions()[0]
    await again.press(question, "beta", who("bob"))
    await again.run(seconds=54)
    assert "2 people" not in text_of(question.card)
    question.card = late
    await again.run(seconds=1)
    assert "2 people have answered" in text_of(question.card)


async def test_an_edit_that_got_there_after_the_reveal_is_put_right_at_once(hall: StudyHall) -> None:
    edits = Edits(hall)
    telling = asyncio.create_task(hall.app.counts.tell("fake"))
    await edits.begun.wait()
    again = await started_again(hall)
    await again.run(seconds=10)
    question = hall.questions()[0]
    assert tone(question) is Tone.REVEAL
    edits.go_on.set()
    await telling
    assert tone(question) is Tone.QUESTION
    await again.run(seconds=1)
    assert tone(question) is Tone.REVEAL


async def test_an_edit_of_which_nobody_knows_whether_it_got_there_does_not_stay_over_the_reveal(
    hall: StudyHall,
) -> None:
    def doubtful() -> None:
        raise UnknownOutcomeError("the connection broke")

    edits, question = Edits(hall, doubtful), hall.questions()[0]
    await hall.app.counts.tell("fake")
    edits.end()
    await hall.run(seconds=10)
    assert tone(question) is Tone.REVEAL
    (question.card,) = edits.cards
    await hall.run(seconds=SETTLE - 11)
    assert tone(question) is Tone.QUESTION, "it may be under way yet"
    await hall.run(seconds=1)
    assert tone(question) is Tone.REVEAL


async def test_what_is_known_of_an_edit_costs_no_second_reveal(hall: StudyHall) -> None:
    question = hall.questions()[0]
    await hall.run()
    assert (question.edits, await marks(hall)) == (1, [None])
    await hall.run(seconds=10)
    await hall.run(minutes=5)
    assert tone(question) is Tone.REVEAL
    assert question.edits == 2


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("error", "told"), [(BusyError("too many requests", 1.0), False), (GoneError("it was deleted"), True)]
)
async def test_an_edit_that_surely_did_not_get_there_is_not_waited_for(
    hall: StudyHall,
    error: Exception,
    told: bool,  # noqa: FBT001  a column of the table
) -> None:
    def refused() -> None:
        raise error

    edits = Edits(hall, refused)
    await hall.app.counts.tell("fake")
    assert await marks(hall) == [None]
    hall.clock.forward(seconds=1)
    await hall.app.counts.tell("fake")
    assert len(edits.cards) == (1 if told else 2)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_who_stood_still_before_an_edit_leaves_it(hall: StudyHall, monkeypatch: pytest.MonkeyPatch) -> None:
    edits, question = Edits(hall), hall.app.counts._by.messages.question

    async def slowly(asked: Any) -> Card:
        hall.clock.forward(seconds=11)
        return await question(asked)

    monkeypatch.setattr(hall.app.counts._by.messages, "question", slowly)
    await hall.app.counts.tell("fake")
    assert edits.cards == []
    assert await marks(hall) == [None]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_counts_that_are_told_together_are_marked_in_one_write(
    store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [replace(GENERAL, channel=f"place-{number}") for number in range(16)]
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, places=places, schedules=[schedule(places=places)])
    await hall.run(hours=1)
    for place in places:
        await hall.press(hall.questions(place)[0], "beta")
    written, write = list[str](), store.write

    async def noted(name: str, fn: Callable[[Connection], Any], **more: Any) -> Any:
        written.append(name)
        return await write(name, fn, **more)

    monkeypatch.setattr(store, "write", noted)
    await hall.app.counts.tell("fake")
    assert [name for name in written if name != "team"] == ["posts"]
    assert {hall.questions(place)[0].edits for place in places} == {1}


async def test_of_two_processes_one_tells_the_counts_and_the_other_one_when_it_is_gone(
    hall: StudyHall, url: str, clock: Clock
) -> None:
    clock.forward(hours=-1)
    other, question = Store.open(url, now=clock, virtual=True), hall.questions()[0]
    try:
        second = StudyHall(other, clock, hall.settings, limits=hall.platform.limits, tokens=1_000)
        second.platform.posted = hall.platform.posted
        await hall.app.counts.tell("fake")
        await hall.press(question, "beta", who("bob"))
        clock.forward(seconds=5)
        await asyncio.gather(*(each.app.counts.tell("fake") for each in (hall, second)))
        assert question.edits == 2
        await hall.press(question, "beta", who("eve"))
        clock.forward(seconds=24)
        await second.app.counts.tell("fake")
        assert "2 people have answered" in text_of(question.card)
        clock.forward(seconds=1)
        await second.app.counts.tell("fake")
        assert "3 people have answered" in text_of(question.card)
    finally:
        await other.close()


async def begun(hall: StudyHall, **after: float) -> Collection[int]:
    """Mark the hall's one round at an instant; which rounds are marked."""
    now = hall.clock() + timedelta(**after)
    ids = [1, 2]
    return await hall.store.write("posts", lambda connection: begin_telling(connection, ids, now, now + MARKED_FOR))


async def test_a_round_is_marked_again_when_its_mark_is_over_or_its_clock_was_set_back(hall: StudyHall) -> None:
    assert await begun(hall) == {1}
    assert await begun(hall) == set()
    assert await begun(hall, seconds=54.9) == set()
    assert await begun(hall, seconds=55) == {1}
    assert await begun(hall, seconds=54) == {1}, "the mark was made by a clock that was ahead"


async def test_a_round_that_is_not_open_is_not_marked(hall: StudyHall) -> None:
    await hall.store.write("team", lambda connection: connection.execute(update(rounds).values(state="closed")))
    assert await begun(hall) == set()
    assert await marks(hall) == [None]


async def test_who_ends_an_edit_ends_no_mark_of_another_one(hall: StudyHall) -> None:
    mine, theirs = hall.clock(), hall.clock() + timedelta(seconds=1)
    await begun(hall)
    await hall.store.write("team", lambda connection: connection.execute(update(rounds).values(telling_until=theirs)))
    await hall.store.write("team", partial(end_telling, round_id=1, mine=mine, until=None))
    assert await hall.store.read(partial(telling_until, round_id=1)) == theirs
    await hall.store.write("team", partial(end_telling, round_id=1, mine=theirs, until=None))
    assert await hall.store.read(partial(telling_until, round_id=1)) is None


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_round_that_somebody_else_changes_is_left_for_the_next_time(hall: StudyHall) -> None:
    engine = hall.store._database.writer
    with engine.connect() as connection, connection.begin():
        connection.execute(update(rounds).values(answered=5))
        assert await begun(hall) == set()
    assert await begun(hall) == {1}
