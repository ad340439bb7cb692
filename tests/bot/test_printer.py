"""A person takes along what they met: as a package for Anki, and as a table."""

from __future__ import annotations

import asyncio
import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.ports import Card, File, Limits, Who
from bot.printer import APKG, CSV
from bot.store import Store
from bot.store.tables import rounds
from tests.bot.test_tutor import card_of, choose, onward
from tests.clock import Clock
from tests.decks import media_in, notes_in, rows_in
from tests.hall import StudyHall, choice_pack, open_hall, text_of, who

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)


def file_of(card: Card) -> File:
    """The file of a card."""
    return next(block for block in card.blocks if isinstance(block, File))


async def taken(hall: StudyHall, line: str = "/study cards", person: Who | None = None) -> bytes:
    """What somebody gets who takes their cards along."""
    return file_of(card_of(await hall.type(line, person))).content


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall an hour before its question, whose key is beta always."""
    clock.forward(hours=-1)
    return await open_hall(store, clock, tmp_path, choice_pack(12))


async def test_what_was_practised_comes_along_with_its_answer(hall: StudyHall) -> None:
    first = card_of(await hall.type("/practice count:2"))
    await choose(hall, await onward(hall, await choose(hall, first, "beta of")), "alpha of")
    card = card_of(await hall.type("/study cards"))
    assert "2 questions" in text_of(card)
    file = file_of(card)
    assert (file.name, file.mime) == ("studyhall-cards.apkg", "application/apkg")
    one, two = notes_in(file.content)
    for note in (one, two):
        question, picture, options, answer, explanation, reasons, references, item = note.fields
        assert f"Which letter does question {item.removeprefix('tests/')} want?" in question
        assert picture == ""
        assert f"alpha of {item.removeprefix('tests/')}" in options
        assert "beta of" in answer
        assert "alpha of" not in answer
        assert "Because of the letter." in explanation
        assert "Reason for gamma." in reasons
        assert "Author, A. Letters. 2020." in references
        assert {"difficulty::easy", "pack::tests"} < set(note.tags)
        assert {tag.partition("::")[0] for tag in note.tags} == {"topic", "concept", "difficulty", "pack"}
    assert one.guid != two.guid


async def test_a_second_package_has_the_same_notes_in_any_hall_and_for_anybody(
    hall: StudyHall, store: Store, clock: Clock, tmp_path: Path
) -> None:
    await choose(hall, card_of(await hall.type("/practice")), "beta of")
    before = notes_in(await taken(hall))
    clock.forward(hours=30)
    assert [note.guid for note in notes_in(await taken(hall))] == [note.guid for note in before]
    for _ in range(12):
        await choose(hall, card_of(await hall.type("/practice count:1", who("grace"))), "alpha of", who("grace"))
    theirs = {note.fields[-1]: note.guid for note in notes_in(await taken(hall, person=who("grace")))}
    assert len(theirs) == 12
    assert theirs[before[0].fields[-1]] == before[0].guid


async def test_a_question_of_the_group_comes_along_from_its_reveal_on(hall: StudyHall) -> None:
    await hall.run(hours=1)
    await hall.press(hall.questions()[-1], "alpha of")
    assert "You have answered no question yet" in text_of(await hall.type("/study cards"))
    await hall.run(hours=24)
    (row,) = rows_in(await taken(hall, "/study cards csv"))
    assert row["Last answer"] == "not right"
    assert row["Times met"] == "1"


async def test_what_the_group_is_being_asked_stays_out_however_often_it_was_met(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, choice_pack(1))
    await choose(hall, card_of(await hall.type("/practice count:1")), "beta of")
    assert len(notes_in(await taken(hall))) == 1
    await hall.run(hours=1)
    for kind in (APKG, CSV):
        card = card_of(await hall.type(f"/study cards {kind}"))
        assert not any(isinstance(block, File) for block in card.blocks)
        assert "beta" not in repr(card)


async def test_a_question_that_was_given_up_before_its_reveal_stays_out(hall: StudyHall) -> None:
    await hall.run(hours=1)
    await hall.press(hall.questions()[-1], "beta of")
    await hall.store.write(
        "team", lambda connection: connection.execute(update(rounds).values(state="failed")).rowcount
    )
    assert "You have answered no question yet" in text_of(await hall.type("/study cards"))


async def test_a_question_that_was_only_looked_at_stays_out(hall: StudyHall) -> None:
    await hall.type("/practice")
    assert "You have answered no question yet" in text_of(await hall.type("/study cards"))
    assert "You have answered no question yet" in text_of(await hall.type("/study cards", who("stranger")))


async def test_a_mended_question_comes_along_mended(hall: StudyHall, tmp_path: Path) -> None:
    await choose(hall, card_of(await hall.type("/practice")), "beta of")
    (before,) = notes_in(await taken(hall))
    await reload(hall, tmp_path, choice_pack(12, key="C"))
    (after,) = notes_in(await taken(hall))
    assert after.guid == before.guid
    assert "beta of" in before.fields[3]
    assert "gamma of" in after.fields[3]
    assert after.fields[2] == before.fields[2], "options stay in their order"


async def test_a_question_that_left_the_bank_comes_along_as_it_was_asked(hall: StudyHall, tmp_path: Path) -> None:
    await choose(hall, card_of(await hall.type("/practice topic:learning")), "beta of")
    await hall.run(hours=1)
    await hall.press(hall.questions()[-1], "alpha of")
    await hall.run(hours=24)
    before = rows_in(await taken(hall, "/study cards csv"))
    assert len(before) == 2
    await reload(hall, tmp_path, choice_pack(12).replace("id: item", "id: other"))
    after = rows_in(await taken(hall, "/study cards csv"))
    assert [(row["Id"], row["Question"], row["Last answer"]) for row in after] == [
        (row["Id"], row["Question"], row["Last answer"]) for row in before
    ]
    assert all("beta of" in row["Key"] for row in after)


async def reload(hall: StudyHall, folder: Path, pack: str) -> None:
    """Change the pack and have it read."""
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    os.utime(folder / "pack.yaml", (1_700_000_000,) * 2)
    assert await hall.app.library.reload(hall.app.registrar)


async def test_the_table_tells_how_often_a_question_was_met_and_when_its_idea_is_due(hall: StudyHall) -> None:
    times: Counter[str] = Counter()
    last: dict[str, str] = {}
    for option, verdict in (("beta of", "right"), ("alpha of", "not right")):
        card = card_of(await hall.type("/practice count:8"))
        while found := re.search(r"question (item-\d+) want", text_of(card)):
            times[f"tests/{found[1]}"] += 1
            last[f"tests/{found[1]}"] = verdict
            card = await onward(hall, await choose(hall, card, option), label_in(card))
        hall.clock.forward(hours=20)
    rows = rows_in(await taken(hall, "/study cards csv"))
    assert {row["Id"]: (int(row["Times met"]), row["Last answer"]) for row in rows} == {
        item: (times[item], last[item]) for item in times
    }
    assert times.total() == 16
    assert {(row["Topic"], row["Difficulty"]) for row in rows} == {("Statistics", "easy"), ("Learning", "easy")}
    due = {row["Idea"]: date.fromisoformat(row["Next review"]) for row in rows}
    assert sorted(due) == [f"concept-{n}" for n in range(4)]
    assert all(hall.clock().date() <= day for day in due.values())


def label_in(card: Card) -> str:
    """What goes on after a question that is the nth of a practice."""
    nth, _, wanted = card.title.split()[1].partition("/")
    return "Finish" if nth == wanted else "Next"


async def test_pictures_come_along_under_names_of_their_own(store: Store, clock: Clock, tmp_path: Path) -> None:
    clock.forward(hours=-1)
    (tmp_path / "plot.png").write_bytes(PIXEL)
    pack = choice_pack(1) + "    picture: {file: plot.png, alt: A plot of 3 < 4}\n"
    hall = await open_hall(store, clock, tmp_path, pack)
    await choose(hall, card_of(await hall.type("/practice count:1")), "beta of")
    package = await taken(hall)
    ((name, content),) = media_in(package).items()
    assert content == PIXEL
    (note,) = notes_in(package)
    assert note.fields[1] == f'<div><img src="{name}" alt="A plot of 3 &lt; 4"></div>'


@pytest.mark.parametrize(("most", "kind"), [(100, "csv"), (1200, "apkg")])
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_file_that_the_platform_does_not_carry_is_told_in_words(
    store: Store, clock: Clock, tmp_path: Path, most: int, kind: str
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, choice_pack(12), limits=Limits(file=most))
    await choose(hall, card_of(await hall.type("/practice")), "beta of")
    card = card_of(await hall.type(f"/study cards {kind}"))
    assert "more than" in text_of(card)
    assert ("/study cards csv" in text_of(card)) == (kind == "apkg")
    assert not any(isinstance(block, File) for block in card.blocks)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_who_asks_again_while_their_file_is_made_waits(hall: StudyHall) -> None:
    await choose(hall, card_of(await hall.type("/practice")), "beta of")
    cards = [card_of(each) for each in await asyncio.gather(*(hall.type("/study cards") for _ in range(3)))]
    assert sorted(any(isinstance(block, File) for block in card.blocks) for card in cards) == [False, False, True]
    assert sum("being made" in text_of(card) for card in cards) == 2
    assert await taken(hall)


async def test_who_is_forgotten_has_nothing_to_take_along(hall: StudyHall) -> None:
    await choose(hall, card_of(await hall.type("/practice")), "beta of")
    assert await taken(hall)
    await hall.type("/study forget sure")
    assert "You have answered no question yet" in text_of(await hall.type("/study cards"))


async def test_linked_accounts_take_the_cards_of_both_along(hall: StudyHall) -> None:
    await choose(hall, card_of(await hall.type("/practice topic:learning")), "beta of")
    other = who("ada2")
    await choose(hall, card_of(await hall.type("/practice topic:statistics", other)), "beta of", other)
    shown = text_of(await hall.type("/study link"))
    code = re.search(r"[a-q]{5}-[a-q]{5}", shown.replace("\\", ""))
    assert code
    await hall.type(f"/study link {code[0]}", other)
    assert len(notes_in(await taken(hall))) == len(notes_in(await taken(hall, person=other))) == 2
