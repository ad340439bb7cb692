"""The platform of the simulation: one server that outlives every process, and the ways to it, which fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from bot.ports import (
    BusyError,
    CannotLookError,
    Card,
    GoneError,
    Limits,
    PlaceRef,
    RefusedError,
    UnknownOutcomeError,
    Who,
)

SEND_TIMEOUT, SETTLE = 15.0, 5.0
SLOWEST = SEND_TIMEOUT + SETTLE - 1.0
"""Later than that no request is carried out any more: what `Limits.settle` promises."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a platform is like. Shares are between 0 and 1."""

    remembers: float = 0.0
    """For so long a second message with the same stamp is answered with the first one's id."""
    lost_requests: float = 0.05
    lost_replies: float = 0.05
    slow: float = 0.03
    busy: float = 0.04
    blind: frozenset[PlaceRef] = frozenset()
    """Places whose history cannot be read."""

    @property
    def limits(self) -> Limits:
        """What its adapter would declare."""
        return Limits(send_timeout=SEND_TIMEOUT, settle=SETTLE, trusts_stamp_for=self.remembers)


@dataclass(slots=True)
class Sent:
    """A message at the platform. `seen_at` is when it first shows in the history."""

    id: str
    place: PlaceRef
    stamp: str
    at: float
    seen_at: float
    under: str = ""
    cards: list[tuple[float, Card]] = field(default_factory=list)
    reactions: list[tuple[str, Who]] = field(default_factory=list)
    reacted: list[tuple[datetime, str]] = field(default_factory=list)
    """When each of them was put there, and by which account."""
    deleted: bool = False


class Server:
    """Keeps messages. `call` carries a request there and its reply back, as badly as the traits say."""

    def __init__(self, rng: Random, traits: Traits, time: Callable[[], float]) -> None:
        self.traits = traits
        self.messages: list[Sent] = []
        self.refused: set[PlaceRef] = set()
        self.down_until = 0.0
        self.healed = False
        self.fates: list[float] = []
        """What the next requests come to, before chance decides: a number between 0 and 1, as `_carry` reads it."""
        self._rng = rng
        self.time = time
        """Seconds of true time, which runs on while a host sleeps."""
        self._tasks: set[asyncio.Task[None]] = set()

    def call(self, act: Callable[[], Any]) -> asyncio.Future[Any]:
        """What comes back of a request, or nothing ever; it goes on when whoever asked is dead."""
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._carry(act, reply))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return reply

    async def _carry(self, act: Callable[[], Any], reply: asyncio.Future[Any]) -> None:
        fate = 1.0 if self.healed else self.fates.pop(0) if self.fates else self._rng.random()
        traits, bounds = self.traits, 0.0
        there, back = self._rng.uniform(0.02, 0.6), self._rng.uniform(0.02, 0.6)
        if self.time() < self.down_until:
            await asyncio.sleep(there)
            _tell(reply, error=UnknownOutcomeError("the platform is down"))
            return
        if fate < (bounds := bounds + traits.lost_requests):
            return
        if fate < (bounds := bounds + traits.lost_replies):
            await asyncio.sleep(there)
            _try(act)
            if fate < bounds - traits.lost_replies / 2:
                _tell(reply, error=UnknownOutcomeError("the connection was reset"))
            return
        if fate < (bounds := bounds + traits.busy):
            await asyncio.sleep(there * self._rng.choice([1, 1, 20]))
            _tell(reply, error=BusyError("too many requests", self._rng.choice([1.0, 5.0, 30.0])))
            return
        if fate < bounds + traits.slow:
            there = self._rng.uniform(1.0, SLOWEST)
        await asyncio.sleep(there)
        value, error = _try(act)
        await asyncio.sleep(back)
        _tell(reply, value, error)

    def post(self, place: PlaceRef, card: Card, stamp: str, under: str = "") -> str:
        """Keep a message."""
        if place in self.refused:
            raise RefusedError("the bot is not in this channel", "invite it")
        now = self.time()
        known = [each for each in self.messages if each.stamp == stamp and now - each.at < self.traits.remembers]
        if known:
            return known[0].id
        seen = now if self.healed else now + self._rng.uniform(0.0, 0.5)
        sent = Sent(f"m{len(self.messages) + 1}", place, stamp, now, seen, under, [(now, card)])
        self.messages.append(sent)
        return sent.id

    def edit(self, message: str, card: Card) -> None:
        """Change a message."""
        self.standing(message).cards.append((self.time(), card))

    def find(self, place: PlaceRef, stamp: str, since: float, under: str) -> str | None:
        """The id of the message with a stamp, once it shows in its place or thread."""
        if place in self.traits.blind:
            raise CannotLookError("reading history is not allowed")
        found = (
            each
            for each in self.messages
            if (each.stamp, each.place, each.under) == (stamp, place, under) and not each.deleted and each.at >= since
        )
        return next((each.id for each in found if each.seen_at <= self.time()), None)

    def reactors(self, message: str) -> Sequence[tuple[str, Who]]:
        """Everybody's reactions."""
        return list(self.standing(message).reactions)

    def standing(self, message: str) -> Sent:
        """The message with this id; raises GoneError where a moderator deleted it."""
        found = next(each for each in self.messages if each.id == message)
        if found.deleted:
            raise GoneError(message)
        return found

    @property
    def busy(self) -> bool:
        """Whether a request is on its way."""
        return bool(self._tasks)

    def heal(self) -> None:
        """Nothing fails any more."""
        self.healed = True
        self.refused = set()
        self.down_until = 0.0

    async def quiet(self) -> None:
        """Return when nothing is on its way any more."""
        while self._tasks:
            await asyncio.gather(*self._tasks)


def _try(act: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        return act(), None
    except Exception as error:  # noqa: BLE001  it travels back as the reply
        return None, error


def _tell(reply: asyncio.Future[Any], value: Any = None, error: Exception | None = None) -> None:
    if reply.done():
        return
    if error is None:
        reply.set_result(value)
    else:
        reply.set_exception(error)
        reply.exception()  # whoever asked may be dead and never look
