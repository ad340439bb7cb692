"""What the host, organisers and players wish of a live match: skip, hint, more time, a pause, the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ports import Options
from bot.store import Store
from bot.store.tables import answers, matches, rounds
from tests.bot.matches import ADA, begun, opened, row_of
from tests.clock import Clock
from tests.databases import SQLITE
from tests.hall import pack_of, text_of, who

BOB, CYD, DAN, OLGA = who("bob"), who("cyd"), who("dan"), who("olga")


async def test_the_host_skips_at_once_and_an_organiser_too(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:3", BOB)
    assert "skipped" in text_of(await match.hall.push(match.question, "Skip", ADA))
    await match.wait(1)
    assert "It was skipped" in text_of(match.question.card)
    await match.wait(3)
    assert match.question.card.title.startswith("Question 2")
    assert "skipped" in text_of(await match.command("/quiz skip", OLGA))
    await match.wait(4)
    assert match.question.card.title.startswith("Question 3")


async def test_players_skip_by_the_vote_of_more_than_half(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2", BOB, CYD, DAN)
    assert "1 of the 3" in text_of(await match.hall.push(match.question, "Skip", BOB))
    assert "1 of the 3" in text_of(await match.hall.push(match.question, "Skip", BOB))
    assert "not in this quiz" in text_of(await match.hall.push(match.question, "Skip", who("eve")))
    assert "2 of the 3" in text_of(await match.hall.push(match.question, "Skip", CYD))
    assert "is skipped" in text_of(await match.hall.push(match.question, "Skip", DAN))
    await match.wait(5)
    assert match.question.card.title.startswith("Question 2")
    assert "1 of the 3" in text_of(await match.hall.push(match.question, "Skip", BOB))


async def test_a_skip_that_is_told_twice_skips_one_question(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:4", BOB)
    for _ in range(2):
        assert "is skipped" in text_of(await match.command("/quiz skip", ADA, event="one"))
        await match.wait(4)
    assert match.question.card.title.startswith("Question 2")
    asked = await store.read(lambda c: c.execute(rounds.select()).all())
    assert [row.state for row in asked] == ["closed", "open"]


async def test_a_skipped_question_puts_nobody_out(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start survival count:3", BOB)
    await match.answer("beta", ADA)
    await match.command("/quiz skip", ADA)
    await match.wait(4)
    assert match.question.card.title.startswith("Question 2")
    assert "Noted" in text_of(await match.answer("beta", BOB))


async def test_a_hint_strikes_a_wrong_option_for_everybody(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1", BOB)
    assert "host" in text_of(await match.hall.push(match.question, "Hint", BOB))
    assert "Everybody sees the hint" in text_of(await match.hall.push(match.question, "Hint", ADA))
    await match.hall.run()
    shown = text_of(match.question.card)
    letter = shown.partition("Hint: it is not ")[2][0]
    options = next(block for block in match.question.card.blocks if isinstance(block, Options))
    assert "beta" not in options.choices[ord(letter) - ord("A")].text
    assert "no hint left" in text_of(await match.command("/quiz hint", ADA))


@SQLITE
@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("short", "it begins with o and has 11 characters"),
        ("order", "it begins with "),
        ("true-false", ""),
        ("numeric", ""),
        ("multi", ""),
    ],
)
async def test_a_hint_never_gives_the_answer_away(
    store: Store, clock: Clock, tmp_path: Path, kind: str, hint: str
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1", pack=pack_of(kind))
    told = text_of(await match.command("/quiz hint", ADA))
    await match.hall.run()
    if hint:
        assert "Everybody sees" in told
        assert hint in text_of(match.question.card)
    assert "no hint left" in text_of(await match.command("/quiz hint", ADA))


async def test_more_time_is_more_time(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1 seconds:20", BOB)
    assert "15 seconds more" in text_of(await match.command("/quiz extend", ADA))
    await match.wait(30)
    assert match.question.card.title.startswith("Question 1")
    assert "Noted" in text_of(await match.answer("beta", BOB))
    await match.wait(6)
    assert match.question.card.title.startswith("Answer 1")
    assert "No question is open" in text_of(await match.command("/quiz extend", ADA))


@SQLITE
async def test_a_question_is_open_for_ten_minutes_at_the_most(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1 seconds:300", BOB)
    told = [text_of(await match.command("/quiz extend", ADA)) for _ in range(21)]
    assert "as long as it gets" in told[-1]
    found = await row_of(match.hall, rounds)
    assert (found.closes_at - found.opened_at).total_seconds() <= 600


async def test_a_pause_comes_after_the_question_and_lasts_until_somebody_goes_on(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2", BOB)
    assert "host" in text_of(await match.command("/quiz pause", BOB))
    assert "after this question" in text_of(await match.command("/quiz pause", ADA))
    assert "Noted" in text_of(await match.answer("beta", BOB))
    await match.answer("beta", ADA)
    await match.wait(120)
    assert "The quiz is paused" in text_of(match.last.card)
    assert "paused already" in text_of(await match.command("/quiz pause", ADA))
    assert match.question.card.title.startswith("Answer 1")
    assert "goes on" in text_of(await match.hall.push(match.last, "Go on", ADA))
    await match.wait(4)
    assert match.question.card.title.startswith("Question 2")
    assert "not paused" in text_of(await match.command("/quiz resume", ADA))


@SQLITE
async def test_a_pause_that_is_taken_back_before_it_began_changes_nothing(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2", BOB)
    await match.command("/quiz pause", ADA)
    await match.command("/quiz resume", ADA)
    await match.answer("beta", ADA)
    await match.answer("beta", BOB)
    await match.wait(10)
    assert match.question.card.title.startswith("Question 2")


@SQLITE
async def test_a_match_that_is_paused_for_half_an_hour_is_over(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2", BOB)
    await match.answer("beta", ADA)
    await match.command("/quiz pause", ADA)
    await match.wait(22)
    for _ in range(190):
        await match.hall.run(seconds=10)
    assert "Nobody went on with the quiz" in text_of(match.last.card)


async def test_stopping_ends_with_the_standings_and_reveals_what_is_open(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:3", BOB)
    await match.answer("beta", ADA)
    assert "host" in text_of(await match.command("/quiz stop", BOB))
    assert "stopped" in text_of(await match.command("/quiz stop", ADA))
    await match.wait(1)
    assert match.question.card.title.startswith("Answer 1")
    assert "The quiz was stopped" in text_of(match.last.card)
    assert "no quiz here" in text_of(await match.command("/quiz stop", ADA))
    assert "over" in text_of(await match.press("skip", ADA))


@SQLITE
@pytest.mark.parametrize("word", ["skip", "hint", "extend", "pause", "resume", "stop", "leave", "join"])
async def test_without_a_match_a_wish_is_told_how_to_begin_one(
    store: Store, clock: Clock, tmp_path: Path, word: str
) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start count:1")
    await match.command("/quiz stop", ADA)
    assert "`/quiz start` begins one" in text_of(await match.command(f"/quiz {word}", ADA))


@SQLITE
async def test_in_the_lobby_nothing_is_skipped_or_paused(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start count:1")
    for word in ("skip", "hint", "extend"):
        assert "No question is open" in text_of(await match.command(f"/quiz {word}", ADA))
    assert "not begun" in text_of(await match.command("/quiz pause", ADA))
    assert (await row_of(match.hall, matches)).state == "lobby"


@SQLITE
async def test_who_leaves_is_not_waited_for_and_may_come_back(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2", BOB)
    await match.answer("beta", ADA)
    await match.command("/quiz leave", BOB)
    await match.wait(1)
    assert match.question.card.title.startswith("Answer 1")
    assert "You are in." in text_of(await match.command("/quiz join", BOB))
    await match.wait(8)
    await match.answer("beta", ADA)
    await match.wait(1)
    assert match.question.card.title.startswith("Question 2")
    assert len(await store.read(lambda c: c.execute(answers.select()).all())) == 2
