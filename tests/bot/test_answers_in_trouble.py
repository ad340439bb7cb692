"""Answers in a burst, at the border of a round or a season, and to a question whose pack has changed since."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.ports import Card, Limits, Message, Options, Press, Reaction, Said, Tone
from bot.reactions import letter_emoji
from bot.rules.boards import replay
from bot.store import Store
from bot.store.proof import verify
from bot.store.replay import counted_answers
from bot.store.standings import stored_standings
from bot.store.tables import answers
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, choice_pack, hall_entry, open_hall, schedule, settings_for, text_of, who

PICTURE = b"\x89PNG\r\n\x1a\n a picture"


async def asked(store: Store, clock: Clock, folder: Path, pack: str = "", **changes: Any) -> StudyHall:
    """A hall with one open question, whose key is beta."""
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, folder, pack, **changes)
    await hall.run(hours=1)
    assert len(hall.questions()) == 1
    return hall


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    return await asked(store, clock, tmp_path)


async def stored(hall: StudyHall) -> int:
    return await hall.store.read(lambda connection: connection.execute(select(func.count(answers.c.id))).scalar_one())


def option_of(card: Card, text: str) -> tuple[int, str]:
    """The index and the ref of the option with this text."""
    options = next(block for block in card.blocks if isinstance(block, Options))
    return next((index, each.ref) for index, each in enumerate(options.choices) if text in each.text)


async def test_ten_presses_of_one_person_at_one_instant_are_one_answer(hall: StudyHall) -> None:
    question = hall.questions()[0]
    texts = ["alpha", "beta", "gamma"] * 3 + ["beta"]
    told = await asyncio.gather(*(hall.press(question, text) for text in texts))
    assert sum("answered already" not in text_of(each) for each in told) == 1
    assert await stored(hall) == 1
    assert await hall.store.read(lambda connection: verify(connection, "team")) == []


async def test_a_hundred_answers_at_once_are_all_there_and_the_count_is_told_no_oftener_than_the_platform_wants(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, limits=Limits(settle=0.0, edit_every=60.0))
    question = hall.questions()[0]
    people = [who(f"p{number}") for number in range(100)]
    told = await asyncio.gather(*(hall.press(question, "beta", person) for person in people))
    assert sum(text_of(each).startswith("Right") for each in told) == 100
    assert await stored(hall) == 100
    await hall.run()
    assert "100 people have answered" in text_of(question.card)
    for number in range(3):
        await hall.press(question, "beta", who(f"late{number}"))
        await hall.run(seconds=0.3)
    assert question.edits == 1
    await hall.run(days=1)
    assert "103" in text_of(question.card)


async def test_a_board_read_in_a_burst_is_a_replay_of_what_was_stored_at_that_moment(hall: StudyHall) -> None:
    question = hall.questions()[0]

    def consistent(connection: Any) -> tuple[bool, int]:
        replayed = replay(counted_answers(connection, "team"))
        return stored_standings(connection, "team") == replayed, len(replayed)

    pressing = [asyncio.create_task(hall.press(question, "beta", who(f"p{number}"))) for number in range(60)]
    seen = [await hall.store.read(consistent)]
    while not all(each.done() for each in pressing):
        seen.append(await hall.store.read(consistent))
    await asyncio.gather(*pressing)
    seen.append(await hall.store.read(consistent))
    assert all(equal for equal, _ in seen)
    sizes = [size for _, size in seen]
    assert sizes == sorted(sizes)
    assert any(sizes[0] < size < sizes[-1] for size in sizes), "nothing was read while the burst went on"


@pytest.mark.parametrize("via", ["press", "reaction", "thread", "direct"])
@pytest.mark.parametrize(("after", "counts"), [(-1.0, True), (0.0, True), (0.001, False), (1.0, False)])
async def test_the_same_second_decides_by_whatever_way_an_answer_comes(
    store: Store,
    clock: Clock,
    tmp_path: Path,
    via: str,
    after: float,
    counts: bool,  # noqa: FBT001  a column of the table
) -> None:
    hall = await asked(store, clock, tmp_path, schedules=[schedule(open_for=timedelta(hours=1))])
    question = replace(hall.questions()[0])
    index, ref = option_of(question.card, "beta")
    at = clock() + timedelta(hours=1, seconds=after)
    clock.forward(hours=1, seconds=2)
    message = Message(GENERAL, question.id)
    desk, letter = hall.app.desk, "ABC"[index]
    match via:
        case "press":
            await desk.pressed(Press("e", at, who(), GENERAL, ref))
        case "reaction":
            await desk.reacted(Reaction("e", at, who(), message, letter_emoji(index)))
        case "thread":
            await desk.said(Said("e", at, who(), GENERAL, letter, thread=message))
        case _:
            await desk.said(Said("e", at, who(), GENERAL, letter, direct=True))
    assert await stored(hall) == int(counts)


async def test_where_the_last_answer_counts_none_changes_after_the_reveal(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, schedules=[schedule(answers="last")])
    question = replace(hall.questions()[0])
    await hall.press(question, "alpha")
    await hall.run(days=1, seconds=1)
    assert "answered already" in text_of(await hall.press(question, "beta"))
    _, mine = await hall.app.scorekeeper.board("team", "hall", "all", who("ada"))
    assert mine is not None
    assert mine.line is not None
    assert (mine.line.points, mine.line.answered) == (0, 1)


async def test_an_answer_after_the_seasons_midnight_belongs_to_the_season_of_its_slot(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    tokyo = [schedule(zone="Asia/Tokyo", times=("23:00",), open_for=timedelta(hours=8))]
    clock.at = datetime(2026, 12, 31, 14, 0, tzinfo=UTC)
    hall = await asked(store, clock, tmp_path, schedules=tokyo, zone="Asia/Tokyo")
    question = hall.questions()[0]
    await hall.press(question, "beta", who("before"))
    clock.forward(hours=2)
    await hall.press(question, "beta", who("after"))
    seasons = await store.read(lambda connection: set(connection.execute(select(answers.c.season)).scalars()))
    assert seasons == {"2026-Q4"}
    assert "No points yet" in text_of(await hall.type("/leaderboard season"))
    everybody = text_of(await hall.type("/leaderboard all"))
    assert everybody.index("Before") < everybody.index("After"), "who got there first orders the page"
    assert await store.read(partial(verify, hall="team")) == []


async def test_a_question_is_revealed_and_scored_as_it_was_posted_whatever_becomes_of_its_pack(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, choice_pack(1))
    file = tmp_path / "pack.yaml"
    edited = choice_pack(1, "A").replace("beta of", "changed").replace("Which letter", "Which other letter")
    for text in (edited, choice_pack(3, "C").replace("item-0", "another-item")):
        file.write_text(text, encoding="utf-8")
        assert await hall.app.library.reload(hall.app.registrar)
    question = hall.questions()[0]
    told = text_of(await hall.press(question, "beta"))
    assert told.startswith("Right")
    assert "Reason for beta." in told
    await hall.run(days=1)
    revealed = text_of(question.card)
    assert question.card.tone is Tone.REVEAL
    assert "Which letter does question item" in revealed
    assert "changed" not in revealed
    assert "Right: Ada" in revealed
    following = await hall.press(hall.questions()[1], "gamma")
    assert text_of(following).startswith("Right"), "the next turn asks from the changed pack"


async def test_a_picture_that_is_gone_leaves_its_question_and_is_told_to_the_organisers(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "plot.png").write_bytes(PICTURE)
    (folder / "pack.yaml").write_text(choice_pack(1) + "    picture: {file: plot.png, alt: A plot}\n", encoding="utf-8")
    clock.forward(hours=-1)
    hall = StudyHall(store, clock, settings_for([hall_entry()], [folder]))
    await hall.settle()
    (folder / "plot.png").unlink()
    assert not await hall.app.library.reload(hall.app.registrar)
    await hall.run(hours=1)
    assert "Which letter" in text_of(hall.questions()[0].card)
    assert [note.split("\n")[0] for note in hall.notes()] == ["A pack has faults"]
