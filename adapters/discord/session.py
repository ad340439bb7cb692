"""The connection to Discord: one client of discord.py, and after it failed the next one.

Everything that Discord's limits on new sessions ask for is kept here and on the shelf, so that it outlasts a process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord
import yarl

from adapters.discord.calls import trace
from adapters.discord.errors import INVITE
from adapters.discord.invite import PORTAL, TOKEN
from bot.ports import BusyError, NotSetUpError, Opening, PlatformError, RefusedError, Shelf

WHERE = f"it is under Bot, Reset Token, of your application at {PORTAL}"
INTENTS = ("guilds", "guild_reactions", "dm_messages")
"""What Discord tells us of; none of it is privileged."""
OFFICIAL = "https://discord.com/api/v10"
GUILDS_WITHIN = 1.0
"""Seconds without another server after which all are taken to be there."""
HEARTBEAT_WITHIN = 45.0
"""Seconds without a word after which a line is given up, at the next of Discord's heartbeats (each 41.25 s)."""
LONGEST_LIMIT = 8.0
"""Seconds that a call waits for a limit; a longer wait is told at once. The option of discord.py begins at 30."""
BETWEEN = 5.0
"""Seconds between two new sessions of a bot: https://docs.discord.com/developers/events/gateway (Rate Limiting)."""
A_LOOK = 0.25
FREE = 4
"""So many new sessions an hour and shard begin at once; each one more waits twice as long as the one before."""
LONGEST_PAUSE = 300.0
MOST_AN_HOUR = 50
"""So many new sessions an hour and shard and no more: after 1,000 a day Discord takes the token away."""
SESSIONS = "sessions"
REFUSALS = {
    4004: f"Discord does not accept {TOKEN}; {WHERE}.",
    4010: "Discord has no such shard: look at shards and shard_ids in studyhall.yaml.",
    4011: "The bot is in too many servers for so few connections: set shards to 0 in studyhall.yaml.",
    4012: "Discord no longer speaks this version of its gateway: install a newer Studyhall.",
    4013: "Discord does not know what was asked of it: install a newer Studyhall.",
    4014: f"Discord refuses an intent: look at Bot, Privileged Gateway Intents, of your application at {PORTAL}.",
}
"""Close codes after which trying again is of no use."""

log = logging.getLogger(__name__)
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody is spoken to


class Client(discord.AutoShardedClient):
    """A client that keeps no messages and no members but ourselves. `begins` is awaited before each new session."""

    def __init__(self, begins: Callable[[], Any], shards: int, shard_ids: list[int]) -> None:
        super().__init__(
            intents=discord.Intents(**dict.fromkeys(INTENTS, True)),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=GUILDS_WITHIN,
            heartbeat_timeout=HEARTBEAT_WITHIN,
            http_trace=trace(),
            **_shares(shards, shard_ids),
        )
        self.http.max_ratelimit_timeout = LONGEST_LIMIT
        self._begins = begins

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for our turn."""
        await self._begins()

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        """What a listener raised is logged; what it was told is not, as that holds tokens of interactions."""
        log.error("what Discord told by %s could not be handled", event_method, exc_info=sys.exc_info())


class Session:
    """Logs in, connects and lets go. `heard` are the functions that hear events, by discord.py's names for them."""

    def __init__(self, opening: Opening, heard: dict[str, Callable[..., Any]]) -> None:
        self._token = opening.environment.get(TOKEN, "").strip()
        if not self._token:
            raise NotSetUpError(f"{TOKEN} is not set; {WHERE}.")
        self._shards = max(0, int(opening.settings["shards"]))
        self._shard_ids = _shard_ids(str(opening.settings["shard_ids"]), self._shards)
        self._api = str(opening.settings["api"]).rstrip("/")
        self._pace = Pace(opening.shelf, opening.now, opening.token, max(1, len(self._shard_ids) or self._shards))
        self._heard = heard
        self._client: Client | None = None
        self._entering = asyncio.Lock()

    async def client(self) -> discord.AutoShardedClient:
        """A client that is logged in. Raises a PlatformError."""
        async with self._entering:
            if self._client is None or self._client.is_closed():
                self._client = await self._entered()
            return self._client

    async def run(self) -> None:
        """Be connected until it fails. Raises a PlatformError; NotSetUpError where a person must act."""
        client = await self.enter()
        await self._pace.wait()
        try:
            await client.connect(reconnect=True)
            raise BusyError("the connection to Discord was closed")
        except discord.PrivilegedIntentsRequired as error:
            raise NotSetUpError(REFUSALS[4014]) from error
        except discord.ConnectionClosed as error:
            raise _closed(error) from error

    async def close(self) -> None:
        """Let go of the connections."""
        client, self._client = self._client, None
        if client is not None and not client.is_closed():
            await client.close()

    async def enter(self) -> discord.AutoShardedClient:
        """The same at the start, where a token that is not accepted is a person's to mend: raises NotSetUpError."""
        try:
            return await self.client()
        except RefusedError as error:
            raise NotSetUpError(error.reason) from error

    async def _entered(self) -> Client:
        discord.http.Route.BASE = self._api
        client = Client(self._pace.begins, self._shards, self._shard_ids)
        for name, hear in self._heard.items():
            setattr(client, name, hear)
        try:
            await client.login(self._token)
            if self._shards:
                _, address, _ = await client.http.get_bot_gateway()
                discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)
        except BaseException as error:
            with contextlib.suppress(Exception):
                await client.close()
            if isinstance(error, discord.LoginFailure):
                raise RefusedError(REFUSALS[4004], INVITE) from error
            if isinstance(error, discord.DiscordException | aiohttp.ClientError | OSError):
                raise BusyError(f"Discord cannot be reached ({type(error).__name__})") from error
            raise
        return client


class Pace:
    """How often new sessions begin: rarely in a crash loop, whichever process crashes, and one at a time."""

    def __init__(self, shelf: Shelf, now: Callable[[], datetime], token: Callable[[int], str], shards: int) -> None:
        self._shelf = shelf
        self._now = now
        self._token = token
        self._shards = shards

    async def wait(self) -> None:
        """Before connecting: the more sessions began within the hour, the longer. Raises BusyError as `begins` does."""
        begun = await self._few()
        pause = pause_after(len(begun), self._shards)
        if pause:
            log.warning("%s sessions with Discord began within an hour; the next one waits %.0f s", len(begun), pause)
            await asyncio.sleep(pause)

    async def begins(self) -> None:
        """A session begins now. Raises BusyError where there were far too many."""
        begun = await self._few()
        owner = self._token(8)
        for _ in range(round(BETWEEN / A_LOOK)):
            if await self._shelf.lease("session", owner, BETWEEN):
                break
            await asyncio.sleep(A_LOOK)
        await self._shelf.put(SESSIONS, [each.isoformat() for each in (*begun, self._now())])

    async def _few(self) -> Sequence[datetime]:
        begun = await self._lately()
        if len(begun) >= MOST_AN_HOUR * self._shards:
            raise BusyError(f"{len(begun)} sessions with Discord began within an hour, so none is begun now", 3600.0)
        return begun

    async def _lately(self) -> Sequence[datetime]:
        row = await self._shelf.get(SESSIONS)
        since = self._now() - timedelta(hours=1)
        instants = [datetime.fromisoformat(each) for each in (row.value if row else ())]
        return [each for each in instants if since < each <= self._now()]


def pause_after(begun: int, shards: int) -> float:
    """Seconds that the next connection waits where so many sessions began within an hour."""
    more = begun / shards - FREE
    return min(LONGEST_PAUSE, 2.0**more) if more >= 0 else 0.0


def _shares(shards: int, shard_ids: list[int]) -> dict[str, Any]:
    """How discord.py is told of the shards; what it is not told Discord advises."""
    return ({"shard_count": shards} if shards else {}) | ({"shard_ids": shard_ids} if shard_ids else {})


def _closed(error: discord.ConnectionClosed) -> PlatformError | NotSetUpError:
    if error.code in REFUSALS:
        return NotSetUpError(REFUSALS[error.code])
    return BusyError(f"Discord closed the connection ({error.code})")


def _shard_ids(text: str, shards: int) -> list[int]:
    """The ids of a setting such as 0,1. Raises NotSetUpError."""
    words = text.replace(",", " ").split()
    if not words:
        return []
    ids = sorted({int(word) for word in words if word.isascii() and word.isdigit()})
    if len(ids) != len(words) or not shards or ids[-1] >= shards:
        raise NotSetUpError(
            f"shard_ids {text!r} in studyhall.yaml: write numbers from 0 to one less than shards, such as 0,1."
        )
    return ids
