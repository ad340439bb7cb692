"""The columns of our own tables: their headings, by which they are known again whatever their order.

A heading is a word, behind it a letter or number where there are several such columns ("option B", "hint 2"), and
before it the language of a translation ("zh: question").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import NamedTuple

from content.sense import LETTERS

ALWAYS = ("id", "kind", "concept", "topic", "difficulty", "question")
"""The columns that each of our tables has."""
LETTERED = ("option", "reason")
NUMBERED = ("accepted", "confusable", "rubric", "hint", "tag", "reference")
SINGLE = ("picture", "picture text", "key", "tolerance", "unit", "answer", "explanation")
_ORDER = (
    *(*ALWAYS, "picture", "picture text", "option", "reason", "key", "tolerance", "unit", "accepted", "confusable"),
    *("answer", "rubric", "explanation", "hint", "tag", "reference"),
)
_HEADING = re.compile(r"(?:([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*): )?([a-z]+(?: text)?)(?: ([A-J]|[1-9][0-9]?))?")


class Column(NamedTuple):
    """A column. `number` counts from 1, and is 0 where there is only one of its name; `language` is "" for the item's
    own texts.
    """

    name: str
    number: int = 0
    language: str = ""

    @property
    def heading(self) -> str:
        """What stands above it."""
        mark = LETTERS[self.number - 1] if self.name in LETTERED else f"{self.number}"
        language = f"{self.language}: " if self.language else ""
        return f"{language}{self.name}{f' {mark}' if self.number else ''}"

    @property
    def place(self) -> tuple[str, int, int, str]:
        """What columns are sorted by: an option and its reason stand side by side."""
        rank = _ORDER.index("option" if self.name == "reason" else self.name)
        return self.language, rank, self.number, self.name


def column_of(heading: str) -> Column | None:
    """The column with this heading, None where it is none of ours."""
    found = _HEADING.fullmatch(heading.strip())
    if found is None:
        return None
    language, name, mark = found[1] or "", found[2], found[3] or ""
    if name in LETTERED and mark.isalpha():
        return Column(name, LETTERS.index(mark) + 1, language)
    if name in NUMBERED and mark.isdigit():
        return Column(name, int(mark), language)
    return Column(name, 0, language) if name in (*ALWAYS, *SINGLE) and not mark else None


def columns_of(headings: Iterable[str]) -> dict[int, Column]:
    """Our columns by their places; empty where the headings are not those of a table of ours."""
    found = {place: column for place, heading in enumerate(headings) if (column := column_of(heading))}
    return found if {Column(name) for name in ALWAYS} <= set(found.values()) else {}


def listed(cells: Mapping[Column, str], name: str, language: str = "") -> tuple[str, ...]:
    """The texts of the columns of this name, up to the first empty one."""
    numbers = sorted(column.number for column in cells if (column.name, column.language) == (name, language))
    return tuple(takewhile(bool, (cells[Column(name, number, language)] for number in numbers)))
