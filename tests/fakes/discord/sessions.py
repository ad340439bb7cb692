"""Sessions at the gateway: what was told in each, to be told again where a connection broke."""

from __future__ import annotations

import asyncio
import json
import uuid
import zlib
from dataclasses import dataclass, field

from aiohttp import web

from tests.fakes.discord.facts import Json

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = (
    *(0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11),
)
INTENTS = {
    **dict.fromkeys(("GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"), (0, 0)),
    **dict.fromkeys(("CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE"), (0, 0)),
    **dict.fromkeys(("THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE"), (0, 0)),
    **dict.fromkeys(("GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE"), (0, 0)),
    **dict.fromkeys(("GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"), (1, 1)),
    **dict.fromkeys(("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"), (9, 12)),
    **dict.fromkeys(("MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "MESSAGE_REACTION_REMOVE_ALL"), (10, 13)),
    "MESSAGE_REACTION_REMOVE_EMOJI": (10, 13),
    "TYPING_START": (11, 14),
}
"""The bits that a bot needs to hear of what happens in guilds, and in direct messages."""
KEPT = 2000


class Wire:
    """A connection. What is to be sent waits in a line, so that everything goes out in order.

    `left`: we closed it, not the client; `mute`: looks open, but nothing comes any more; while `thawed` is not set, the
    line stands still.
    """

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, *, compressed: bool) -> None:
        self.socket = socket
        self.request = request
        self.session: Session | None = None
        self.mute = False
        self.left = False
        self.thawed = asyncio.Event()
        self.thawed.set()
        self.sends: list[float] = []
        self._packer = zlib.compressobj() if compressed else None
        self._line: asyncio.Queue[Json | tuple[int, str]] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, payload: Json) -> None:
        """Put a payload into the line."""
        if not self.mute:
            self._line.put_nowait(payload)

    def close(self, code: int, reason: str) -> None:
        """Close after all that waits in the line."""
        self.left = True
        self._line.put_nowait((code, reason))

    def drop(self) -> None:
        """Cut the line without a word."""
        self.left = True
        self._writer.cancel()
        if self.request.transport:
            self.request.transport.abort()

    async def end(self) -> None:
        """Send nothing any more."""
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            found = await self._line.get()
            await self.thawed.wait()
            try:
                if isinstance(found, tuple):
                    await self.socket.close(code=found[0], message=found[1].encode())
                    return
                await self._put(json.dumps(found))
            except (ConnectionError, RuntimeError):
                return

    async def _put(self, text: str) -> None:
        if self._packer is None:
            await self.socket.send_str(text)
            return
        packed = self._packer.compress(text.encode()) + self._packer.flush(zlib.Z_SYNC_FLUSH)
        await self.socket.send_bytes(packed)


@dataclass(slots=True, eq=False)
class Session:
    """What one IDENTIFY began. `events`: the last payloads, kept to be told again."""

    shard: int
    shards: int
    intents: int
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    seq: int = 0
    events: list[Json] = field(default_factory=list)
    wire: Wire | None = None

    def tell(self, name: str, body: Json) -> bool:
        """Tell of something; whether there is a connection that it goes out on."""
        self.seq += 1
        payload = {"op": DISPATCH, "t": name, "s": self.seq, "d": body}
        self.events.append(payload)
        del self.events[:-KEPT]
        if self.wire is None or self.wire.mute:
            return False
        self.wire.send(payload)
        return True

    def wants(self, name: str, guild: str) -> bool:
        """Whether its intents cover an event."""
        bits = INTENTS.get(name)
        return bits is None or bool(self.intents & 1 << bits[0 if guild else 1])
