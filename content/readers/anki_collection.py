"""The database in a package of Anki: its notes with the names of their fields, decks and tags.

The file is somebody else's: it is read in memory, and nothing of it is run. Its tables have to be plain ones, no
function that it names is trusted, only reading is allowed, and the work is counted. Both forms are known: kinds of
notes and decks as JSON in `col`, and as tables of their own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from content.readers.draft import UnreadableError

MOST_NOTES = 100_000
_LONGEST = 2_000_000
_STEPS = 10_000
_MOST_STEPS = 30_000
"""So many times `_STEPS` instructions of SQLite are some seconds of work."""
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
_SIGN = b"SQLite format 3\x00"
_VERSIONS = slice(18, 20)
_HEADER = 100
_BETWEEN_FIELDS = "\x1f"
_ODD = (sqlite3.Error, ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class Note:
    """A note: the name of its kind, its fields by their names as HTML, its deck's full name ("" for none), its tags."""

    guid: str
    form: str
    fields: Mapping[str, str]
    deck: str
    tags: tuple[str, ...]


def notes_in(collection: bytearray) -> Iterator[Note]:
    """The notes of a collection, the oldest first. Raises UnreadableError for what is none, or harmful. Spends its
    argument, as two copies of a large one would be too much.
    """
    if not collection.startswith(_SIGN) or len(collection) < _HEADER:
        raise UnreadableError("the collection in this package is no database: export the deck again")
    collection[_VERSIONS] = b"\x01\x01"  # without a log beside it, as it is in memory
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(collection)
            collection.clear()
            _guard(connection)
            yield from _notes(connection)
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise UnreadableError(
                "the collection in this package takes too long to read: export fewer decks"
            ) from error
        raise _damaged() from error
    except _ODD as error:
        raise _damaged() from error


def _damaged() -> UnreadableError:
    return UnreadableError("the collection in this package is damaged or of an unknown form: export the deck again")


def _guard(connection: sqlite3.Connection) -> None:
    steps = iter(range(_MOST_STEPS))
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.text_factory = lambda content: content.decode(errors="replace")
    connection.create_collation("unicase", _unicase)
    connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
        raise _damaged()
    odd = connection.execute(
        "SELECT name FROM sqlite_master WHERE lower(name) IN ('notes', 'cards', 'col', 'notetypes', 'fields', 'decks')"
        " AND (type <> 'table' OR lower(sql) LIKE 'create virtual%')"
    ).fetchall()
    if odd:
        raise _damaged()
    connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)


def _unicase(left: str, right: str) -> int:
    first, second = left.casefold(), right.casefold()
    return (first > second) - (first < second)


def _notes(connection: sqlite3.Connection) -> Iterator[Note]:
    forms, decks = _forms(connection), _decks(connection)
    homes: dict[int, int] = {}
    for note, deck, original in connection.execute("SELECT nid, did, odid FROM cards ORDER BY id"):
        homes.setdefault(note, original or deck)
    rows = connection.execute("SELECT id, guid, mid, tags, flds FROM notes ORDER BY id")
    for count, (number, guid, form, tags, fields) in enumerate(rows, 1):
        if count > MOST_NOTES:
            raise UnreadableError(f"this package holds more than {MOST_NOTES:,} notes: export fewer decks at once")
        name, names = forms.get(form, ("", ()))
        texts = _text(fields).split(_BETWEEN_FIELDS)
        named = [*names, *(f"Field {place}" for place in range(len(names) + 1, len(texts) + 1))]
        whole = dict(zip(named, texts, strict=False))
        yield Note(_text(guid), name, whole, decks.get(homes.get(number, 0), ""), tuple(_text(tags).split()))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _has(connection: sqlite3.Connection, table: str) -> bool:
    found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    return bool(found[0])


def _forms(connection: sqlite3.Connection) -> dict[int, tuple[str, tuple[str, ...]]]:
    """The kinds of notes by their numbers: the name, and the names of the fields."""
    if not _has(connection, "notetypes"):
        return {int(number): _form(value) for number, value in _json(connection, "SELECT models FROM col").items()}
    names = {number: _text(name) for number, name in connection.execute("SELECT id, name FROM notetypes")}
    fields: dict[int, list[str]] = {number: [] for number in names}
    for number, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        fields.setdefault(number, []).append(_text(name))
    return {number: (names.get(number, ""), tuple(listed)) for number, listed in fields.items()}


def _form(value: Any) -> tuple[str, tuple[str, ...]]:  # noqa: ANN401  JSON of somebody else's
    fields = sorted(value["flds"], key=lambda field: int(field.get("ord", 0)))
    return _text(value["name"]), tuple(_text(field["name"]) for field in fields)


def _decks(connection: sqlite3.Connection) -> dict[int, str]:
    """The full names of decks by their numbers, parts between two colons."""
    if _has(connection, "decks"):
        rows = connection.execute("SELECT id, name FROM decks")
        return {number: _text(name).replace(_BETWEEN_FIELDS, "::") for number, name in rows}
    return {int(number): _text(value["name"]) for number, value in _json(connection, "SELECT decks FROM col").items()}


def _json(connection: sqlite3.Connection, question: str) -> Mapping[str, Any]:
    row = connection.execute(question).fetchone()
    value = json.loads(_text(row[0])) if row else {}
    return value if isinstance(value, dict) else {}
