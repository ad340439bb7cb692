"""A file in Slack: no message for one person's eyes can carry it, so it comes in their talk with the app."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.adapters.slack.conftest import Hall, said, until
from tests.fakes.slack.facts import File
from tests.fakes.slack.faults import What


async def practise(hall: Hall) -> None:
    """Answer one question alone."""
    await hall.slack.command(hall.someone, hall.channel, "/practice", "count:1")
    await hall.told()
    await hall.slack.press_ephemeral(hall.someone, hall.slack.ephemerals(hall.someone)[-1].ts, 0)
    await until(lambda: "Reason for" in said(hall.slack.ephemerals(hall.someone)[-1].blocks))


def received(hall: Hall) -> list[File]:
    """The files in somebody's talk with the app."""
    talk = hall.slack.open_im(hall.someone)
    return [hall.slack.files[each["id"]] for message in hall.slack.messages(talk.id) for each in message.files]


async def test_the_cards_come_in_the_talk_with_the_app_and_the_reply_says_so(hall: Hall) -> None:
    await practise(hall)
    await hall.slack.command(hall.someone, hall.channel, "/study", "cards")
    told = await hall.told(above=1)
    assert "1 question that you have met" in told
    assert "The file is in your messages with the app." in told
    (file,) = received(hall)
    assert file.name == "studyhall-cards.apkg"
    assert file.completed
    assert zipfile.ZipFile(io.BytesIO(file.content or b"")).testzip() is None
    assert hall.slack.messages(hall.channel) == []


async def test_from_the_home_both_come_in_the_talk_with_the_app(hall: Hall) -> None:
    await practise(hall)
    await hall.slack.open_home(hall.someone)
    await until(lambda: hall.slack.home(hall.someone))
    take = hall.slack.buttons((hall.slack.home(hall.someone) or {})["blocks"]).index("Take my cards along")
    await hall.slack.press_home(hall.someone, take)
    talk = hall.slack.open_im(hall.someone)
    await until(lambda: len(hall.slack.messages(talk.id)) == 2)
    assert len(received(hall)) == 1
    assert "The file is in your messages" in said(hall.slack.messages(talk.id)[-1].blocks)


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("conversations.open", "fatal_error"),
        ("files.getUploadURLExternal", "fatal_error"),
        ("files.completeUploadExternal", "fatal_error"),
        ("files.completeUploadExternal", "lost-reply"),
    ],
)
async def test_a_file_that_slack_does_not_take_is_told_and_the_rest_of_the_card_comes(
    hall: Hall, method: str, fault: What
) -> None:
    await practise(hall)
    hall.slack.fail(method, fault)
    await hall.slack.command(hall.someone, hall.channel, "/study", "cards csv")
    told = await hall.told(above=1)
    assert "Slack did not say that it took the file." in told
    assert "spreadsheet" in told
