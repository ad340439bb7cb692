"""Markdown of cards -> HTML, for programs that differ in how they take text, code and formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

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
    Paragraph,
    Span,
    Strong,
    parse,
)


@dataclass(frozen=True, slots=True)
class Passages:
    """How a program takes text: each function gives the HTML that shows exactly its argument there. `maths` is given
    LaTeX and whether it stands in a line of its own.
    """

    text: Callable[[str], str]
    code: Callable[[str], str]
    maths: Callable[[str, bool], str]
    address: Callable[[str], str] = escape

    def html(self, markdown: str) -> str:
        """The passage as HTML; one paragraph alone has no element around it."""
        blocks = parse(markdown).blocks
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
            return self._line(blocks[0].children)
        return "".join(map(self._block, blocks))

    def _block(self, block: Block) -> str:
        match block:
            case CodeBlock(code):
                return f"<pre><code>{self.code(code)}</code></pre>"
            case MathsBlock(latex):
                return self.maths(latex, True)  # noqa: FBT003  what it is, is in the field's type
            case Listing():
                items = "".join(f"<li>{self._item(item, block)}</li>" for item in block.items)
                return f'<ol start="{block.start}">{items}</ol>' if block.ordered else f"<ul>{items}</ul>"
            case Grid(header, rows):
                lines = [self._row(header, "th"), *(self._row(row, "td") for row in rows)]
                return f"<table>{''.join(lines)}</table>"
            case Paragraph(children):
                return f"<p>{self._line(children)}</p>"

    def _item(self, item: tuple[Block, ...], listing: Listing) -> str:
        return "".join(
            self._line(block.children) if listing.tight and isinstance(block, Paragraph) else self._block(block)
            for block in item
        )

    def _row(self, cells: Iterable[tuple[Inline, ...]], element: str) -> str:
        return f"<tr>{''.join(f'<{element}>{self._line(cell)}</{element}>' for cell in cells)}</tr>"

    def _line(self, children: Iterable[Inline]) -> str:
        return "".join(map(self._piece, children))

    def _piece(self, child: Inline) -> str:
        match child:
            case Span(text):
                return self.text(text)
            case Code(text):
                return f"<code>{self.code(text)}</code>"
            case Maths(latex, display):
                return self.maths(latex, display)
            case Break(hard):
                return "<br>" if hard else " "
            case _:
                return self._marked(child)

    def _marked(self, child: Emphasis | Strong | Link) -> str:
        inner = self._line(child.children)
        match child:
            case Emphasis():
                return f"<em>{inner}</em>"
            case Strong():
                return f"<strong>{inner}</strong>"
            case Link(href):
                return f'<a href="{self.address(href)}">{inner}</a>'
