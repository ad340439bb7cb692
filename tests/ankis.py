"""Packages of Anki as its versions write them, made by hand: the schema of collections and the wire form of lists."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

OLD = """
CREATE TABLE col (id integer PRIMARY KEY, models text NOT NULL, decks text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, tags text, flds text);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer, did integer, queue integer, odid integer);
"""
NEW = """
CREATE TABLE notetypes (id integer NOT NULL PRIMARY KEY, name text NOT NULL COLLATE unicase, config blob NOT NULL);
CREATE TABLE fields (ntid integer NOT NULL, ord integer NOT NULL, name text NOT NULL COLLATE unicase,
  PRIMARY KEY (ntid, ord)) without rowid;
CREATE UNIQUE INDEX idx_fields_name_ntid ON fields (name, ntid);
CREATE TABLE decks (id integer PRIMARY KEY NOT NULL, name text NOT NULL COLLATE unicase);
CREATE UNIQUE INDEX idx_decks_name ON decks (name);
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A note to be packed: its fields by name, in order."""

    fields: Mapping[str, str]
    form: str = "Basic"
    guid: str = "g1"
    deck: str = "Default"
    tags: str = ""
    suspended: bool = False


def collection(notes: Sequence[Written], *, new: bool = False, more: str = "") -> bytes:
    """A database with the notes; `more` is run in it at the end."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.create_collation("unicase", lambda a, b: (a.lower() > b.lower()) - (a.lower() < b.lower()))
        connection.executescript(OLD)
        forms = {note.form: list(note.fields) for note in notes}
        numbers = {form: 100 + at for at, form in enumerate(forms)}
        decks = {deck: 1 + at for at, deck in enumerate(dict.fromkeys(note.deck for note in notes))}
        if new:
            connection.executescript(NEW)
            connection.execute("INSERT INTO col VALUES (1, '', '')")
            for form, fields in forms.items():
                connection.execute("INSERT INTO notetypes VALUES (?, ?, x'')", (numbers[form], form))
                rows = [(numbers[form], at, name) for at, name in enumerate(fields)]
                connection.executemany("INSERT INTO fields VALUES (?, ?, ?)", rows)
            parts = [(number, deck.replace("::", "\x1f")) for deck, number in decks.items()]
            connection.executemany("INSERT INTO decks VALUES (?, ?)", parts)
        else:
            models = {
                str(numbers[form]): {
                    "name": form,
                    "flds": [{"name": name, "ord": at} for at, name in enumerate(fields)],
                }
                for form, fields in forms.items()
            }
            named = {str(number): {"name": deck} for deck, number in decks.items()}
            connection.execute("INSERT INTO col VALUES (1, ?, ?)", (json.dumps(models), json.dumps(named)))
        for at, note in enumerate(notes, 1):
            row = (at, note.guid, numbers[note.form], note.tags, "\x1f".join(note.fields.values()))
            connection.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", row)
            queue = -1 if note.suspended else 0
            connection.execute("INSERT INTO cards VALUES (?, ?, ?, ?, 0)", (at, at, decks[note.deck], queue))
        connection.executescript(more)
        connection.commit()
        return connection.serialize()


def package(content: bytes, media: Mapping[str, bytes] | None = None, *, new: bool = False) -> bytes:
    """The package with this collection."""
    names = list(media or {})
    files: dict[str, bytes] = {str(at): (media or {})[name] for at, name in enumerate(names)}
    if new:
        files = {number: zstd.compress(each) for number, each in files.items()}
        files |= {"collection.anki21b": zstd.compress(content), "collection.anki2": b"too old", "meta": b"\x08\x03"}
        files["media"] = zstd.compress(b"".join(_field(1, _field(1, name.encode()) + b"\x10\x05") for name in names))
    else:
        files |= {"collection.anki2": content, "media": json.dumps(dict(enumerate(names))).encode()}
    return zipped(files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of the files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _field(number: int, content: bytes) -> bytes:
    """A field of a protocol buffer with bytes in it."""
    length = len(content)
    size = b""
    while length > 127:
        size += bytes([length & 127 | 128])
        length >>= 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + content
