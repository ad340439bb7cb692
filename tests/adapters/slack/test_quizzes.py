"""A live quiz in a channel of Slack, from the lobby to the podium, by two people."""

from __future__ import annotations

from bot.store.tables import answers
from tests.adapters.slack.conftest import Hall, said, shape


def place_of(hall: Hall, label: str) -> int:
    """The place of the button with this label in the latest message of the channel."""
    return next(n for n, each in enumerate(hall.slack.buttons(hall.question.blocks)) if label in each)


async def wait(hall: Hall, seconds: int) -> None:
    """Look every second, for so long."""
    for _ in range(seconds):
        await hall.run(seconds=1)


async def press(hall: Hall, person: str, label: str) -> str:
    """Press a button of the latest message; what the person is told."""
    above = len(hall.slack.ephemerals(person))
    await hall.slack.press(person, hall.channel, hall.question.ts, place_of(hall, label))
    return await hall.told(person, above)


async def test_a_quiz_is_played_from_its_lobby_to_its_podium(hall: Hall) -> None:
    slack = hall.slack
    other = slack.add_user("other").id
    slack.channels[hall.channel].members.append(other)
    await slack.command(hall.someone, hall.channel, "/quiz", "start count:2 seconds:20 statistics")
    assert "half a minute" in await hall.told()
    await hall.run()
    assert "You are in" in await press(hall, other, "Join")
    assert "host" in await press(hall, other, "Begin now")
    assert "It begins" in await press(hall, hall.someone, "Begin now")
    await hall.run()
    assert "Question 1 of 2" in said(hall.question.blocks)
    assert f"<!date^{int(hall.clock().timestamp()) + 20}^{{time_secs}}|" in shape(hall.question.blocks)
    hall.clock.forward(seconds=5)
    assert "comes with the reveal" in await press(hall, other, right_letter(hall))
    assert "comes with the reveal" in await press(hall, hall.someone, right_letter(hall))
    assert await hall.all_of(answers.c.verdict, answers.c.points) == [("right", 11), ("right", 11)]
    await wait(hall, 1)
    revealed = said(hall.question.blocks)
    assert "Answer 1 of 2" in revealed
    assert "Because of the letter" in revealed
    assert slack.buttons(hall.question.blocks) == []
    await wait(hall, 8)
    assert "Question 2 of 2" in said(hall.question.blocks)
    assert "Everybody sees the hint" in await press(hall, hall.someone, "Hint")
    await hall.run()
    assert "Hint: it is not" in said(hall.question.blocks)
    assert "is skipped" in await press(hall, hall.someone, "Skip")
    await wait(hall, 5)
    assert "Final standings" in said(hall.question.blocks)
    assert any(block["type"] == "image" for block in hall.question.blocks)


def right_letter(hall: Hall) -> str:
    """The letter of the option that all items want."""
    options = said(hall.question.blocks).split(" of item-")
    return "ABC"[next(n for n, each in enumerate(options[-4:]) if each.endswith("beta"))]
