"""Live matches in one place: the lobby, question after question, what host and players may wish, and the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ports import BusyError, Buttons, Moment, Options, Table, Tone
from bot.settings import MatchTerms
from bot.store import Store
from bot.store.tables import answers, matches, players, rounds, turns
from tests.bot.matches import Match, begun, opened, points_on_board, row_of
from tests.bot.test_people import link
from tests.clock import Clock
from tests.databases import SQLITE
from tests.hall import choice_pack, open_hall, text_of, who

ADA, BOB, CYD, OLGA = who("ada"), who("bob"), who("cyd"), who("olga")


async def test_a_match_goes_from_its_lobby_through_its_questions_to_its_final_standings(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start count:2")
    assert "2 questions · 20 seconds each" in text_of(match.lobby.card)
    assert "1 is in: Ada" in text_of(match.lobby.card)
    await match.hall.push(match.lobby, "Join", BOB)
    await match.wait(4)
    assert "2 are in: Ada, Bob" in text_of(match.lobby.card)
    await match.wait(26)
    assert match.question.card.title.startswith("Question 1 of 2 · ")
    await match.answer("beta", ADA)
    await match.answer("alpha", BOB)
    await match.wait(1)
    assert match.question.card.title.startswith("Answer 1 of 2 · ")
    revealed = text_of(match.question.card)
    assert "Because of the letter" in revealed
    assert "**Ahead** 1. **Ada** 12 · 2. **Bob** 0" in revealed
    await match.wait(8)
    assert match.question.card.title.startswith("Question 2 of 2 · ")
    await match.answer("beta", ADA)
    await match.answer("beta", BOB)
    await match.wait(1)
    await match.wait(8)
    podium = match.last.card
    assert (podium.tone, podium.title) == (Tone.BOARD, "Quiz · Final standings")
    table = next(block for block in podium.blocks if isinstance(block, Table))
    assert table.rows == (("1", "Ada", "24", "2/2"), ("2", "Bob", "12", "1/2"))
    assert "It is under way" in text_of(match.lobby.card)
    assert (await row_of(match.hall, matches)).state == "over"


async def test_a_match_posts_its_messages_once_however_often_it_is_looked_after(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1", BOB)
    for _ in range(3):
        await match.hall.run()
    await match.answer("beta", ADA)
    await match.answer("beta", BOB)
    for _ in range(20):
        await match.wait(1)
    kinds = [each.card.title.split(" ")[0] for each in match.hall.questions()]
    assert kinds == ["Quiz", "Answer", "Quiz"]


async def test_whether_an_answer_is_right_is_told_with_the_reveal_alone_and_the_first_one_counts(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1", BOB)
    told = text_of(await match.answer("alpha", ADA))
    assert told.startswith("Noted")
    assert "comes with the reveal" in told
    assert "may change" not in told
    again = text_of(await match.answer("beta", ADA))
    assert "your first answer counts" in again
    assert "Reason" not in again
    await match.wait(21)
    assert "Nobody had it right" in text_of(match.question.card)


async def test_answering_is_joining_and_the_clock_closes_what_not_everybody_answered(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2", BOB)
    await match.answer("beta", CYD)
    await match.wait(19)
    assert match.question.card.title.startswith("Question 1")
    await match.wait(2)
    assert match.question.card.title.startswith("Answer 1")
    assert "Right: Cyd" in text_of(match.question.card)
    assert "**Ahead** 1. **Cyd**" in text_of(match.question.card)


async def test_a_button_of_an_old_question_says_that_it_is_closed(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2", BOB)
    old = match.question.card
    await match.wait(21)
    await match.wait(9)
    options = next(block for block in old.blocks if isinstance(block, Options))
    told = text_of(await match.press(options.choices[0].ref, CYD))
    assert "closed" in told
    assert await match.hall.store.read(lambda c: c.execute(answers.select()).all()) == []


async def test_speed_adds_at_most_a_fifth_by_the_clock_of_the_platform(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1 seconds:20", BOB)
    await match.answer("beta", ADA)
    clock.forward(seconds=19)
    await match.answer("beta", BOB)
    stored = await store.read(lambda c: c.execute(answers.select().order_by(answers.c.id)).all())
    assert [row.points for row in stored] == [12, 10]


async def test_a_question_that_is_sent_late_has_its_whole_clock(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start count:1", BOB)
    match.hall.platform.fails = [BusyError("slow down", 15)]
    await match.press("go", ADA)
    await match.wait(14)
    assert match.question is match.lobby
    await match.wait(3)
    found = await row_of(match.hall, rounds)
    assert (found.closes_at - match.question.at).total_seconds() == 20


async def test_one_match_a_place_at_a_time_and_a_wish_told_twice_is_one(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, schedules=())
    match = Match(hall)
    await match.command("/quiz start", ADA, event="one")
    again = text_of(await match.command("/quiz start", ADA, event="one"))
    assert "on its way" in again
    assert "already" in text_of(await match.command("/quiz start", BOB))
    assert len(await store.read(lambda c: c.execute(matches.select()).all())) == 1


async def test_a_person_begins_so_many_an_hour_and_organisers_as_many_as_they_like(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, schedules=(), matches=MatchTerms(an_hour=2))
    match = Match(hall)
    for _ in range(2):
        assert "on its way" in text_of(await match.command("/quiz start", ADA))
        await match.command("/quiz stop", ADA)
    assert "You began 2 quizzes within an hour" in text_of(await match.command("/quiz start", ADA))
    for _ in range(3):
        assert "on its way" in text_of(await match.command("/quiz start", OLGA))
        await match.command("/quiz stop", OLGA)
    clock.forward(minutes=61)
    assert "on its way" in text_of(await match.command("/quiz start", ADA))


async def test_where_organisers_alone_begin_nobody_else_does(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, clock, tmp_path, schedules=(), matches=MatchTerms(start="organisers"))
    match = Match(hall)
    assert "organisers alone" in text_of(await match.command("/quiz start", ADA))
    assert "on its way" in text_of(await match.command("/quiz start", OLGA))


@SQLITE
async def test_a_lobby_that_everybody_leaves_is_off(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start")
    assert "out of the quiz" in text_of(await match.hall.push(match.lobby, "Leave", ADA))
    assert "not in this quiz" in text_of(await match.hall.push(match.lobby, "Leave", BOB))
    await match.wait(31)
    await match.wait(1)
    assert "Nobody was there to play" in text_of(match.lobby.card)
    assert not any(isinstance(block, Buttons) for block in match.lobby.card.blocks)
    assert "over" in text_of(await match.press("join", BOB))


@SQLITE
async def test_the_host_begins_before_the_lobby_ends_and_nobody_else_does(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start count:1")
    assert "host" in text_of(await match.hall.push(match.lobby, "Begin now", BOB))
    assert "It begins" in text_of(await match.hall.push(match.lobby, "Begin now", ADA))
    await match.hall.run()
    assert match.question.card.title.startswith("Question 1")
    assert "begun already" in text_of(await match.press("go", ADA))


@SQLITE
async def test_a_lobby_is_changed_at_most_every_few_seconds(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await opened(store, clock, tmp_path, "/quiz start")
    for number in range(12):
        await match.hall.push(match.lobby, "Join", who(f"p{number}"))
        await match.wait(1)
    assert 3 <= match.lobby.edits <= 5
    await match.wait(3)
    assert "13 are in" in text_of(match.lobby.card)


async def test_a_player_who_is_alone_gets_no_points_on_boards_unless_the_hall_says_so(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:2")
    await match.answer("beta", ADA)
    await match.wait(1)
    assert await points_on_board(match.hall) == {}
    await match.wait(8)
    await match.answer("beta", ADA)
    await match.wait(1)
    await match.wait(9)
    assert await points_on_board(match.hall) == {}
    assert "Ada" in text_of(match.last.card)


@SQLITE
async def test_where_the_hall_says_so_a_player_who_is_alone_gets_points(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1", matches=MatchTerms(alone="counts"))
    await match.answer("beta", ADA)
    await match.wait(1)
    await match.wait(9)
    assert await points_on_board(match.hall) == {"Ada": 12}


async def test_the_points_of_a_match_with_several_stand_on_boards_from_the_reveal_on(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1", BOB)
    await match.answer("beta", ADA)
    assert await points_on_board(match.hall) == {}
    await match.answer("alpha", BOB)
    await match.wait(1)
    await match.wait(1)
    assert await points_on_board(match.hall) == {"Ada": 12, "Bob": 0}


@SQLITE
async def test_a_match_is_no_day_of_a_streak_and_not_the_daily_question(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1", BOB)
    shown = text_of(await match.hall.type("/daily", ADA))
    assert "Question 1 of 1" not in shown
    asked = await row_of(match.hall, turns)
    assert (asked.schedule_id, asked.nth, asked.unranked) == (None, 0, False)


@SQLITE
async def test_a_clock_is_a_countdown(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1 seconds:45", BOB)
    closes = next(block for block in match.question.card.blocks if isinstance(block, Moment))
    assert closes.countdown
    assert (closes.at - clock()).total_seconds() == 45


@SQLITE
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/quiz start count:0", "count:1"),
        ("/quiz start seconds:9999", "seconds:300"),
        ("/quiz start seconds:many", "seconds:5"),
        ("/quiz start nosuchtopic", "nosuchtopic"),
        ("/quiz start pack:nosuch", "nosuch"),
        ("/quiz start mode:races", "race"),
        ("/quiz begin", "/quiz"),
    ],
)
async def test_an_option_that_cannot_be_is_told_with_one_that_can(
    store: Store, clock: Clock, tmp_path: Path, line: str, said: str
) -> None:
    hall = await open_hall(store, clock, tmp_path, schedules=())
    assert said in text_of(await hall.type(line, ADA))
    assert await store.read(lambda c: c.execute(matches.select()).all()) == []


@SQLITE
async def test_words_and_numbers_find_their_options_in_any_sequence(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, clock, tmp_path, choice_pack(12), schedules=())
    await hall.type("/quiz start race 3 statistics 30 easy", ADA)
    row = await row_of(hall, matches)
    assert (row.mode, row.topic, len(row.queue), row.seconds) == ("race", "statistics", 3, 30)


@SQLITE
async def test_items_that_a_place_was_not_asked_yet_come_first_and_none_twice(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, choice_pack(6))
    await hall.run(hours=24)
    asked = await row_of(hall, turns)
    await hall.type("/quiz start count:50", ADA)
    queue = (await row_of(hall, matches)).queue
    assert len(queue) == len(set(queue)) == 5
    assert asked.item_id not in queue


async def test_a_person_with_two_accounts_plays_once(store: Store, clock: Clock, tmp_path: Path) -> None:
    match = await begun(store, clock, tmp_path, "/quiz start count:1", BOB)
    await link(match.hall, ADA, who("ada-too"))
    await match.answer("beta", ADA)
    await match.answer("alpha", who("ada-too"))
    await match.answer("alpha", BOB)
    await match.wait(1)
    await match.wait(9)
    table = next(block for block in match.last.card.blocks if isinstance(block, Table))
    assert [row[2:] for row in table.rows] == [("12", "1/1"), ("0", "0/1")]
    assert len(await store.read(lambda c: c.execute(players.select()).all())) == 2
