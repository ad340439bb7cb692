"""The gateway: https://discord.com/developers/docs/events/gateway."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.fakes.discord import shown
from tests.fakes.discord.facts import Guild, Json, Told
from tests.fakes.discord.sessions import (
    ACK,
    HEARTBEAT,
    HELLO,
    IDENTIFY,
    INVALID,
    MEMBERS,
    PRESENCE,
    RECONNECT,
    RESUME,
    VOICE,
    Session,
    Wire,
)
from tests.fakes.discord.starts import Starts
from tests.fakes.discord.state import GUILD_MEMBERS, MESSAGE_CONTENT, PRIVILEGED

if TYPE_CHECKING:
    from tests.fakes.discord.state import Guilds

LARGEST = 4096
SENDS, SENDS_WITHIN = 120, 60.0
INTENT_BITS = (1 << 27) - 1
MOST_GUILDS = 2500


class ClosedError(Exception):
    """The gateway closes a connection with a code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Gateway:
    """The connections and sessions.

    `heartbeat_every`: milliseconds; `most_guilds`: of a shard; `heard`: every payload of clients; `closed`: the codes
    with which connections were closed; `starts`: how often sessions may begin.
    """

    def __init__(self, discord: Guilds) -> None:
        self.wires: list[Wire] = []
        self.sessions: dict[str, Session] = {}
        self.heartbeat_every = 41_250
        self.most_guilds = MOST_GUILDS
        self.starts = Starts(discord.now)
        self.heard: list[Json] = []
        self.closed: list[int] = []
        self._discord = discord
        self._silent = False
        self._ops: dict[int, Callable[[Wire, Any], None]] = {
            HEARTBEAT: self._beat,
            IDENTIFY: self._identify,
            RESUME: self._resume,
            MEMBERS: self._members,
            PRESENCE: lambda *_: None,
            VOICE: lambda *_: None,
        }

    @property
    def silent(self) -> bool:
        """Whether nothing comes over any connection; what is to be sent waits until that ends."""
        return self._silent

    @silent.setter
    def silent(self, silent: bool) -> None:
        self._silent = silent
        for wire in self.wires:
            wire.thawed.clear() if silent else wire.thawed.set()

    # What Discord does.

    def tell(self, told: Told) -> Told:
        """Tell of an event in every session that has its shard and intents."""
        self._discord.told.append(told)
        return self.tell_again(told)

    def tell_again(self, told: Told) -> Told:
        """Tell of an event that may have been told before; it has a new number."""
        for session in list(self.sessions.values()):
            mine = self._discord.shard_of(told.guild, session.shards) == session.shard
            own = (told.body.get("user") or {}).get("id") == self._discord.bot_user
            wanted = session.wants(told.name, told.guild) or (told.name == "GUILD_MEMBER_UPDATE" and own)
            if mine and wanted:
                allowed = told.bare is None or session.intents & MESSAGE_CONTENT
                told.times += session.tell(told.name, told.body if allowed else told.bare or {})
        return told

    async def disconnect(self, kind: str, *, code: int = 4000, shard: int | None = None) -> None:
        """`reconnect` (op 7), `resumable` or `invalid` (op 9), `close` with a code, `drop` the line, `expire` (drop it,
        and forget the session), or `mute` (the line looks open, and nothing comes over it any more).
        """
        wires = [each for each in self.wires if each.session and shard in (None, each.session.shard)]
        for wire in wires:
            self._part(wire, kind, code)
        await asyncio.sleep(0)

    def _part(self, wire: Wire, kind: str, code: int) -> None:
        if kind in ("expire", "invalid"):
            self._forget(wire.session)
        if kind == "reconnect":
            wire.send({"op": RECONNECT, "d": None, "s": None, "t": None})
        elif kind in ("resumable", "invalid"):
            wire.send({"op": INVALID, "d": kind == "resumable", "s": None, "t": None})
        elif kind == "close":
            wire.close(code, "")
        elif kind in ("drop", "expire"):
            self._leave(wire)
            wire.drop()
        elif kind == "mute":
            wire.mute = True
        else:
            raise ValueError(kind)

    def forget_sessions(self) -> None:
        """No session can be resumed any more."""
        self.sessions.clear()

    def _forget(self, session: Session | None) -> None:
        if session:
            self.sessions.pop(session.id, None)

    # Connections.

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A connection, until it ends."""
        if self._discord.down:
            return web.Response(status=503, text="no healthy upstream")
        socket = web.WebSocketResponse(max_msg_size=0, compress=False, timeout=0.5)
        await socket.prepare(request)
        wire = Wire(socket, request, compressed=request.query.get("compress") == "zlib-stream")
        self.wires.append(wire)
        try:
            self._greet(wire, request.query)
            await self._listen(wire)
        except ClosedError as error:
            self.closed.append(error.code)
            await wire.end()
            await socket.close(code=error.code, message=error.reason.encode())
        finally:
            self._leave(wire)
            if socket.close_code in (1000, 1001) and not wire.left:
                self._forget(wire.session)
            self.wires.remove(wire)
            await wire.end()
        return socket

    def _greet(self, wire: Wire, query: Mapping[str, str]) -> None:
        if query.get("v") != "10" or query.get("encoding") != "json" or query.get("compress") == "zstd-stream":
            raise ClosedError(4012, "Invalid API version.")
        if self.silent:
            wire.thawed.clear()
        wire.send({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_every}, "s": None, "t": None})

    async def end(self) -> None:
        """Close all connections."""
        for wire in list(self.wires):
            await wire.end()
            await wire.socket.close(code=1001)

    def _leave(self, wire: Wire) -> None:
        if wire.session and wire.session.wire is wire:
            wire.session.wire = None

    async def _listen(self, wire: Wire) -> None:
        async for message in wire.socket:
            if message.type is not WSMsgType.TEXT:
                raise ClosedError(4002, "Error while decoding payload.")
            self._count(wire, message.data)
            try:
                payload = json.loads(message.data)
                op = payload["op"]
            except (ValueError, KeyError, TypeError):
                raise ClosedError(4002, "Error while decoding payload.") from None
            self.heard.append(payload)
            if op not in self._ops:
                raise ClosedError(4001, "Unknown opcode.")
            if wire.session is None and op not in (HEARTBEAT, IDENTIFY, RESUME):
                raise ClosedError(4003, "Not authenticated.")
            self._ops[op](wire, payload.get("d"))

    def _count(self, wire: Wire, text: str) -> None:
        at = asyncio.get_running_loop().time()
        wire.sends = [each for each in wire.sends if at - each < SENDS_WITHIN] + [at]
        if len(wire.sends) > SENDS:
            raise ClosedError(4008, "You are being rate limited.")
        if len(text.encode()) > LARGEST:
            raise ClosedError(4002, "Payload too large.")

    # What clients say.

    def _beat(self, wire: Wire, _: Any) -> None:
        wire.send({"op": ACK, "d": None, "s": None, "t": None})

    def _identify(self, wire: Wire, asked: Any) -> None:
        if wire.session is not None:
            raise ClosedError(4005, "Already authenticated.")
        if not isinstance(asked, dict) or asked.get("token") != self._discord.bot_token:
            raise ClosedError(4004, "Authentication failed.")
        shard, shards = self._shard(asked.get("shard") or [0, 1])
        intents = self._intents(asked.get("intents"))
        if not self.starts.take(shard):
            wire.send({"op": INVALID, "d": False, "s": None, "t": None})
            return
        if self.starts.left < 0:
            self._end_all()
        session = wire.session = Session(shard, shards, intents)
        session.wire = wire
        self.sessions[session.id] = session
        guilds = [each for each in self._discord.guilds.values() if self._mine(each, session)]
        told = shown.ready(self._discord, guilds)
        session.tell("READY", told | {"session_id": session.id, "shard": [session.shard, session.shards]})
        for guild in guilds:
            if session.wants("GUILD_CREATE", guild.id) and guild.available:
                session.tell("GUILD_CREATE", shown.created(self._discord, guild))

    def _end_all(self) -> None:
        """What Discord does after too many sessions of a day."""
        self._discord.reset_token()
        self.forget_sessions()
        for wire in self.wires:
            wire.close(4004, "Authentication failed.")
        raise ClosedError(4004, "Authentication failed.")

    def _shard(self, asked: Any) -> tuple[int, int]:
        if not isinstance(asked, list) or len(asked) != 2 or not 0 <= asked[0] < asked[1]:
            raise ClosedError(4010, "Invalid shard.")
        shard, shards = asked
        joined = [each for each in self._discord.guilds.values() if each.joined]
        if sum(self._discord.shard_of(each.id, shards) == shard for each in joined) > self.most_guilds:
            raise ClosedError(4011, "Sharding required.")
        return shard, shards

    def _intents(self, asked: Any) -> int:
        if not isinstance(asked, int) or asked < 0 or asked & ~INTENT_BITS:
            raise ClosedError(4013, "Invalid intent(s).")
        if asked & PRIVILEGED & ~self._discord.privileged:
            raise ClosedError(4014, "Disallowed intent(s).")
        return asked

    def _mine(self, guild: Guild, session: Session) -> bool:
        return guild.joined and self._discord.shard_of(guild.id, session.shards) == session.shard

    def _resume(self, wire: Wire, asked: Any) -> None:
        if wire.session is not None:
            raise ClosedError(4005, "Already authenticated.")
        if not isinstance(asked, dict) or asked.get("token") != self._discord.bot_token:
            raise ClosedError(4004, "Authentication failed.")
        session = self.sessions.get(str(asked.get("session_id")))
        if session is None:
            wire.send({"op": INVALID, "d": False, "s": None, "t": None})
            return
        seq = asked.get("seq")
        if not isinstance(seq, int) or seq > session.seq:
            raise ClosedError(4007, "Invalid seq.")
        if session.events[0]["s"] > seq + 1:
            self._forget(session)
            wire.send({"op": INVALID, "d": False, "s": None, "t": None})
            return
        if session.wire is not None:
            session.wire.close(4000, "Resumed elsewhere.")
        wire.session, session.wire = session, wire
        for payload in session.events:
            if payload["s"] > seq:
                wire.send(payload)
        session.tell("RESUMED", {})

    def _members(self, wire: Wire, asked: Any) -> None:
        """The members asked for: all with the intent, those named also without."""
        guild = self._discord.guilds.get(str((asked or {}).get("guild_id")))
        session = wire.session
        if guild is None or session is None:
            return
        named = asked.get("user_ids")
        if named is None and not session.intents & GUILD_MEMBERS:
            raise ClosedError(4014, "Disallowed intent(s).")
        ids = (
            guild.members if named is None else [str(each) for each in (named if isinstance(named, list) else [named])]
        )
        found = [shown.member(guild.members[each]) for each in ids if each in guild.members]
        chunk: Json = {"guild_id": guild.id, "members": found, "chunk_index": 0, "chunk_count": 1, "presences": []}
        chunk |= {"nonce": asked["nonce"]} if asked.get("nonce") else {}
        session.tell("GUILD_MEMBERS_CHUNK", chunk | {"not_found": [each for each in ids if each not in guild.members]})
