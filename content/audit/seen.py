"""An item as the rules see it: its texts without marks, made once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content.audit.finding import Finding
from content.audit.words import Words
from content.item import Item, Kind
from content.markup import Code, CodeBlock, Emphasis, Grid, Link, Listing, MathsBlock, Strong, parse, plain
from content.markup.nodes import Block, Inline
from content.markup.plain import inline_said

_MARKED = re.compile(r"[\\*_`~$|\[]|^\s*(?:[-+]|\d+[.)])\s", re.MULTILINE)
SHOWN = 60
"""Characters of a text that a finding names."""
COMPARED = frozenset({Kind.CHOICE, Kind.MULTI})
"""Kinds with options of the author's own, some of them wrong."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`stem` is what is read as sentences: no code, tables or displayed formulas; `calm` leaves out what is stressed
    too. `right` and `wrong` are the options that a choice has. `words` is None in a language without lists of words.
    """

    item: Item
    words: Words | None
    stem: str
    calm: str
    options: tuple[str, ...]

    @property
    def right(self) -> tuple[str, ...]:
        """The options of the key; none where there are no wrong ones beside them."""
        return tuple(self.options[index] for index in self.item.key) if self.item.kind in COMPARED else ()

    @property
    def wrong(self) -> tuple[str, ...]:
        """The distractors."""
        if self.item.kind not in COMPARED:
            return ()
        return tuple(text for index, text in enumerate(self.options) if index not in self.item.key)


def see(item: Item, words: Words | None) -> Seen:
    """Take the marks off an item's texts."""
    options = tuple(bare(option.text) for option in item.options)
    if not _MARKED.search(item.stem):
        stem = " ".join(item.stem.split())
        return Seen(item, words, stem, stem, options)
    blocks = parse(item.stem).blocks
    return Seen(item, words, _read(blocks, calm=False), _read(blocks, calm=True), options)


def bare(markdown: str) -> str:
    """A passage as one line of text without marks."""
    return plain(markdown) if _MARKED.search(markdown) else " ".join(markdown.split())


def _read(blocks: Iterable[Block], *, calm: bool) -> str:
    return " ".join(" ".join(text.split()) for text in _passages(blocks, calm=calm))


def _passages(blocks: Iterable[Block], *, calm: bool) -> Iterator[str]:
    for block in blocks:
        match block:
            case CodeBlock() | Grid() | MathsBlock():
                pass
            case Listing(items):
                for item in items:
                    yield from _passages(item, calm=calm)
            case _:
                yield "".join(_pieces(block.children, calm=calm))


def _pieces(children: Iterable[Inline], *, calm: bool) -> Iterator[str]:
    for child in children:
        match child:
            case Emphasis() | Strong() if calm:
                yield " "
            case Emphasis(inner) | Strong(inner) | Link(_, inner):
                yield from _pieces(inner, calm=calm)
            case Code(code):
                yield "_".join(code.split())  # read at a glance: one word, and no sentence
            case _:
                yield inline_said(child)


def cited(text: str) -> str:
    """A text as a finding names it: its beginning, in quotes."""
    return f'"{text}"' if len(text) <= SHOWN else f'"{text[: SHOWN - 1].rstrip()}…"'


def found(seen: Seen, rule: str, message: str, remedy: str) -> Finding:
    """A finding about an item."""
    return Finding(rule, seen.item.id, seen.item.where, message, remedy)
