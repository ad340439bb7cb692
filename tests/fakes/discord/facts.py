"""What a Discord of its own consists of: guilds, people, channels, messages, interactions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Json = dict[str, Any]
EPHEMERAL, LOADING, V2, HAS_THREAD, SUPPRESS = 1 << 6, 1 << 7, 1 << 15, 1 << 5, 1 << 2
"""Flags of messages."""
TEXT, DM, NEWS, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 5, 11, 12
"""Kinds of channels."""
THREADS = (10, PUBLIC_THREAD, PRIVATE_THREAD)
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
"""Kinds of interactions."""


class Wrong(NamedTuple):
    """One thing that is wrong in a form, and where."""

    path: tuple[str | int, ...]
    code: str
    message: str


class RefusedError(Exception):
    """Discord says no. `wrong`: what is wrong in the form; `more` goes into the answer."""

    def __init__(self, code: int, wrong: list[Wrong] | None = None, **more: Any) -> None:
        super().__init__(f"{code} {wrong or ''}")
        self.code = code
        self.wrong = wrong or []
        self.more = more


class NotThereError(Exception):
    """A person cannot do this: the button, the command or the channel is not on their screen."""


@dataclass(slots=True)
class Role:
    """A role; that of everyone has the id of its guild."""

    id: str
    name: str
    permissions: int
    position: int = 1


@dataclass(slots=True)
class User:
    """An account. `closed`: takes no direct messages from the bot."""

    id: str
    name: str
    global_name: str | None = None
    bot: bool = False
    locale: str = "en-US"
    closed: bool = False


@dataclass(slots=True)
class Member:
    """An account in a guild."""

    user: User
    nick: str | None = None
    roles: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Guild:
    """A server. `joined`: the bot is in it; `available`: no outage."""

    id: str
    name: str
    owner: str
    locale: str = "en-US"
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    joined: bool = True
    available: bool = True


@dataclass(slots=True)
class Channel:
    """A channel, a thread (`parent`: where it hangs) or a talk of two (`recipient`)."""

    id: str
    kind: int
    name: str = ""
    guild: str = ""
    parent: str = ""
    recipient: str = ""
    owner: str = ""
    overwrites: dict[str, tuple[int, int]] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    archive_after: int = 1440

    @property
    def thread(self) -> bool:
        """Whether it is a thread."""
        return self.kind in THREADS


@dataclass(slots=True)
class Attachment:
    """A file."""

    id: str
    filename: str
    content: bytes
    content_type: str
    description: str | None = None


@dataclass(slots=True)
class Message:
    """A message. `only_for`: the account that alone sees it; `thread`: the id of the thread that hangs on it; `bursts`:
    who put a burst reaction, which nobody does but a test.
    """

    id: str
    channel: str
    author: str
    at: datetime
    content: str = ""
    kind: int = 0
    flags: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    bursts: dict[str, list[str]] = field(default_factory=dict)
    mentions: list[str] = field(default_factory=list)
    nonce: str | int | None = None
    reference: Json | None = None
    only_for: str = ""
    interaction: str = ""
    edited: datetime | None = None
    edits: int = 0
    thread: str = ""
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        """Whether one account alone sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it only says that the bot is thinking."""
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """Everything that can be read in it, line by line."""
        embeds = [text for embed in self.embeds for text in _embedded(embed)]
        return "\n".join(each for each in (self.content, *_displayed(self.components), *embeds) if each)


def _displayed(components: list[Json]) -> list[str]:
    found = []
    for each in components:
        found += [each["content"]] if each.get("type") == 10 else []
        found += _displayed(each.get("components") or [])
    return found


def _embedded(embed: Json) -> list[str]:
    fields = [text for each in embed.get("fields") or [] for text in (each["name"], each["value"])]
    footer = (embed.get("footer") or {}).get("text")
    return [each for each in (embed.get("title"), embed.get("description"), *fields, footer) if each]


@dataclass(slots=True)
class Told:
    """An event, and over how many connections it went out."""

    name: str
    body: Json
    guild: str = ""
    bare: Json | None = None
    times: int = 0


@dataclass(slots=True, eq=False)
class Interaction:
    """Something that a person did with a command, a component or a form; and all that the bot made of it.

    `acknowledged` within 3 s by the clock, and the real `seconds` that it took; `kind_of_answer`: the callback's type;
    `original`: the reply, also one that only says that the bot is thinking; `refusals`: codes with which callbacks
    came back. `came_from`: the message with the component, also of the form that it opened; `focused`: the type of the
    option that is being typed.
    """

    id: str
    token: str
    kind: int
    user: str
    guild: str
    channel: str
    at: datetime
    content: Json
    came_from: Message | None = None
    told: Told | None = None
    focused: int = 0
    begun: float = 0.0
    acknowledged: bool = False
    seconds: float = 0.0
    kind_of_answer: int = 0
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] | None = None
    modal: Json | None = None
    modal_open: bool = False
    refusals: list[int] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    filled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def deferred(self) -> bool:
        """Whether the bot said that it is thinking, or that it heard."""
        return self.kind_of_answer in (5, 6)

    @property
    def replies(self) -> list[Message]:
        """What the bot said to this and what can still be read, the reply first."""
        found = [*([self.original] if self.original and self.kind_of_answer in (4, 5) else []), *self.followups]
        return [each for each in found if not each.deleted and not each.loading]

    @property
    def reply(self) -> Message | None:
        """The first that the bot said to this."""
        return self.replies[0] if self.replies else None

    @property
    def text(self) -> str:
        """All that the bot said to this."""
        return "\n".join(each.text for each in self.replies)

    @property
    def ephemeral(self) -> bool:
        """Whether there are replies, and the person alone sees them all."""
        return bool(self.replies) and all(each.ephemeral for each in self.replies)
