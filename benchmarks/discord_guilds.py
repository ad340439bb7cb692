"""What servers cost in memory: a client after its gateway has told of all of them."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path

import discord

from benchmarks.answers import NOW
from benchmarks.discord_press import plain_client, session_client, socket_of
from benchmarks.discord_pressed import text_of
from benchmarks.frame import Figure, LostError, Row, Scale, in_fresh_process, in_turn, memory
from benchmarks.server import folder
from tests.fakes.discord import shown
from tests.fakes.discord.server import FakeDiscord

CHANNELS, ROLES = 20, 20
"""Of a server."""


def write_texts(at: Path, guilds: int) -> None:
    """What the gateway says of so many servers, a line each: first that they are there, then each with all it has."""
    fake = FakeDiscord(lambda: NOW)
    with at.open("w", encoding="ascii") as file:
        made = [fake.add_guild(f"hall-{number}") for number in range(guilds)]
        ready = shown.ready(fake, made) | {"session_id": "benchmark", "shard": [0, 1]}
        file.write(text_of("READY", ready) + "\n")
        for guild in made:
            for number in range(CHANNELS):
                fake.add_channel(guild.id, f"channel-{number}")
            for number in range(ROLES):
                fake.add_role(guild.id, f"role-{number}")
            file.write(text_of("GUILD_CREATE", shown.created(fake, guild)) + "\n")
            fake.channels.clear()


def everything() -> discord.AutoShardedClient:
    """A client as discord.py makes it where nothing is said about what it keeps."""
    return plain_client(discord.Intents.default())


def added(texts: Path, guilds: int, made: Callable[[], discord.AutoShardedClient]) -> float:
    """The megabytes that a client holds once it has been told of all servers, beyond what it held before."""

    async def told() -> float:
        async with made() as client:
            socket = socket_of(client)
            gc.collect()
            before, begun = memory().now, client.wait_for("shard_ready")
            with texts.open(encoding="ascii") as lines:
                for line in lines:
                    await socket.received_message(line)
            await begun
            if len(client.guilds) != guilds or any(len(each.channels) != CHANNELS for each in client.guilds):
                raise LostError("not all servers are known")
            gc.collect()
            return memory().now - before

    return asyncio.run(told())


def held(scale: Scale) -> list[Row]:
    """Memory for a thousand servers."""
    guilds = scale.of(1_000, 20)
    with folder() as at:
        write_texts(texts := at / "texts", guilds)
        plain, ours = in_turn(
            scale.runs,
            lambda: in_fresh_process(added, texts, guilds, everything),
            lambda: in_fresh_process(added, texts, guilds, session_client),
        )
    what = f"{guilds:,} servers of {CHANNELS} channels and {ROLES} roles: memory added"
    return [Row(what, Figure(tuple(ours), "MB"), Figure(tuple(plain), "MB"), 1.05)]
