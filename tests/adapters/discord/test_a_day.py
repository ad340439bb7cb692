"""A day of a hall in Discord: what learners see and do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.store.tables import answers, people
from tests.adapters.discord.conftest import Hall, until


async def test_a_question_is_pressed_told_about_revealed_and_explained(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    assert "Which letter does question" in asked.text
    assert "<t:" in asked.text
    buttons = hall.discord.labels(asked)
    for option in ("alpha of", "beta of", "gamma of"):
        assert option in asked.text + " ".join(buttons)
    pressed = await hall.discord.press(hall.someone, hall.channel, asked.id, 0)
    assert pressed.acknowledged
    assert pressed.ephemeral
    assert "Reason for" in pressed.text
    await hall.run(seconds=10)
    assert "1 person has answered" in hall.question.text
    await hall.run(hours=24)
    revealed = hall.discord.message(hall.channel, asked.id)
    assert "1 person answered" in revealed.text
    assert hall.discord.labels(revealed) == []
    await hall.run(seconds=5)
    assert any("Because of the letter" in each.text for each in hall.discord.thread_of(hall.channel, asked.id))


async def test_nothing_that_leaves_before_the_reveal_tells_the_key(hall: Hall) -> None:
    await hall.run(hours=1)
    sent = [call for call in hall.discord.calls if call.name == "create_message"]
    assert sent
    for told in sent:
        body = json.dumps(told.body)
        assert "Because of the letter" not in body
        assert "Reason for" not in body


async def test_a_press_told_twice_by_the_gateway_counts_once(hall: Hall) -> None:
    await hall.run(hours=1)
    pressed = await hall.discord.press(hall.someone, hall.channel, hall.question.id, 1)
    assert pressed.told is not None
    for _ in range(3):
        hall.discord.deliver(pressed.told)
    await until(lambda: hall.discord.made("create_interaction_response") >= 2)
    assert len(await hall.all_of(answers.c.id)) == 1


@pytest.mark.parametrize(
    ("path", "options", "wanted"),
    [
        ("daily", {}, "Which letter"),
        ("leaderboard", {"period": "week"}, "The team"),
        ("study help", {}, "/study schedule"),
        ("study status", {}, "next question"),
    ],
)
async def test_commands_are_answered_to_whoever_typed_them_alone(
    hall: Hall, path: str, options: dict[str, Any], wanted: str
) -> None:
    await hall.run(hours=1)
    told = await hall.discord.command(hall.someone, hall.channel, path, options)
    assert told.acknowledged
    assert told.ephemeral
    assert wanted in told.text


async def test_only_those_who_manage_the_server_and_the_role_named_may_organise(hall: Hall) -> None:
    discord = hall.discord
    lead, boss = discord.add_member(hall.guild, "lead").id, discord.guilds[hall.guild].owner
    discord.add_role(hall.guild, "study-leads", members=[lead])
    await hall.run(hours=1)
    for user, allowed in ((hall.someone, False), (lead, True), (boss, True)):
        told = await discord.command(user, hall.channel, "study schedule now")
        assert ("organiser" in told.text.casefold()) is not allowed, told.text


async def test_people_are_called_by_the_name_that_the_server_shows(hall: Hall) -> None:
    ada = hall.discord.add_member(hall.guild, "ada.l", nick="Ada").id
    await hall.run(hours=1)
    await hall.discord.press(ada, hall.channel, hall.question.id, 0)
    assert {name for (name,) in await hall.all_of(people.c.name)} == {"Ada"}


async def test_options_of_a_command_are_completed(hall: Hall) -> None:
    typed = await hall.discord.autocomplete(hall.someone, hall.channel, "leaderboard", "topic", {"topic": "stat"})
    assert typed.choices is not None
    assert {each["value"] for each in typed.choices} == {"statistics"}


async def test_a_schedule_is_added_by_a_form_where_its_times_are_missing(hall: Hall) -> None:
    boss = hall.discord.guilds[hall.guild].owner
    opened = await hall.discord.command(boss, hall.channel, "study schedule add", {"name": "evening"})
    assert opened.modal is not None
    sent = await hall.discord.submit(boss, opened, {"times": "18:00"})
    assert "evening" in sent.text
    listed = await hall.discord.command(boss, hall.channel, "study schedule list")
    assert "18:00" in listed.text


async def test_what_was_filled_in_wrongly_is_told_and_given_back(hall: Hall) -> None:
    boss = hall.discord.guilds[hall.guild].owner
    opened = await hall.discord.command(boss, hall.channel, "study schedule add", {"name": "evening"})
    sent = await hall.discord.submit(boss, opened, {"times": "at dusk"})
    assert sent.acknowledged
    assert sent.ephemeral
    assert "at dusk" in sent.text


async def test_a_message_is_suggested_as_a_question(hall: Hall) -> None:
    said = hall.discord.say(hall.someone, hall.channel, "What is a p-value?")
    opened = await hall.discord.context_menu(hall.someone, hall.channel, said.id, "Suggest as a question")
    assert "What is a p-value?" in json.dumps(opened.modal)
    sent = await hall.discord.submit(hall.someone, opened, {})
    assert sent.acknowledged
    assert sent.ephemeral
