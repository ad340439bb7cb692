"""Open answers in Discord: sealed until the reveal, starred in the thread; and rated line by line when alone."""

from __future__ import annotations

import pytest

from bot.store.tables import private_rounds, stars
from tests.adapters.discord.conftest import Hall
from tests.databases import SQLITE
from tests.fakes.discord.facts import Message
from tests.hall import pack_of

pytestmark = SQLITE


@pytest.fixture
def pack() -> str:
    """An open question."""
    return pack_of("open")


async def write(hall: Hall, user: str, text: str) -> None:
    """Answer the question by its form."""
    opened = await hall.discord.press(user, hall.channel, hall.question.id, 0)
    told = await hall.discord.submit(user, opened, {"answer": text})
    assert "Nobody reads it before the reveal" in told.text


async def test_answers_are_sealed_until_the_reveal_and_starred_in_the_thread(hall: Hall) -> None:
    discord, fan = hall.discord, hall.discord.add_member(hall.guild, "fan.f", nick="Fan").id
    await hall.run(hours=1)
    asked = hall.question
    await write(hall, hall.someone, "It fits the noise @everyone.")
    await write(hall, fan, "It knows too much.")
    await hall.run(hours=20)
    assert not discord.message(hall.channel, asked.id).thread
    assert [each for each in discord.messages(hall.channel) if "noise" in each.text] == []
    await hall.run(hours=4)
    await hall.run(seconds=5)

    def answers() -> list[Message]:
        return [each for each in discord.thread_of(hall.channel, asked.id) if "answers" in each.text]

    thread = discord.message(hall.channel, asked.id).thread
    assert ["fits the noise" in each.text for each in answers()] == [True, False]
    for user, told in ((fan, "You starred this answer"), (hall.someone, "your own answer")):
        pressed = await discord.press(user, thread, answers()[0].id, 0)
        assert pressed.ephemeral
        assert told in pressed.text
        assert len(await hall.all_of(stars.c.at)) == 1
    await hall.run(seconds=6)
    assert "1 star" in answers()[0].text
    await hall.run(hours=24)
    assert "The group liked the answer of" in discord.message(hall.channel, asked.id).text


async def test_an_answer_is_taken_back_from_a_thread_that_has_gone_to_sleep_and_not_from_a_locked_one(
    hall: Hall,
) -> None:
    discord = hall.discord
    for locked in (False, True):
        await hall.run(hours=24 if locked else 1)
        await hall.run(seconds=5)
        asked = hall.question
        await write(hall, hall.someone, "It fits the noise.")
        await hall.run(hours=24)
        await hall.run(seconds=5)
        discord.archive_thread(discord.message(hall.channel, asked.id).thread, locked=locked)
        await discord.command(hall.someone, hall.channel, "study forget", {"sure": "sure"})
        await hall.run(seconds=5)
        talk = discord.thread_of(hall.channel, asked.id)[1]
        assert ("noise" in talk.text) is locked
        notes = " ".join(each.text for each in discord.messages(hall.organisers))
        assert ("the removal of an answer whose author is forgotten" in notes) is locked


async def test_an_open_answer_alone_is_rated_by_the_lines_of_the_rubric(hall: Hall) -> None:
    discord = hall.discord
    asked = await discord.command(hall.someone, hall.channel, "practice")
    assert asked.reply is not None
    message = asked.reply.id

    def shown() -> Message:
        return next(each for each in discord.messages_for(hall.someone, hall.channel) if each.id == message)

    opened = await discord.press(hall.someone, hall.channel, message, 0)
    await discord.submit(hall.someone, opened, {"answer": "Noise."})
    assert "A good answer" in shown().text
    for label, told in (("1", "1 of 2 lines: you rate it 3 of 5"), ("2", "2 of 2 lines: you rate it 5 of 5")):
        place = discord.labels(shown()).index(label)
        assert (await discord.press(hall.someone, hall.channel, message, place)).acknowledged
        assert told in shown().text
    assert await hall.all_of(private_rounds.c.stars, private_rounds.c.met) == [(5, [0, 1])]
    assert discord.messages(hall.channel) == []
