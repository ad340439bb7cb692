"""A file in Discord: an attachment of the reply that its reader alone sees."""

from __future__ import annotations

import io
import zipfile

import pytest

from adapters.discord import replies
from tests.adapters.discord.conftest import Hall, until


async def practise(hall: Hall) -> None:
    """Answer one question alone."""
    asked = await hall.discord.command(hall.someone, hall.channel, "practice", {"count": 1})
    assert asked.reply is not None
    await hall.discord.press(hall.someone, hall.channel, asked.reply.id, 0)


@pytest.mark.parametrize("late", [False, True])
async def test_the_cards_are_attached_to_the_reply_also_where_it_was_put_off(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, *, late: bool
) -> None:
    await practise(hall)
    monkeypatch.setattr(replies, "AT_ONCE", 0.0 if late else replies.AT_ONCE)
    told = await hall.discord.command(hall.someone, hall.channel, "study cards")
    await until(lambda: told.ephemeral and any(each.attachments for each in told.replies))
    (shown,) = told.replies
    assert "1 question that you have met" in shown.text
    (file,) = shown.attachments
    assert file.filename == "studyhall-cards.apkg"
    assert zipfile.ZipFile(io.BytesIO(file.content)).testzip() is None
    assert '"type": 13' in str(shown.components).replace("'", '"')
    assert hall.discord.messages(hall.channel) == []


async def test_the_kind_of_file_is_a_choice(hall: Hall) -> None:
    await practise(hall)
    told = await hall.discord.command(hall.someone, hall.channel, "study cards", {"format": "csv"})
    assert told.reply is not None
    (file,) = told.reply.attachments
    assert file.filename == "studyhall-cards.csv"
    assert file.content.startswith(b"\xef\xbb\xbf")
