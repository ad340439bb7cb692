"""Addresses, and the events that a platform tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class PlaceRef:
    """A channel of a platform, written `platform:workspace:channel`."""

    platform: str
    workspace: str
    channel: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}:{self.channel}"

    @classmethod
    def parse(cls, text: str) -> PlaceRef:
        """Read `platform:workspace:channel`; raises ValueError saying what is missing."""
        parts = text.split(":")
        if len(parts) != 3 or not all(parts):  # noqa: PLR2004  three parts, as the text says
            raise ValueError(f"{text!r} is no place: write platform:workspace:channel, such as web:local:general")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class Who:
    """A platform account that did something. `admin` and `groups` are what the platform says of it at this moment."""

    platform: str
    workspace: str
    account: str
    name: str
    admin: bool = False
    groups: frozenset[str] = frozenset()
    bot: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message at its platform; `id` is the platform's own. `under`: the message in whose thread it stands, by its id;
    told by the core alone, "" for none.
    """

    place: PlaceRef
    id: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A press on a choice, a button or a submit. `at` is the platform's instant of it."""

    event: str
    at: datetime
    who: Who
    place: PlaceRef
    ref: str
    picked: tuple[str, ...] = ()
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction put on (or taken off) a message. `emoji` is the Unicode character."""

    event: str
    at: datetime
    who: Who
    message: Message
    emoji: str


@dataclass(frozen=True, slots=True)
class Said:
    """A typed text: in the place, in the thread of `thread`, or `direct` to the bot."""

    event: str
    at: datetime
    who: Who
    place: PlaceRef
    text: str
    thread: Message | None = None
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody would make a question of `message`, which anybody wrote; `text` is what it says."""

    event: str
    at: datetime
    who: Who
    place: PlaceRef
    text: str
    message: Message


@dataclass(frozen=True, slots=True)
class Commanded:
    """A slash command: its path in the tree (`("study", "status")`) and its options as texts."""

    event: str
    at: datetime
    who: Who
    place: PlaceRef
    path: tuple[str, ...]
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """A slash command as one line of text, for platforms without typed options; the core parses it by its tree."""

    event: str
    at: datetime
    who: Who
    place: PlaceRef
    line: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A filled-in form."""

    event: str
    at: datetime
    who: Who
    place: PlaceRef
    ref: str
    values: Mapping[str, str]
