"""What is too long for a message is read page by page, and by nobody who may not read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.ports import Answered, Button, Buttons, Card, Edit, Options, Press, Reply, Submission, Text, Who
from bot.store import Store
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, choice_pack, open_hall, text_of, who
from tests.long import BEGINS, ENDS, LONG_PACK

ROOM = 2_500
NOT_HERE = "It is not open here any more"


def whole(card: Card) -> bool:
    """A platform that shows so many characters of text in a message."""
    return sum(len(block.markdown) for block in card.blocks if isinstance(block, Text)) <= ROOM


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall with a question of which the answer is long."""
    return await asked(store, clock, tmp_path, LONG_PACK)


async def asked(store: Store, clock: Clock, folder: Path, pack: str) -> StudyHall:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, folder, pack, whole=whole)
    await hall.run(hours=1)
    return hall


def buttons(card: Card) -> dict[str, Button]:
    rows = (block for block in card.blocks if isinstance(block, Buttons))
    return {button.label: button for row in rows for button in row.buttons}


def card_of(answered: Answered) -> Card:
    assert isinstance(answered, Reply | Edit)
    assert whole(answered.card)
    return answered.card


async def press(hall: StudyHall, ref: str, person: Who | None = None, event: str = "") -> Answered:
    told = Press(event or hall.event(), hall.clock(), person or who(), GENERAL, ref)
    return await hall.app.porter.pressed(told)


async def read_on(hall: StudyHall, card: Card) -> list[Card]:
    """Every page that the card leads to."""
    answered = await press(hall, buttons(card)["Read on"].ref)
    assert isinstance(answered, Reply)
    found = [card_of(answered)]
    while "Next page" in buttons(found[-1]):
        answered = await press(hall, buttons(found[-1])["Next page"].ref)
        assert isinstance(answered, Edit), "the page stands where the one before stood"
        found.append(card_of(answered))
    return found


def texts(cards: list[Card]) -> str:
    return "\n\n".join(block.markdown for card in cards for block in card.blocks if isinstance(block, Text))


async def test_the_reveal_begins_a_long_answer_and_its_button_leads_through_all_of_it(hall: StudyHall) -> None:
    await hall.run(days=1)
    reveal = hall.questions()[0].card
    assert whole(reveal)
    assert BEGINS in text_of(reveal)
    assert ENDS not in text_of(reveal)
    pages = await read_on(hall, reveal)
    assert len(pages) > 7
    read = texts(pages)
    assert read.index(BEGINS) < read.index("Part 34") < read.index("line_99") < read.index("| 149 |") < read.index(ENDS)
    assert "Rate yours by" in read
    assert [page.title.rpartition(" ")[2] for page in pages] == [f"{n}/{len(pages)}" for n in range(1, len(pages) + 1)]
    back = card_of(await press(hall, buttons(pages[-1])["Previous page"].ref))
    assert back == pages[-2]


async def test_a_press_that_is_told_twice_shows_the_same_page(hall: StudyHall) -> None:
    await hall.run(days=1)
    ref = buttons(hall.questions()[0].card)["Read on"].ref
    first, again = [card_of(await press(hall, ref, event="same")) for _ in range(2)]
    assert first == again


@pytest.mark.parametrize("part", ["1", "2", "3", "4", "7", "1000", "2000", "3000", "999999", ""])
async def test_nothing_of_the_key_is_read_before_the_reveal(hall: StudyHall, part: str) -> None:
    ref = next(iter(buttons(hall.questions()[0].card).values())).ref
    token = ref.split(":")[1]
    for verb in ("read", "turn"):
        answered = await press(hall, f"{verb}:{token}:{part}".rstrip(":"))
        assert isinstance(answered, Reply | Edit)
        assert BEGINS not in text_of(answered.card)


@pytest.mark.parametrize("ref", ["read:{}:1", "read:{}:2", "turn:{}:1000", "turn:{}:2000"])
async def test_neither_the_reveal_nor_the_explanation_of_a_choice_is_read_before_its_time(
    ref: str, store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, choice_pack())
    (options,) = (block for block in hall.questions()[0].card.blocks if isinstance(block, Options))
    meant = ref.format(options.choices[0].ref.split(":")[1])
    assert NOT_HERE in text_of(card_of(await press(hall, meant)))
    await hall.run(days=1)
    assert NOT_HERE not in text_of(card_of(await press(hall, meant)))


async def test_a_short_reveal_has_no_such_button(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path, choice_pack())
    await hall.run(days=1)
    assert "Read on" not in buttons(hall.questions()[0].card)


async def test_a_long_question_and_a_long_explanation_are_read_on_too(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    stem, why = "Much is told before it is asked. " * 85, "It has to be explained at length. " * 110
    pack = (
        choice_pack()
        .replace("Which letter does", f"{stem} Which letter does")
        .replace("Because of", f"{why}Because of")
    )
    hall = await asked(store, clock, tmp_path, re.sub("Reason for alpha", "It is told at length. " * 40, pack))
    question = hall.questions()[0]
    pages = await read_on(hall, question.card)
    assert "Which letter does" in texts(pages)
    assert re.search(r"\*\*[ABC]\*\*  beta of item", texts(pages))
    feedback = card_of(await hall.press(question, "beta"))
    assert "Because of the letter" in texts(await read_on(hall, feedback))
    await hall.run(days=1)
    (explanation,) = [each.card for each in hall.platform.posted if each.card.title == "Why"][:1]
    assert whole(explanation)
    read = texts(await read_on(hall, explanation))
    assert "Because of the letter" in read
    assert read.count("It is told at length.") == 40


async def test_feedback_is_read_by_whoever_gave_the_answer_alone(store: Store, clock: Clock, tmp_path: Path) -> None:
    why = "It has to be explained at length. " * 110
    hall = await asked(store, clock, tmp_path, choice_pack().replace("Because of", f"{why}Because of"))
    feedback = card_of(await hall.press(hall.questions()[0], "beta"))
    ref = buttons(feedback)["Read on"].ref
    assert "Reason for beta" in text_of(card_of(await press(hall, ref)))
    assert NOT_HERE in text_of(card_of(await press(hall, ref, who("eve"))))


async def test_a_long_answer_to_a_question_that_one_is_asked_alone_is_read_by_that_person_alone(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, LONG_PACK, whole=whole, schedules=[])
    await hall.type("/practice", who("eve"))
    question = card_of(await hall.type("/practice"))
    token = buttons(question)["Stop"].ref.split(":")[1]
    unread = text_of(card_of(await press(hall, f"read:{token}:4")))
    assert BEGINS not in unread
    form = buttons(question)["Write your answer"].ref
    sent = Submission(hall.event(), hall.clock(), who(), GENERAL, form, {"answer": "So much."})
    compared = card_of(await hall.app.porter.submitted(sent))
    assert ENDS not in text_of(compared)
    assert {"1", "2", "None of them", "Next"} < set(buttons(compared))
    pages = await read_on(hall, compared)
    assert ENDS in texts(pages)
    assert NOT_HERE in text_of(card_of(await press(hall, buttons(compared)["Read on"].ref, who("eve"))))
    rated = card_of(await press(hall, buttons(compared)["1"].ref))
    assert "Read on" in buttons(rated)
