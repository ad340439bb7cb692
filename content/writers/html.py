r"""Markdown of `content.markup` as HTML for programs that show formulas between `\(` and `\)`, as Moodle does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from content.markup import parse, visible
from content.markup.nodes import (
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
)

_TAG = re.compile("<[^>]*>")
_FORMULA = re.compile(r"\\(?=[(\[])|\$(?=\$)|\[(?=\$|latex\])", re.IGNORECASE)


def html_of(markdown: str) -> str:
    """The HTML of a passage; without a paragraph's tags where it is a single one. A mark that marks nothing, such as a
    lone minus, is meant as it is.
    """
    blocks = parse(markdown).blocks
    html = _line(blocks[0].children) if len(blocks) == 1 and isinstance(blocks[0], Paragraph) else _blocks(blocks)
    return html if _TAG.sub("", html).strip() else _text(markdown.strip())


def _blocks(blocks: Iterable[Block]) -> str:
    return "".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Paragraph(children):
            return f"<p>{_line(children)}</p>"
        case CodeBlock(code, language):
            name = f' class="language-{escape(language)}"' if language else ""
            return f"<pre><code{name}>{_text(code)}</code></pre>"
        case MathsBlock(latex):
            return f"<p>\\[{_text(latex)}\\]</p>"
        case Listing():
            return _listing(block)
        case Grid():
            return _grid(block)


def _listing(listing: Listing) -> str:
    items = "".join(
        "<li>"
        + "".join(
            _line(block.children) if listing.tight and isinstance(block, Paragraph) else _block(block) for block in item
        )
        + "</li>"
        for item in listing.items
    )
    start = f' start="{listing.start}"' if listing.start != 1 else ""
    return f"<ol{start}>{items}</ol>" if listing.ordered else f"<ul>{items}</ul>"


def _grid(grid: Grid) -> str:
    rows = [_row(grid, "th", grid.header), *(_row(grid, "td", row) for row in grid.rows)]
    return f"<table>{''.join(rows)}</table>"


def _row(grid: Grid, tag: str, cells: Iterable[tuple[Inline, ...]]) -> str:
    sides = (f' style="text-align:{side}"' if side else "" for side in grid.alignments)
    return f"<tr>{''.join(f'<{tag}{side}>{_line(cell)}</{tag}>' for side, cell in zip(sides, cells, strict=True))}</tr>"


def _line(children: Iterable[Inline]) -> str:
    return "".join(map(_inline, children))


def _inline(child: Inline) -> str:
    match child:
        case Span(text):
            # What only looks like the beginning of a formula is marked as none, in Moodle's way.
            return _FORMULA.sub(lambda found: f'<span class="nolink">{found[0]}</span>', _text(text))
        case Code(text):
            return f"<code>{_text(text)}</code>"
        case Maths(latex, display):
            return f"\\[{_text(latex)}\\]" if display else f"\\({_text(latex)}\\)"
        case Break(hard):
            return "<br>" if hard else " "
        case _:
            return _marked(child)


def _marked(child: Emphasis | Strong | Link) -> str:
    inner = _line(child.children)
    match child:
        case Emphasis():
            return f"<em>{inner}</em>"
        case Strong():
            return f"<strong>{inner}</strong>"
        case Link(href):
            return f'<a href="{escape(href)}">{inner}</a>'


def _text(text: str) -> str:
    return escape(visible(text), quote=False)
