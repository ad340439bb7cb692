"""Figures that are drawn with characters of one width: tables and bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from content.markup.visible import visible

GAP = "  "
"""Between the columns of a table."""
EIGHTHS = " ▏▎▍▌▋▊▉"


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]], right: Iterable[int]) -> str:
    """A table as lines of which every character has the same width (East Asian ones: two). `right`: columns set flush
    right. Nothing in a cell steers what shows it.
    """
    flush = set(right)
    table = [[_cell(cell) for cell in each] for each in (header, *rows)]
    widths = [max(_width(each[column]) for each in table) for column in range(len(header))]
    table.insert(1, ["─" * width for width in widths])
    return "\n".join(
        GAP.join(_padded(cell, widths[n], n in flush) for n, cell in enumerate(each)).rstrip() for each in table
    )


def drawn_bar(share: float, width: int) -> str:
    """A share of 0 to 1 as a bar of `width` columns, to an eighth of a column; what is beyond is cut off."""
    full, eighths = divmod(round(min(max(share, 0.0), 1.0) * width * 8), 8)
    return ("█" * full + (EIGHTHS[eighths] if eighths else "")).ljust(width, "·")


def _cell(cell: str) -> str:
    return visible(" ".join(cell.split()))


def _width(cell: str) -> int:
    from wcwidth import wcswidth  # noqa: PLC0415  its tables take 20 ms to load, and most passages hold no table

    return max(0, wcswidth(cell))


def _padded(cell: str, width: int, right: bool) -> str:  # noqa: FBT001  passed on as it was found
    blank = " " * (width - _width(cell))
    return blank + cell if right else cell + blank
