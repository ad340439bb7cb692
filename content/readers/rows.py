"""Text with delimiters -> rows of cells, each with the line it begins on; the delimiter is told from the text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from content.readers.draft import Skipped, UnreadableError

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars"}
"""What may stand between cells, and what people call it."""
_SPACED = re.compile(r', "[^",\r\n]')
_SAMPLE = 200_000
_SAMPLED_ROWS = 200
_LONGEST_CELL = 1_000_000
_MOST_CELLS = 2_000_000
_MOST_BROKEN = 20
_WORDS = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank, and its line in the file (1-based)."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a text, what stood between their cells, and the lines where no row could be read."""

    rows: Sequence[Row]
    delimiter: str
    skipped: Sequence[Skipped] = ()
    loose: Sequence[int] = ()
    """The lines of rows with quotation marks inside of quoted cells, which may have been meant otherwise."""


def read_rows(text: str, delimiter: str = "", first_line: int = 1) -> Rows:
    """The rows of a text; without `delimiter` it is told from them. A quotation mark that is never closed costs its own
    row only. Raises UnreadableError for cells and tables without measure.
    """
    head, _, rest = text.partition("\n")
    if head.lower().startswith("sep=") and len(head.strip()) == len("sep=") + 1:
        text, delimiter, first_line = rest, head[len("sep=")], first_line + 1
    delimiter = delimiter or delimiter_of(text)
    reading = _Reading(
        io.StringIO(text, newline="").readlines(), delimiter, first_line, spaced=bool(_SPACED.search(text))
    )
    at = 0
    while at < len(reading.lines):
        at = reading.read(at)
    return Rows(reading.rows, delimiter, reading.skipped, reading.loose)


@dataclass(slots=True)
class _Reading:
    """A table on its way in. `spaced`: spaces before a quotation mark are none of the cell; `cells` counts them."""

    lines: Sequence[str]
    delimiter: str
    first_line: int
    rows: list[Row] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)
    spaced: bool = False
    cells: int = 0

    def read(self, start: int) -> int:
        """Add the rows from a line on; gives the line where to go on, past the end where there is nothing left."""
        source, at = self._source(start, strict=True), start
        try:
            for cells in source:
                self._add(at, cells)
                at = start + source.line_num
        except csv.Error as error:
            if "field larger" in str(error):
                message = f"the cell that begins here is longer than {_LONGEST_CELL:,} characters"
                raise UnreadableError(message, self.first_line + at) from error
            return self._unclosed(at) if "end of data" in str(error) else self._loose(at)
        return len(self.lines)

    def _source(self, start: int, *, strict: bool) -> Reader:
        csv.field_size_limit(_LONGEST_CELL)
        lines = (self.lines[at] for at in range(start, len(self.lines)))
        return csv.reader(lines, delimiter=self.delimiter, strict=strict, skipinitialspace=self.spaced)

    def _loose(self, at: int) -> int:
        """A row with quotation marks inside of quoted cells, which most programs read."""
        source = self._source(at, strict=False)
        self.loose.append(self.first_line + at)
        self._add(at, next(source))
        return at + source.line_num

    def _unclosed(self, at: int) -> int:
        why = "a quotation mark is opened here and never closed: close it, or write two for one that is meant"
        self.skipped.append(Skipped(self.first_line + at, self.lines[at].strip()[:_WORDS], why))
        if len(self.skipped) > _MOST_BROKEN:
            raise UnreadableError("this table has too many quotation marks that are never closed", self.first_line + at)
        return at + 1

    def _add(self, at: int, cells: Sequence[str]) -> None:
        self.cells += len(cells)
        if self.cells > _MOST_CELLS:
            raise UnreadableError(f"this table has more than {_MOST_CELLS:,} cells: split it", self.first_line + at)
        if any(cell.strip() for cell in cells):
            self.rows.append(Row(self.first_line + at, tuple(cells)))


def delimiter_of(text: str) -> str:
    """What stands between the cells: that by which most rows have the same number of them, and at least two."""
    sample = text[:_SAMPLE]
    scores = {delimiter: _score(sample, delimiter) for delimiter in DELIMITERS}
    return max(scores, key=lambda delimiter: scores[delimiter])


def regularity(text: str, delimiter: str) -> float:
    """The share of the first rows that have as many cells as most of them, 0 where that is one."""
    return _score(text[:_SAMPLE], delimiter)[0]


def _score(sample: str, delimiter: str) -> tuple[float, int]:
    counts = Counter(len(row) for row in islice(_lenient(sample, delimiter), _SAMPLED_ROWS) if any(map(str.strip, row)))
    if not counts:
        return 0, 0
    columns, rows = max(counts.items(), key=lambda found: (found[1], found[0]))
    return (round(rows / counts.total(), 1), columns) if columns > 1 else (0, 0)


def _lenient(sample: str, delimiter: str) -> Iterator[list[str]]:
    with suppress(csv.Error):
        yield from csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True)
