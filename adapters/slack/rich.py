"""Markdown of cards -> Slack's rich text, a tree like ours: no text in it can mention anybody or mark anything.

Forms by https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from content.markup import (
    Block,
    Break,
    Code,
    CodeBlock,
    Emphasis,
    Grid,
    Inline,
    Link,
    Listing,
    Maths,
    MathsBlock,
    Strong,
    aligned,
    parse,
    unicode_maths,
    visible,
)

Element = dict[str, Any]

URL = 3000
"""Characters of an address."""


def text(content: str, **style: bool) -> Element:
    """A piece of text; `style`: bold, italic, code."""
    element: Element = {"type": "text", "text": visible(content)}
    return element | {"style": style} if style else element


def section(elements: Iterable[Element]) -> Element:
    """A paragraph."""
    return {"type": "rich_text_section", "elements": list(elements)}


def preformatted(lines: str) -> Element:
    """Text of which every character has the same width."""
    return {"type": "rich_text_preformatted", "elements": [text(visible(lines) or " ")]}


@lru_cache(maxsize=256)
def passage(markdown: str) -> tuple[Element, ...]:
    """The passage as elements of a rich text block, paragraphs apart by an empty line."""
    return tuple(_apart(_blocks(parse(markdown).blocks)))


@lru_cache(maxsize=1024)
def line(markdown: str) -> tuple[Element, ...]:
    """The passage as pieces of one paragraph: what is no paragraph in it becomes plain text."""
    pieces: list[Element] = []
    for block in parse(markdown).blocks:
        if pieces:
            pieces.append(text(" "))
        match block:
            case CodeBlock(code):
                pieces.append(text(code, code=True))
            case MathsBlock(latex):
                pieces.append(text(unicode_maths(latex)))
            case Listing(items):
                pieces += [text("; ".join(_plain(each) for item in items for each in item))]
            case Grid(header, rows):
                pieces += [text("; ".join(", ".join(map(_said, cells)) for cells in (header, *rows)))]
            case _:
                pieces += _inline(block.children)
    return tuple(piece for piece in pieces if piece["text"])


def _apart(elements: Iterable[Element]) -> Iterator[Element]:
    """Two paragraphs in sequence are set apart by line ends, as Slack sets them one below the other."""
    before: Element | None = None
    for element in elements:
        if before and before["type"] == element["type"] == "rich_text_section":
            before["elements"].append(text("\n\n"))
        yield element
        before = element


def _blocks(blocks: Iterable[Block], indent: int = 0) -> Iterator[Element]:
    for block in blocks:
        match block:
            case CodeBlock(code):
                yield preformatted(code)
            case MathsBlock(latex):
                yield preformatted(unicode_maths(latex))
            case Listing():
                yield from _list(block, indent)
            case Grid(header, rows, alignments):
                cells = [[_said(cell) for cell in row] for row in rows]
                right = [n for n, side in enumerate(alignments) if side == "right"]
                yield preformatted(aligned([_said(cell) for cell in header], cells, right))
            case _:
                yield section(_inline(block.children) or [text(" ")])


def _list(listing: Listing, indent: int) -> Iterator[Element]:
    """Slack's lists hold paragraphs alone: what else an item has follows it, and the list goes on after that."""
    style = "ordered" if listing.ordered else "bullet"
    for number, item in enumerate(listing.items, listing.start):
        first, rest = (item[0], item[1:]) if item and hasattr(item[0], "children") else (None, item)
        head: Element = {
            "type": "rich_text_list",
            "style": style,
            "indent": min(indent, 8),
            "elements": [section((_inline(first.children) if first else []) or [text(" ")])],
        }
        if listing.ordered and number > 1:
            head["offset"] = number - 1
        yield head
        yield from _blocks(rest, indent + 1)


def _inline(children: Iterable[Inline], **style: bool) -> list[Element]:
    pieces: list[Element] = []
    for child in children:
        match child:
            case Strong(inner):
                pieces += _inline(inner, **style, bold=True) if "bold" not in style else _inline(inner, **style)
            case Emphasis(inner):
                pieces += _inline(inner, **style, italic=True) if "italic" not in style else _inline(inner, **style)
            case Code(content):
                pieces.append(text(content, **{**style, "code": True}))
            case Link(href, inner) if len(href) <= URL:
                link: Element = {"type": "link", "url": href, "text": visible(_said(inner)) or href}
                pieces.append(link | {"style": style} if style else link)
            case Link(_, inner):
                pieces += _inline(inner, **style)
            case Maths(latex):
                pieces.append(text(unicode_maths(latex), **style))
            case Break(hard):
                pieces.append(text("\n" if hard else " ", **style))
            case _:
                pieces.append(text(child.text, **style))
    return [piece for piece in pieces if piece.get("text")]


def _said(children: Iterable[Inline]) -> str:
    return "".join(str(piece.get("text", "")) for piece in _inline(children))


def _plain(block: Block) -> str:
    return " ".join(str(piece.get("text", "")) for element in _blocks([block]) for piece in _texts(element))


def _texts(element: Element) -> Iterator[Element]:
    for piece in element.get("elements", ()):
        yield from _texts(piece) if "elements" in piece else [piece]
