"""What a post does at its platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.ports import Card, Message, PlaceRef, Who


@dataclass(frozen=True, slots=True)
class Send:
    """A new message in a place."""

    place: PlaceRef
    card: Card


@dataclass(frozen=True, slots=True)
class Alone:
    """A new message to one person alone."""

    who: Who
    card: Card


@dataclass(frozen=True, slots=True)
class Under:
    """A new message in the thread of another."""

    message: Message
    card: Card


@dataclass(frozen=True, slots=True)
class Change:
    """A message becomes another card; doing it twice changes nothing."""

    message: Message
    card: Card


@dataclass(frozen=True, slots=True)
class React:
    """Our own reaction on a message; doing it twice changes nothing."""

    message: Message
    emoji: str


Way = Send | Alone | Under | Change | React


@dataclass(frozen=True, slots=True)
class Mail:
    """What a post does at its platform, and until when it makes sense to begin.

    Of one that may have got through, a message whose time is over is looked for, and never sent.
    """

    way: Way
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing yet: the message that is to be changed is on its way, or it is not known whether it got there."""
