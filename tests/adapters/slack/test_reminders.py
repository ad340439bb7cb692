"""Reminders of reviews in Slack: a message in somebody's talk with the app, found there again, with working buttons."""

from __future__ import annotations

import re

import pytest

from bot.store.tables import posts, reminders
from tests.adapters.slack.conftest import Hall, said, until
from tests.fakes.slack.facts import Message

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def missed_and_asked_for(hall: Hall) -> None:
    """Somebody misses the question of a day and wishes for reminders; the clock shows an hour before the next one."""
    await hall.run(hours=1)
    options = re.findall("(alpha|beta|gamma) of", said(hall.question.blocks))
    wrong = next(n for n, option in enumerate(options) if option != "beta")
    await hall.slack.press(hall.someone, hall.channel, hall.question.ts, wrong)
    await hall.slack.command(hall.someone, hall.channel, "/study", "remind 10:00")
    assert "10:00" in await hall.told(above=1)
    await hall.run(hours=24)


def talk(hall: Hall) -> list[Message]:
    """What somebody was written alone."""
    return hall.slack.messages(hall.slack.open_im(hall.someone).id)


async def test_a_reminder_is_written_in_the_talk_and_its_button_begins_the_review_there(hall: Hall) -> None:
    await missed_and_asked_for(hall)
    assert talk(hall) == []
    await hall.run(hours=1)
    (message,) = talk(hall)
    assert "1 idea is due for review today." in said(message.blocks)
    labels = hall.slack.buttons(message.blocks)
    here = message.channel
    await hall.slack.press(hall.someone, here, message.ts, labels.index("Review now"))
    await until(lambda: "Review 1/1" in said(talk(hall)[0].blocks))
    await hall.slack.press(hall.someone, here, message.ts, 0)
    await until(lambda: "Reason for" in said(talk(hall)[0].blocks))
    assert len(talk(hall)) == 1


async def test_the_other_button_ends_the_reminders(hall: Hall) -> None:
    await missed_and_asked_for(hall)
    await hall.run(hours=1)
    (message,) = talk(hall)
    labels = hall.slack.buttons(message.blocks)
    await hall.slack.press(hall.someone, message.channel, message.ts, labels.index("No more reminders"))
    await until(lambda: "No reminders" in said(talk(hall)[0].blocks))
    await hall.run(hours=24)
    assert len(talk(hall)) == 1


@pytest.mark.parametrize("fault", ["lost-reply", "lost-request"])
async def test_one_whose_outcome_is_lost_is_found_in_the_talk_and_is_there_once(hall: Hall, fault: str) -> None:
    await missed_and_asked_for(hall)
    hall.slack.fail("chat.postMessage", fault)
    await hall.run(hours=1)
    for _ in range(4):
        await hall.run(seconds=20)
    assert len(talk(hall)) == 1
    assert await hall.all_of(posts.c.state) == [("sent",)] * len(await hall.all_of(posts.c.id))


async def test_of_an_account_that_is_shut_the_reminders_are_turned_off_and_nobody_is_told(hall: Hall) -> None:
    await missed_and_asked_for(hall)
    hall.slack.users[hall.someone].deleted = True
    await hall.run(hours=1)
    await hall.run(seconds=20)
    assert await hall.all_of(reminders.c.next_due) == [(None,)]
    assert hall.slack.messages(hall.organisers) == []


async def test_the_form_is_opened_by_a_button_and_sets_time_and_zone(hall: Hall) -> None:
    slack = hall.slack
    await slack.command(hall.someone, hall.channel, "/study", "remind")
    assert "No reminders" in await hall.told()
    await slack.press_ephemeral(hall.someone, slack.ephemerals(hall.someone)[-1].ts, 0)
    await until(lambda: slack.modals(hall.someone))
    view = slack.modals(hall.someone)[-1]
    await slack.submit(hall.someone, view, {"time": "8 o'clock", "zone": "UTC"})
    assert "no time of day" in view.errors["time"]
    await slack.submit(hall.someone, view, {"time": "08:30", "zone": "europe/berlin"})
    assert await hall.all_of(reminders.c.time, reminders.c.zone) == [("08:30", "Europe/Berlin")]
