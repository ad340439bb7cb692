"""Clients to try a Discord with: discord.py's REST calls alone, a bot that remembers what it hears, a bare socket."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.http import Route

from tests.fakes.discord.facts import Json
from tests.fakes.discord.server import FakeDiscord

ALLOWED = discord.AllowedMentions.none()
PLAIN = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True, dm_messages=True, dm_reactions=True)


class Calls:
    """REST calls as discord.py makes them."""

    def __init__(self, http: discord.http.HTTPClient) -> None:
        self.http = http

    async def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        more: Json = {} if body is None else {"json": body}
        return await self.http.request(Route(method, path), params=query, **more)

    async def post(self, channel: str, **body: Any) -> Json:
        sent: Json = await self("POST", f"/channels/{channel}/messages", {"content": "x", **body})
        return sent


async def until(look: Callable[[], object], within: float = 5.0) -> None:
    """Wait until something is so."""
    ends = asyncio.get_running_loop().time() + within
    while not look():
        assert asyncio.get_running_loop().time() < ends, "it did not come about"
        await asyncio.sleep(0.005)


class Bot(discord.AutoShardedClient):
    """A bot that remembers what it hears, and answers interactions as it is told."""

    def __init__(self, **options: Any) -> None:
        options = {"intents": PLAIN, "shard_count": 1, "guild_ready_timeout": 0.02, **options}
        super().__init__(chunk_guilds_at_startup=False, allowed_mentions=ALLOWED, **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self.answer: Callable[[discord.Interaction], Awaitable[Any]] | None = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """At once."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(("message", message))

    async def on_raw_reaction_add(self, found: discord.RawReactionActionEvent) -> None:
        self.heard.append(("reaction", found))

    async def on_raw_reaction_remove(self, found: discord.RawReactionActionEvent) -> None:
        self.heard.append(("unreaction", found))

    async def on_raw_message_delete(self, found: discord.RawMessageDeleteEvent) -> None:
        self.heard.append(("deleted", found))

    async def on_raw_thread_update(self, found: discord.RawThreadUpdateEvent) -> None:
        self.heard.append(("thread", found))

    async def on_guild_remove(self, found: discord.Guild) -> None:
        self.heard.append(("removed", found))

    async def on_guild_unavailable(self, found: discord.Guild) -> None:
        self.heard.append(("unavailable", found))

    async def on_guild_join(self, found: discord.Guild) -> None:
        self.heard.append(("joined", found))

    async def on_guild_channel_delete(self, found: discord.abc.GuildChannel) -> None:
        self.heard.append(("channel deleted", found))

    async def on_member_update(self, _: discord.Member, after: discord.Member) -> None:
        self.heard.append(("member", after))

    async def on_resumed(self) -> None:
        self.heard.append(("resumed", None))

    async def on_shard_ready(self, shard_id: int) -> None:
        self.heard.append(("ready", shard_id))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.heard.append(("interaction", interaction))
        if self.answer and interaction.type is not discord.InteractionType.autocomplete:
            await self.answer(interaction)

    def of(self, kind: str) -> list[Any]:
        """What was heard of a kind."""
        return [what for name, what in self.heard if name == kind]

    def texts(self) -> list[str]:
        """The texts of messages of others."""
        return [each.content for each in self.of("message") if each.author.id != self.application_id]


@asynccontextmanager
async def running(bot: Bot, fake: FakeDiscord) -> AsyncIterator[Bot]:
    """The bot while it is connected."""
    task = asyncio.create_task(bot.start(fake.bot_token))
    try:
        await until(lambda: bot.is_ready() or task.done())
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)


class Socket:
    """A hand-made connection to the gateway."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, packed: bool) -> None:
        self.socket = socket
        self._unpacker = zlib.decompressobj() if packed else None

    async def read(self) -> Json:
        """The next payload; where the connection was closed, its code as `closed`."""
        message = await self.socket.receive(timeout=3)
        if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
            return {"closed": self.socket.close_code}
        if self._unpacker:
            assert message.data.endswith(b"\x00\x00\xff\xff")
            return dict(json.loads(self._unpacker.decompress(message.data)))
        return dict(json.loads(message.data))

    async def until(self, name: str) -> Json:
        """The next event of a name."""
        while True:
            payload = await self.read()
            assert "closed" not in payload, payload
            if payload["t"] == name:
                return payload

    async def send(self, op: int, body: Any = None) -> None:
        await self.socket.send_str(json.dumps({"op": op, "d": body}))

    async def identify(self, token: str, **more: Any) -> Json:
        """Begin a session; gives READY, or what comes instead."""
        await self.send(2, {"token": token, "intents": PLAIN.value, "properties": {}, **more})
        return await self.read()


@asynccontextmanager
async def raw(fake: FakeDiscord, query: str = "?v=10&encoding=json") -> AsyncIterator[Socket]:
    """A connection that was greeted."""
    async with aiohttp.ClientSession() as session, session.ws_connect(fake.gateway_url + query) as socket:
        found = Socket(socket, packed="zlib" in query)
        hello = await found.read()
        if "closed" not in hello:
            assert hello == {"op": 10, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None}
        yield found
