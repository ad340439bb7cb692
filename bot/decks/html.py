r"""Markdown of cards -> HTML as Anki shows it: maths for its MathJax, and nothing that it would read as its own mark.

Anki finds marks in the text of a field: `[sound:…]` and `[latex]` by the bracket, `\(` and `\[` by the backslash.
https://docs.ankiweb.net/math.html, https://docs.ankiweb.net/templates/fields.html.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    visible,
)


def html_of(markdown: str) -> str:
    """The passage as HTML; one paragraph alone has no element around it."""
    blocks = parse(markdown).blocks
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return _line(blocks[0].children)
    return "".join(map(_block, blocks))


def literal_html(text: str) -> str:
    """Plain text as HTML that shows exactly it."""
    return _unmarked(escape(visible(text)).replace("\\", "\\<span></span>"))


def _unmarked(html: str) -> str:
    return html.replace("[", "&#91;")


def _block(block: Block) -> str:
    match block:
        case CodeBlock(code):
            return f"<pre><code>{_unmarked(escape(visible(code)))}</code></pre>"
        case MathsBlock(latex):
            return _maths(latex, display=True)
        case Listing():
            items = "".join(f"<li>{_item(item, block)}</li>" for item in block.items)
            return f'<ol start="{block.start}">{items}</ol>' if block.ordered else f"<ul>{items}</ul>"
        case Grid(header, rows):
            lines = [_row(header, "th"), *(_row(row, "td") for row in rows)]
            return f"<table>{''.join(lines)}</table>"
        case Paragraph(children):
            return f"<p>{_line(children)}</p>"


def _item(item: tuple[Block, ...], listing: Listing) -> str:
    return "".join(
        _line(block.children) if listing.tight and isinstance(block, Paragraph) else _block(block) for block in item
    )


def _row(cells: Iterable[tuple[Inline, ...]], element: str) -> str:
    return f"<tr>{''.join(f'<{element}>{_line(cell)}</{element}>' for cell in cells)}</tr>"


def _line(children: Iterable[Inline]) -> str:
    return "".join(map(_piece, children))


def _piece(child: Inline) -> str:  # noqa: PLR0911  one a kind of piece
    match child:
        case Span(text):
            return literal_html(text)
        case Code(text):
            return f"<code>{_unmarked(escape(visible(text)))}</code>"
        case Maths(latex, display):
            return _maths(latex, display=display)
        case Break(hard):
            return "<br>" if hard else " "
        case Emphasis(children):
            return f"<em>{_line(children)}</em>"
        case Strong(children):
            return f"<strong>{_line(children)}</strong>"
        case Link(href, children):
            return f'<a href="{_unmarked(escape(href))}">{_line(children)}</a>'


def _maths(latex: str, *, display: bool) -> str:
    inner = _unmarked(escape(visible(latex).strip()))
    return f"\\[{inner}\\]" if display else f"\\({inner}\\)"
