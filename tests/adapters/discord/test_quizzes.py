"""A live quiz in a channel of Discord, from the lobby to the podium, by two people."""

from __future__ import annotations

from bot.store.tables import answers, rounds
from tests.adapters.discord.conftest import Hall
from tests.fakes.discord.facts import Message
from tests.fakes.discord.server import FakeDiscord


def place_of(discord: FakeDiscord, message: Message, label: str) -> int:
    """The place of the button with this label among a message's buttons."""
    return next(n for n, each in enumerate(discord.labels(message)) if label in each)


async def wait(hall: Hall, seconds: int) -> None:
    """Look every second, for so long."""
    for _ in range(seconds):
        await hall.run(seconds=1)


async def begun(hall: Hall, other: str, **options: str | int) -> None:
    """A quiz whose first question is open, with somebody as its host and another in it."""
    discord = hall.discord
    told = await discord.command(hall.someone, hall.channel, "quiz start", options)
    assert told.ephemeral
    assert "half a minute" in told.text
    await hall.run()
    joined = await discord.press(other, hall.channel, hall.question.id, place_of(discord, hall.question, "Join"))
    assert joined.ephemeral
    assert "You are in" in joined.text
    await discord.press(hall.someone, hall.channel, hall.question.id, place_of(discord, hall.question, "Begin now"))
    await hall.run()


async def test_a_quiz_is_played_from_its_lobby_to_its_podium(hall: Hall) -> None:
    discord = hall.discord
    other = discord.add_member(hall.guild, "other").id
    await begun(hall, other, count=2, seconds=20, topic="statistics")
    lobby, first = discord.messages(hall.channel)
    assert "It is under way" in lobby.text
    assert "Question 1 of 2" in first.text
    assert f"<t:{int(hall.clock().timestamp()) + 20}:R>" in first.text
    noted = await discord.press(other, hall.channel, first.id, right_option(discord, first))
    assert noted.ephemeral
    assert "comes with the reveal" in noted.text
    await discord.press(hall.someone, hall.channel, first.id, (right_option(discord, first) + 1) % 3)
    await wait(hall, 1)
    revealed = discord.messages(hall.channel)[1]
    assert "Answer 1 of 2" in revealed.text
    assert "Because of the letter" in revealed.text
    assert "Ahead" in revealed.text
    assert discord.labels(revealed) == []
    await wait(hall, 8)
    second = hall.question
    assert "Question 2 of 2" in second.text
    late = await discord.press(other, hall.channel, second.id, place_of(discord, second, "Skip"))
    assert "1 of the 2" in late.text
    await discord.press(hall.someone, hall.channel, second.id, place_of(discord, second, "Skip"))
    await wait(hall, 5)
    podium = hall.question
    assert "Final standings" in podium.text
    assert podium.attachments[0].filename.endswith(".png")


async def test_speed_is_measured_between_the_instants_of_discord(hall: Hall) -> None:
    other = hall.discord.add_member(hall.guild, "other").id
    await begun(hall, other, count=1, seconds=20)
    (opened,) = await hall.all_of(rounds.c.opened_at)
    question = hall.question
    hall.clock.forward(seconds=10)
    await hall.discord.press(other, hall.channel, question.id, right_option(hall.discord, question))
    assert abs((opened[0] - hall.clock()).total_seconds() + 10) < 0.1
    assert await hall.all_of(answers.c.verdict, answers.c.points) == [("right", 11)]


def right_option(discord: FakeDiscord, question: Message) -> int:
    """The place of the option that all items want."""
    return place_of(discord, question, "beta")
