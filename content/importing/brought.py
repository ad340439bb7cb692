"""What reading a source gave, as a value, and as JSON lines on their way from the child that read it."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from content.importing.fitting import Piece
from content.record import item_record, read_item


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file that was read: what it was taken for and how surely, what it looks like just as much, and what was found.

    `found` counts the questions in it. `notes` are sentences on the file as a whole.
    """

    file: str
    form: str
    title: str
    likeness: int
    rivals: tuple[str, ...] = ()
    found: int = 0
    notes: tuple[str, ...] = ()


class Sort(StrEnum):
    """What was not taken."""

    PIECE = "piece"
    """A piece of a file: a question that makes no sense, or a text that is none."""
    UNREAD = "unread"
    """A file that should have been read, and could not be."""
    OTHER = "other"
    """A file that holds no questions, as far as one can tell."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that was not taken: `where` is `file:line` or a file, `what` its first words, `why` for people."""

    where: str
    what: str
    why: str
    sort: Sort


@dataclass(slots=True)
class Brought:
    """All that a source held, in its order: `pictures` by the names that items use, titles of `topics` by topic."""

    recognised: list[Recognised] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    title: str = ""
    licence: str = ""
    failure: str = ""
    """Why nothing of the source was read, and what to do; "" where it was."""


Line = Mapping[str, Any]
"""A JSON value of one line."""


def recognised_line(value: Recognised) -> Line:
    """A line that `collected` understands, as are those of the functions below."""
    return {"recognised": asdict(value)}


def passed_line(value: Passed) -> Line:
    """The line of something that was not taken."""
    return {"passed": asdict(value)}


def piece_line(value: Piece) -> Line:
    """The line of a question."""
    return {
        "piece": item_record(value.item),
        "own_id": value.own_id,
        "doubts": list(value.doubts),
        "answered": value.answered,
        "guessed": value.guessed,
    }


def picture_line(name: str, content: bytes) -> Line:
    """The line of a picture."""
    return {"picture": name, "content": b64encode(content).decode()}


def told_line(*, topics: Mapping[str, str], language: str, title: str, licence: str) -> Line:
    """The line of what a file tells of itself."""
    return {"told": {"topics": dict(topics), "language": language, "title": title, "licence": licence}}


def failure_line(why: str) -> Line:
    """The line that says that nothing was read."""
    return {"failure": why}


def collected(lines: Iterable[bytes]) -> Brought:
    """The value that the lines make."""
    brought = Brought()
    for line in lines:
        _add(brought, json.loads(line))
    return brought


def _add(brought: Brought, line: Line) -> None:
    match line:
        case {"recognised": value}:
            lists = {"rivals": tuple(value["rivals"]), "notes": tuple(value["notes"])}
            brought.recognised.append(Recognised(**{**value, **lists}))
        case {"passed": value}:
            brought.passed.append(Passed(**{**value, "sort": Sort(value["sort"])}))
        case {"piece": value}:
            item = read_item(value)
            brought.pieces.append(Piece(item, line["own_id"], tuple(line["doubts"]), line["answered"], line["guessed"]))
        case {"picture": str(name)}:
            brought.pictures[name] = b64decode(line["content"])
        case {"told": value}:
            brought.topics = {**value["topics"], **brought.topics}
            brought.languages += [value["language"]] if value["language"] else []
            brought.title = brought.title or value["title"]
            brought.licence = brought.licence or value["licence"]
        case {"failure": str(why)}:
            brought.failure = why
