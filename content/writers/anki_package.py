"""Packages that Anki imports: notes of one kind in decks, with their pictures. Values in, bytes out.

A note is known by its guid: of two packages Anki keeps what the later one says, and what it knows of the reviews stays.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape
from itertools import count
from typing import Any

STYLE = """\
.card { font-family: system-ui, sans-serif; font-size: 18px; line-height: 1.45; max-width: 42em; margin: 0 auto; }
.card pre { overflow-x: auto; padding: 0.5em; border: 1px solid; border-radius: 4px; }
.card table { border-collapse: collapse; } .card th, .card td { border: 1px solid; padding: 0.2em 0.6em; }
.card img { max-width: 100%; } .options { list-style: upper-alpha; }
.how, .references { font-size: 14px; opacity: 0.8; }
"""
_EXTENSIONS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp"}


@dataclass(frozen=True, slots=True)
class NoteForm:
    """A kind of note. Anki knows it by its number: with other fields it needs another one."""

    number: int
    name: str
    fields: tuple[str, ...]
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck, known by its number. Two colons in the name put it below another one."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note: the fields of its form as HTML, and its tags, which hold no spaces."""

    guid: str
    deck: Deck
    fields: Sequence[str]
    tags: Sequence[str]


def guid_of(*names: str) -> str:
    """The guid by which Anki knows the note of these names for good."""
    import genanki  # noqa: PLC0415  starting without an export does not pay for it

    return str(genanki.guid_for(*names))


def packed(form: NoteForm, notes: Sequence[Note], pictures: Mapping[str, bytes], now: datetime) -> bytes:
    """The package. `pictures` are by the names that fields use (`picture_name`). Nothing is written to disk."""
    named = {f"{number}": name for number, name in enumerate(pictures)}
    files: dict[str, Any] = {"collection.anki2": _collection(form, notes, now), "media": json.dumps(named)}
    files |= {number: pictures[name] for number, name in named.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, now.timetuple()[:6])
            package.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _collection(form: NoteForm, notes: Sequence[Note], now: datetime) -> bytes:
    import genanki  # noqa: PLC0415  as above

    model = genanki.Model(
        form.number,
        form.name,
        fields=[{"name": name} for name in form.fields],
        templates=[{"name": "1", "qfmt": form.front, "afmt": form.back}],
        css=STYLE,
    )
    decks = {note.deck: genanki.Deck(note.deck.number, note.deck.name) for note in notes}
    for note in notes:
        decks[note.deck].add_note(genanki.Note(model, list(note.fields), tags=list(note.tags), guid=note.guid))
    # By `Package.write_to_file` a copy of it all would stay in the folder for temporary files.
    with closing(sqlite3.connect(":memory:")) as connection:
        seconds = now.timestamp()
        genanki.Package(list(decks.values())).write_to_db(connection.cursor(), seconds, count(int(seconds * 1000)))
        connection.commit()
        return connection.serialize()


def picture_name(content: bytes) -> str:
    """The name of a picture in Anki, made from its content, so that no other is overwritten; "" for unknown formats."""
    extension = next((extension for start, extension in _EXTENSIONS.items() if content.startswith(start)), "")
    return f"studyhall-{sha256(content).hexdigest()[:20]}.{extension}" if extension else ""


def picture_html(content: bytes, alt: str) -> str:
    """The picture in a field; "" for unknown formats."""
    name = picture_name(content)
    told = escape(" ".join(alt.split())).replace("[", "&#91;")
    return f'<div><img src="{name}" alt="{told}"></div>' if name else ""


def tag_of(kind: str, value: str) -> str:
    """A tag of one kind; Anki shows two colons as a tree."""
    return f"{kind}::{'-'.join(value.split())}"
