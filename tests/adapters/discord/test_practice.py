"""Practice alone in Discord: one message that only its reader sees, from the first question to the summary."""

from __future__ import annotations

from tests.adapters.discord.conftest import Hall


async def test_a_practice_is_one_private_message_that_changes(hall: Hall) -> None:
    discord = hall.discord
    asked = await discord.command(hall.someone, hall.channel, "practice", {"count": 2})
    assert asked.ephemeral
    assert "Practice 1/2" in asked.text
    assert asked.reply is not None
    message = asked.reply.id
    for wanted in ("Practice 2/2", "Summary"):
        told = await discord.press(hall.someone, hall.channel, message, 0)
        assert told.acknowledged
        shown = next(each for each in discord.messages_for(hall.someone, hall.channel) if each.id == message)
        assert "Reason for" in shown.text
        onward = next(n for n, label in enumerate(discord.labels(shown)) if label in ("Next", "Finish"))
        await discord.press(hall.someone, hall.channel, message, onward)
        shown = next(each for each in discord.messages_for(hall.someone, hall.channel) if each.id == message)
        assert wanted in shown.text
    assert discord.messages(hall.channel) == []
