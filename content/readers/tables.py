"""Tables of questions: comma-separated values and their kin, with or without headings.

A table of ours (`content.writers.columns`) is read as it was written. Of any other the columns are told by their
headings, as Kahoot, Quizizz, Gimkit and Blooket have them or in other words; without any by what is in them, a doubt.
Cells are plain text: a formula is its text, a star is a star; HTML in a cell becomes Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from content.readers.decoding import decode
from content.readers.draft import Draft, Found, Skipped, Source, UnreadableError
from content.readers.headings import Layout, guessed, headed
from content.readers.own_table import own_draft
from content.readers.questions import RowReader
from content.readers.rows import DELIMITERS, Row, Rows, read_rows, regularity
from content.writers.columns import columns_of

_SUFFIXES = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
_SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".numbers"})
_HEAD = 20_000
_OWN, _HEADED, _NAMED, _LIKELY = 97, 85, 60, 40
_FEWEST_ROWS = 3
_FEW = 10
_SAVE = (
    "This is a spreadsheet program's own file: save the sheet with the questions as CSV. In Excel choose File, "
    "Save As, CSV UTF-8; in Google Sheets choose File, Download, Comma-separated values; in LibreOffice choose File, "
    "Save As, Text CSV. Then import that file"
)


class _TableReader:
    """Reads CSV, TSV and tables with semicolons or bars."""

    name = "csv"
    title = "table (CSV, TSV)"

    def likeness(self, source: Source) -> int:
        """Surest of our own headings, then of others; a name alone says little."""
        if source.suffix not in {*_SUFFIXES, ".txt"}:
            return _NAMED * (source.suffix in _SPREADSHEETS)
        try:
            text = decode(source.content[:_HEAD]).text
        except UnreadableError:
            return 0
        rows = _head(text)
        if rows and columns_of(rows[0].cells):
            return _OWN
        if headed(rows):
            return _HEADED
        regular = len(rows) >= _FEWEST_ROWS and regularity(text, "\t") == 1
        return _NAMED if source.suffix in _SUFFIXES else _LIKELY * regular

    def read(self, source: Source) -> Found:
        """A draft for each row that asks something. Raises UnreadableError for the files of spreadsheet programs."""
        if source.suffix in _SPREADSHEETS:
            raise UnreadableError(_SAVE)
        decoded = decode(source.content)
        table = read_rows(decoded.text, _SUFFIXES.get(source.suffix, "") if source.suffix != ".csv" else "")
        if not table.rows:
            raise UnreadableError("this table is empty")
        notes = [*decoded.notes, *_oddities(table, source.suffix)]
        columns = columns_of(table.rows[0].cells)
        if columns:
            return _found(table, table.rows[1:], notes, lambda row: own_draft(row, columns))
        return _foreign(table, notes)


READER = _TableReader()


def _head(text: str) -> Sequence[Row]:
    """The rows at the beginning of a text that may be cut off anywhere; none where it is no table."""
    try:
        return read_rows(text.rpartition("\n")[0] or text).rows
    except UnreadableError:
        return ()


def _oddities(table: Rows, suffix: str) -> Iterator[str]:
    if table.delimiter != _SUFFIXES.get(suffix):
        yield f"cells are parted by {DELIMITERS.get(table.delimiter, repr(table.delimiter))}"
    if table.loose:
        lines = ", ".join(map(str, table.loose[:_FEW])) + (", …" if len(table.loose) > _FEW else "")
        yield f"check the rows with a quotation mark inside of a quoted cell: line {lines}"


def _foreign(table: Rows, notes: list[str]) -> Found:
    layout = headed(table.rows)
    if layout is None:
        layout = guessed(table.rows)
    if layout is None:
        raise UnreadableError(
            "no column of questions was found: write a row of headings above them, such as question, option A, "
            "option B, correct, explanation"
        )
    notes += list(_told(table, layout))
    reader = RowReader(layout, table.rows[layout.first :])
    found = _found(table, table.rows[layout.first :], notes, reader.read)
    return Found(found.drafts, found.skipped, (*found.notes, *reader.notes()))


def _told(table: Rows, layout: Layout) -> Iterator[str]:
    if layout.guessed:
        yield layout.guessed
    if layout.first > 1:
        yield f"the headings are in line {table.rows[layout.first - 1].line}; what stands above them was passed over"
    if layout.unused:
        yield f"not used: the columns {', '.join(layout.unused)}"


def _found(table: Rows, rows: Sequence[Row], notes: Sequence[str], read: Callable[[Row], Draft | Skipped]) -> Found:
    results = [read(row) for row in rows]
    skipped = [*table.skipped, *(each for each in results if isinstance(each, Skipped))]
    drafts = [each for each in results if isinstance(each, Draft)]
    return Found(drafts, sorted(skipped, key=lambda each: each.line), tuple(notes))
