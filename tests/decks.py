"""Files of flashcards, read as Anki and spreadsheets read them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """A note as Anki would read it."""

    guid: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]


def notes_in(package: bytes) -> list[Note]:
    """The notes of a package, each of which has one card in the package's deck."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        collection = archive.read("collection.anki2")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(collection)
        rows = connection.execute("select guid, flds, tags from notes order by id").fetchall()
        cards = connection.execute("select count(distinct nid), count(*) from cards").fetchone()
    assert cards == (len(rows), len(rows))
    return [Note(guid, tuple(fields.split("\x1f")), tuple(tags.split())) for guid, fields, tags in rows]


def media_in(package: bytes) -> dict[str, bytes]:
    """The pictures of a package by their names."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(number) for number, name in json.loads(archive.read("media")).items()}


def rows_in(table: bytes) -> list[dict[str, str]]:
    """The rows of a table by their headings."""
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))
