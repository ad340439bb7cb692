"""How matches are played: race, survival, teams, without a clock."""

from __future__ import annotations

from pathlib import Path

from bot.ports import Buttons, Moment, Table
from bot.store import Store
from bot.store.tables import answers, players
from tests.bot.matches import ADA, Match, begun, opened, row_of
from tests.clock import Clock
from tests.databases import SQLITE
from tests.hall import text_of, who

BOB, CYD, DAN, EVE = who("bob"), who("cyd"), who("dan"), who("eve")


def standings_in(match: Match) -> list[tuple[str, ...]]:
    """The rows of the final standings."""
    return list(next(block for block in match.last.card.blocks if isinstance(block, Table)).rows)


async def test_in_a_race_the_first_right_answer_takes_the_most(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start race count:1 seconds:20", BOB, CYD)
    await match.answer("alpha", CYD)
    clock.forward(seconds=5)
    await match.answer("beta", BOB)
    clock.forward(seconds=5)
    await match.answer("beta", ADA)
    await match.wait(10)
    assert standings_in(match) == [("1", "Bob", "11", "1/1"), ("2", "Ada", "6", "1/1"), ("3", "Cyd", "0", "0/1")]


async def test_in_survival_whoever_is_wrong_or_silent_is_out_and_the_last_one_wins(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start survival count:5", BOB, CYD, DAN)
    await match.answer("beta", ADA)
    await match.answer("beta", DAN)
    await match.answer("alpha", BOB)
    await match.wait(21)
    assert match.question.card.title.startswith("Answer 1")
    await match.wait(8)
    assert match.question.card.title.startswith("Question 2")
    assert "You are out of this quiz" in text_of(await match.answer("beta", BOB))
    assert "You are out of this quiz" in text_of(await match.answer("beta", EVE))
    assert "out of this quiz" in text_of(await match.press("join", EVE))
    assert len(await store.read(lambda c: c.execute(answers.select()).all())) == 3
    await match.answer("beta", ADA)
    await match.answer("alpha", DAN)
    await match.wait(9)
    assert [row[:2] for row in standings_in(match)] == [("1", "Ada"), ("2", "Dan"), ("3", "Bob"), ("3", "Cyd")]


async def test_in_survival_a_question_that_nobody_has_right_puts_nobody_out(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start survival count:2", BOB)
    await match.answer("alpha", ADA)
    await match.answer("gamma", BOB)
    await match.wait(9)
    assert match.question.card.title.startswith("Question 2")
    assert "Noted" in text_of(await match.answer("beta", ADA))
    assert "Noted" in text_of(await match.answer("alpha", BOB))
    await match.wait(9)
    rows = standings_in(match)
    assert [row[:2] for row in rows] == [("1", "Ada"), ("2", "Bob")]


async def test_in_survival_the_match_ends_when_one_is_left(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start survival count:6", BOB)
    await match.answer("beta", ADA)
    await match.answer("alpha", BOB)
    await match.wait(9)
    assert "It is decided" in text_of(match.last.card)
    assert [row[:2] for row in standings_in(match)] == [("1", "Ada"), ("2", "Bob")]


async def test_in_survival_who_answered_in_time_is_in_though_it_was_delivered_late(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start survival count:3", BOB, CYD)
    question, at = match.question.card, clock()
    await match.answer("beta", ADA)
    await match.answer("beta", CYD)
    await match.wait(21)
    assert (await store.read(lambda c: c.execute(players.select().order_by(players.c.identity_id)).all()))[1].out == 0
    await match.answer_late(question, "beta", BOB, at)
    await match.wait(8)
    assert match.question.card.title.startswith("Question 2")
    assert "Noted" in text_of(await match.answer("beta", BOB))


async def test_teams_are_chosen_in_the_lobby_and_have_the_mean_of_their_players(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start teams count:1 seconds:20")
    assert "in the team 🔵 Blue" in text_of(await match.hall.push(match.lobby, "Blue", BOB))
    await match.hall.push(match.lobby, "Red", CYD)
    await match.hall.push(match.lobby, "Blue", CYD)
    await match.wait(4)
    lobby = text_of(match.lobby.card)
    assert "**🔴 Red** Ada" in lobby
    assert "**🔵 Blue** Bob, Cyd" in lobby
    await match.press("go", ADA)
    await match.hall.run()
    assert "You are in already" in text_of(await match.press("join", CYD))
    await match.answer("beta", ADA)
    await match.answer("beta", BOB)
    await match.answer("alpha", CYD)
    await match.wait(9)
    assert standings_in(match) == [("1", "🔴 Red", "12", "1"), ("2", "🔵 Blue", "6", "1")]


@SQLITE
async def test_who_answers_without_a_team_is_in_the_smallest(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start teams count:1")
    for person, team in ((BOB, "Blue"), (CYD, "Blue")):
        await match.hall.push(match.lobby, team, person)
    await match.press("go", ADA)
    await match.hall.run()
    await match.answer("beta", DAN)
    assert (await row_of(match.hall, players)).team == 0


async def test_without_a_clock_a_question_waits_for_everybody_and_a_button_leads_on(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start relaxed count:2", BOB)
    assert not any(isinstance(block, Moment) for block in match.question.card.blocks)
    await match.answer("beta", ADA)
    await match.hall.run(minutes=10)
    assert match.question.card.title.startswith("Question 1")
    await match.answer("beta", BOB)
    await match.wait(1)
    assert match.question.card.title.startswith("Answer 1")
    await match.wait(60)
    assert match.question.card.title.startswith("Answer 1")
    assert "not in this quiz" in text_of(await match.hall.push(match.question, "Next", CYD))
    await match.hall.push(match.question, "Next", BOB)
    await match.wait(1)
    assert match.question.card.title.startswith("Question 2")
    await match.answer("beta", ADA)
    await match.answer("alpha", BOB)
    await match.wait(1)
    await match.hall.push(match.question, "Finish", ADA)
    await match.wait(1)
    assert standings_in(match) == [("1", "Ada", "20", "2/2"), ("2", "Bob", "10", "1/2")]


@SQLITE
async def test_without_a_clock_nobody_is_waited_for_longer_than_half_an_hour(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start relaxed count:2", BOB)
    await match.answer("beta", ADA)
    for _ in range(32):
        for _ in range(6):
            await match.hall.run(seconds=10)
    assert "Nobody went on with the quiz" in text_of(match.last.card)
    assert match.question.card.title.startswith("Answer 1")
    assert any(isinstance(block, Table) for block in match.last.card.blocks)
    assert not any(isinstance(block, Buttons) for block in match.last.card.blocks)
