"""Presses and commands at Discord, from what the gateway brings, against discord.py alone and the same SQL alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import discord
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket

from adapters.discord import adapter
from adapters.discord.calls import Calls
from adapters.discord.halls import Halls
from adapters.discord.inbound import Inbound
from adapters.discord.platform import DiscordPlatform
from adapters.discord.replies import Replies, Spot
from adapters.discord.session import INTENTS, Client
from adapters.discord.talks import Talks
from benchmarks import pressing
from benchmarks.answers import CALLERS, NOW, token_of
from benchmarks.crowd import There
from benchmarks.discord_pressed import Scene, prepare, scene
from benchmarks.frame import Row, Scale, Spent, cpu_of, in_turn
from benchmarks.pressing import Door, Ground, Pressed, open_rounds, press_all
from benchmarks.server import folder
from bot.app import App
from bot.commands import COMMANDS
from bot.languages import translate
from bot.ports import Answered, BusyError, Commanded, Opening
from bot.refs import VERBS
from bot.settings import Listening, Settings
from bot.store import Store

DISPATCH = 1.1
"""So much of discord.py's own work may a press cost."""
HELP = ("study", "help")
INTENDED = discord.Intents(**dict.fromkeys(INTENTS, True))
SHORT = 0.02
"""Seconds for which a client of the floor waits for more servers."""
COMMAND = """\
Beyond the plain bot's are who it is (an account with its name, rights and roles) and where (the place of a hall), some
6 µs, the command's path and options as the core takes them, and a timer, 2 µs, which puts off what takes too long."""
Hear = Callable[[discord.Interaction[Any]], Awaitable[None]]


class SocketDoor:
    """A client of discord.py as it is when its gateway has told of the server, handed the gateway's texts by us.

    Whatever hears an interaction says `ended` when it is done with it.
    """

    def __init__(self, client: discord.Client, held: Held | None = None) -> None:
        self._socket = socket_of(client)
        self._held = held
        self._ended = asyncio.Semaphore(0)

    @property
    def told(self) -> int:
        """How many people would be told what came of what they did."""
        return self._held.told if self._held else 0

    def ended(self) -> None:
        """One more interaction was heard to its end."""
        self._ended.release()

    def ending(self, hear: Hear) -> Hear:
        """The same, which says when it has ended."""

        async def heard(interaction: discord.Interaction[Any]) -> None:
            await hear(interaction)
            self.ended()

        return heard

    async def begin(self, found: Scene) -> None:
        """Tell of the server."""
        for text in found.begun():
            await self._socket.received_message(text)

    async def press(self, text: str) -> None:
        """Hand discord.py what its gateway brought, and wait until one more is done."""
        await self._socket.received_message(text)
        await self._ended.acquire()


def socket_of(client: discord.Client) -> DiscordWebSocket:
    """A line to the gateway without the line, wired as `DiscordWebSocket.from_client` does it."""
    socket = DiscordWebSocket(None, loop=client.loop)  # type: ignore[arg-type]
    socket._dispatch = client.dispatch  # noqa: SLF001  discord.py has no other way in
    socket._discord_parsers = client._connection.parsers  # noqa: SLF001  the same
    socket.shard_id = 0
    return socket


@asynccontextmanager
async def ready(client: discord.Client, found: Scene, held: Held | None = None) -> AsyncIterator[SocketDoor]:
    """The client after its gateway's first words."""
    async with client:
        door = SocketDoor(client, held)
        begun = client.wait_for("shard_ready")
        await door.begin(found)
        await begun
        yield door


class Held(Replies):
    """Keeps what people are told instead of drawing and sending it; all before that is as it is."""

    told = 0

    async def _first(self, spot: Spot, answered: Answered) -> None:
        self.told += answered is not None


class Front:
    """What hears interactions, as the platform builds it, but for what people are told."""

    def __init__(self, opening: Opening) -> None:
        self.halls = Halls(opening.places)
        self.held = Held(self.halls, opening.translate)
        talks = Talks(self.halls, Calls(_nobody))
        self.inbound = Inbound(self.halls, talks, self.held, opening.verbs, opening.commands)


async def _nobody() -> NoReturn:
    raise BusyError("no call is made")


@asynccontextmanager
async def connected(front: Front, found: Scene) -> AsyncIterator[SocketDoor]:
    """A client as the adapter builds it, with that front."""
    async with ready(client := session_client(), found, front.held) as door:
        client.on_interaction = door.ending(front.inbound.heard)  # type: ignore[attr-defined]
        yield door


def session_client() -> Client:
    """A client as the adapter makes it."""

    async def at_once() -> None:
        """New sessions begin as they like."""

    return Client(at_once, 1, [0])


def plain_client(intents: discord.Intents = INTENDED) -> discord.AutoShardedClient:
    """A client as discord.py makes it, which is told the same."""
    return discord.AutoShardedClient(
        intents=intents, shard_count=1, shard_ids=[0], guild_ready_timeout=SHORT, chunk_guilds_at_startup=False
    )


@asynccontextmanager
async def core(store: Store, there: There) -> AsyncIterator[tuple[App, Opening]]:
    """The whole core on a store, and what the adapter is opened with."""
    openings: list[Opening] = []

    def open_discord(opening: Opening) -> DiscordPlatform:
        openings.append(replace(opening, places=there.places))
        return DiscordPlatform(openings[0])

    platforms = {"discord": dict(there.settings)}
    settings = Settings((), (), "", platforms, Listening(private_port=0), "a benchmark")
    only = {"discord": replace(adapter, open=open_discord)}
    app = App(settings, store, only, environment=there.environment, now=lambda: NOW, token=token_of(count()))
    try:
        yield app, openings[0]
    finally:
        await app.close()
        await store.close()


@asynccontextmanager
async def opened(found: Scene, store: Store, _: Pressed) -> AsyncIterator[Door]:
    """The adapter's client before the whole core."""
    async with core(store, found.there()) as (app, opening):
        front = Front(opening)
        front.halls.listener = app.porter
        async with connected(front, found) as door:
            yield door


@asynccontextmanager
async def alone(found: Scene, _: Pressed) -> AsyncIterator[Door]:
    """discord.py with an `on_interaction` that does nothing."""

    async def nothing(interaction: discord.Interaction[Any]) -> None:
        """Do nothing."""

    async with ready(client := plain_client(), found) as door:
        client.on_interaction = door.ending(nothing)  # type: ignore[attr-defined]
        yield door


def ground(at: Path, name: str, people: int, rounds: int) -> Ground:
    """The product and its floors on a database in a folder."""
    found, pressed = prepare(at, name, people, rounds)
    return Ground(pressed, partial(opened, found), partial(alone, found))


def in_flight(scale: Scale) -> list[Row]:
    """64 presses in flight: the processor that they take, with one open round and with a thousand."""
    alone = "discord.py alone, with an `on_interaction` that does nothing"
    return pressing.in_flight(scale, ground, pressing.Told("stored", alone, DISPATCH))


# Commands.


class Nothing:
    """A core that answers nothing: the way to it alone is measured."""

    async def commanded(self, commanded: Commanded) -> Answered:
        """Take a command."""


@asynccontextmanager
async def our_way(found: Scene) -> AsyncIterator[Door]:
    """The adapter's client before a core that does nothing."""
    front = Front(_opening(found))
    front.halls.listener = Nothing()  # type: ignore[assignment]
    async with connected(front, found) as door:
        yield door


def _opening(found: Scene) -> Opening:
    return Opening(
        settings=found.there().settings,
        environment=found.there().environment,
        shelf=None,  # type: ignore[arg-type]
        verbs=VERBS,
        commands=COMMANDS,
        places=[found.place],
        organiser_places=frozenset(),
        now=lambda: NOW,
        token=token_of(count()),
        translate=translate,
    )


@asynccontextmanager
async def plain_bot(found: Scene) -> AsyncIterator[Door]:
    """A `commands.AutoShardedBot` whose tree has one command, which does nothing."""
    bot = commands.AutoShardedBot(
        "!",
        intents=INTENDED,
        shard_count=1,
        shard_ids=[0],
        guild_ready_timeout=SHORT,
        chunk_guilds_at_startup=False,
    )
    group = app_commands.Group(name=HELP[0], description="One command")
    bot.tree.add_command(group)
    async with ready(bot, found) as door:

        @group.command(name=HELP[1], description="Does nothing")
        async def helped(_: discord.Interaction[Any]) -> None:
            door.ended()

        yield door


def command(scale: Scale) -> list[Row]:
    """64 commands in flight: the way to the core, and the whole core."""
    people = scale.of(2_000, 40)
    with folder() as at:
        found = scene(people)
        open_rounds(template := at / "hall.sqlite", 1, found.place, found.people)
        texts = [found.command(person, *HELP) for person in range(people)]
        pressed = Pressed(template, people, tuple(texts))

        def through(door: Callable[[], Any]) -> Spent:
            async def all_of_them() -> Spent:
                async with door() as opened:
                    return await press_all(opened, texts)

            return asyncio.run(all_of_them())

        def whole() -> Any:  # noqa: ANN401  a door, as it is opened
            return opened(found, Store.open(template, now=lambda: NOW), pressed)

        bot, ours, answered = in_turn(
            scale.runs,
            lambda: through(partial(plain_bot, found)),
            lambda: through(partial(our_way, found)),
            lambda: through(whole),
        )
    floor = cpu_of(bot, people)
    what = f"`/{' '.join(HELP)}` with {CALLERS} in flight"
    return [
        Row(f"{what}, until the core is told", cpu_of(ours, people), floor, 1.2, COMMAND),
        Row("the same, until the core has answered", cpu_of(answered, people), floor),
    ]
