"""Anki's gaps, `{{c1::Paris::capital}}`: for each of their numbers the text with these open, and what fills them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

GAP = "____"
_MARK = re.compile(r"\{\{c(\d{1,3})::|\}\}")
_MOST = 50


@dataclass(frozen=True, slots=True)
class Gaps:
    """A text with the gaps of one number open, and what fills them in order, as HTML."""

    number: int
    text: str
    fillings: Sequence[str]


def has_gaps(html: str) -> bool:
    """Whether there is a gap in the text."""
    return "{{c" in html and bool(gap_numbers(html))


def gap_numbers(html: str) -> Sequence[int]:
    """The numbers of gaps, sorted; at most 50 of them."""
    return sorted({int(found[1]) for found in _MARK.finditer(html) if found[1]})[:_MOST]


def opened(html: str, number: int) -> Gaps:
    """The text with the gaps of this number open and all others filled. A mark that is never closed stays as it is."""
    fillings: list[str] = []
    stack: list[tuple[str, list[str]]] = [("", [])]
    at = 0
    for found in _MARK.finditer(html):
        if not found[1] and len(stack) == 1:
            continue
        stack[-1][1].append(html[at : found.start()])
        at = found.end()
        if found[1]:
            stack.append((found[0], []))
            continue
        mark, parts = stack.pop()
        filling, _, hint = "".join(parts).partition("::")
        if int(mark[3:-2]) == number:
            fillings.append(filling)
            filling = f"{GAP} ({hint})" if hint.strip() else GAP
        stack[-1][1].append(filling)
    stack[-1][1].append(html[at:])
    text = "".join(mark + "".join(parts) for mark, parts in stack)
    return Gaps(number, text, fillings)
