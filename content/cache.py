"""The compiled bank: all items of all packs in one SQLite file that is never written again once it is there.

A changed bank is compiled into a new file that takes the place of the old one, so whoever has the old one open goes on
reading it. An item is read when it is asked for: opening takes the same time for ten items and for a hundred thousand.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from content.item import Brief, Difficulty, Item, Kind
from content.record import Pack, item_record, pack_record, read_item, read_pack
from content.search import RANK, TABLE, expressions, texts_of

FORMAT = "5"
"""Changes whenever packs are read or kept differently."""

_SCHEMA = """
CREATE TABLE mark (value TEXT NOT NULL);
CREATE TABLE packs (value TEXT NOT NULL);
CREATE TABLE topics (id TEXT NOT NULL, items INTEGER NOT NULL);
CREATE TABLE items (
    id TEXT PRIMARY KEY, place INTEGER NOT NULL, kind TEXT NOT NULL, topic TEXT NOT NULL, difficulty TEXT NOT NULL,
    concept TEXT NOT NULL, options INTEGER NOT NULL, value TEXT NOT NULL
);
CREATE UNIQUE INDEX items_in_order ON items (place, id, kind, topic, difficulty, concept, options);
"""
_SEARCH = f"""
SELECT items.id FROM words JOIN items ON items.place = words.rowid - 1
WHERE words MATCH ? ORDER BY {RANK}, items.place LIMIT ?
"""  # noqa: S608  no text of anybody's is in it
_HEADER = 100
_SEAL = slice(68, 72)
_SEALED = 4_000_000


def mark(paths: Sequence[Path], stamps: Sequence[str]) -> str:
    """What a compiled bank is recognised by: its format, the packs asked for, and the state of their files."""
    return json.dumps([FORMAT, [str(path) for path in paths], list(stamps)])


class Shelf:
    """An open compiled bank. Safe to read from several threads; it closes with the last reference to it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def packs(self) -> tuple[Pack, ...]:
        """All packs, in the order asked for."""
        rows = self._connection.execute("SELECT value FROM packs ORDER BY rowid")
        return tuple(read_pack(json.loads(value)) for (value,) in rows)

    def ids(self) -> Iterator[str]:
        """The ids of all items, in the order of packs and files."""
        return (name for (name,) in self._connection.execute("SELECT id FROM items ORDER BY place").fetchall())

    def briefs(self) -> Iterator[Brief]:
        """What all items are about, in the order of packs and files; read from the index, which is small."""
        rows = self._connection.execute(
            "SELECT id, kind, topic, difficulty, concept, options FROM items ORDER BY place"
        )
        return (
            Brief(name, Kind(kind), topic, Difficulty(difficulty), concept, options)
            for name, kind, topic, difficulty, concept, options in rows.fetchall()
        )

    def accepted(self) -> dict[str, tuple[str, ...]]:
        """The accepted answers of all short items by their id."""
        values = self._connection.execute("SELECT id, value FROM items WHERE kind = ? ORDER BY place", (Kind.SHORT,))
        return {name: tuple(json.loads(value)["short"]["accepted"]) for name, value in values}

    def topics(self) -> tuple[str, ...]:
        """The topics that items belong to, sorted."""
        return tuple(name for (name,) in self._connection.execute("SELECT id FROM topics ORDER BY id"))

    def count(self) -> int:
        """How many items there are."""
        (found,) = self._connection.execute("SELECT coalesce(sum(items), 0) FROM topics").fetchone()
        return int(found)

    def item(self, name: str) -> Item | None:
        """The item with this id."""
        row = self._connection.execute("SELECT value FROM items WHERE id = ?", (name,)).fetchone()
        return read_item(json.loads(row[0])) if row else None

    def search(self, text: str, most: int, without: Collection[str] = ()) -> list[str]:
        """The ids of the items that have all words of a text, or else any, the best first; none of `without`."""
        for expression in expressions(text):
            rows = self._connection.execute(_SEARCH, (expression, most + len(without))).fetchall()
            if found := [name for (name,) in rows if name not in without]:
                return found[:most]
        return []

    def marked(self) -> str:
        """The mark it was compiled with."""
        (found,) = self._connection.execute("SELECT value FROM mark").fetchone()
        return str(found)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()


def open_shelf(cache: Path, wanted: str) -> Shelf | None:
    """The compiled bank in the file, or None where there is none, it is damaged, or its mark is another one."""
    if not _is_sealed(cache):
        return None
    try:
        shelf = Shelf(_connect(f"{cache.absolute().as_uri()}?mode=ro&immutable=1"))
    except sqlite3.Error:
        return None
    with suppress(sqlite3.Error, TypeError):
        if shelf.marked() == wanted:
            return shelf
    shelf.close()
    return None


def write_shelf(packs: Sequence[tuple[Pack, Sequence[Item]]], marked: str, cache: Path | None) -> Shelf:
    """Compile a bank and open it: into the file `cache`, or in memory where there is none or it cannot be written."""
    if cache is not None:
        with suppress(OSError, sqlite3.Error):
            _replace(packs, marked, cache)
            if shelf := open_shelf(cache, marked):
                return shelf
    connection = _connect(":memory:")
    _fill(connection, packs, marked)
    return Shelf(connection)


def _replace(packs: Sequence[tuple[Pack, Sequence[Item]]], marked: str, cache: Path) -> None:
    """Write beside the file, seal, and move into its place."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    draft = cache.with_name(f"{cache.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with closing(_connect(draft.absolute().as_uri())) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            _fill(connection, packs, marked)
        with draft.open("r+b") as stream:
            seal = _seal(stream.read(_SEALED))
            stream.seek(_SEAL.start)
            stream.write(seal)
        draft.replace(cache)
    finally:
        draft.unlink(missing_ok=True)


def _connect(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)


def _fill(connection: sqlite3.Connection, packs: Sequence[tuple[Pack, Sequence[Item]]], marked: str) -> None:
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO mark VALUES (?)", (marked,))
    connection.executemany("INSERT INTO packs VALUES (?)", ((json.dumps(pack_record(pack)),) for pack, _ in packs))
    items = [item for _, listed in packs for item in listed]
    topics = sorted(Counter(item.topic for item in items).items())
    connection.executemany("INSERT INTO topics VALUES (?, ?)", topics)
    rows = (
        (
            *(item.id, place, item.kind, item.topic, item.difficulty, item.concept, len(item.options)),
            json.dumps(item_record(item)),
        )
        for place, item in enumerate(items)
    )
    connection.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute(TABLE)
    searched = ((place, *texts_of(item)) for place, item in enumerate(items, 1))
    connection.executemany("INSERT INTO words (rowid, stem, about, rest) VALUES (?, ?, ?, ?)", searched)
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    connection.execute("COMMIT")


def _is_sealed(cache: Path) -> bool:
    """Whether the beginning of the file is as it was written, and nothing was cut off or added."""
    try:
        with cache.open("rb") as stream:
            start = stream.read(_SEALED)
        whole = cache.stat().st_size
    except OSError:
        return False
    pages = int.from_bytes(start[28:32]) * int.from_bytes(start[16:18])
    return len(start) > _HEADER and start[_SEAL] == _seal(start) and whole == pages


def _seal(start: bytes) -> bytes:
    """A checksum of what follows SQLite's header, kept in that header's field for the application's own use."""
    return zlib.crc32(start[_HEADER:]).to_bytes(4)
