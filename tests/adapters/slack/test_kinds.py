"""Each way to answer in Slack: ticks, a sequence, a form, a letter reaction, a text in a thread or to the bot."""

from __future__ import annotations

from typing import Any

import pytest

from bot.store.tables import answers
from tests.adapters.slack.conftest import Hall, until
from tests.hall import choice_pack, pack_of


async def given(hall: Hall) -> list[Any]:
    return [value for (value,) in await hall.all_of(answers.c.given)]


def submit_of(hall: Hall) -> str:
    """The action of the button that submits what was picked."""
    elements = [each for block in hall.question.blocks if block["type"] == "actions" for each in block["elements"]]
    return str(next(each["action_id"] for each in elements if each["type"] == "button"))


@pytest.mark.parametrize(("pack", "picked"), [(pack_of("multi"), (2, 0)), (pack_of("order"), (1, 0, 2))])
async def test_several_options_are_picked_and_submitted(hall: Hall, picked: tuple[int, ...]) -> None:
    await hall.run(hours=1)
    told = await hall.slack.press(hall.someone, hall.channel, hall.question.ts, submit_of(hall), picked=picked)
    assert told.acknowledged
    await hall.told()
    (answer,) = await given(hall)
    assert sorted(answer["picked"]) == sorted(picked)
    if len(picked) == 3:
        assert tuple(answer["picked"]) == picked, "the sequence in which they were picked"


@pytest.mark.parametrize("pack", [pack_of("short")])
async def test_a_typed_answer_goes_through_a_form_that_stays_open_where_it_cannot_be_read(hall: Hall) -> None:
    await hall.run(hours=1)
    await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 0)
    await until(lambda: hall.slack.modals(hall.someone))
    view = hall.slack.modals(hall.someone)[-1]
    sent = await hall.slack.submit(hall.someone, view, {"answer": "overfitting"})
    assert sent.acknowledged
    await hall.told()
    assert [each["text"] for each in await given(hall)] == ["overfitting"]
    assert hall.slack.modals(hall.someone) == []


@pytest.mark.parametrize("policy", [{"answer_by": "reactions"}])
async def test_a_letter_reaction_is_an_answer_and_its_letters_are_keycaps(hall: Hall) -> None:
    await hall.run(hours=1)
    for _ in range(4):
        await hall.run(seconds=2)
    asked = hall.question
    assert {"one", "two", "three"} <= set(asked.reactions)
    await hall.slack.react(hall.someone, hall.channel, asked.ts, "two")
    await until(lambda: hall.slack.ephemerals(hall.someone))
    assert [each["picked"] for each in await given(hall)] == [[1]]


@pytest.mark.parametrize("pack", [pack_of("open")])
async def test_a_text_in_the_thread_of_an_open_question_is_an_answer_and_other_talk_is_none(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    await hall.slack.say(hall.someone, hall.channel, "just talking")
    await hall.slack.say(hall.someone, hall.channel, "It fits the noise & more.", thread_ts=asked.ts)
    await until(lambda: hall.slack.ephemerals(hall.someone))
    assert [each["text"] for each in await given(hall)] == ["It fits the noise & more."]


@pytest.mark.parametrize("pack", [choice_pack()])
async def test_a_letter_written_to_the_bot_alone_is_an_answer(hall: Hall) -> None:
    await hall.run(hours=1)
    assert (await hall.slack.direct(hall.someone, "B")).acknowledged
    assert [each["picked"] for each in await given(hall)] == [[1]]
