"""A day of a hall in Slack, over Socket Mode: what learners see and do."""

from __future__ import annotations

import asyncio

from bot.store.tables import answers, people
from tests.adapters.slack.conftest import Hall, said, shape


async def test_a_question_is_pressed_told_about_revealed_and_explained(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    assert "Which letter does question" in said(asked.blocks)
    for option in ("alpha of", "beta of", "gamma of"):
        assert option in said(asked.blocks)
    assert "<!date^" in shape(asked.blocks)
    pressed = await hall.slack.press(hall.someone, hall.channel, asked.ts, 0)
    assert pressed.acknowledged
    assert "Reason for" in await hall.told()
    await hall.run(seconds=10)
    assert "1 person has answered" in said(hall.question.blocks)
    await hall.run(hours=24)
    revealed = hall.slack.message(hall.channel, asked.ts)
    assert "1 person answered" in said(revealed.blocks)
    assert hall.slack.buttons(revealed.blocks) == []
    await hall.run(seconds=5)
    assert any("Because of the letter" in said(each.blocks) for each in hall.slack.thread(hall.channel, asked.ts))
    assert hall.slack.refused == []


async def test_nothing_that_leaves_before_the_reveal_tells_the_key(hall: Hall) -> None:
    await hall.run(hours=1)
    sent = [arguments for method, arguments, _ in hall.slack.calls if method.startswith("chat.")]
    assert sent
    for told in sent:
        assert "Because of the letter" not in shape(told)
        assert "Reason for" not in shape(told)


async def test_a_press_told_four_times_counts_once(hall: Hall) -> None:
    await hall.run(hours=1)
    pressed = await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 1)
    for again in await hall.slack.deliver(pressed, times=3):
        assert again.acknowledged
    assert len(await hall.all_of(answers.c.id)) == 1


async def test_commands_are_answered_to_whoever_typed_them_alone(hall: Hall) -> None:
    await hall.run(hours=1)
    for name, text, wanted in (
        ("/daily", "", "Which letter"),
        ("/leaderboard", "", "The team"),
        ("/study", "help", "/study schedule"),
        ("/study", "stauts", "status"),
    ):
        above = len(hall.slack.ephemerals(hall.someone))
        told = await hall.slack.command(hall.someone, hall.channel, name, text)
        assert told.acknowledged, name
        assert wanted in await hall.told(above=above), name


async def test_only_admins_and_the_group_named_may_organise(hall: Hall) -> None:
    lead, admin = hall.slack.add_user("lead").id, hall.slack.add_user("admin", admin=True).id
    hall.slack.add_group("study-leads", [lead])
    await hall.run(hours=1)
    for user, allowed in ((hall.someone, False), (lead, True), (admin, True)):
        await hall.slack.command(user, hall.channel, "/study", "schedule now")
        told = await hall.told(user)
        assert ("organiser" in told.casefold()) is not allowed, told


async def test_people_are_called_by_the_name_that_they_chose(hall: Hall) -> None:
    ada = hall.slack.add_user("ada.l", display_name="Ada").id
    await hall.run(hours=1)
    asked = hall.question
    for index in range(3):
        person = hall.slack.add_user(f"person-{index}", display_name=f"Person {index}").id if index else ada
        await hall.slack.press(person, hall.channel, asked.ts, index)
    async with asyncio.timeout(10):
        while {name for (name,) in await hall.all_of(people.c.name)} != {"Ada", "Person 1", "Person 2"}:
            await asyncio.sleep(0.02)
    await hall.run(hours=24)
    shown = said(hall.slack.message(hall.channel, asked.ts).blocks)
    assert "3 people answered" in shown
    assert any(name in shown for name in ("Ada", "Person 1", "Person 2"))
