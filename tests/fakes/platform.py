"""A platform in memory that keeps what it is sent, and fails in the ways that real ones fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.ports import (
    CannotLookError,
    Card,
    GoneError,
    Limits,
    Listener,
    Message,
    PlaceRef,
    Routes,
    Shelf,
    UnknownOutcomeError,
    Who,
)


@dataclass(slots=True)
class Posted:
    """A message at the platform."""

    id: str
    place: PlaceRef
    card: Card
    stamp: str
    at: datetime
    under: str = ""
    edits: int = 0
    reactions: list[tuple[str, Who | None]] = field(default_factory=list)


class FakePlatform:
    """`fails` holds what the next sends do: an exception to raise, or "lost-reply" (stored, and the reply is lost),
    "lost-request" (not stored, and nobody knows), None (works).
    """

    def __init__(self, name: str, now: Callable[[], datetime], limits: Limits | None = None) -> None:
        self.name = name
        self.routes = Routes()
        self.limits = limits or Limits(settle=0.0)
        self.posted: list[Posted] = []
        self.fails: list[Exception | str | None] = []
        self.blind = False
        self.down = False
        self.listener: Listener | None = None
        self.sends = 0
        self.forgotten: list[tuple[str, set[PlaceRef]]] = []
        self._now = now

    async def run(self, listener: Listener) -> None:
        """Connect, and wait to be cancelled."""
        self.listener = listener
        await listener.resumed(self.name)
        await asyncio.Event().wait()

    def when(self, message: str) -> datetime | None:
        """When a message was posted, by this platform's clock."""
        return next((each.at for each in self.posted if each.id == message), None)

    async def send(self, place: PlaceRef, card: Card, stamp: str) -> str:
        """Keep a message, or fail as told."""
        return self._keep(place, card, stamp)

    async def edit(self, message: Message, card: Card) -> None:
        """Change a message."""
        found = self.message(message.id)
        found.card = card
        found.edits += 1

    async def reply(self, message: Message, card: Card, stamp: str) -> str:
        """Keep a message in a thread."""
        return self._keep(message.place, card, stamp, self.message(message.id).id)

    async def direct(self, who: Who, card: Card, stamp: str) -> str:
        """Keep a message to a person."""
        return self._keep(PlaceRef(self.name, who.workspace, who.account), card, stamp)

    async def whisper(self, place: PlaceRef, who: Who, card: Card) -> None:
        """Whispers are not kept."""

    async def react(self, message: Message, emoji: str) -> None:
        """Keep our own reaction, once."""
        found = self.message(message.id)
        if (emoji, None) not in found.reactions:
            found.reactions.append((emoji, None))

    async def home(self, who: Who, card: Card) -> None:
        """Front pages are not kept."""

    async def find(
        self, place: PlaceRef | Who, stamp: str, since: datetime, under: Message | None = None
    ) -> str | None:
        """Look for a stamp, in the place or in one thread alone."""
        if self.blind:
            raise CannotLookError("reading history is not allowed")
        where = PlaceRef(self.name, place.workspace, place.account) if isinstance(place, Who) else place
        thread = under.id if under else ""
        there = [each for each in self.posted if (each.place, each.under) == (where, thread)]
        return next((each.id for each in there if each.stamp == stamp and each.at >= since), None)

    async def reactors(self, message: Message) -> Sequence[tuple[str, Who]]:
        """Everybody's reactions but ours."""
        if self.down:
            raise UnknownOutcomeError("no reply")
        return [(emoji, who) for emoji, who in self.message(message.id).reactions if who is not None]

    async def close(self) -> None:
        """Nothing to let go of."""

    async def forget(self, _: Shelf, account: str, places: Sequence[PlaceRef]) -> None:
        """Nothing is kept of accounts; whose was asked for is."""
        self.forgotten.append((account, set(places)))

    def message(self, message_id: str) -> Posted:
        """The message with this id; raises GoneError where it was deleted."""
        found = next((each for each in self.posted if each.id == message_id), None)
        if found is None:
            raise GoneError(message_id)
        return found

    def in_place(self, place: PlaceRef) -> list[Posted]:
        """The messages of a place that stand in no thread."""
        return [each for each in self.posted if each.place == place and not each.under]

    def _keep(self, place: PlaceRef, card: Card, stamp: str, under: str = "") -> str:
        self.sends += 1
        fault = self.fails.pop(0) if self.fails else None
        if isinstance(fault, Exception):
            raise fault
        if fault == "lost-request":
            raise UnknownOutcomeError("no reply in time")
        posted = Posted(f"m{len(self.posted) + 1}", place, card, stamp, self._now(), under)
        self.posted.append(posted)
        if fault == "lost-reply":
            raise UnknownOutcomeError("the connection was reset")
        return posted.id
