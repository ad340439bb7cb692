"""Requests and replies that are lost, a database that is held, and answers that Discord takes no more."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.discord import calls
from adapters.discord.stamps import stamp_ids
from bot.installed import installed_adapters
from bot.store import Store
from bot.store.tables import answers, posts, rounds, schedules
from tests.adapters.discord.conftest import Hall, app_on, served, until
from tests.clock import Clock
from tests.databases import SQLITE, holding
from tests.fakes.discord.calls import Call
from tests.fakes.discord.facts import Interaction
from tests.fakes.discord.faults import What
from tests.fakes.discord.server import FakeDiscord
from tests.grounds import discord_ground
from tests.hall import choice_pack, hall_entry, pack_of, schedule

CHANNELS = 4
POST, CALLBACK = "create_message", "create_interaction_response"
DEFERRED = 5


async def under_way(store: Store) -> int:
    """How many messages are neither there nor given up."""
    waiting = select(func.count()).where(posts.c.state.in_(["due", "sending", "uncertain"]))
    return await store.read(lambda connection: connection.execute(waiting).scalar_one())


def numbers(discord: FakeDiscord, channel: str) -> Counter[tuple[int, int]]:
    """How often each stamp stands in a channel."""
    tops = [each.components[0] for each in discord.messages(channel)]
    return Counter((top["id"], top["components"][0]["id"]) for top in tops)


# --- Posts --------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(300)
@SQLITE
@pytest.mark.parametrize(("slots", "tried_after", "window"), [(75, 200, timedelta(0)), (25, 8, timedelta(minutes=3))])
async def test_of_hundreds_of_posts_through_lost_requests_and_replies_each_is_there_once(
    discord: FakeDiscord,
    store: Store,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    slots: int,
    tried_after: float,
    window: timedelta,
) -> None:
    monkeypatch.setattr(calls, "A_SECOND", 100_000.0)
    discord.nonce_window, discord.validate = window, False
    ground = discord_ground(installed_adapters()["discord"], discord)
    guild = ground.place.workspace
    others = [discord.add_channel(guild, f"c{n}").id for n in range(1, CHANNELS)]
    channels = [ground.place, *(replace(ground.place, channel=each) for each in others)]
    times = [f"{hour:02}:00" for hour in range(24)]
    schedules = [schedule(f"s{n}", places=[place], times=times) for n, place in enumerate(channels)]
    entry = hall_entry(places=channels, schedules=schedules, organiser_place=None)
    app = app_on(ground, store, clock, tmp_path, [entry], choice_pack(200))
    async with served(app, discord):
        discord.weather(seed=11, lost_requests=0.05, lost_replies=0.05)
        slot = clock()
        for _ in range(slots):
            slot += timedelta(hours=1)
            clock.forward(seconds=(slot - clock()).total_seconds())
            await app.run_due()
            while await under_way(store):
                clock.forward(seconds=tried_after)
                await app.run_due()
    there = [numbers(discord, place.channel) for place in channels]
    stamps = [stamp for (stamp,) in await store.read(lambda connection: connection.execute(OF_QUESTIONS).all())]
    assert len(stamps) == CHANNELS * slots
    assert sum(there, Counter()) == Counter(map(stamp_ids, stamps))
    looked = discord.made("list_messages")
    assert (looked > CHANNELS * slots * 0.05) == (window == timedelta(0)), "while the nonce is known nobody has to look"


OF_QUESTIONS = select(posts.c.stamp).where(posts.c.kind == "question")


@SQLITE
@pytest.mark.parametrize(
    "what",
    [
        "http-500",
        "http-502",
        "http-503",
        "http-504",
        "timeout",
        "lost-request",
        "lost-reply",
        130000,
        *(("after", name) for name in ("http-500", "http-503", "timeout", 130000)),
        0.4,
    ],
)
async def test_whatever_discord_says_after_it_may_have_posted_the_question_is_there_once(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, what: What
) -> None:
    monkeypatch.setattr(calls, "WRITE_TIMEOUT", 0.2)
    hall.discord.fail(POST, what)
    await hall.run(hours=1)
    assert hall.discord.made(POST) == 1
    await asyncio.sleep(0.3 if isinstance(what, float) else 0)
    monkeypatch.setattr(calls, "WRITE_TIMEOUT", 5.0)
    for _ in range(5):
        await hall.run(seconds=8)
    assert len(hall.discord.messages(hall.channel)) == 1
    assert await hall.all_of(rounds.c.state, rounds.c.message) == [("open", hall.question.id)]


@SQLITE
async def test_discord_py_repeats_a_post_by_its_nonce_and_it_is_one_message(hall: Hall) -> None:
    hall.discord.fail(POST, ("after", "http-502"))
    await hall.run(hours=1)
    assert hall.discord.made(POST) == 2
    assert len(hall.discord.messages(hall.channel)) == 1


@SQLITE
async def test_an_explanation_in_doubt_is_looked_for_in_its_thread_and_is_there_once(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    await hall.discord.press(hall.someone, hall.channel, asked.id, 0)
    thread = hall.discord.start_thread(hall.someone, hall.channel, asked.id)
    hall.clock.forward(hours=24)
    hall.discord.fail(POST, "lost-reply", times=2)
    hall.discord.nonce_window = timedelta(0)
    for _ in range(10):
        await hall.run(seconds=200)
    assert len([each for each in hall.discord.messages(thread.id) if "Because of" in each.text]) == 1
    assert len(hall.discord.messages(hall.channel)) == 2


# --- Interactions -------------------------------------------------------------------------------------------------


@pytest.fixture
def hold(url: str) -> Iterator[Callable[[], Callable[[], object]]]:
    """Called, it holds the lock that whatever is saved in the hall has to wait for; what it gives lets go."""
    yield from holding(url)


async def picked(hall: Hall) -> list[list[int]]:
    return sorted(value["picked"] for (value,) in await hall.all_of(answers.c.given))


async def test_an_answer_is_in_the_database_before_it_is_acknowledged(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.run(hours=1)
    stored: list[int] = []
    answering = hall.discord._rest._answer

    async def looked(call: Call, *more: Any) -> Any:
        if call.name == CALLBACK:
            stored.append(len(await hall.all_of(answers.c.id)))
        return await answering(call, *more)

    monkeypatch.setattr(hall.discord._rest, "_answer", looked)
    for n in range(3):
        person = hall.discord.add_member(hall.guild, f"person-{n}").id
        assert (await hall.discord.press(person, hall.channel, hall.question.id, n)).acknowledged
    assert stored == [1, 2, 3]


async def test_while_the_database_is_held_people_hear_in_time_and_are_told_that_nothing_was_saved(
    hall: Hall, hold: Callable[[], Callable[[], object]]
) -> None:
    discord = hall.discord
    boss = discord.guilds[hall.guild].owner
    await hall.run(hours=1)
    asked = hall.question
    let_go = hold()
    pressed, typed = await asyncio.gather(
        discord.press(hall.someone, hall.channel, asked.id, 0),
        discord.command(boss, hall.channel, "study schedule pause", {"name": "daily"}),
    )
    for told in (pressed, typed):
        assert told.kind_of_answer == DEFERRED
        assert told.seconds < 3.0
        await discord.answered(told)
        assert "Nothing was saved" in told.text
        assert told.ephemeral
    let_go()
    assert await picked(hall) == []
    assert await hall.all_of(schedules.c.paused_since) == [(None,)]
    assert (await discord.press(hall.someone, hall.channel, asked.id, 0)).acknowledged
    assert await picked(hall) == [[0]]


@SQLITE
async def test_what_could_be_saved_after_a_delay_is_told_to_the_same_person_alone(
    hall: Hall, hold: Callable[[], Callable[[], object]]
) -> None:
    await hall.run(hours=1)
    let_go = hold()
    pressing = asyncio.create_task(hall.discord.press(hall.someone, hall.channel, hall.question.id, 0))
    await asyncio.sleep(2.0)
    let_go()
    told = await hall.discord.answered(await pressing)
    assert told.kind_of_answer == DEFERRED
    assert "Reason for" in told.text
    assert told.ephemeral
    assert len(hall.discord.messages(hall.channel)) == 1, "nobody else sees anything"
    assert await picked(hall) == [[0]]


@SQLITE
@pytest.mark.parametrize("pack", [pack_of("short")])
async def test_a_form_that_cannot_be_saved_is_told_so_and_counts_when_it_is_sent_again(
    hall: Hall, hold: Callable[[], Callable[[], object]]
) -> None:
    await hall.run(hours=1)
    opened = await hall.discord.press(hall.someone, hall.channel, hall.question.id, 0)
    again = await hall.discord.press(hall.someone, hall.channel, hall.question.id, 0)
    let_go = hold()
    sent = await hall.discord.answered(await hall.discord.submit(hall.someone, opened, {"answer": "overfitting"}))
    assert "Nothing was saved" in sent.text
    let_go()
    assert await hall.all_of(answers.c.id) == []
    await hall.discord.submit(hall.someone, again, {"answer": "overfitting"})
    assert len(await hall.all_of(answers.c.id)) == 1


@SQLITE
@pytest.mark.parametrize("what", [10062, 40060, "http-503", "lost-request", "lost-reply", 50027])
async def test_whatever_becomes_of_the_reply_a_stored_answer_counts(
    hall: Hall, caplog: pytest.LogCaptureFixture, what: What
) -> None:
    hall.discord.ack_within = 0.3
    await hall.run(hours=1)
    hall.discord.fail(CALLBACK, what)
    await hall.discord.press(hall.someone, hall.channel, hall.question.id, 1)
    assert await picked(hall) == [[1]]
    told = await hall.discord.press(hall.someone, hall.channel, hall.question.id, 0)
    assert told.acknowledged
    assert "Reason for" in told.text, "what counted is told as the first time"
    assert await picked(hall) == [[1]]
    assert [each for each in caplog.records if each.levelname in ("ERROR", "WARNING") and "discord" in each.name] == []


@SQLITE
async def test_a_press_that_comes_after_its_three_seconds_counts_as_one_that_was_given_in_time(hall: Hall) -> None:
    await hall.run(hours=1)
    hall.discord.ack_within = 0.3
    hall.discord.silent = True
    pressing = asyncio.create_task(hall.discord.press(hall.someone, hall.channel, hall.question.id, 1))
    await asyncio.sleep(0.1)
    hall.clock.forward(seconds=4)
    hall.discord.silent = False
    told = await pressing
    await until(lambda: told.refusals)
    assert told.refusals == [10062]
    assert not told.acknowledged
    assert await picked(hall) == [[1]]


@SQLITE
@pytest.mark.parametrize("times", [1, 2, 3])
async def test_an_interaction_that_is_told_again_counts_once_and_is_answered_once(hall: Hall, times: int) -> None:
    await hall.run(hours=1)
    pressed = await hall.discord.press(hall.someone, hall.channel, hall.question.id, 1)
    hall.discord.deliver(pressed.told, times=times)
    await until(lambda: len(pressed.refusals) == times)
    assert set(pressed.refusals) == {40060}
    assert len(pressed.replies) == 1
    assert await picked(hall) == [[1]]


@SQLITE
async def test_a_reply_that_is_ready_after_a_quarter_of_an_hour_is_left_out_and_the_answer_counts(
    hall: Hall, hold: Callable[[], Callable[[], object]], caplog: pytest.LogCaptureFixture
) -> None:
    await hall.run(hours=1)
    let_go = hold()
    pressing = asyncio.create_task(hall.discord.press(hall.someone, hall.channel, hall.question.id, 0))
    await until(lambda: hall.discord.made(CALLBACK))
    hall.clock.forward(minutes=16)
    let_go()
    told = await pressing
    await until(lambda: ("update_original_webhook_message", 50027, []) in hall.discord.refused)
    assert told.text == ""
    assert await picked(hall) == [[0]]
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []


@SQLITE
async def test_what_somebody_was_promised_is_told_also_where_the_process_stops_meanwhile(
    discord: FakeDiscord,
    store: Store,
    clock: Clock,
    tmp_path: Path,
    hold: Callable[[], Callable[[], object]],
) -> None:
    ground = discord_ground(installed_adapters()["discord"], discord)
    entry = hall_entry(places=[ground.place], schedules=[schedule(places=[ground.place])], organiser_place=None)
    clock.forward(hours=-1)
    app = app_on(ground, store, clock, tmp_path, [entry], choice_pack())
    async with served(app, discord):
        clock.forward(hours=1)
        await app.run_due()
        (asked,) = discord.messages(ground.place.channel)
        let_go = hold()
        pressing = asyncio.create_task(discord.press(ground.account, ground.place.channel, asked.id, 0))
        await until(lambda: discord.made(CALLBACK))
        asyncio.get_running_loop().call_later(0.2, let_go)
    told: Interaction = await pressing
    assert "Reason for" in told.text or "Nothing was saved" in told.text
