"""Reminders of reviews in Discord: a direct message, found again by its stamp, with working buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.store.tables import posts, reminders
from tests.adapters.discord.conftest import Hall
from tests.fakes.discord.facts import Message

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
POST = "create_message"


async def missed_and_asked_for(hall: Hall) -> None:
    """Somebody misses the question of a day and wishes for reminders; the clock shows an hour before the next one."""
    await hall.run(hours=1)
    wrong = next(n for n, label in enumerate(hall.discord.labels(hall.question)) if "beta" not in label)
    await hall.discord.press(hall.someone, hall.channel, hall.question.id, wrong)
    told = await hall.discord.command(hall.someone, hall.channel, "study remind", {"time": "10:00"})
    assert "10:00" in told.text
    assert told.ephemeral
    await hall.run(hours=24)


def talk(hall: Hall) -> list[Message]:
    """What somebody was written alone."""
    return hall.discord.messages(hall.discord.open_dm(hall.someone).id)


async def test_a_reminder_is_a_direct_message_and_its_button_begins_the_review_there(hall: Hall) -> None:
    await missed_and_asked_for(hall)
    assert talk(hall) == []
    await hall.run(hours=1)
    (message,) = talk(hall)
    assert "1 idea is due for review today." in message.text
    begin = hall.discord.labels(message).index("Review now")
    await hall.discord.press(hall.someone, message.channel, message.id, begin)
    (message,) = talk(hall)
    assert "Review 1/1" in message.text
    await hall.discord.press(hall.someone, message.channel, message.id, 0)
    (message,) = talk(hall)
    assert "Reason for" in message.text


async def test_the_other_button_ends_the_reminders(hall: Hall) -> None:
    await missed_and_asked_for(hall)
    await hall.run(hours=1)
    (message,) = talk(hall)
    end = hall.discord.labels(message).index("No more reminders")
    await hall.discord.press(hall.someone, message.channel, message.id, end)
    assert "No reminders" in talk(hall)[0].text
    await hall.run(hours=24)
    assert len(talk(hall)) == 1


@pytest.mark.parametrize("fault", ["lost-reply", "lost-request"])
async def test_one_whose_outcome_is_lost_is_found_in_the_talk_and_is_there_once(hall: Hall, fault: str) -> None:
    """Also where Discord does not know the stamp any more."""
    await missed_and_asked_for(hall)
    hall.discord.nonce_window = timedelta(0)
    hall.discord.fail(POST, fault)
    await hall.run(hours=1)
    for _ in range(6):
        await hall.run(seconds=100)
    assert len(talk(hall)) == 1
    assert {*await hall.all_of(posts.c.state)} == {("sent",)}


async def test_of_who_takes_no_direct_messages_reminders_are_turned_off_and_nobody_is_told(hall: Hall) -> None:
    await missed_and_asked_for(hall)
    hall.discord.close_dms(hall.someone)
    await hall.run(hours=1)
    assert await hall.all_of(reminders.c.next_due) == [(None,)]
    assert hall.discord.messages(hall.organisers) == []
    told = await hall.discord.command(hall.someone, hall.channel, "study remind")
    assert "could not be written to you" in told.text


async def test_the_form_is_opened_by_a_button_and_sets_time_and_zone(hall: Hall) -> None:
    told = await hall.discord.command(hall.someone, hall.channel, "study remind")
    assert told.reply is not None
    modal = await hall.discord.press(hall.someone, hall.channel, told.reply.id, 0)
    done = await hall.discord.submit(hall.someone, modal, {"time": "08:30", "zone": "europe/berlin"})
    assert "08:30" in done.text
    assert await hall.all_of(reminders.c.time, reminders.c.zone) == [("08:30", "Europe/Berlin")]
