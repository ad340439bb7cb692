"""A table of comma-separated values for spreadsheets, one row an item, from which `content.readers.tables` reads equal
items. Texts are Markdown. UTF-8 with a byte order mark, as some programs take another encoding for granted without one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from content.item import Item, Kind, Option, Translation
from content.record import Pack
from content.sense import LETTERS
from content.writers.cells import guarded
from content.writers.columns import ALWAYS, Column
from content.writers.losses import Losses
from content.writers.pack import tolerance_of
from content.writers.written import Written


class _TableWriter:
    """Writes a table, and beside it the pictures that it names."""

    name = "csv"
    title = "table (CSV)"
    suffix = ".csv"

    def write(self, pack: Pack, items: Sequence[Item], pictures: Mapping[str, bytes]) -> Written:
        """The table; columns that no item needs are left out. Cells that look like formulas are guarded."""
        rows = [dict(_cells(item)) for item in items]
        columns = sorted({Column(name) for name in ALWAYS}.union(*rows), key=lambda column: column.place)
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([column.heading for column in columns])
        writer.writerows([guarded(row.get(column, "")) for column in columns] for row in rows)
        used = {item.picture.path: item for item in items if item.picture}
        losses = Losses()
        for path, item in used.items():
            if path not in pictures:
                losses.add("the table names a picture that is not there", item.id)
        drawn = {path: pictures[path] for path in used if path in pictures}
        return Written({f"{pack.id}.csv": out.getvalue().encode("utf-8-sig", "replace")} | drawn, losses.told())


WRITER = _TableWriter()


def _cells(item: Item) -> Iterator[tuple[Column, str]]:
    """The cells of an item that are not empty."""
    single = {
        "id": item.id.partition("/")[2],
        "kind": item.kind.value,
        "concept": item.concept,
        "topic": item.topic,
        "difficulty": item.difficulty.value,
        "question": item.stem,
        "key": _key(item),
        "tolerance": tolerance_of(item.numeric) if item.numeric else "",
        "unit": item.numeric.unit if item.numeric else "",
        "answer": item.open.reference if item.open else "",
        "explanation": item.explanation,
        "picture": item.picture.path if item.picture else "",
        "picture text": item.picture.alt if item.picture else "",
    }
    yield from ((Column(name), text) for name, text in single.items() if text)
    yield from _options(item.options)
    yield from _numbered("accepted", item.short.accepted if item.short else ())
    yield from _numbered("confusable", item.short.confusable if item.short else ())
    yield from _numbered("rubric", item.open.rubric if item.open else ())
    yield from _numbered("hint", item.hints)
    yield from _numbered("tag", item.tags)
    yield from _numbered("reference", item.references)
    for language, part in item.translations.items():
        yield from _translated(part, language)


def _translated(part: Translation, language: str) -> Iterator[tuple[Column, str]]:
    single = {
        "question": part.stem,
        "answer": part.reference,
        "explanation": part.explanation,
        "picture text": part.picture_alt,
    }
    yield from ((Column(name, 0, language), text) for name, text in single.items() if text)
    yield from _options(part.options, language)
    yield from _numbered("accepted", part.accepted, language)
    yield from _numbered("rubric", part.rubric, language)
    yield from _numbered("hint", part.hints, language)


def _options(options: Sequence[Option], language: str = "") -> Iterator[tuple[Column, str]]:
    yield from _numbered("option", [option.text for option in options], language)
    yield from (
        (Column("reason", at, language), option.reason) for at, option in enumerate(options, 1) if option.reason
    )


def _numbered(name: str, texts: Sequence[str], language: str = "") -> Iterator[tuple[Column, str]]:
    return ((Column(name, at, language), text) for at, text in enumerate(texts, 1))


def _key(item: Item) -> str:
    """The key as letters, a word or a number; "" where other columns hold it."""
    if item.numeric:
        return item.numeric.value
    if item.kind is Kind.TRUE_FALSE:
        return item.options[item.key[0]].text if item.key else ""
    return ", ".join(LETTERS[index] for index in item.key) if item.kind is not Kind.ORDER else ""
