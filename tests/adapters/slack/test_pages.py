"""The App Home, the form for a schedule, and the shortcut of a message."""

from __future__ import annotations

import re
from functools import partial

from bot.store.tables import people, proposals, schedules
from tests.adapters.slack.conftest import Hall, said, shape, until
from tests.fakes.slack.facts import Message, User


def home(hall: Hall) -> str:
    """What somebody sees in the App Home."""
    return said(hall.slack.home(hall.someone))


def buttons(hall: Hall) -> list[str]:
    """The labels of the buttons there."""
    return hall.slack.buttons((hall.slack.home(hall.someone) or {})["blocks"])


def key_of(hall: Hall) -> int:
    """The place of the button with the right option."""
    listed = re.findall(r"([A-Z])\s+(\w+) of", said(hall.question.blocks))
    return next(number for number, (_, word) in enumerate(listed) if word == "beta")


def shows(hall: Hall, text: str) -> bool:
    return text in home(hall)


async def open_home(hall: Hall) -> None:
    assert (await hall.slack.open_home(hall.someone)).acknowledged
    await until(lambda: home(hall))


async def test_the_home_shows_points_streak_accuracy_what_comes_next_and_a_setting(hall: Hall) -> None:
    await hall.run(hours=1)
    await open_home(hall)
    assert "Answer a question, and your points stand here." in home(hall)
    assert "<!date^" in shape(hall.slack.home(hall.someone))
    await hall.slack.press(hall.someone, hall.channel, hall.question.ts, key_of(hall))
    await hall.told()
    await open_home(hall)
    await until(lambda: "Your streak: 1 day" in home(hall))
    assert "All time" in home(hall)
    assert "Learning" in home(hall)
    assert "100%" in home(hall)
    assert "Leave the boards" in home(hall)


async def test_a_press_in_the_home_changes_the_setting_and_the_home_shows_it(hall: Hall) -> None:
    await hall.run(hours=1)
    await hall.slack.press(hall.someone, hall.channel, hall.question.ts, key_of(hall))
    await hall.told()
    await open_home(hall)
    for label, hidden in (("Be on the boards again", True), ("Leave the boards", False)):
        boards = [each for each in buttons(hall) if "boards" in each]
        assert (await hall.slack.press_home(hall.someone, buttons(hall).index(boards[0]))).acknowledged
        await until(partial(shows, hall, label))
        assert await hall.all_of(people.c.hides) == [(hidden,)]


async def test_practice_that_begins_in_the_home_goes_on_in_the_talk_with_the_bot(hall: Hall) -> None:
    await open_home(hall)
    assert (await hall.slack.press_home(hall.someone, buttons(hall).index("Practise alone"))).acknowledged
    talk = hall.slack.open_im(hall.someone)
    await until(lambda: hall.slack.messages(talk.id))
    assert "Practice 1/5" in said(hall.slack.messages(talk.id)[-1].blocks)


def an_admin(hall: Hall) -> User:
    """An admin of the workspace, who is in the channel."""
    admin = hall.slack.add_user("admin", admin=True)
    hall.slack.channels[hall.channel].members.append(admin.id)
    return admin


async def test_an_organiser_adds_a_schedule_by_a_form_that_stays_open_while_it_is_wrong(hall: Hall) -> None:
    admin = an_admin(hall).id
    await hall.slack.command(admin, hall.channel, "/study", "schedule add evening")
    await until(lambda: hall.slack.modals(admin))
    view = hall.slack.modals(admin)[-1]
    assert "Times of day" in said(view.content["blocks"])
    wrong = await hall.slack.submit(admin, view, {"name": "evening", "times": "25:00"})
    assert wrong.ack_payload["response_action"] == "errors"
    assert "25:00" in wrong.ack_payload["errors"]["times"]
    right = await hall.slack.submit(admin, view, {"name": "evening", "times": "18:00", "topic": "statistics"})
    assert right.acknowledged
    assert "Done" in await hall.told(admin)
    assert ("evening", ["18:00"]) in await hall.all_of(schedules.c.name, schedules.c.times)


async def test_a_form_of_somebody_who_organises_no_more_does_nothing(hall: Hall) -> None:
    admin = an_admin(hall)
    await hall.slack.command(admin.id, hall.channel, "/study", "schedule add")
    await until(lambda: hall.slack.modals(admin.id))
    admin.admin = False
    sent = await hall.slack.submit(admin.id, hall.slack.modals(admin.id)[-1], {"name": "evening", "times": "18:00"})
    assert sent.acknowledged
    assert "organiser" in (await hall.told(admin.id)).casefold()
    assert [name for (name,) in await hall.all_of(schedules.c.name)] == ["daily"]


async def posted(hall: Hall, text: str) -> Message:
    """A message that somebody wrote in the channel."""
    await hall.slack.say(hall.someone, hall.channel, text)
    return hall.slack.messages(hall.channel)[-1]


async def test_the_shortcut_of_a_message_opens_a_form_with_its_text_and_keeps_the_draft(hall: Hall) -> None:
    stands = "Why does <noise> & dropout help?"
    message = await posted(hall, stands)
    assert (await hall.slack.shortcut(hall.someone, hall.channel, message.ts, "suggest")).acknowledged
    await until(lambda: hall.slack.modals(hall.someone))
    view = hall.slack.modals(hall.someone)[-1]
    assert [block["element"].get("initial_value") for block in view.content["blocks"]] == [stands, None]
    assert (await hall.slack.submit(hall.someone, view, {"question": stands, "answer": ""})).acknowledged
    assert "draft is kept" in await hall.told()
    source = f"slack:{hall.slack.team}:{hall.channel}:{message.ts}"
    assert await hall.all_of(proposals.c.question, proposals.c.source) == [(stands, source)]


async def test_a_channel_that_is_there_again_goes_on_at_its_next_slot(hall: Hall) -> None:
    await hall.run(hours=1)
    first = hall.question.ts
    for leave, come in (
        (hall.slack.archive, hall.slack.unarchive),
        (hall.slack.remove_bot, hall.slack.invite_bot),
    ):
        assert (await leave(hall.channel)).acknowledged
        await hall.run(days=1)
        await hall.run(seconds=5)
        assert (await come(hall.channel)).acknowledged
        await hall.run(days=1)
        assert hall.question.ts > first
        first = hall.question.ts


async def test_who_filled_in_a_form_and_is_not_in_the_channel_is_told_in_their_own_talk_with_the_bot(
    hall: Hall,
) -> None:
    admin = hall.slack.add_user("admin", admin=True).id
    await hall.slack.command(admin, hall.channel, "/study", "schedule add")
    await until(lambda: hall.slack.modals(admin))
    await hall.slack.submit(admin, hall.slack.modals(admin)[-1], {"name": "evening", "times": "18:00"})
    talk = hall.slack.open_im(admin).id
    await until(lambda: hall.slack.messages(talk))
    assert "Done" in said(hall.slack.messages(talk)[-1].blocks)
