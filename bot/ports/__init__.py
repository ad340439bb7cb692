"""The boundary: what the core may ask of a platform (`Platform`), and what a platform may tell the core (`Listener`).

Nothing here knows a platform. An adapter imports this package and `content.markup`, nothing else of ours.

Rules of the boundary
- Every `Listener` call is safe to repeat: it carries the platform's own `event` id, and the core keeps what came of it.
  The id does not tell whose it is: it is kept for days, of people who were forgotten too.
- Feedback is the return value. The core never calls back to answer a press or a command.
- A ref (`verb:subject:index`) is opaque to adapters, at most 60 characters of `[a-z0-9:.-]`.
- Text is the Markdown subset of `content.markup`; the adapter renders it, escapes everything else, mentions nobody.
- `Verb` and `Command` say beforehand who sees the reply and whether it may open a form, as Discord's deferral wants.
- Instants are aware datetimes in UTC; the adapter shows them in the reader's own zone where it can.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.ports.card import (
    Answered,
    Audience,
    Bar,
    Bars,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Edit,
    Field,
    FieldErrors,
    File,
    Fine,
    Form,
    Moment,
    OpenForm,
    Options,
    Page,
    Pick,
    Picture,
    Reply,
    Suggestion,
    Table,
    Text,
    Tone,
)
from bot.ports.codec import card_from_json, card_to_json
from bot.ports.error import (
    BusyError,
    CannotLookError,
    ConflictError,
    GoneError,
    NotSavedError,
    NotSetUpError,
    PlatformError,
    RefusedError,
    UnknownOutcomeError,
)
from bot.ports.event import (
    Commanded,
    Message,
    PlaceRef,
    Press,
    Proposed,
    Reaction,
    Said,
    Submission,
    Typed,
    Who,
)
from bot.ports.opening import (
    Command,
    CommandOption,
    Limits,
    Opening,
    RequestHandler,
    Routes,
    Row,
    Setting,
    Shelf,
    Verb,
)

__all__ = [
    "Adapter",
    "Answered",
    "Audience",
    "Bar",
    "Bars",
    "Block",
    "BusyError",
    "Button",
    "Buttons",
    "CannotLookError",
    "Card",
    "Choice",
    "Command",
    "CommandOption",
    "Commanded",
    "ConflictError",
    "Edit",
    "Field",
    "FieldErrors",
    "File",
    "Fine",
    "Form",
    "GoneError",
    "Limits",
    "Listener",
    "Message",
    "Moment",
    "NotSavedError",
    "NotSetUpError",
    "OpenForm",
    "Opening",
    "Options",
    "Page",
    "Pick",
    "Picture",
    "PlaceRef",
    "Platform",
    "PlatformError",
    "Press",
    "Proposed",
    "Reaction",
    "RefusedError",
    "Reply",
    "RequestHandler",
    "Routes",
    "Row",
    "Said",
    "Setting",
    "Shelf",
    "Submission",
    "Suggestion",
    "Table",
    "Text",
    "Tone",
    "Typed",
    "UnknownOutcomeError",
    "Verb",
    "Who",
    "card_from_json",
    "card_to_json",
]


class Platform(Protocol):
    """What the core may ask. Every call raises a `PlatformError`; none retries a write by itself."""

    name: str
    routes: Routes

    async def run(self, listener: Listener) -> None:
        """Serve until cancelled: connect, and tell `listener` what happens. Calls `listener.resumed` once connected.

        Raises NotSetUpError where trying again is no use; after anything else that it raises it is run again.
        """

    def when(self, message: str) -> datetime | None:
        """The platform's own instant of the message with this id; None where it does not tell."""

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

    async def find(
        self, place: PlaceRef | Who, stamp: str, since: datetime, under: Message | None = None
    ) -> str | None:
        """The id of the message with this stamp sent after `since`, None if there is surely none.

        `place`: where it was sent, or the person to whom alone it was. `under`: the message in whose thread it would
        be; None: it was sent to the place itself.
        """

    async def reactors(self, message: Message) -> Sequence[tuple[str, Who]]:
        """All reactions on a message as (emoji, who), our own left out."""

    async def close(self) -> None:
        """Let go of connections; called once, after `run` has ended."""


class Listener(Protocol):
    """What a platform may tell the core. Safe to repeat; raises nothing but `NotSavedError`."""

    async def pressed(self, press: Press) -> Answered:
        """A choice, a button or a submit was pressed."""

    async def reacted(self, reaction: Reaction) -> Answered:
        """A reaction was put on a message."""

    async def unreacted(self, reaction: Reaction) -> Answered:
        """A reaction was taken off a message."""

    async def said(self, said: Said) -> Answered:
        """A text was typed in a place, a thread or to the bot alone; None where it was not meant for us."""

    async def commanded(self, commanded: Commanded) -> Answered:
        """A slash command with typed options."""

    async def typed(self, typed: Typed) -> Answered:
        """A slash command as one line."""

    async def submitted(self, submission: Submission) -> Answered:
        """A form was filled in; FieldErrors keep it open."""

    async def suggested(
        self, who: Who, place: PlaceRef, path: tuple[str, ...], option: str, prefix: str
    ) -> Sequence[Suggestion]:
        """Completions of one option of a command."""

    async def completed(self, who: Who, place: PlaceRef, line: str) -> Sequence[Suggestion]:
        """Completions of a command line as typed so far."""

    async def proposed(self, proposed: Proposed) -> Answered:
        """A message was pointed at as worth a question."""

    async def opened(self, who: Who, place: PlaceRef | None) -> Card:
        """A person's front page was opened."""

    async def viewed(self, who: Who, view: str) -> Page:
        """A view of the web notebook was asked for."""

    async def resumed(self, platform: str) -> None:
        """The platform is connected (again): what was missed is read anew."""

    async def renamed(self, who: Who) -> None:
        """A person changed the name that is shown."""

    async def removed(self, place: PlaceRef, reason: str) -> None:
        """A place (or its whole workspace) is gone, or we were put out of it."""

    async def returned(self, place: PlaceRef) -> None:
        """A place is there again after it was gone, or we were let into it again."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """An entry of the group `studyhall.adapters`. Importing it must not import the platform's library; `open` may."""

    name: str
    open: Callable[[Opening], Platform]
    render: Callable[[Card], str]
    """The card as this platform would get it, for previews."""
    limits: Limits = field(default_factory=Limits)
    whole: Callable[[Card], bool] | None = None
    """Whether a card is shown whole, with nothing left out for its length; None where any card is."""
    cli: Callable[[Any, Sequence[Command]], None] | None = None
    """Adds the adapter's own commands to an argparse sub-parser collection; it is told the tree of slash commands."""
    settings: tuple[Setting, ...] = ()
    """The keys that the platform's section of studyhall.yaml may have; `Opening.settings` holds their values."""
    forget: Callable[[Shelf, str, Sequence[PlaceRef]], Awaitable[None]] | None = None
    """Takes away what the adapter's shelf keeps of an account: by itself, and in these places, those of a hall. Safe to
    repeat; no platform need be open. None where nothing is kept of accounts.
    """
