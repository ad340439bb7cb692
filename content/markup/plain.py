"""Markdown of cards as one line of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from content.markup.line import unicode_maths
from content.markup.nodes import Block, Break, Code, CodeBlock, Grid, Inline, Link, Listing, Maths, MathsBlock, Span
from content.markup.reading import parse

BLANK = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def plain(markdown: str) -> str:
    """The passage as one line of text without marks: for a notification, a log, a search."""
    return BLANK.sub(" ", " ".join(blocks_said(parse(markdown).blocks))).strip()


def blocks_said(blocks: Iterable[Block]) -> Iterable[str]:
    """Each block as text."""
    for block in blocks:
        match block:
            case CodeBlock(code):
                yield code
            case MathsBlock(latex):
                yield unicode_maths(latex)
            case Listing():
                yield from list_said(block)
            case Grid(header, rows):
                yield "; ".join(", ".join(said(cell) for cell in cells) for cells in (header, *rows))
            case _:
                yield said(block.children)


def list_said(listing: Listing) -> Iterable[str]:
    """Each item of a list behind its number or a bullet."""
    for number, item in enumerate(listing.items, listing.start):
        yield " ".join([f"{number}." if listing.ordered else "•", *blocks_said(item)])


def said(children: Iterable[Inline]) -> str:
    """The content of a line as text."""
    return "".join(inline_said(child) for child in children)


def inline_said(child: Inline) -> str:
    """One piece of a line as text."""
    match child:
        case Span(text) | Code(text):
            return text
        case Maths(latex):
            return unicode_maths(latex)
        case Break():
            return " "
        case Link(_, children):
            return said(children)
        case _:
            return said(child.children)
