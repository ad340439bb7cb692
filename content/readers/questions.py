"""A row of somebody's table as a draft, once it is known which column holds what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from content.item import Kind, NumericKey, Option, ShortKey
from content.markup import literal
from content.readers.draft import Draft, Skipped
from content.readers.headings import Layout
from content.readers.html import markdown_of
from content.readers.keys import is_number, named
from content.readers.rows import Row
from content.readers.table_words import KINDS, LEVELS, UNASKED
from content.scalars import decimal
from content.sense import fold
from content.writers.cells import FORMULAS, GUARD

_WORDS = 60
_HTML = re.compile(
    r"</?(?:a|b|big|br|code|div|em|font|h[1-6]|i|img|li|ol|p|pre|s|small|span|strong|sub|sup|table|t[bdhr]|u|ul)\b[^<>]*/?>|"
    r"&(?:nbsp|lt|gt|amp|quot|#\d+);",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'="([^"]*)"')
_SEPARATORS = (re.compile(r"\s*\n\s*"), re.compile(r"\s*\|\s*"), re.compile(r"\s*;\s*"))
_LABEL = re.compile(r"^\(?[A-Ja-j1-9][).:]\s+")
_LISTED = re.compile(r"\s*[,;|\n，；、]\s*")
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words.split()}
_LEVEL_OF = {word: level for level, words in LEVELS.items() for word in words.split()}


class RowReader:
    """Reads the rows of one table; what holds for all of them (whether keys count the options) is told beforehand.

    `html`: cells are HTML.
    """

    def __init__(self, layout: Layout, rows: Sequence[Row], *, html: bool = False) -> None:
        self._layout = layout
        self._read = markdown_of if html else _read
        self._lost: Counter[str] = Counter()
        self._first = 1
        self._by_number = False
        keys = [(self._cell(row, "key"), self._options(row)) for row in rows]
        told = [(key, options) for key, options in keys if key and options]
        if told and all(is_number(key) for key, _ in told):
            self._by_number = not all(fold(key) in map(fold, options) for key, options in told)
            beyond = any(key == f"{sum(map(bool, options))}" for key, options in told)
            self._first = 0 if any(key == "0" for key, _ in told) and not beyond else 1

    def notes(self) -> Iterator[str]:
        """What was left out of the rows that were read, and what was taken for granted."""
        if self._by_number:
            yield f"numbers in the column of right answers count the options from {self._first}"
        for what, count in self._lost.items():
            yield f"{what}: {count:,}"

    def read(self, row: Row) -> Draft | Skipped:
        """The draft of the row, or why there is none."""
        stem = self._text(row, "question")
        word = "-".join(self._cell(row, "type").casefold().split())
        what = " ".join(" ".join(row.cells).split())[:_WORDS]
        if not stem:
            return Skipped(row.line, what, "this row has no question")
        if word in UNASKED:
            return Skipped(row.line, what, f"a {self._cell(row, 'type').lower()} has no right answer")
        draft = Draft(
            stem=stem,
            line=row.line,
            own_id=self._cell(row, "id"),
            kind=_KIND_OF.get(word),
            explanation=self._text(row, "explanation"),
            hints=tuple(
                filter(None, [self._text(row, "hint"), *(self._read(_at(row, at)) for at in self._layout.hints)])
            ),
            topic=self._cell(row, "topic"),
            difficulty=_LEVEL_OF.get(self._cell(row, "difficulty").casefold()),
            tags=tuple(part for part in _LISTED.split(self._cell(row, "tags")) if part),
            references=tuple(filter(None, [self._cell(row, "reference")])),
            doubts=tuple(self._doubts(row)),
        )
        return self._answered(draft, row)

    def _doubts(self, row: Row) -> Iterator[str]:
        if self._layout.guessed:
            yield f"{self._layout.guessed}."
        if picture := self._cell(row, "picture"):
            self._lost["pictures that the table only names, and that were not fetched"] += 1
            yield f"its picture is left out: {picture[:200]}"
        if self._cell(row, "time"):
            self._lost["time limits, which items do not have"] += 1

    def _answered(self, draft: Draft, row: Row) -> Draft:
        """The draft with its options and key, or with what else answers it."""
        options, said = self._options(row), self._cell(row, "key")
        if draft.kind is Kind.SHORT:
            accepted = tuple(filter(None, map(self._read, options or _parts(said or self._cell(row, "answer")))))
            return replace(draft, short=ShortKey(accepted) if accepted else None)
        if draft.kind is Kind.NUMERIC and decimal(value := said or self._cell(row, "answer")) is not None:
            return replace(draft, numeric=NumericKey(value))
        if not any(options):
            return replace(draft, answer=self._read(said) or self._text(row, "answer"))
        if self._layout.wrong:
            wrong = [text for text in options if text and fold(text) != fold(said)]
            return _keyed(draft, [said, *wrong] if said else wrong, range(1) if said else (), self._read)
        key = named(said, options, by_number=self._by_number, first=self._first)
        if said and not key and not is_number(said) and len(said) > 1:
            doubt = "its right answer is none of its options and was added to them."
            return _keyed(replace(draft, doubts=(*draft.doubts, doubt)), [said, *options], range(1), self._read)
        if said and not key:
            draft = replace(draft, doubts=(*draft.doubts, f"its key {said[:40]!r} names none of its options."))
        if draft.kind is Kind.ORDER:
            key = tuple(range(len(options)))
        return replace(_keyed(draft, options, key, self._read), answer=self._text(row, "answer"))

    def _options(self, row: Row) -> list[str]:
        if self._layout.options:
            return [_cell(_at(row, place)) for place in self._layout.options]
        return _parts(self._cell(row, "options") or self._cell(row, "wrong"))

    def _cell(self, row: Row, role: str) -> str:
        return _cell(_at(row, self._layout.one[role])) if role in self._layout.one else ""

    def _text(self, row: Row, role: str) -> str:
        return self._read(self._cell(row, role))


def _keyed(draft: Draft, options: Sequence[str], key: Sequence[int], read: Callable[[str], str]) -> Draft:
    """The draft with the options that are not empty."""
    filled = [place for place, text in enumerate(options) if text]
    indexes = tuple(filled.index(place) for place in key if place in filled)
    return replace(draft, options=tuple(Option(read(options[place])) for place in filled), key=indexes)


def _parts(cell: str) -> list[str]:
    """Options that stand in one cell, without letters before them."""
    parts = [cell]
    for between in _SEPARATORS:
        if len(parts) == 1:
            parts = [part for part in between.split(cell) if part]
    labelled = len(parts) > 1 and all(_LABEL.match(part) for part in parts)
    return [_LABEL.sub("", part) if labelled else part for part in parts]


def _at(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _cell(cell: str) -> str:
    """What a cell says: without the marks that make text of a formula or a number."""
    text = cell.strip()
    if quoted := _QUOTED.fullmatch(text):
        return quoted[1].strip()
    return text[1:] if text.startswith(GUARD) and text[1:].lstrip().startswith(FORMULAS) else text


def _read(text: str) -> str:
    return markdown_of(text) if _HTML.search(text) else literal(text)
