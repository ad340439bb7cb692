r"""Formulas in the texts of other products: `\(…\)`, `\[…\]`, `$$…$$`, `[$]…[/$]`, `[latex]…[/latex]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from content.markup.maths import LONGEST, MathsError, read_maths
from content.markup.nodes import Break, Code, Emphasis, Inline, Link, Maths, Span, Strong

BARRIER = "\ufdd0"
"""A character that no text holds: put between the two of an opening mark it makes them text."""

_OPENING = re.compile(r"\\\(|\\\[|\$\$|\[\$\$?\]|\[latex\]", re.IGNORECASE)
_CLOSING = {
    "\\(": ("\\)", False),
    "\\[": ("\\]", True),
    "$$": ("$$", True),
    "[$]": ("[/$]", False),
    "[$$]": ("[/$$]", True),
    "[latex]": ("[/latex]", False),
}
_WRAPPED = re.compile(r"\$\$(.+)\$\$|\$(.+)\$|\\begin\{math\}(.+)\\end\{math\}", re.DOTALL)


def formula(latex: str, *, display: bool = False) -> Inline:
    """A formula; as code where it cannot be read, so that what was written stays to be seen."""
    source = " ".join(latex.split())
    wrapped = _WRAPPED.fullmatch(source)
    if wrapped:
        source, display = (wrapped[1] or wrapped[2] or wrapped[3]).strip(), display or bool(wrapped[1])
    try:
        read_maths(source)
    except MathsError:
        return Code(source)
    return Maths(source, display) if source else Span("")


def with_formulas(children: Iterable[Inline]) -> Iterator[Inline]:
    """The same with the formulas in its texts found; one may go over line ends, and none over marks."""
    for plain, run in groupby(children, lambda child: isinstance(child, Span | Break)):
        if plain:
            yield from _split("".join(child.text if isinstance(child, Span) else "\n" for child in run))
            continue
        for child in run:
            match child:
                case Strong(inner):
                    yield Strong(tuple(with_formulas(inner)))
                case Emphasis(inner):
                    yield Emphasis(tuple(with_formulas(inner)))
                case Link(address, inner):
                    yield Link(address, tuple(with_formulas(inner)))
                case _:
                    yield child


def _split(text: str) -> Iterator[Inline]:
    """Texts, line ends and formulas. The time grows with the length only: a formula has an end within LONGEST."""
    told = 0
    opening = _OPENING.search(text)
    while opening:
        closing, display = _CLOSING[opening[0].lower()]
        end = text.find(closing, opening.end(), opening.end() + LONGEST)
        if end > opening.end() and text[opening.end() : end].strip():
            yield from _lines(text[told : opening.start()])
            yield formula(text[opening.end() : end], display=display)
            told = end + len(closing)
        opening = _OPENING.search(text, max(told, opening.end()))
    yield from _lines(text[told:])


def _lines(text: str) -> Iterator[Inline]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield Break(hard=True)
        if line := line.replace(BARRIER, ""):
            yield Span(line)
