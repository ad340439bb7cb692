"""Answers: what counts, what is told, what is never told before the reveal."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.ports import (
    Bars,
    Buttons,
    FieldErrors,
    Message,
    OpenForm,
    Options,
    PlaceRef,
    Press,
    Reaction,
    Said,
    Submission,
    Tone,
    UnknownOutcomeError,
    Who,
    card_to_json,
)
from bot.reactions import letter_emoji, letter_of
from bot.settings import Selection
from bot.store import Store, schema
from bot.store.proof import verify
from bot.store.tables import answers, rounds, turns
from bot.store.turns import rounds_to_close, set_round
from content.item import Difficulty
from tests.clock import Clock
from tests.hall import (
    GENERAL,
    OTHERS,
    PACK,
    StudyHall,
    choice_pack,
    hall_entry,
    open_hall,
    pack_of,
    schedule,
    text_of,
    who,
)

SHORT = """\
  - id: {id}
    kind: short
    concept: {id}
    topic: statistics
    difficulty: {difficulty}
    stem: What is {id}?
    key: {{accepted: [{word}]}}
    explanation: Because {id}.
    references: ["Author, A. Letters. 2020."]
"""


def two_words() -> str:
    """A pack of an easy and a hard item whose answers are one letter apart."""
    easy = SHORT.format(id="one", difficulty="easy", word="gravendola")
    return PACK + easy + SHORT.format(id="two", difficulty="hard", word="gravendolu")


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall with one open question, whose key is beta."""
    return await asked(store, clock, tmp_path)


async def asked(store: Store, clock: Clock, folder: Path, pack: str = "", **policy: Any) -> StudyHall:
    clock.forward(hours=-1)
    changes = {"schedules": [schedule(**policy)]} if policy else {}
    hall = await open_hall(store, clock, folder, pack, **changes)
    await hall.run(hours=1)
    assert len(hall.questions()) == 1
    return hall


async def open_form(hall: StudyHall) -> OpenForm:
    """Press the button of a typed question."""
    buttons = next(block for block in hall.questions()[0].card.blocks if isinstance(block, Buttons))
    form = await hall.app.desk.pressed(Press(hall.event(), hall.clock(), who(), GENERAL, buttons.buttons[0].ref))
    assert isinstance(form, OpenForm)
    return form


async def stored(hall: StudyHall) -> int:
    return await hall.store.read(lambda connection: connection.execute(select(func.count(answers.c.id))).scalar_one())


async def points_of(hall: StudyHall, account: str) -> int:
    _, mine = await hall.app.scorekeeper.board("team", "hall", "all", who(account))
    return mine.line.points if mine and mine.line else 0


async def test_a_right_answer_is_told_in_private_with_its_reason_and_counts(hall: StudyHall) -> None:
    told = await hall.press(hall.questions()[0], "beta")
    assert text_of(told).startswith("Right")
    assert "Reason for beta." in text_of(told)
    assert "Because of the letter." in text_of(told)
    assert await points_of(hall, "ada") == 10


async def test_a_wrong_answer_gets_the_reason_of_its_option_and_not_the_key(hall: StudyHall) -> None:
    told = text_of(await hall.press(hall.questions()[0], "alpha"))
    assert told.startswith("Not right")
    assert "Reason for alpha." in told
    assert "beta" not in told
    assert "Because" not in told


async def test_pressing_twice_tells_what_counted(hall: StudyHall) -> None:
    await hall.press(hall.questions()[0], "beta")
    told = text_of(await hall.press(hall.questions()[0], "alpha"))
    assert "answered already" in told
    assert "Right" in told
    assert await stored(hall) == 1
    assert await points_of(hall, "ada") == 10


async def test_a_redelivered_event_is_told_the_same_and_counts_once(hall: StudyHall) -> None:
    first = await hall.press(hall.questions()[0], "beta", event="once")
    again = await hall.press(hall.questions()[0], "beta", event="once")
    assert first == again
    assert await stored(hall) == 1


async def test_an_answer_counts_once_by_whatever_way_it_comes(hall: StudyHall) -> None:
    question = hall.questions()[0]
    await hall.press(question, "alpha")
    emoji = letter_emoji(0)
    message = Message(question.place, question.id)
    await hall.app.desk.reacted(Reaction(hall.event(), hall.clock(), who(), message, emoji))
    await hall.say("B")
    assert await stored(hall) == 1
    assert await points_of(hall, "ada") == 0


@pytest.mark.parametrize("text", ["{letter}", "{lower})", "beta of {id}"])
async def test_a_typed_letter_or_option_is_an_answer(hall: StudyHall, text: str) -> None:
    options = next(block for block in hall.questions()[0].card.blocks if isinstance(block, Options))
    index = next(n for n, choice in enumerate(options.choices) if "beta" in choice.text)
    letter = "ABC"[index]
    text = text.format(letter=letter, lower=letter.lower(), id=options.choices[index].text.removeprefix("beta of "))
    assert text_of(await hall.say(text)).startswith("Right")


async def test_a_letter_reaction_is_an_answer_and_other_emoji_are_none(hall: StudyHall) -> None:
    question = hall.questions()[0]
    message = Message(question.place, question.id)
    for emoji in ("👍", letter_emoji(9), "ab"):
        assert await hall.app.desk.reacted(Reaction(hall.event(), hall.clock(), who(), message, emoji)) is None
    told = await hall.app.desk.reacted(Reaction(hall.event(), hall.clock(), who(), message, letter_emoji(1)))
    assert told is not None
    assert await stored(hall) == 1
    gone = replace(message, id="nowhere")
    assert await hall.app.desk.reacted(Reaction(hall.event(), hall.clock(), who(), gone, letter_emoji(1))) is None
    assert await hall.app.desk.unreacted(Reaction(hall.event(), hall.clock(), who(), message, letter_emoji(1))) is None


async def test_talk_in_the_channel_is_no_answer(hall: StudyHall) -> None:
    assert await hall.say("B", direct=False) is None
    assert await stored(hall) == 0


async def test_a_reply_in_the_questions_thread_is_an_answer(hall: StudyHall) -> None:
    question = hall.questions()[0]
    thread = Message(question.place, question.id)
    said = Said(hall.event(), hall.clock(), who(), question.place, "B", thread=thread)
    assert await hall.app.desk.said(said) is not None
    assert await stored(hall) == 1


async def test_a_text_that_names_no_option_may_be_tried_again(hall: StudyHall) -> None:
    told = text_of(await hall.say("hello there"))
    assert told.startswith("Not counted yet")
    assert await stored(hall) == 0
    assert text_of(await hall.press(hall.questions()[0], "beta")).startswith("Right")


async def test_bots_do_not_answer(hall: StudyHall) -> None:
    await hall.press(hall.questions()[0], "beta", who("robot", bot=True))
    assert await hall.say("B", who("robot", bot=True)) is None
    assert await stored(hall) == 0


@pytest.mark.parametrize(
    "ref", ["", "answer", "answer:", "answer:nosuchround:1", "jump:abc:1", "answer:{token}:7", "x" * 90]
)
async def test_a_press_that_names_no_option_of_an_open_round_stores_nothing(hall: StudyHall, ref: str) -> None:
    options = next(block for block in hall.questions()[0].card.blocks if isinstance(block, Options))
    token = options.choices[0].ref.split(":")[1]
    press = Press("e", hall.clock(), who(), GENERAL, ref.format(token=token))
    assert text_of(await hall.app.desk.pressed(press)).startswith("This question is closed")
    assert await stored(hall) == 0


async def test_a_press_told_from_another_place_stores_nothing(hall: StudyHall) -> None:
    elsewhere = replace(hall.questions()[0], place=PlaceRef("fake", "team", "organisers"))
    assert text_of(await hall.press(elsewhere, "beta")).startswith("This question is closed")
    assert await stored(hall) == 0


async def test_the_count_in_the_question_follows_the_answers(hall: StudyHall) -> None:
    question = hall.questions()[0]
    assert "Nobody has answered yet" in text_of(question.card)
    await hall.press(question, "beta", who("ada"))
    await hall.press(question, "alpha", who("ben"))
    await hall.run(seconds=1)
    assert "2 people have answered" in text_of(question.card)
    edits = question.edits
    await hall.run(seconds=1)
    assert question.edits == edits, "nothing changed, so nothing is edited"


async def test_the_reveal_shows_key_bars_and_who_was_right(hall: StudyHall) -> None:
    question = hall.questions()[0]
    await hall.press(question, "beta", who("ada"))
    await hall.press(question, "alpha", who("ben"))
    await hall.run(days=1)
    revealed = text_of(question.card)
    assert question.card.tone is Tone.REVEAL
    assert "marked=True" in revealed
    assert "count=1" in revealed
    assert "Right: Ada" in revealed
    thread = [each for each in hall.platform.posted if each.under == question.id]
    assert ["Because of the letter." in text_of(each.card) for each in thread] == [True]


async def test_an_answer_after_closing_is_refused(hall: StudyHall) -> None:
    question = replace(hall.questions()[0])
    await hall.run(days=1, seconds=1)
    assert text_of(await hall.press(question, "beta")).startswith("This question is closed")
    assert await stored(hall) == 0


async def test_an_answer_given_in_time_and_delivered_late_counts_and_the_reveal_follows(hall: StudyHall) -> None:
    question = replace(hall.questions()[0])
    given = hall.clock() + timedelta(hours=23, minutes=59, seconds=59)
    await hall.run(days=1)
    hall.clock.forward(minutes=5)
    ref = next(block for block in question.card.blocks if isinstance(block, Options))
    beta = next(choice.ref for choice in ref.choices if "beta" in choice.text)
    await hall.app.desk.pressed(Press("late", given, who(), GENERAL, beta))
    await hall.run()
    assert await points_of(hall, "ada") == 10
    assert "Right: Ada" in text_of(hall.questions()[0].card)


async def test_an_answer_delivered_far_too_late_is_refused(hall: StudyHall) -> None:
    question = replace(hall.questions()[0])
    given = hall.clock() + timedelta(hours=1)
    await hall.run(days=1)
    hall.clock.forward(minutes=11)
    ref = next(block for block in question.card.blocks if isinstance(block, Options))
    told = await hall.app.desk.pressed(Press("late", given, who(), GENERAL, ref.choices[0].ref))
    assert text_of(told).startswith("This question is closed")


async def test_who_answered_and_presses_after_closing_is_told_what_counted(hall: StudyHall) -> None:
    question = replace(hall.questions()[0])
    await hall.press(question, "beta")
    await hall.run(days=1)
    assert "answered already" in text_of(await hall.press(question, "alpha"))


async def test_a_concept_recalled_after_a_miss_brings_a_bonus(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(
        store,
        clock,
        tmp_path,
        choice_pack(4)
        .replace("concept-1", "same")
        .replace("concept-2", "same")
        .replace("concept-3", "same")
        .replace("concept-0", "same"),
    )
    await hall.press(hall.questions()[0], "alpha")
    await hall.run(days=1)
    told = await hall.press(hall.questions()[1], "beta")
    assert "bonus" in text_of(told)
    assert await points_of(hall, "ada") == 15


async def test_where_the_last_answer_counts_the_verdict_waits_for_the_reveal(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, answers="last")
    question = hall.questions()[0]
    told = text_of(await hall.press(question, "beta"))
    assert told.startswith("Noted")
    assert "Reason" not in told
    clock.forward(minutes=1)
    assert text_of(await hall.press(question, "alpha")).startswith("Noted")
    assert await stored(hall) == 1
    clock.forward(minutes=1)
    await hall.press(question, "beta")
    assert await points_of(hall, "ada") == 0
    assert await store.read(lambda connection: verify(connection, "team")) == []
    await hall.run(days=1)
    assert await points_of(hall, "ada") == 10
    assert await store.read(lambda connection: verify(connection, "team")) == []


async def test_an_older_answer_delivered_later_changes_nothing_where_the_last_counts(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, answers="last")
    question = hall.questions()[0]
    ref = next(block for block in question.card.blocks if isinstance(block, Options)).choices
    alpha = next(choice.ref for choice in ref if "alpha" in choice.text)
    before = clock()
    clock.forward(minutes=1)
    await hall.press(question, "beta")
    await hall.app.desk.pressed(Press("older", before, who(), GENERAL, alpha))
    await hall.run(days=1)
    assert await points_of(hall, "ada") == 10


async def test_a_text_to_the_bot_that_is_delivered_again_tells_nothing_of_the_next_question(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, choice_pack(2), times=("09:00", "10:00"))
    said = Said("again", clock(), who(), GENERAL, "B", direct=True)
    before = text_of(await hall.app.desk.said(said))
    await hall.run(hours=1, seconds=1)
    assert len(hall.questions()) == 2
    assert text_of(await hall.app.desk.said(said)) == before


async def test_an_event_about_another_question_tells_nothing_of_this_one(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, choice_pack(2), times=("09:00", "10:00"))
    await hall.press(hall.questions()[0], "beta", event="same")
    await hall.run(hours=1, seconds=1)
    told = text_of(await hall.press(hall.questions()[1], "beta", event="same"))
    assert told.startswith("This question is closed")
    assert await stored(hall) == 1


async def test_what_another_question_accepts_is_not_told_as_a_hint(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path, two_words(), first="at once")
    told = text_of(await hall.say("gravendole"))
    assert told.startswith("Not right")
    assert "it could as well mean something else" in told
    assert not any(word in told for word in ("gravendola", "gravendolu"))


async def test_where_an_item_is_not_asked_its_answer_makes_no_slip_doubtful(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, two_words(), selection=Selection(difficulties=(Difficulty.EASY,)))
    assert text_of(await hall.say("gravendole")).startswith("Right")


async def test_in_a_reaction_round_the_bot_puts_the_letters_and_reads_them_at_closing(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, answer_by="reactions")
    await hall.run()
    question = hall.questions()[0]
    assert [emoji for emoji, _ in question.reactions] == [letter_emoji(n) for n in range(3)]
    options = next(block for block in question.card.blocks if isinstance(block, Options))
    assert not options.pressable
    beta = next(n for n, choice in enumerate(options.choices) if "beta" in choice.text)
    question.reactions.append((letter_emoji(beta), who("ada")))
    question.reactions.append((letter_emoji(beta), who("robot", bot=True)))
    await hall.run(days=1)
    assert await points_of(hall, "ada") == 10
    assert await stored(hall) == 1


async def test_reactions_missed_while_away_are_read_when_connected_again(hall: StudyHall) -> None:
    hall.questions()[0].reactions.append((letter_emoji(0), who("ada")))
    await hall.app.desk.resumed("fake")
    assert await stored(hall) == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_reaction_that_is_read_anew_counts_though_its_round_was_cut_short_meanwhile(hall: StudyHall) -> None:
    question, known = hall.questions()[0], hall.platform.reactors
    question.reactions.append((letter_emoji(0), who("ada")))

    async def meanwhile(message: Message) -> Sequence[tuple[str, Who]]:
        await hall.store.write("team", lambda connection: connection.execute(update(rounds).values(closes_at=early)))
        return await known(message)

    early = hall.clock() - timedelta(seconds=1)
    hall.platform.reactors = meanwhile  # type: ignore[method-assign]  # something happens while it is asked
    await hall.app.desk.resumed("fake")
    assert await stored(hall) == 1
    await hall.run()
    assert "1 person answered" in text_of(question.card)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_what_is_read_anew_after_its_round_was_closed_does_not_count(hall: StudyHall) -> None:
    question, known = hall.questions()[0], hall.platform.reactors

    async def meanwhile(message: Message) -> Sequence[tuple[str, Who]]:
        hall.platform.reactors = known  # type: ignore[method-assign]  # the rest as it is
        await hall.run(days=1)
        assert question.card.tone is Tone.REVEAL
        question.reactions.append((letter_emoji(0), who("ada")))
        return await known(message)

    hall.platform.reactors = meanwhile  # type: ignore[method-assign]  # something happens while it is asked
    await hall.app.desk.resumed("fake")
    assert await stored(hall) == 0


async def test_a_round_waits_a_little_for_its_reactions_and_then_closes_without(hall: StudyHall) -> None:
    hall.platform.down = True
    await hall.run(days=1)
    assert hall.questions()[0].card.tone is Tone.QUESTION
    await hall.run(minutes=3)
    assert hall.questions()[0].card.tone is Tone.REVEAL


async def test_a_deleted_question_closes_and_its_answers_stand(hall: StudyHall) -> None:
    await hall.press(hall.questions()[0], "beta")
    del hall.platform.posted[0]
    await hall.run(days=1)
    assert await points_of(hall, "ada") == 10
    assert len(hall.questions()) == 1


async def test_a_platform_that_cannot_be_asked_does_not_lose_the_count(hall: StudyHall) -> None:
    question = hall.questions()[0]
    await hall.press(question, "beta")

    async def fails(*_: object) -> None:
        raise UnknownOutcomeError("no reply")

    working = hall.platform.edit
    hall.platform.edit = fails  # type: ignore[assignment]  # the platform's own fault, not ours
    await hall.run(seconds=1)
    hall.platform.edit = working  # type: ignore[method-assign]
    await hall.run(seconds=2)
    assert "1 person has answered" in text_of(question.card)


@pytest.mark.parametrize("kind", sorted(OTHERS))
async def test_every_kind_is_asked_answered_and_revealed(store: Store, clock: Clock, tmp_path: Path, kind: str) -> None:
    hall = await asked(store, clock, tmp_path, pack_of(kind))
    question = hall.questions()[0]
    answers_by_kind: dict[str, str | list[str]] = {
        "multi": ["one", "three"],
        "true-false": ["True"],
        "order": ["first", "second", "third"],
        "numeric": "0,5",
        "short": "Over-Fitting",
        "open": "It learns the noise by heart.",
    }
    right = answers_by_kind[kind]
    if isinstance(right, list):
        told = await hall.press(question, right if len(right) > 1 else right[0])
    else:
        buttons = question.card.blocks[2]
        form = await hall.app.desk.pressed(Press("f", clock(), who(), GENERAL, buttons.buttons[0].ref))  # type: ignore[union-attr]
        assert isinstance(form, OpenForm)
        told = await hall.app.desk.submitted(Submission("s", clock(), who(), GENERAL, form.form.ref, {"answer": right}))
    assert text_of(told).split("\n")[0] == ("Noted" if kind == "open" else "Right")
    await hall.run(days=1)
    assert question.card.tone is Tone.REVEAL
    thread = [text_of(each.card) for each in hall.platform.posted if each.under == question.id]
    if kind == "open":
        assert "A model that learns the noise." in text_of(question.card)
        assert "names noise" in text_of(question.card)
        assert any("by heart" in text and text.startswith("Ada answers") for text in thread)
    assert await store.read(lambda connection: verify(connection, "team")) == []


async def test_a_form_that_cannot_be_read_stays_open_with_the_reason(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, pack_of("numeric"))
    form = await open_form(hall)
    told = await hall.app.desk.submitted(Submission("s", clock(), who(), GENERAL, form.form.ref, {"answer": "many"}))
    assert isinstance(told, FieldErrors)
    assert "no number" in told.errors["answer"]
    lost = await hall.app.desk.submitted(Submission("s", clock(), who(), GENERAL, "write:gone", {"answer": "1"}))
    assert text_of(lost).startswith("This question is closed")


async def test_which_option_is_the_key_changes_no_byte_before_the_reveal(clock: Clock, tmp_path: Path) -> None:
    sent = []
    for key in "ABC":
        folder = tmp_path / key
        folder.mkdir()
        url = f"sqlite:///{folder / 'studyhall.db'}"
        schema.upgrade(url)
        store = Store.open(url, now=clock)
        clock.at = clock.at.replace(hour=9)
        hall = await asked(store, clock, folder, choice_pack(key=key))
        await hall.press(hall.questions()[0], "alpha", who("ada"))
        await hall.run(seconds=1)
        daily = await hall.type("/daily", who("ben"))
        sent.append([card_to_json(each.card) for each in hall.platform.posted] + [text_of(daily)])
        await store.close()
    assert sent[0] == sent[1] == sent[2]


def test_letters_and_emoji_are_each_others_inverse() -> None:
    assert [letter_of(letter_emoji(index)) for index in range(26)] == list(range(26))
    assert letter_of("") is None


async def test_a_reaction_read_anew_at_closing_takes_the_place_of_no_later_answer(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, answers="last")
    question = hall.questions()[0]
    options = next(block for block in question.card.blocks if isinstance(block, Options))
    alpha = next(n for n, choice in enumerate(options.choices) if "alpha" in choice.text)
    question.reactions.append((letter_emoji(alpha), who("ada")))
    clock.forward(minutes=1)
    await hall.press(question, "beta")
    await hall.run(days=1)
    assert await points_of(hall, "ada") == 10


async def test_a_policy_that_changes_while_a_round_is_open_holds_from_the_next_one(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    question = hall.questions()[0]
    await hall.press(question, "alpha")
    await hall.app.registrar.settle([hall_entry(schedules=[schedule(answers="last")])])
    assert "answered already" in text_of(await hall.press(question, "beta"))
    await hall.run(days=1)
    assert text_of(await hall.press(hall.questions()[1], "beta")).startswith("Noted")


async def test_an_answer_that_comes_while_the_reveal_is_on_its_way_is_in_it(hall: StudyHall) -> None:
    question = replace(hall.questions()[0])
    given = hall.clock() + timedelta(hours=1)
    hall.clock.forward(days=1)
    await hall.app.quizmaster.close_due({"fake": hall.platform})
    options = next(block for block in question.card.blocks if isinstance(block, Options))
    beta = next(choice.ref for choice in options.choices if "beta" in choice.text)
    await hall.app.desk.pressed(Press("late", given, who(), GENERAL, beta))
    await hall.run()
    assert "Right: Ada" in text_of(hall.questions()[0].card)


async def test_a_place_whose_reactions_never_come_keeps_no_other_place_open(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    places = [replace(GENERAL, channel=name) for name in ("a", "b", "c", "well")]
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, places=places, schedules=[schedule(places=places)])
    await hall.run(hours=1)
    known, waits = hall.platform.reactors, asyncio.Event()

    async def reactors(message: Message) -> Sequence[tuple[str, Who]]:
        if message.place.channel != "well":
            await waits.wait()
        return await known(message)

    hall.platform.reactors = reactors  # type: ignore[method-assign]  # the platform's own fault, not ours
    hall.clock.forward(days=1)
    closing = asyncio.create_task(hall.app.quizmaster.close_due({"fake": hall.platform}))
    states = select(rounds.c.state).order_by(rounds.c.id)
    found: list[str] = []
    async with asyncio.timeout(10):
        while "closed" not in found:
            await asyncio.sleep(0.01)
            found = await store.read(lambda connection: list(connection.execute(states).scalars()))
    assert found == ["open", "open", "open", "closed"]
    waits.set()
    assert await closing == 4


async def test_who_answers_with_two_accounts_is_one_person_in_the_reveal(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    code = text_of(await hall.type("/study link")).partition("`/study link ")[2].partition("`")[0]
    await hall.type(f"/study link {code}", who("ada2", name="Ada"))
    question = hall.questions()[0]
    await hall.press(question, "beta", who("bob"))
    await hall.press(question, "beta")
    again = text_of(await hall.press(question, "alpha", who("ada2", name="Ada")))
    assert "with another account or in another place, and that answer counts" in again
    await hall.run(days=1)
    revealed = hall.questions()[0].card
    assert "2 people answered. Right: Bob, Ada" in text_of(revealed)
    bars = next(block for block in revealed.blocks if isinstance(block, Bars))
    assert sorted(bar.count for bar in bars.bars) == [0, 0, 2]


async def test_an_answer_counts_for_the_date_in_the_halls_zone(store: Store, clock: Clock, tmp_path: Path) -> None:
    clock.at = clock.at.replace(hour=20)
    early = [schedule(zone="Asia/Tokyo", times=("06:00",))]
    hall = await open_hall(store, clock, tmp_path, schedules=early)
    await hall.run(hours=1)
    await hall.press(hall.questions()[0], "beta")
    assert "Ada" in text_of(await hall.type("/leaderboard today"))
    assert "Your streak: 1 day" in text_of(await hall.type("/leaderboard today"))


async def test_a_place_that_goes_to_another_hall_takes_no_round_and_no_schedule_along(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    question = replace(hall.questions()[0])
    await hall.type("/study schedule add evening 18:00", who("olga"))
    other = hall_entry("club", (GENERAL,), [], organiser_place=None)
    await hall.app.registrar.settle([other, hall_entry(places=(), schedules=[])])
    assert text_of(await hall.press(question, "beta")).startswith("This question is closed")
    await hall.run(hours=9)
    assert len(hall.questions()) == 1
    unplaced = select(func.count(turns.c.id)).where(
        turns.c.item_id.is_not(None), turns.c.id.not_in(select(rounds.c.turn_id))
    )
    assert await store.read(lambda connection: connection.execute(unplaced).scalar_one()) == 0
    assert "/study schedule add" in text_of(await hall.type("/study schedule list"))


async def test_a_question_that_is_found_while_it_is_given_up_is_open_and_nobody_is_told_otherwise(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(open_for=timedelta(minutes=10))])
    clock.forward(hours=1)
    await hall.app.planner.plan()
    clock.forward(minutes=11)
    (asked,) = await store.read(partial(rounds_to_close, platforms=["fake"], now=clock()))
    looked_up = threading.Event()

    def settle(connection: Connection) -> None:
        looked_up.wait(10)
        set_round(connection, asked.id, ("due",), state="open", message="m99", opened_at=clock())

    # The look at rounds to close reads before this is committed, and writes after it.
    settling = asyncio.create_task(store.write("team", settle))
    closing = asyncio.create_task(hall.app.quizmaster.close_due({"fake": hall.platform}))
    await asyncio.sleep(0.3)
    looked_up.set()
    await asyncio.gather(settling, closing)
    await hall.run()
    assert hall.notes() == []
