"""Each kind of question and each way to answer it in Discord, from the question to its reveal."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.store.tables import answers, rounds
from tests.adapters.discord.conftest import Hall
from tests.fakes.discord.components import BUTTON, SELECT, leaves
from tests.fakes.discord.facts import Interaction, Json, Message
from tests.hall import OTHERS, choice_pack, pack_of

A, B, C = ("\U0001f1e6", "\U0001f1e7", "\U0001f1e8")
LONG = "An option that says so much that no button has the room for it, whatever one leaves out of it, number"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


async def given(hall: Hall) -> list[Any]:
    return [value for (value,) in await hall.all_of(answers.c.given)]


def select_of(message: Message | None) -> Json:
    """The select of a message."""
    assert message is not None
    (found,) = [each for each in leaves(message.components) if each["type"] == SELECT]
    return found


def word(option: Json) -> str:
    """The text of an option, behind its number and letter."""
    return str(option["label"].rpartition("  ")[2])


async def revealed(hall: Hall, asked: str) -> str:
    """What the question says after its reveal."""
    await hall.run(hours=24)
    await hall.run(seconds=5)
    found = hall.discord.message(hall.channel, asked)
    assert hall.discord.labels(found) == []
    assert [each for each in leaves(found.components) if each["type"] == SELECT] == []
    return found.text


# --- Sequences ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def ordered(hall: Hall) -> Hall:
    """After a question for a sequence of four."""
    await hall.run(hours=1)
    return hall


ORDER = pytest.mark.parametrize("pack", [pack_of("order")])
FOUR = pytest.mark.parametrize(
    "pack", [pack_of("order").replace("{text: third}", "{text: third}\n      - {text: fourth}")]
)


async def pick(hall: Hall, shown: Message | None, text: str) -> Interaction:
    """Pick the option with this text in what is shown."""
    assert shown is not None
    select = select_of(shown)
    value = next(each["value"] for each in select["options"] if word(each) == text)
    return await hall.discord.select(hall.someone, hall.channel, shown.id, [value])


@FOUR
async def test_a_sequence_is_picked_one_by_one_by_one_person_alone(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    step = await pick(hall, asked, "first")
    assert step.ephemeral
    mine = step.original
    assert mine is not None
    assert [each["label"][:1] for each in select_of(mine)["options"] if word(each) == "first"] == ["1"]
    assert await given(hall) == []
    for text in ("second", "third"):
        told = await pick(hall, mine, text)
        assert told.acknowledged
    assert "Right" in mine.text, "the list became what came of it"
    texts = [word(each) for each in select_of(asked)["options"]]
    (answer,) = await given(hall)
    assert [texts[index] for index in answer["picked"]] == ["first", "second", "third", "fourth"]
    assert len(hall.discord.messages(hall.channel)) == 1, "nobody else saw any of it"
    assert "1 person answered" in await revealed(hall, asked.id)


@FOUR
async def test_what_was_picked_is_taken_back_by_picking_it_again_with_all_that_came_after_it(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    mine = (await pick(hall, asked, "fourth")).original
    assert mine is not None
    await pick(hall, mine, "second")
    assert select_of(mine)["placeholder"].count("…") == 2
    await pick(hall, mine, "fourth")
    assert select_of(mine)["placeholder"].count("…") == 4
    for text in ("first", "second", "third"):
        await pick(hall, mine, text)
    (answer,) = await given(hall)
    texts = [word(each) for each in select_of(asked)["options"]]
    assert [texts[index] for index in answer["picked"]] == ["first", "second", "third", "fourth"]


@FOUR
async def test_two_people_pick_their_sequences_at_the_same_time(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    first = hall.someone
    second = hall.discord.add_member(hall.guild, "second").id
    shown = {}
    for user in (first, second):
        hall.someone = user
        shown[user] = (await pick(hall, asked, "first" if user == first else "fourth")).original
    for user, rest in ((second, ("third", "second")), (first, ("second", "third"))):
        hall.someone = user
        for text in rest:
            await pick(hall, shown[user], text)
    texts = [word(each) for each in select_of(asked)["options"]]
    kept = [[texts[index] for index in each["picked"]] for each in await given(hall)]
    assert sorted(kept) == [["first", "second", "third", "fourth"], ["fourth", "third", "second", "first"]]


@ORDER
async def test_a_sequence_that_is_finished_after_closing_is_told_so(hall: Hall) -> None:
    await hall.run(hours=1)
    mine = (await pick(hall, hall.question, "first")).original
    assert mine is not None
    await hall.run(hours=24)
    await hall.run(minutes=1)
    await pick(hall, mine, "second")
    assert "closed" in mine.text.casefold()
    assert await given(hall) == []


# --- Several, long ones, pictures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [pack_of("multi")])
async def test_several_options_are_picked_together(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    texts = [word(each) for each in select_of(asked)["options"]]
    right = [texts.index("one"), texts.index("three")]
    told = await hall.discord.select(hall.someone, hall.channel, asked.id, right)
    assert told.ephemeral
    assert "Right" in told.text
    assert [sorted(each["picked"]) for each in await given(hall)] == [sorted(right)]
    assert "1 person answered" in await revealed(hall, asked.id)


def long_pack() -> str:
    pack = choice_pack(1)
    for letter in ("alpha", "beta", "gamma"):
        pack = pack.replace(f"{{text: {letter} of item-0,", f"{{text: '{LONG} {letter}',")
    return pack


@pytest.mark.parametrize("pack", [long_pack()])
async def test_options_that_are_too_long_for_buttons_stand_in_full_above_a_list(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    for letter in ("alpha", "beta", "gamma"):
        assert f"{LONG} {letter}" in asked.text
    told = await hall.discord.select(hall.someone, hall.channel, asked.id, [1])
    assert told.ephemeral
    assert [each["picked"] for each in await given(hall)] == [[1]]
    assert "1 person answered" in await revealed(hall, asked.id)


@pytest.fixture
def picture(tmp_path: Path) -> bytes:
    """A picture beside the pack."""
    (tmp_path / "pixel.png").write_bytes(PIXEL)
    return PIXEL


@pytest.mark.parametrize(
    "pack",
    [choice_pack(1).replace("    explanation:", "    picture: {file: pixel.png, alt: A pixel}\n    explanation:")],
)
async def test_a_picture_is_sent_along_and_stays_when_the_count_changes(picture: bytes, hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    for _ in range(2):
        (file,) = asked.attachments
        assert file.content == picture
        assert '"description": "A pixel"' in json.dumps(asked.components)
        await hall.discord.press(hall.someone, hall.channel, asked.id, 0)
        await hall.run(seconds=10)
    assert asked.edits == 1
    assert "1 person answered" in await revealed(hall, asked.id)


# --- Typed answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pack", "text", "verdict"),
    [
        (pack_of("short"), "overfitting", "Right"),
        (pack_of("numeric"), "1/2", "Right"),
        (pack_of("numeric"), "0,9", "Not right"),
        (pack_of("true-false"), "", "Right"),
    ],
)
async def test_an_answer_is_typed_into_a_form_or_pressed_and_judged(hall: Hall, text: str, verdict: str) -> None:
    await hall.run(hours=1)
    asked = hall.question
    if text:
        opened = await hall.discord.press(hall.someone, hall.channel, asked.id, 0)
        told = await hall.discord.submit(hall.someone, opened, {"answer": text})
    else:
        true = next(n for n, label in enumerate(hall.discord.labels(asked)) if "true" in label.casefold())
        told = await hall.discord.press(hall.someone, hall.channel, asked.id, true)
    assert told.ephemeral
    assert verdict.casefold() in told.text.casefold()
    assert len(await given(hall)) == 1
    assert "1 person answered" in await revealed(hall, asked.id)


@pytest.mark.parametrize("pack", [pack_of("numeric")])
async def test_what_cannot_be_read_is_given_back_and_counts_as_nothing(hall: Hall) -> None:
    await hall.run(hours=1)
    opened = await hall.discord.press(hall.someone, hall.channel, hall.question.id, 0)
    told = await hall.discord.submit(hall.someone, opened, {"answer": "no idea at all"})
    assert told.ephemeral
    assert "no idea at all" in told.text
    assert await given(hall) == []


@pytest.mark.parametrize("pack", [pack_of("open")])
async def test_an_open_answer_appears_in_the_questions_thread_under_its_authors_name(hall: Hall) -> None:
    ada = hall.discord.add_member(hall.guild, "ada.l", nick="Ada").id
    await hall.run(hours=1)
    asked = hall.question
    opened = await hall.discord.press(ada, hall.channel, asked.id, 0)
    told = await hall.discord.submit(ada, opened, {"answer": "It learns the noise @everyone."})
    assert told.ephemeral
    await hall.run(seconds=5)
    assert not hall.discord.message(hall.channel, asked.id).thread, "it is sealed until the reveal"
    assert "A model that learns the noise." in await revealed(hall, asked.id)
    _, talk = hall.discord.thread_of(hall.channel, asked.id)  # beneath what to read on
    assert "Ada" in talk.text
    assert "It learns the noise" in talk.text


# --- Reactions ----------------------------------------------------------------------------------------------------

REACTIONS = pytest.mark.parametrize("policy", [{"answer_by": "reactions"}])


async def letters(hall: Hall) -> Message:
    """The question once its letters stand under it."""
    await hall.run(hours=1)
    for _ in range(4):
        await hall.run(seconds=2)
    return hall.question


@REACTIONS
async def test_letters_are_put_under_the_question_and_pressing_one_is_an_answer(hall: Hall) -> None:
    asked = await letters(hall)
    assert list(asked.reactions) == [A, B, C]
    assert [each for each in leaves(asked.components) if each["type"] in (BUTTON, SELECT)] == []
    hall.discord.react(hall.someone, hall.channel, asked.id, B)
    hall.discord.unreact(hall.someone, hall.channel, asked.id, B)
    hall.discord.react(hall.someone, hall.channel, asked.id, C)
    hall.discord.react(hall.someone, hall.channel, asked.id, "👍")
    await counted(hall, 1)
    assert [each["picked"] for each in await given(hall)] == [[1]], "the first one counts"
    assert "1 person answered" in await revealed(hall, asked.id)


async def counted(hall: Hall, many: int) -> None:
    """Wait until so many answers are there."""
    async with asyncio.timeout(10):
        while len(await given(hall)) < many:
            await asyncio.sleep(0.02)


@REACTIONS
async def test_of_letters_that_come_in_one_burst_the_one_put_first_counts_for_each_person(hall: Hall) -> None:
    asked = await letters(hall)
    people = [hall.discord.add_member(hall.guild, f"person-{n}").id for n in range(20)]
    hall.discord.silent = True
    for n, person in enumerate(people):
        for letter in ((A, B, C), (C, A, B))[n % 2]:
            hall.discord.react(person, hall.channel, asked.id, letter)
    hall.discord.silent = False
    await counted(hall, 20)
    assert [each["picked"] for each in await given(hall)].count([0]) == 10
    assert [each["picked"] for each in await given(hall)].count([2]) == 10


@REACTIONS
async def test_of_hundreds_of_reactions_that_were_missed_each_persons_counts_once_at_closing(hall: Hall) -> None:
    asked = await letters(hall)
    people = [hall.discord.add_user(f"person-{n}").id for n in range(260)]
    bot = hall.discord.add_user("another-bot", bot=True).id
    asked.reactions[A] += [*people[:205], bot]  # put while nobody was told
    asked.reactions[B] += people[205:230]
    asked.bursts[B] = people[225:260]
    await hall.run(hours=24)
    await hall.run(minutes=1)
    kept = [each["picked"] for each in await given(hall)]
    assert (kept.count([0]), kept.count([1]), len(kept)) == (205, 55, 260)
    assert "260 people answered" in hall.discord.message(hall.channel, asked.id).text


@REACTIONS
async def test_letters_that_discord_does_not_take_leave_the_question_open_and_organisers_read_why(hall: Hall) -> None:
    hall.discord.fail("add_my_message_reaction", 50013, times=3)
    asked = await letters(hall)
    assert asked.reactions == {}
    assert await hall.all_of(rounds.c.state) == [("open",)]
    (note,) = hall.discord.messages(hall.organisers)
    assert "Add Reactions" in note.text
    hall.discord.react(hall.someone, hall.channel, asked.id, B)
    await counted(hall, 1)


@pytest.mark.parametrize("policy", [{"answer_by": "reactions"}])
@pytest.mark.parametrize("pack", [pack_of(kind) for kind in OTHERS if kind != "true-false"], ids=lambda pack: pack[-9:])
async def test_a_kind_that_one_letter_cannot_answer_is_answered_by_buttons_all_the_same(hall: Hall) -> None:
    asked = await letters(hall)
    assert asked.reactions == {}
    assert [each for each in leaves(asked.components) if each["type"] in (BUTTON, SELECT)]
