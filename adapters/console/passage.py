"""Markdown of cards -> what rich lays out. Every text goes through `visible`, so nothing in it steers the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

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
    Span,
    Strong,
    parse,
    unicode_maths,
)

CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
SEPARATORS = (0x2028, 0x2029)
SURROGATES = range(0xD800, 0xE000)
ESCAPED = {code: f"<U+{code:04X}>" for code in (*CONTROLS, *TURNING, *SEPARATORS, *SURROGATES)}
HARMLESS = ESCAPED | {ord("\n"): "\n", ord("\t"): "    "}
Side = Literal["left", "right", "center"]
SIDES: dict[str, Side] = {"right": "right", "center": "center"}


def visible(text: str) -> str:
    """The text with control characters, direction overrides and lone surrogates written as `<U+001B>`."""
    return text.translate(HARMLESS)


def on_one_line(text: str) -> str:
    """The same for a title, a label or a cell: no line ends, no tabs."""
    return visible(" ".join(text.split("\n"))).strip()


def passage(markdown: str) -> Group:
    """A passage, its blocks apart by an empty line."""
    return stacked(block_drawn(block) for block in parse(markdown).blocks)


def stacked(blocks: Iterable[RenderableType], *, tight: bool = False) -> Group:
    """One below another, with an empty line between two unless `tight`."""
    parts: list[RenderableType] = []
    for block in blocks:
        if parts and not tight:
            parts.append("")
        parts.append(block)
    return Group(*parts)


def block_drawn(block: Block) -> RenderableType:
    """One block."""
    match block:
        case CodeBlock(code):
            return Padding(Text(visible(code), style="cyan", overflow="fold"), (0, 0, 0, 4))
        case MathsBlock(latex):
            return Padding(Text(visible(unicode_maths(latex)), overflow="fold"), (0, 0, 0, 4))
        case Listing():
            return list_drawn(block)
        case Grid():
            return grid_drawn(block)
        case _:
            return line(block.children)


def list_drawn(listing: Listing) -> RenderableType:
    """A list, each item behind its number or a bullet."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for number, item in enumerate(listing.items, listing.start):
        sign = f"{number}." if listing.ordered else "•"
        table.add_row(f"  {sign}", stacked(map(block_drawn, item), tight=listing.tight))
    return table


def grid_drawn(grid: Grid) -> Table:
    """A table of Markdown cells."""
    table = ruled()
    for cell, side in zip(grid.header, grid.alignments, strict=True):
        table.add_column(line(cell), justify=SIDES.get(side, "left"), overflow="fold")
    for row in grid.rows:
        table.add_row(*(line(cell) for cell in row))
    return table


def ruled() -> Table:
    """An empty table with a rule under its header."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")


def line(children: Iterable[Inline]) -> Text:
    """What stands within a line."""
    text = Text(overflow="fold")
    for child in children:
        write(text, child, "")
    return text


def write(text: Text, child: Inline, style: str) -> None:
    """Add one piece of a line to the text, in the style of what it stands in."""
    match child:
        case Span(said):
            text.append(visible(said), style)
        case Code(said):
            text.append(visible(said), f"{style} cyan")
        case Maths(latex):
            text.append(visible(unicode_maths(latex)), style)
        case Break(hard):
            text.append("\n" if hard else " ", style)
        case Link(href, children):
            write_all(text, children, f"{style} underline")
            text.append(f" ({visible(href)})", style)
        case Emphasis(children):
            write_all(text, children, f"{style} italic")
        case Strong(children):
            write_all(text, children, f"{style} bold")


def write_all(text: Text, children: Iterable[Inline], style: str) -> None:
    """Add several pieces."""
    for child in children:
        write(text, child, style)
