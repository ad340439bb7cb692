"""Which options a cell names as right: by letters, by numbers, or by their texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.sense import LETTERS, fold

_BETWEEN = re.compile(r"\s*(?:[,;|/&+、，；\n]|\b(?:and|und|et|y|e)\b)\s*|\s+")
_PARTS = (re.compile(r"\s*\n\s*"), re.compile(r"\s*[;|；]\s*"), re.compile(r"\s*[,，、]\s*"))
_MARK = re.compile(r"[(\[]?(?:([a-j])|(10|[0-9]))[)\].:]?", re.IGNORECASE)
_BEFORE = re.compile(r"^(?:options?|answers?|choices?|antwort|réponse|opción|respuesta|选项)\s+", re.IGNORECASE)
_LEADING = re.compile(r"^[(\[]?([A-Ja-j]|10|[1-9])[)\].:]\s+(\S.*)$", re.DOTALL)


def named(cell: str, options: Sequence[str], *, by_number: bool = False, first: int = 1) -> tuple[int, ...]:
    """The indexes of the options that the cell names, sorted; empty where it names none, or one that is not there.

    `by_number`: numbers count the options from `first` on, even where an option's text is that number.
    """
    if by_number and (found := _by_mark(cell, options, first)):
        return found
    return (
        _by_text([cell], options)
        or _by_mark(cell, options, first)
        or _labelled(cell, options)
        or _by_texts(cell, options)
    )


def is_number(cell: str) -> bool:
    """Whether the cell holds small numbers and nothing else."""
    parts = [part for part in _BETWEEN.split(cell.strip()) if part]
    return bool(parts) and all(part.isascii() and part.isdecimal() and len(part) < 3 for part in parts)  # noqa: PLR2004


def _by_text(cells: Sequence[str], options: Sequence[str]) -> tuple[int, ...]:
    texts = [fold(option) for option in options]
    wanted = [fold(cell) for cell in cells]
    found = sorted({texts.index(text) for text in wanted if text and text in texts})
    return tuple(found) if len(found) == len(wanted) else ()


def _by_mark(cell: str, options: Sequence[str], first: int) -> tuple[int, ...]:
    """Letters or numbers, alone or several: `B`, `a, c`, `1;3`, `AC`, `Option 2`."""
    text = _BEFORE.sub("", cell.strip())
    parts = [part for part in _BETWEEN.split(text) if part]
    if len(parts) == 1 and len(text) > 1 and text.isupper() and set(text) <= set(LETTERS):
        parts = list(text)
    marks = [_MARK.fullmatch(part) for part in parts]
    if not marks or not all(marks):
        return ()
    places = {LETTERS.index(mark[1].upper()) if mark[1] else int(mark[2]) - first for mark in marks if mark}
    well = all(0 <= place < len(options) and options[place].strip() for place in places)
    return tuple(sorted(places)) if well else ()


def _labelled(cell: str, options: Sequence[str]) -> tuple[int, ...]:
    """`B) the text of B`."""
    found = _LEADING.match(cell.strip())
    return _by_text([found[2]], options) if found else ()


def _by_texts(cell: str, options: Sequence[str]) -> tuple[int, ...]:
    for between in _PARTS:
        parts = [part for part in between.split(cell.strip()) if part]
        if len(parts) > 1 and (found := _by_text(parts, options)):
            return found
    return ()
