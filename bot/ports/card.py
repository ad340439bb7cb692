"""Cards: messages that have no platform yet; forms; and what the core gives back when it is told something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


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
    """A press on it tells the core `ref`. `opens_form` as its verb declares it. `lesser`: it is beside the point of
    its card, so an adapter that makes a row's first button stand out leaves this one plain.
    """

    ref: str
    label: str
    opens_form: bool = False
    lesser: bool = False


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
    """An instant in a sentence: plain `text` holds `{time}` where it goes, in the reader's zone. A `countdown` is shown
    as the time that is left where that goes on by itself, else as a time of day with its seconds.
    """

    text: str
    at: datetime
    countdown: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the text that replaces it."""

    content: bytes = field(repr=False)
    mime: str
    alt: str


@dataclass(frozen=True, slots=True)
class File:
    """A file for whoever reads the card, and the plain text that replaces it.

    It goes along where the card is a reply to one person alone; anywhere else the text stands for it. `name` is a plain
    file name of `[a-z0-9.-]`; `content` has at most the bytes that the platform's `Limits.file` allows.
    """

    name: str
    mime: str
    content: bytes = field(repr=False)
    alt: str


@dataclass(frozen=True, slots=True)
class Fine:
    """Small print under the rest: Markdown, at most a line or two."""

    markdown: str


Block = Text | Options | Buttons | Bars | Table | Moment | Picture | File | Fine


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
