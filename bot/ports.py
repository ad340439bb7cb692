"""The boundary: what the core may ask of a platform (`Platform`), and what a platform may tell the core (`Listener`).

Nothing here knows a platform. An adapter imports this module and `content.markup`, nothing else of ours.

Rules of the boundary
- Every `Listener` call is safe to repeat: it carries the platform's own `event` id, and the core keeps what came of it.
- Feedback is the return value. The core never calls back to answer a press or a command.
- A ref (`verb:subject:index`) is opaque to adapters, at most 60 characters of `[a-z0-9:.-]`.
- Text is the Markdown subset of `content.markup`; the adapter renders it, escapes everything else, mentions nobody.
- `Verb` and `Command` say beforehand who sees the reply and whether it may open a form: Discord fixes both when deferring.
- Instants are aware datetimes in UTC; the adapter shows them in the reader's own zone where it can.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

# ---------------------------------------------------------------------------------------------------------- cards


@dataclass(frozen=True, slots=True)
class Text:
    """A passage of Markdown."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as shown. `text` is Markdown; its letter is its place in the list."""

    ref: str
    text: str


class Pick(StrEnum):
    """How many of the options a person picks, and whether their sequence matters."""

    ONE = "one"
    MANY = "many"
    ORDERED = "ordered"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a question. `Pick.ONE`: a press on a choice carries its ref. Otherwise a press on `submit` carries
    the refs of the picked choices in `Press.picked`. `pressable` is False in a reaction round and after closing.
    """

    choices: tuple[Choice, ...]
    pick: Pick = Pick.ONE
    submit: str = ""
    pressable: bool = True


@dataclass(frozen=True, slots=True)
class Button:
    """A press on it tells the core `ref`. `opens_form` as its verb declares it."""

    ref: str
    label: str
    opens_form: bool = False


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a Markdown label, a count of people, its share of all (0 to 1), whether it is marked as right."""

    label: str
    count: int
    share: float
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A distribution, one bar a row, in order."""

    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of plain texts (no Markdown). `numeric` names the columns set flush right."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in a sentence: `text` holds `{time}` where the instant goes, in the reader's zone."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the text that replaces it."""

    content: bytes = field(repr=False)
    mime: str
    alt: str


@dataclass(frozen=True, slots=True)
class Fine:
    """Small print under the rest: Markdown, at most a line or two."""

    markdown: str


Block = Text | Options | Buttons | Bars | Table | Moment | Picture | Fine


class Tone(StrEnum):
    """What a card is, for its colour and for a screen reader."""

    PLAIN = "plain"
    QUESTION = "question"
    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    REVEAL = "reveal"
    BOARD = "board"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Card:
    """A message that has no platform yet. `title` is plain text; `summary` is what a notification shows."""

    title: str
    blocks: tuple[Block, ...]
    tone: Tone = Tone.PLAIN
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A view of the web notebook: a title and cards."""

    title: str
    cards: tuple[Card, ...]


# ---------------------------------------------------------------------------------------------------------- forms


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. `choices` are (value, label); `limit` is in characters."""

    id: str
    label: str
    long: bool = False
    required: bool = True
    limit: int = 300
    choices: tuple[tuple[str, str], ...] = ()
    value: str = ""
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form; what is filled in comes back as a `Submission` with the same ref."""

    ref: str
    title: str
    fields: tuple[Field, ...]
    submit: str


# -------------------------------------------------------------------------------------------------------- replies


class Audience(StrEnum):
    """Who sees a reply."""

    PRIVATE = "private"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Reply:
    """A new message as the answer to what was told."""

    card: Card
    audience: Audience = Audience.PRIVATE


@dataclass(frozen=True, slots=True)
class Edit:
    """The message that was acted upon becomes this card."""

    card: Card


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form opens for the person; only for verbs and commands that declared it."""

    form: Form


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """The form stays open; errors by field id."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: what is inserted, and what is shown."""

    value: str
    label: str


Answered = Reply | Edit | OpenForm | FieldErrors | None

# --------------------------------------------------------------------------------------------- addresses and events


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
    """A message at its platform; `id` is the platform's own."""

    place: PlaceRef
    id: str


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


# --------------------------------------------------------------------------------------------- verbs and commands


@dataclass(frozen=True, slots=True)
class Verb:
    """What a press on a ref does, as far as an adapter must know before asking."""

    name: str
    audience: Audience = Audience.PRIVATE
    opens_form: bool = False


@dataclass(frozen=True, slots=True)
class CommandOption:
    """An option of a command. `choices` are (value, label); `completed` where `Listener.suggested` completes it."""

    name: str
    description: str
    choices: tuple[tuple[str, str], ...] = ()
    completed: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A leaf or a group of the slash-command tree. `description` is at most 100 characters."""

    name: str
    description: str
    options: tuple[CommandOption, ...] = ()
    children: tuple[Command, ...] = ()
    audience: Audience = Audience.PRIVATE
    organisers_only: bool = False
    opens_form: bool = False
    example: str = ""


# --------------------------------------------------------------------------------------------------------- errors


class PlatformError(Exception):
    """A platform did not do what it was asked to. The subclasses say what is known."""


class RefusedError(PlatformError):
    """Surely not done, and trying again will not help until a person acts. `remedy` tells an organiser what to do."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


class BusyError(PlatformError):
    """Surely not done; may be tried again after `retry_after` seconds (rate limit, connection refused)."""

    def __init__(self, reason: str, retry_after: float = 5.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class UnknownOutcomeError(PlatformError):
    """May or may not have been done (timeout, reset, 5xx after the request went out): look before sending again."""


class GoneError(PlatformError):
    """The message no longer exists at the platform."""


class CannotLookError(PlatformError):
    """The platform does not let us read what was posted, so a stamp can be neither found nor ruled out."""


# ------------------------------------------------------------------------------------------------------ platforms


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform can carry. Lengths in characters; 0 means no limit. Times in seconds."""

    text: int = 0
    button_label: int = 0
    buttons: int = 0
    options: int = 0
    send_timeout: float = 15.0
    settle: float = 5.0
    """How long after an unknown outcome a look-up can be trusted to see the message."""
    trusts_stamp_for: float = 0.0
    """For so long after the first try the platform itself refuses a second message with the same stamp."""
    edit_every: float = 1.0
    """Live counts are edited at most this often, a message."""
    post_every: float = 0.0
    """Posts to one place are at least this far apart."""


class Platform(Protocol):
    """What the core may ask. Every call raises a `PlatformError`; none retries a write by itself."""

    name: str
    routes: Routes

    async def run(self, listener: Listener) -> None:
        """Serve until cancelled: connect, and tell `listener` what happens. Calls `listener.resumed` once connected."""

    async def send(self, place: PlaceRef, card: Card, stamp: str) -> str:
        """Post; returns the message's id. `stamp` (at most 25 of `[a-z0-9-]`) travels with the message."""

    async def edit(self, message: Message, card: Card) -> None:
        """Replace a message's content; the same edit twice changes nothing."""

    async def reply(self, message: Message, card: Card, stamp: str) -> str:
        """Post in the thread of a message; returns the new message's id."""

    async def direct(self, who: Who, card: Card, stamp: str) -> str:
        """Post to a person alone; returns the message's id."""

    async def whisper(self, place: PlaceRef, who: Who, card: Card) -> None:
        """Show to one person in a place, now or never."""

    async def react(self, message: Message, emoji: str) -> None:
        """Put our own reaction on a message; twice is once."""

    async def home(self, who: Who, card: Card) -> None:
        """Replace a person's front page."""

    async def find(self, place: PlaceRef, stamp: str, since: datetime) -> str | None:
        """The id of the message (or thread reply) with this stamp sent after `since`, None if there is surely none."""

    async def reactors(self, message: Message) -> Sequence[tuple[str, Who]]:
        """All reactions on a message as (emoji, who), our own left out."""

    async def close(self) -> None:
        """Let go of connections; called once, after `run` has ended."""


class Listener(Protocol):
    """What a platform may tell the core. Safe to repeat; raises nothing but `NotSavedError`."""

    async def pressed(self, press: Press) -> Answered: ...
    async def reacted(self, reaction: Reaction) -> Answered: ...
    async def unreacted(self, reaction: Reaction) -> Answered: ...
    async def said(self, said: Said) -> Answered: ...
    async def commanded(self, commanded: Commanded) -> Answered: ...
    async def typed(self, typed: Typed) -> Answered: ...
    async def submitted(self, submission: Submission) -> Answered: ...
    async def suggested(
        self, who: Who, place: PlaceRef, path: tuple[str, ...], option: str, prefix: str
    ) -> Sequence[Suggestion]: ...
    async def completed(self, who: Who, place: PlaceRef, line: str) -> Sequence[Suggestion]: ...
    async def opened(self, who: Who, place: PlaceRef | None) -> Card: ...
    async def viewed(self, who: Who, view: str) -> Page: ...
    async def resumed(self, platform: str) -> None: ...
    async def renamed(self, who: Who) -> None: ...
    async def removed(self, place: PlaceRef, reason: str) -> None: ...


class NotSavedError(Exception):
    """What was told could not be saved, and nothing of it was; `str()` is a sentence for the person."""


# ------------------------------------------------------------------------------------- what an adapter is handed


class Shelf(Protocol):
    """Rows an adapter may keep, in a namespace of its own. Values are JSON. `seq` grows with every change."""

    async def get(self, key: str) -> Row | None: ...
    async def put(self, key: str, value: Any, expected: int | None = None) -> Row:  # noqa: ANN401  any JSON
        """Write; with `expected` (0: must be absent) only if the row's seq is still that, else raises ConflictError."""

    async def delete(self, key: str) -> None: ...
    async def changed(self, prefix: str, after: int = 0, limit: int = 200) -> Sequence[Row]:
        """Rows whose key starts with `prefix` and whose seq is greater than `after`, in order of seq."""

    async def newest(self, prefix: str, limit: int = 50) -> Sequence[Row]:
        """The last rows by key whose key starts with `prefix`, in ascending order of key."""

    async def lease(self, key: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease; False where another owner holds it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a shelf."""

    key: str
    value: Any
    seq: int


class ConflictError(Exception):
    """Somebody else changed the row in between: read it again."""


RequestHandler = Callable[[Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Routes:
    """HTTP routes of an adapter, (method, path, aiohttp handler). `private`: the page's listener (loopback, or a code);
    `public`: the listener that a platform's servers reach.
    """

    private: tuple[tuple[str, str, RequestHandler], ...] = ()
    public: tuple[tuple[str, str, RequestHandler], ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """What `Adapter.open` receives: everything from outside that an adapter may use."""

    settings: Mapping[str, Any]
    environment: Mapping[str, str]
    shelf: Shelf
    verbs: Mapping[str, Verb]
    commands: tuple[Command, ...]
    places: Sequence[PlaceRef]
    now: Callable[[], datetime]
    token: Callable[[int], str]
    """`token(n)`: n unguessable characters of `[a-z2-7]`."""
    translate: Callable[[str, str], str]
    """`translate(language, message)`: the message in that language (gettext), for an adapter's own few words."""
    title: str = "Studyhall"


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of an adapter's section in studyhall.yaml. `default` gives its type too: str, int, float or bool."""

    name: str
    default: str | int | float | bool
    description: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adapter:
    """An entry of the group `studyhall.adapters`. Importing it must not import the platform's library; `open` may."""

    name: str
    open: Callable[[Opening], Platform]
    render: Callable[[Card], str]
    """The card as this platform would get it, for previews."""
    limits: Limits = field(default_factory=Limits)
    cli: Callable[[Any], None] | None = None
    """Adds the adapter's own commands to an argparse sub-parser collection."""
    settings: tuple[Setting, ...] = ()
    """The keys that the platform's section of studyhall.yaml may have; `Opening.settings` holds their values."""
