"""What commands write: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any


def say(text: str) -> None:
    """Write a line of the result."""
    sys.stdout.write(text + "\n")


def say_json(value: Any) -> None:  # noqa: ANN401  any JSON
    """Write the result as JSON."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def note(text: str) -> None:
    """Write a line beside the result."""
    sys.stderr.write(text + "\n")


def progress(text: str) -> None:
    """Show how far a long piece of work is, over what was shown before; only where a person watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()


def columns(rows: Iterable[Sequence[str]], flush_right: frozenset[int] = frozenset()) -> str:
    """Rows of texts set in columns, for a terminal; what could steer the terminal is taken out."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*shown, strict=True)]
    return "\n".join("  ".join(_set(row, widths, flush_right)).rstrip() for row in shown)


def visible(text: str) -> str:
    """The text with every control or direction character replaced."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def width(text: str) -> int:
    """How many cells of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _set(row: Sequence[str], widths: Sequence[int], flush_right: frozenset[int]) -> Iterable[str]:
    for index, (cell, wide) in enumerate(zip(row, widths, strict=True)):
        gap = " " * (wide - width(cell))
        yield gap + cell if index in flush_right else cell + gap
