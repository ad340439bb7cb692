"""The adapter to the platform of the kill loop: a request a connection, so that each moment of it can be named."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bot.ports import (
    BusyError,
    Card,
    GoneError,
    Listener,
    Message,
    NotSavedError,
    PlaceRef,
    Press,
    Routes,
    UnknownOutcomeError,
    Who,
    card_to_json,
)
from tests.e2e.killing.points import Points

WORKSPACE = "team"


@dataclass(slots=True)
class WirePlatform:
    """Speaks to one of the server's platforms. Without `stamped` messages carry no stamp and look-ups find nothing."""

    name: str
    port: int
    worker: str
    point: Points
    stamped: bool = True
    routes: Routes = field(default_factory=Routes)

    async def run(self, listener: Listener) -> None:
        """Take presses and acknowledge each once the core has taken it."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._resume(listener))
            while True:
                try:
                    events = json.loads((await self._exchange("events", {}, Points()))[2])
                except (OSError, ValueError, EOFError):
                    await asyncio.sleep(0.1)
                    continue
                await asyncio.gather(*(self._take(listener, event) for event in events))

    def when(self, message: str) -> datetime | None:
        """The ids of this platform do not tell."""
        return None

    async def send(self, place: PlaceRef, card: Card, stamp: str) -> str:
        """Post."""
        return await self._post("send", place=str(place), body=card_to_json(card), stamp=stamp)

    async def edit(self, message: Message, card: Card) -> None:
        """Replace a message's content."""
        await self._ask("edit", message=message.id, body=card_to_json(card))

    async def reply(self, message: Message, card: Card, stamp: str) -> str:
        """Post in a thread."""
        body = card_to_json(card)
        return await self._post("reply", place=str(message.place), message=message.id, body=body, stamp=stamp)

    async def direct(self, who: Who, card: Card, stamp: str) -> str:
        """Post to a person alone."""
        return await self.send(PlaceRef(self.name, who.workspace, who.account), card, stamp)

    async def whisper(self, place: PlaceRef, who: Who, card: Card) -> None:
        """Whispers are not kept."""

    async def react(self, message: Message, emoji: str) -> None:
        """Put our own reaction on a message."""
        await self._ask("react", message=message.id, emoji=emoji)

    async def home(self, who: Who, card: Card) -> None:
        """Front pages are not kept."""

    async def find(
        self, place: PlaceRef | Who, stamp: str, since: datetime, under: Message | None = None
    ) -> str | None:
        """The message with this stamp."""
        if isinstance(place, Who):
            place = PlaceRef(self.name, place.workspace, place.account)
        thread = under.id if under else ""
        found = await self._ask("find", place=str(place), stamp=stamp, since=since.timestamp(), under=thread)
        return found["id"] if self.stamped else None

    async def reactors(self, message: Message) -> Sequence[tuple[str, Who]]:
        """Nobody reacts there."""
        await self._ask("reactors", message=message.id)
        return []

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _resume(self, listener: Listener) -> None:
        """Nobody who presses has to wait for what was missed to be read."""
        with suppress(NotSavedError):
            await listener.resumed(self.name)

    async def _take(self, listener: Listener, event: dict[str, Any]) -> None:
        who = Who(self.name, WORKSPACE, event["account"], event["account"].capitalize())
        at, place = datetime.fromtimestamp(event["at"], UTC), PlaceRef.parse(event["place"])
        try:
            await listener.pressed(Press(event["id"], at, who, place, event["ref"]))
        except NotSavedError:
            return
        self.point("before-ack")
        with suppress(OSError, EOFError):
            await self._exchange("ack", {"event": event["id"]}, Points())
            self.point("after-ack")

    async def _post(self, action: str, *, stamp: str, **values: Any) -> str:
        told = await self._ask(action, stamp=stamp if self.stamped else uuid4().hex, **values)
        return str(told["id"])

    async def _ask(self, action: str, **values: Any) -> Any:
        """Ask the platform; every failure becomes one of the boundary's errors here."""
        try:
            status, retry_after, body = await self._exchange(action, values, self.point)
        except ConnectionRefusedError as error:
            raise BusyError("the platform cannot be reached", 1.0) from error
        except (OSError, ValueError, EOFError) as error:
            raise UnknownOutcomeError(f"the connection broke: {error!r}") from error
        if status == 429:
            raise BusyError("too many requests", retry_after)
        if status == 404:
            raise GoneError(str(values.get("message")))
        if status != 200:
            raise UnknownOutcomeError(f"status {status}")
        return json.loads(body)

    async def _exchange(self, action: str, values: dict[str, Any], point: Points) -> tuple[int, float, bytes]:
        """(status, seconds to wait, body) of a request on a connection of its own."""
        point("before-connect")
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            body = json.dumps(values | {"sent_at": time.time(), "by": self.worker}).encode()
            head = f"POST /{self.name}/{action} HTTP/1.1\r\nHost: platform\r\nConnection: close\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
            point("after-bytes")
            headers = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
            told = await reader.read()
            point("after-reply")
        finally:
            writer.close()
        fields = dict(line.split(": ", 1) for line in headers[1:] if line)
        if len(told) != int(fields.get("content-length", 0)):
            raise EOFError("the reply ended early")
        return int(headers[0].split()[1]), float(fields.get("retry-after", 1.0)), told
