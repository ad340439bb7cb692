"""Socket Mode: envelopes over WebSockets that the app opens, by https://docs.slack.dev/apis/events-api/using-socket-mode."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from dataclasses import dataclass

from aiohttp import WSMessage, WSMsgType, web

from tests.fakes.slack.calls import Call
from tests.fakes.slack.facts import Json
from tests.fakes.slack.state import APP, Workspaces

MOST = 10
DEBUG = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060}


@dataclass(slots=True, eq=False)
class Connection:
    """A socket. `mute`: looks open, but nothing comes; `leaving`: gets nothing new."""

    socket: web.WebSocketResponse
    request: web.Request
    mute: bool = False
    leaving: bool = False

    async def send(self, message: Json) -> None:
        """Send, where there is somebody yet."""
        with contextlib.suppress(ConnectionError, RuntimeError):
            await self.socket.send_json(message)

    def drop(self) -> None:
        """Cut the line without a word."""
        if self.request.transport:
            self.request.transport.abort()


@dataclass(slots=True, eq=False)
class Pending:
    """An envelope that is not acknowledged yet."""

    envelope: Json
    answer: asyncio.Future[Json]
    carrier: Connection | None = None


class Sockets:
    """The open connections and what is under way on them."""

    def __init__(self, slack: Workspaces) -> None:
        self.connections: list[Connection] = []
        self.silent = False
        self.grace = 10.0
        self._slack = slack
        self._tickets: set[str] = set()
        self._pending: dict[str, Pending] = {}
        self._turn = 0
        self._closing: set[asyncio.Task[None]] = set()

    def open(self, call: Call) -> Json:
        """`apps.connections.open`: an address for one connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return {"url": f"{self._slack.address.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A connection, until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="the ticket is not valid")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        if len(self.connections) >= MOST:
            await connection.send({"type": "disconnect", "reason": "too_many_websockets", "debug_info": DEBUG})
            await socket.close()
            return socket
        self.connections.append(connection)
        try:
            await self._greet(connection)
            async for message in socket:
                await self._hear(connection, message)
        finally:
            self.connections.remove(connection)
            await self._place_again(connection)
        return socket

    async def deliver(self, kind: str, payload: Json, wait: float, attempt: int, reason: str) -> Json | None:
        """Hand out an envelope; gives the payload of its acknowledgement, None where none came in time."""
        envelope: Json = {"envelope_id": str(uuid.uuid4()), "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        pending = Pending(envelope, asyncio.get_running_loop().create_future())
        self._pending[envelope["envelope_id"]] = pending
        try:
            async with asyncio.timeout(wait):
                await self._place(pending)
                return await pending.answer
        except TimeoutError:
            return None
        finally:
            del self._pending[envelope["envelope_id"]]

    async def disconnect(self, reason: str) -> None:
        """Ask every connection to go: `warning`, `refresh_requested`, `link_disabled`."""
        for connection in list(self.connections):
            connection.leaving = reason != "warning"
            await connection.send({"type": "disconnect", "reason": reason, "debug_info": DEBUG})
            if connection.leaving:
                task = asyncio.create_task(self._close(connection, 0 if reason == "link_disabled" else self.grace))
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)

    def mute(self) -> None:
        """The connections of this moment look open from now on, and are dead; new ones work."""
        for connection in self.connections:
            connection.mute = True

    def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in list(self.connections):
            connection.drop()

    async def end(self) -> None:
        """Close everything."""
        for task in self._closing:
            task.cancel()
        for connection in list(self.connections):
            connection.drop()
            await connection.socket.close()

    async def _close(self, connection: Connection, after: float) -> None:
        await asyncio.sleep(after)
        await connection.socket.close()

    async def _greet(self, connection: Connection) -> None:
        if self.silent:
            return
        count = len(self.connections)
        await connection.send(
            {"type": "hello", "num_connections": count, "debug_info": DEBUG, "connection_info": {"app_id": APP}}
        )
        for pending in [each for each in self._pending.values() if each.carrier is None]:
            await self._place(pending)

    async def _hear(self, connection: Connection, message: WSMessage) -> None:
        if message.type == WSMsgType.PING and not self.silent and not connection.mute:
            with contextlib.suppress(ConnectionError):
                await connection.socket.pong(message.data)
        if message.type == WSMsgType.TEXT:
            told = json.loads(message.data)
            pending = self._pending.get(str(told.get("envelope_id")))
            if pending and not pending.answer.done():
                pending.answer.set_result(told.get("payload") or {})

    async def _place(self, pending: Pending) -> None:
        """Send to one of the connections, in turn; where there is none it waits for the next that comes."""
        open_now = [each for each in self.connections if not each.leaving and not each.socket.closed]
        pending.carrier = open_now[self._turn % len(open_now)] if open_now else None
        self._turn += 1
        if pending.carrier and not self.silent and not pending.carrier.mute:
            await pending.carrier.send(pending.envelope)

    async def _place_again(self, gone: Connection) -> None:
        for pending in [each for each in self._pending.values() if each.carrier is gone and not each.answer.done()]:
            await self._place(pending)
