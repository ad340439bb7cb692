"""The connection to Discord: cut, resumed, begun anew, refused; nothing that Discord told is lost or counted twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import session
from adapters.discord.session import FREE, LONGEST_PAUSE, MOST_AN_HOUR, Pace, pause_after
from bot.installed import installed_adapters
from bot.ports import BusyError, NotSetUpError
from bot.store import Store
from bot.store.tables import answers
from tests.adapters.discord.conftest import Hall, app_on, entry_of, served, until
from tests.clock import Clock
from tests.databases import SQLITE
from tests.fakes.discord.server import FakeDiscord
from tests.grounds import discord_ground
from tests.hall import choice_pack

A = "\U0001f1e6"
IDENTIFY = 2


async def counted(hall: Hall) -> int:
    return len(await hall.all_of(answers.c.id))


def sessions(discord: FakeDiscord) -> int:
    """How many sessions were asked for."""
    return sum(payload.get("op") == IDENTIFY for payload in discord.gateway.heard)


@SQLITE
@pytest.mark.parametrize("kind", ["reconnect", "resumable", "close", "drop"])
async def test_a_session_that_goes_on_tells_once_what_happened_while_the_line_was_cut(hall: Hall, kind: str) -> None:
    await hall.run(hours=1)
    asked = hall.question
    await hall.discord.disconnect(kind)
    hall.discord.ack_within = 10.0
    people = [hall.discord.add_member(hall.guild, f"person-{n}").id for n in range(5)]
    pressed = await asyncio.gather(*(hall.discord.press(each, hall.channel, asked.id, 1) for each in people))
    assert all(each.acknowledged for each in pressed)
    assert await counted(hall) == 5
    assert sessions(hall.discord) == 1


@SQLITE
@pytest.mark.parametrize("policy", [{"answer_by": "reactions"}])
@pytest.mark.parametrize("kind", ["invalid", "expire"])
@pytest.mark.usefixtures("policy")
async def test_after_a_session_that_was_lost_the_reactions_are_read_anew(hall: Hall, kind: str) -> None:
    await hall.run(hours=1)
    asked = hall.question
    people = [hall.discord.add_member(hall.guild, f"person-{n}").id for n in range(3)]
    asked.reactions.setdefault(A, []).extend(people)  # what was told of it went into the lost session
    await hall.discord.disconnect(kind)
    async with asyncio.timeout(20):
        while await counted(hall) < len(people):
            await asyncio.sleep(0.05)
    assert sessions(hall.discord) == 2


@SQLITE
async def test_two_shards_hear_of_their_servers_and_share_a_hall(
    discord: FakeDiscord, store: Store, clock: Clock, tmp_path: Path
) -> None:
    async with sharded(discord, store, clock, tmp_path, shards=2) as halls:
        for hall in halls:
            pressed = await discord.press(hall.someone, hall.channel, hall.question.id, 0)
            assert pressed.acknowledged
        assert await counted(halls[0]) == 2
        assert discord.connections == 2


@SQLITE
async def test_a_process_that_opens_one_shard_of_two_hears_of_its_own_servers_alone(
    discord: FakeDiscord, store: Store, clock: Clock, tmp_path: Path
) -> None:
    async with sharded(discord, store, clock, tmp_path, shards=2, shard_ids="1") as halls:
        heard = [hall for hall in halls if discord.shard_of(hall.guild, 2) == 1]
        assert len(heard) == 1
        assert discord.connections == 1
        assert (await discord.press(heard[0].someone, heard[0].channel, heard[0].question.id, 0)).acknowledged


@contextlib.asynccontextmanager
async def sharded(
    discord: FakeDiscord, store: Store, clock: Clock, folder: Path, **settings: Any
) -> AsyncIterator[list[Hall]]:
    """A hall with a place in each of two servers, after its question."""
    grounds = [discord_ground(installed_adapters()["discord"], discord, **settings) for _ in range(2)]
    clock.forward(hours=-1)
    entry = entry_of(grounds[0], discord.add_channel(grounds[0].place.workspace, "organisers").id, {})
    places = tuple(each.place for each in grounds)
    schedules = tuple(replace(each, places=places) for each in entry.schedules)
    entry = replace(entry, places=places, schedules=schedules)
    app = app_on(grounds[0], store, clock, folder, [entry], choice_pack())
    async with served(app, discord):
        many = 1 if settings.get("shard_ids") else 2
        await until(lambda: discord.connections == many)
        halls = [
            Hall(app, store, clock, discord, each.place.workspace, each.place.channel, "", each.account)
            for each in grounds
        ]
        await halls[0].run(hours=1)
        yield halls


@SQLITE
@pytest.mark.parametrize(("code", "words"), [(4004, "DISCORD_BOT_TOKEN"), (4013, "newer"), (4014, "Intents")])
async def test_what_only_a_person_can_mend_ends_the_platform_with_a_sentence(
    discord: FakeDiscord, store: Store, clock: Clock, tmp_path: Path, code: int, words: str
) -> None:
    async with ran(discord, store, clock, tmp_path) as running:
        await until(lambda: discord.connections == 1)
        await discord.disconnect("close", code=code)
        with pytest.raises(NotSetUpError, match=words):
            await asyncio.wait_for(running, 5)


@SQLITE
async def test_a_token_that_discord_does_not_take_is_named_with_the_place_where_one_is_found(
    discord: FakeDiscord, store: Store, clock: Clock, tmp_path: Path
) -> None:
    async with ran(discord, store, clock, tmp_path, token="no.such.token") as running:
        with pytest.raises(NotSetUpError, match="DISCORD_BOT_TOKEN"):
            await asyncio.wait_for(running, 5)


@contextlib.asynccontextmanager
async def ran(
    discord: FakeDiscord, store: Store, clock: Clock, folder: Path, token: str = ""
) -> AsyncIterator[asyncio.Task[None]]:
    """The task in which the platform runs."""
    ground = discord_ground(installed_adapters()["discord"], discord)
    ground = replace(ground, environment={"DISCORD_BOT_TOKEN": token}) if token else ground
    app = app_on(ground, store, clock, folder, [entry_of(ground, ground.place.channel, {})], choice_pack())
    await app.settle()
    running = asyncio.create_task(app.running["discord"].platform.run(app.porter))
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.wait([running])
        await app.close()


def test_the_more_sessions_began_within_the_hour_the_longer_the_next_one_waits() -> None:
    pauses = [pause_after(begun, 1) for begun in range(60)]
    assert pauses[:FREE] == [0.0] * FREE
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert pause_after(2 * FREE - 1, 2) == 0.0


def test_a_bot_that_crashes_at_once_all_day_begins_far_fewer_sessions_than_discord_allows() -> None:
    now, begun = 0.0, list[float]()
    while now < 86_400:
        lately = [at for at in begun if at > now - 3600]
        if len(lately) >= MOST_AN_HOUR:
            now += 60
            continue
        now += pause_after(len(lately), 1) + 1
        begun.append(now)
    assert len(begun) < 500


@SQLITE
async def test_a_crash_loop_is_remembered_by_the_next_process_and_ends_in_an_alarm(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def waited(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", waited)
    for _ in range(MOST_AN_HOUR):
        pace = Pace(store.shelf("discord"), clock, lambda length: "a" * length, 1)
        await pace.wait()
        await pace.begins()
    assert waits[-1] == LONGEST_PAUSE
    with pytest.raises(BusyError, match="within an hour"):
        await pace.wait()
    clock.forward(seconds=timedelta(hours=1).total_seconds() + 1)
    waits.clear()
    await pace.wait()
    assert waits == []


@SQLITE
async def test_a_zombie_connection_is_given_up(
    discord: FakeDiscord, store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "HEARTBEAT_WITHIN", 0.5)
    discord.gateway.heartbeat_every = 200
    ground = discord_ground(installed_adapters()["discord"], discord)
    app = app_on(ground, store, clock, tmp_path, [entry_of(ground, ground.place.channel, {})], choice_pack())
    async with served(app, discord):
        (dead,) = discord.gateway.wires
        await discord.disconnect("mute")
        await until(_gone(discord, dead))


def _gone(discord: FakeDiscord, dead: object) -> Callable[[], bool]:
    return lambda: dead not in discord.gateway.wires and discord.connections == 1
