"""Anki's notes as text: lines of fields below lines such as `#separator:tab`, `#html:true` and `#guid column:1`.

https://docs.ankiweb.net/importing/text-files.html#file-headers
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html import escape

from content.readers.anki_collection import MOST_NOTES, Note
from content.readers.anki_notes import NoteReader
from content.readers.decoding import decode
from content.readers.draft import Draft, Found, Skipped, Source, UnreadableError
from content.readers.rows import Row, read_rows

_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"}
_KNOWN = ("separator", "html", "tags", "columns", "notetype", "deck", "guid column", "tags column", "deck column")
_STARTS = tuple(f"#{name}:".encode() for name in (*_KNOWN, "notetype column"))
_SURE = 97
_SIDES = {"basic": ("Front", "Back"), "cloze": ("Text", "Back Extra")}


class _AnkiTextReader:
    """Reads the export "Notes in Plain Text", and cards in it."""

    name = "anki-text"
    title = "Anki text"

    def likeness(self, source: Source) -> int:
        """The lines that Anki puts before the notes."""
        return _SURE if source.content.removeprefix(b"\xef\xbb\xbf").lower().startswith(_STARTS) else 0

    def read(self, source: Source) -> Found:
        """A draft for each note, one for each gap. Pictures are not in such files."""
        decoded = decode(source.content)
        told, text, first_line = _headers(decoded.text)
        separator = told.get("separator", "tab")
        table = read_rows(text, _SEPARATORS.get(separator.lower(), separator[:1] or "\t"), first_line)
        if len(table.rows) > MOST_NOTES:
            raise UnreadableError(f"this file holds more than {MOST_NOTES:,} notes: split it")
        reader = NoteReader(lambda _: b"")
        found = [each for row in table.rows for each in _read(row, told, reader)]
        drafts = [each for each in found if isinstance(each, Draft)]
        skipped = [*table.skipped, *(each for each in found if isinstance(each, Skipped))]
        notes = (*decoded.notes, *reader.notes())
        return Found(drafts, sorted(skipped, key=lambda each: each.line), notes)


READER = _AnkiTextReader()


def _headers(text: str) -> tuple[Mapping[str, str], str, int]:
    """What the first lines tell, the text below them, and its first line."""
    told: dict[str, str] = {}
    line = 1
    while text.startswith("#"):
        head, _, text = text.partition("\n")
        name, _, value = head[1:].partition(":")
        told[name.strip().lower()] = value.removeprefix(" ")
        line += 1
    return told, text, line


def _read(row: Row, told: Mapping[str, str], reader: NoteReader) -> Iterator[Draft | Skipped]:
    named = {name: _column(told.get(f"{name} column", "")) for name in ("guid", "notetype", "deck", "tags")}
    special = {name: row.cells[place] for name, place in named.items() if place is not None and place < len(row.cells)}
    cells = [cell for place, cell in enumerate(row.cells) if place not in named.values()]
    form = special.get("notetype", told.get("notetype", ""))
    fields = dict(zip(_names(form, told, named, len(cells)), map(_html(told), cells), strict=True))
    tags = f"{told.get('tags', '')} {special.get('tags', '')}".split()
    note = Note(special.get("guid", ""), form, fields, special.get("deck", told.get("deck", "")), tuple(tags))
    yield from (replace(each, line=row.line) for each in reader.read(note))


def _column(value: str) -> int | None:
    return int(value) - 1 if value.strip().isascii() and value.strip().isdecimal() and int(value) else None


def _html(told: Mapping[str, str]) -> Callable[[str], str]:
    return str if told.get("html", "").strip().lower() == "true" else escape


def _names(form: str, told: Mapping[str, str], named: Mapping[str, int | None], count: int) -> list[str]:
    """What the fields are called, each by a name of its own."""
    separator = told.get("separator", "tab")
    columns = told.get("columns", "").split(_SEPARATORS.get(separator.lower(), separator[:1] or "\t"))
    listed = [name.strip() for place, name in enumerate(columns) if place not in named.values() and name.strip()]
    known = next((sides for start, sides in _SIDES.items() if form.lower().startswith(start)), ("Front", "Back"))
    names: list[str] = []
    for place, name in enumerate([*(listed or known), *(f"Field {at}" for at in range(1, count + 1))]):
        names.append(name if name not in names else f"{name} {place + 1}")
    return names[:count]
