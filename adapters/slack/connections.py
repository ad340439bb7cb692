"""The connections of Socket Mode, by https://docs.slack.dev/apis/events-api/using-socket-mode.

slack_sdk's own client is not used for them: it closes a connection before it opens the next, waits for ten seconds
after one was cut, tries a spent address for ever, and asks hundreds of times a second where there are too many.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import known_after
from bot.ports import BusyError, UnknownOutcomeError

PING = 20.0
"""Seconds of silence after which Slack is asked whether it is there; without an answer for half as long it is not."""
HELLO = 20.0
"""Seconds in which a connection has to come about, and then to be greeted."""
LINGER = 30.0
"""Seconds for which a connection that is to be left is still listened to; Slack mostly ends it after ten."""
STEADY = 60.0
"""A connection that lasted so long was a good one: the next is tried at once."""
LONGEST_PAUSE = 30.0
PATIENCE = 120.0
"""Seconds without any connection after which that is a failure, which organisers are told."""
WORK = 4.0
"""Seconds that what was being done gets at the end."""
FAREWELL = 2.0
"""Seconds for Slack's word when we end a connection."""
OK = 200
SILENT = "Slack does not greet us on a new connection"
TOO_MANY = (
    "Slack takes no more connections with SLACK_APP_TOKEN, as ten are open. Another program uses the token too; or "
    "`connections` is set too high, as all processes together may have ten"
)
SHARED = (
    "Slack counts %s connections with SLACK_APP_TOKEN, of which %s are ours: another program uses the token, or has "
    "just ended, and gets a share of what people do. That is right only where it is Studyhall on the same database."
)

Take = Callable[[SocketModeRequest], Awaitable[BoltResponse]]
Socket = aiohttp.ClientWebSocketResponse

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Connection:
    """A connection. `before`: the one that it replaces, until it is greeted. `left`: set once it is to be replaced."""

    before: Connection | None
    socket: Socket | None = None
    greeted: bool = False
    ended: bool = False
    trouble: BusyError = field(default_factory=lambda: BusyError(SILENT, 0.0))
    left: asyncio.Event = field(default_factory=asyncio.Event)
    patience: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(None))


class Connections:
    """Holds connections. `take` answers what comes over them; `missed` is told when something may have been missed: at
    the start, and when a connection ended before it was replaced.
    """

    def __init__(self, client: AsyncWebClient, app_token: str, take: Take, missed: Callable[[], None]) -> None:
        self._client = client
        self._app_token = app_token
        self._take = take
        self._missed = missed
        self._open: list[Connection] = []
        self._listening: set[asyncio.Task[None]] = set()
        self._working: set[asyncio.Task[None]] = set()
        self._ending = False
        self._uncounted = 0
        self._heard_at: float | None = None
        self._told = ""

    async def hold(self, many: int) -> None:
        """Hold so many until cancelled, once. Raises a PlatformError where Slack does not let us in, or is away."""
        self._uncounted = many
        async with aiohttp.ClientSession() as session:
            keepers = [asyncio.create_task(self._keep(session)) for _ in range(many)]
            try:
                await asyncio.gather(*keepers)
            finally:
                self._ending = True
                await _end(keepers)
                if self._working:
                    await asyncio.wait(self._working, timeout=WORK)
                await _end(self._working)
                await _end(self._listening)

    async def _keep(self, session: aiohttp.ClientSession) -> None:
        """Hold one connection: when it is to be left the next opens, while it can still be heard itself."""
        connection: Connection | None = None
        failures = 0
        while True:
            wait = 0.0
            try:
                connection = await self._opened(session, connection)
                failures = 0 if await _was_steady(connection) else failures + 1
            except (BusyError, UnknownOutcomeError) as error:
                if self._is_cut_off():
                    raise
                self._tell(str(error))
                failures, wait = failures + 1, error.retry_after if isinstance(error, BusyError) else 0.0
            await asyncio.sleep(max(wait, _pause(failures)))

    def _is_cut_off(self) -> bool:
        """Whether there is no connection at the start, or was none for long."""
        if any(connection.greeted for connection in self._open):
            return False
        return self._heard_at is None or _now() - self._heard_at > PATIENCE

    def _tell(self, trouble: str) -> None:
        if trouble != self._told:
            log.warning("no connection to Slack, which is tried again: %s", trouble)
        self._told = trouble

    async def _opened(self, session: aiohttp.ClientSession, before: Connection | None) -> Connection:
        """A new connection at a new address, which is listened to. Raises a PlatformError."""
        connection = Connection(before)
        self._open.append(connection)
        try:
            found = await self._client.apps_connections_open(app_token=self._app_token)
            async with asyncio.timeout(HELLO):
                connection.socket = await session.ws_connect(
                    str(found["url"]),
                    heartbeat=PING,
                    proxy=self._client.proxy,
                    timeout=aiohttp.ClientWSTimeout(ws_close=FAREWELL),
                )
        except Exception as error:
            self._open.remove(connection)
            raise known_after(error) from error
        _start(self._listening, self._listen(connection, connection.socket))
        return connection

    async def _listen(self, connection: Connection, socket: Socket) -> None:
        """Take what comes over a connection until it ends."""
        try:
            async with connection.patience as patience:
                patience.reschedule(_now() + HELLO)
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._hear(connection, _parsed(message.data))
        except TimeoutError:
            log.debug("a connection to Slack is let go")
        finally:
            self._open.remove(connection)
            if connection.greeted:
                self._heard_at = _now()
            connection.ended = True
            connection.left.set()
            await socket.close()

    def _hear(self, connection: Connection, told: dict[str, Any]) -> None:
        if told.get("type") == "hello":
            connection.patience.reschedule(None)
            self._greet(connection, told.get("num_connections"))
        elif told.get("type") == "disconnect":
            if told.get("reason") == "too_many_websockets":
                connection.trouble = BusyError(TOO_MANY, LONGEST_PAUSE)
            connection.patience.reschedule(_now() + LINGER)
            connection.left.set()
        elif "envelope_id" in told and not self._ending:
            _start(self._working, self._answer(connection, told))

    def _greet(self, connection: Connection, count: object) -> None:
        """Slack greets us, and counts the connections: at the start, more than ours are somebody else's."""
        connection.greeted, self._told = True, ""
        alone = [each for each in self._open if each.greeted] == [connection]
        gap = connection.before.ended if connection.before else alone
        if gap:
            self._missed()
        connection.before = None
        if self._uncounted and isinstance(count, int) and count > len(self._open):
            log.warning(SHARED, count, len(self._open))
            self._uncounted = 1
        self._uncounted = max(0, self._uncounted - 1)

    async def _answer(self, connection: Connection, envelope: dict[str, Any]) -> None:
        """Do what an envelope asks for, and acknowledge it; what failed is not, so that Slack tells an event again."""
        try:
            request = SocketModeRequest.from_dict(envelope)
            response = await self._take(request) if request else None
        except Exception:
            log.exception("what Slack told could not be handled")
            return
        if response is None or response.status != OK:
            return
        written = json.dumps({"envelope_id": envelope["envelope_id"], **_payload(response)})
        for each in (connection, *reversed(self._open)):
            if each.socket and not each.socket.closed and await _sent(each.socket, written):
                return


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _was_steady(connection: Connection) -> bool:
    """Wait until a connection is to be left; whether it was a good one. Raises BusyError where we were not greeted."""
    begun = _now()
    await connection.left.wait()
    if not connection.greeted:
        raise connection.trouble
    return _now() - begun > STEADY


def _pause(failures: int) -> float:
    """Seconds before the next try: none after one failure, then 1, 2, 4 and so on."""
    return min(LONGEST_PAUSE, 2.0 ** (failures - 2)) if failures > 1 else 0.0


def _parsed(text: str) -> dict[str, Any]:
    """A message of Slack's; empty where it is none."""
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _payload(response: BoltResponse) -> dict[str, Any]:
    """What goes back with an acknowledgement, such as the errors of a form."""
    return {"payload": json.loads(response.body)} if response.body else {}


async def _sent(socket: Socket, text: str) -> bool:
    try:
        await socket.send_str(text)
    except (ConnectionError, RuntimeError):
        return False
    return True


def _start(tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
