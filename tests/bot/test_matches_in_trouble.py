"""Matches when something goes wrong: processes that die, a platform that does not take messages, two at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bot.ports import Card, Limits, Message, PlaceRef, RefusedError, Table
from bot.rules.matches import End
from bot.settings import HallEntry
from bot.store import Store
from bot.store.tables import answers, matches, posts, rounds
from tests.bot.matches import ADA, Match, begun, opened, row_of
from tests.clock import Clock
from tests.databases import SQLITE
from tests.hall import StudyHall, hall_entry, open_hall, text_of, who

BOB = who("bob")


async def test_after_a_crash_it_goes_on_with_the_same_question_the_same_answers_and_what_was_left_of_the_clock(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2 seconds:60", BOB)
    await match.answer("beta", ADA)
    await match.wait(10)
    clock.forward(minutes=5)
    again = Match(await started_again(match.hall))
    await again.hall.run()
    assert "I was away for 30" in text_of(again.last.card)
    assert "same question" in text_of(again.last.card)
    assert again.question.card.title.startswith("Question 1")
    left = ((await row_of(again.hall, rounds)).closes_at - clock()).total_seconds()
    assert 45 <= left <= 60
    assert "answered already" in text_of(await again.answer("alpha", ADA))
    assert "Noted" in text_of(await again.answer("beta", BOB))
    await again.wait(1)
    assert "Right: Ada, Bob" in text_of(again.question.card)


async def test_an_answer_that_comes_before_the_first_look_after_a_crash_is_in_time(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1", BOB)
    clock.forward(minutes=2)
    again = Match(await started_again(match.hall))
    assert "Noted" in text_of(await again.answer("beta", BOB))
    await again.hall.run()
    assert again.question.card.title.startswith("Question 1")
    assert (await row_of(again.hall, answers)).verdict == "right"


async def test_in_a_lobby_that_was_interrupted_people_still_have_time_to_come_in(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start count:1")
    clock.forward(minutes=2)
    again = Match(await started_again(match.hall))
    await again.hall.run()
    assert "You are in" in text_of(await again.press("join", BOB))
    await again.wait(11)
    assert again.question.card.title.startswith("Question 1")


async def test_a_match_that_nobody_looked_after_for_too_long_ends_with_its_standings(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:3", BOB)
    await match.answer("beta", ADA)
    clock.forward(minutes=20)
    again = Match(await started_again(match.hall))
    await again.wait(2)
    assert again.question.card.title.startswith("Answer 1")
    assert "I was away for too long" in text_of(again.last.card)
    table = next(block for block in again.last.card.blocks if isinstance(block, Table))
    assert table.rows[0][:2] == ("1", "Ada")
    assert (await row_of(again.hall, matches)).reason == End.AWAY


async def test_two_processes_that_look_after_a_match_ask_each_question_once(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2", BOB)
    other = await started_again(match.hall, tokens=5_000)
    for _ in range(60):
        clock.forward(seconds=1)
        await asyncio.gather(match.hall.app.run_due(), other.app.run_due())
    titles = [each.card.title.split(" · ")[0] for each in match.hall.questions()]
    assert titles == ["Quiz", "Answer 1 of 2", "Answer 2 of 2", "Quiz"]
    asked = await store.read(lambda c: c.execute(posts.select().where(posts.c.kind == "question")).all())
    assert [row.state for row in asked] == ["sent", "sent"]


async def test_a_place_that_refuses_the_question_ends_the_match(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start count:2", BOB)
    match.hall.platform.fails = [RefusedError("not in the channel", "Invite the bot.")]
    await match.press("go", ADA)
    await match.wait(3)
    found = await row_of(match.hall, matches)
    assert (found.state, found.reason) == ("over", End.UNSENT)
    assert "not in the channel" in "\n".join(match.hall.notes())


async def test_a_place_that_refuses_the_lobby_has_no_match(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = Match(await open_hall(store, clock, tmp_path, schedules=()))
    match.hall.platform.fails = [RefusedError("not in the channel", "Invite the bot.")]
    await match.command("/quiz start count:2", ADA)
    await match.wait(3)
    found = await row_of(match.hall, matches)
    assert (found.state, found.reason) == ("over", End.UNSENT)


async def test_a_question_whose_reply_was_lost_is_found_and_not_sent_twice(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start count:1", BOB)
    match.hall.platform.fails = ["lost-reply"]
    await match.press("go", ADA)
    await match.hall.run()
    assert match.question.card.title.startswith("Question 1")
    assert "Noted" in text_of(await match.answer("beta", BOB))
    await match.wait(10)
    assert [each.card.title.startswith(("Question", "Answer")) for each in match.hall.questions()].count(True) == 1
    stored = await row_of(match.hall, answers)
    assert (stored.verdict, stored.points) == ("right", 12)


async def test_a_question_that_turns_out_to_have_got_out_after_the_match_is_over_is_revealed(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start count:1", BOB, limits=Limits(settle=5.0))
    match.hall.platform.fails = ["lost-reply"]
    await match.press("go", ADA)
    await match.hall.run()
    await match.command("/quiz stop", ADA)
    assert match.question.card.title.startswith("Question 1")
    await match.wait(20)
    assert match.question.card.title.startswith("Answer 1")
    assert (await row_of(match.hall, rounds)).state == "closed"


@SQLITE
async def test_a_match_in_a_place_that_goes_to_another_hall_is_over(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:3", BOB)
    elsewhere = PlaceRef("fake", "team", "elsewhere")
    halls = (hall_entry(places=(elsewhere,), schedules=()), hall_entry("others", schedules=(), organiser_place=None))
    moved = await started_again(match.hall, halls=halls)
    await moved.run()
    await moved.run(seconds=1)
    assert (await row_of(moved, matches)).state == "over"
    assert "no quiz here" in text_of(await moved.type("/quiz stop", ADA))


@SQLITE
async def test_a_count_that_a_process_died_in_neither_stays_over_an_answer_nor_holds_up_the_next_question(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2", BOB, limits=Limits(settle=30.0))
    question, late = match.question, list[Card]()

    async def dies(_: Message, card: Card) -> None:
        late.append(card)
        raise asyncio.CancelledError

    await match.answer("beta", ADA)
    match.hall.platform.edit = dies  # type: ignore[assignment,method-assign]  # its process is killed when the request is out
    with suppress(asyncio.CancelledError):
        await match.hall.app.counts.tell("fake")
    again = Match(await started_again(match.hall))
    await again.wait(21)
    assert question.card.title.startswith("Answer 1")
    (question.card,) = late
    await again.wait(9)
    assert again.question.card.title.startswith("Question 2")
    await again.wait(24)
    assert question.card.title.startswith("Question 1"), "it may be under way yet"
    await again.wait(1)
    assert question.card.title.startswith("Answer 1")


async def started_again(hall: StudyHall, tokens: int = 1_000, halls: tuple[HallEntry, ...] = ()) -> StudyHall:
    """Another process on the same store and platform."""
    settings = replace(hall.settings, halls=halls or hall.settings.halls)
    again = StudyHall(hall.store, hall.clock, settings, tokens=tokens)
    again.platform.posted = hall.platform.posted
    await again.settle()
    return again
