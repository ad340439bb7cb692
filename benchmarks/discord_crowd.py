"""Many channels that are due at the same second: the whole bot, against a Discord in another process."""

from __future__ import annotations

import asyncio
import time
from multiprocessing.connection import Connection

from benchmarks.crowd import AFTER, all_posted, until
from benchmarks.discord_pressed import there
from benchmarks.frame import Figure, LostError, Row, Scale
from bot.ports import PlaceRef
from tests.fakes.discord.limits import GLOBAL
from tests.fakes.discord.server import FakeDiscord

CHANNELS = 25
"""Channels of a server."""
WITHIN = 60.0
TOO_MANY = 429


async def together(pipe: Connection, channels: int) -> None:
    """So many channels are posted to; tells when the last was (steady clock), and how many calls were too many."""
    async with FakeDiscord.started() as fake:
        fake.validate, fake.limit_posts = False, True
        guilds = [fake.add_guild(f"hall-{number}").id for number in range(-(-channels // CHANNELS))]
        places = [
            PlaceRef("discord", guild, fake.add_channel(guild, f"channel-{number}").id)
            for number in range(channels)
            for guild in [guilds[number // CHANNELS]]
        ]
        pipe.send(there(fake, places))
        await until(lambda: all(fake.said[place.channel] for place in places))
        last = time.perf_counter()
        await asyncio.sleep(AFTER)
        if any(len(fake.messages(place.channel)) != 1 for place in places):
            raise LostError("a channel was posted to twice")
        pipe.send((last, len(fake.limits.invalid)))
        await asyncio.to_thread(pipe.recv)


def all_together(scale: Scale) -> list[Row]:
    """Channels whose questions are due at the same second, at Discord's limits of the rate."""
    channels = scale.of(1_000, 15)
    seconds, refused = all_posted(together, channels)
    least = max((channels - GLOBAL) / GLOBAL, 1)
    what = f"{channels:,} channels due at the same second, {GLOBAL} calls a second"
    return [
        Row(f"{what}: until the last is out", Figure((seconds,), "s"), most=WITHIN),
        Row("the same, beside the least that these calls take", Figure((seconds,), "s"), Figure((least,), "s")),
        Row("the same, calls that Discord refused, for a message", Figure((refused / channels,), "")),
    ]
