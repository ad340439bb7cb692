"""Markdown of cards -> HTML. Every text is escaped; only what the tree of `content.markup` holds becomes an element."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

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
    mathml,
    parse,
    visible,
)
from content.markup.plain import blocks_said

LONGEST_HIGHLIGHTED = 20_000
LONGEST_UNFOLDED = 4_000
"""Characters of a passage that is seen whole; of a longer one so many are seen at once, up to the end of a block:"""
SEEN_AT_ONCE = 1_500
ALIGNMENTS = {"left", "right", "center"}


@lru_cache(maxsize=2048)
def html_of(markdown: str, *, links: bool = True) -> Markup:
    """The passage as HTML blocks; `links` False where it stands inside a button."""
    return joined(block_html(block, links) for block in parse(markdown).blocks)


@lru_cache(maxsize=512)
def folded_html(markdown: str) -> tuple[Markup, Markup]:
    """The passage as HTML blocks that are seen at once, and those of a long one that are unfolded."""
    seen, length = 0, 0
    blocks = parse(markdown).blocks if len(markdown) > LONGEST_UNFOLDED else ()
    while seen < len(blocks) and length < SEEN_AT_ONCE:
        length += sum(map(len, blocks_said([blocks[seen]])))
        seen += 1
    if seen == len(blocks):
        return html_of(markdown), Markup("")
    return (
        joined(block_html(block, links=True) for block in blocks[:seen]),
        joined(block_html(block, links=True) for block in blocks[seen:]),
    )


def line_html(markdown: str) -> Markup:
    """The passage without a paragraph around it, where it is a single one."""
    found = html_of(markdown)
    single = re.fullmatch(r'<p dir="auto">(.*)</p>', found, re.DOTALL)
    return Markup(single[1]) if single and "<p" not in single[1] else found  # noqa: S704  made of our own HTML


def joined(parts: Iterable[Markup]) -> Markup:
    """Pieces of HTML one after another."""
    return Markup("").join(parts)


def block_html(block: Block, links: bool) -> Markup:  # noqa: FBT001  passed down as it came
    """One block."""
    match block:
        case CodeBlock(code, language):
            return code_html(code, language)
        case MathsBlock(latex):
            return Markup('<div class="maths scroll">{}</div>').format(safe_maths(latex, display=True))
        case Listing():
            return list_html(block, links)
        case Grid():
            return grid_html(block, links)
        case _:
            return Markup('<p dir="auto">{}</p>').format(inline_html(block.children, links))


def list_html(listing: Listing, links: bool) -> Markup:  # noqa: FBT001  the same
    """A list; paragraphs of a tight one have no element of their own."""
    items = joined(Markup('<li dir="auto">{}</li>').format(item_html(item, listing, links)) for item in listing.items)
    if listing.ordered:
        return Markup('<ol start="{}">{}</ol>').format(listing.start, items)
    return Markup("<ul>{}</ul>").format(items)


def item_html(item: tuple[Block, ...], listing: Listing, links: bool) -> Markup:  # noqa: FBT001  the same
    """What is in one item of a list."""
    return joined(
        inline_html(block.children, links)
        if listing.tight and not isinstance(block, CodeBlock | MathsBlock | Listing | Grid)
        else block_html(block, links)
        for block in item
    )


def grid_html(grid: Grid, links: bool) -> Markup:  # noqa: FBT001  the same
    """A table that scrolls by itself where it is too wide."""

    def line(cells: Iterable[tuple[Inline, ...]], element: str) -> Markup:
        sides = zip(cells, grid.alignments, strict=True)
        return Markup("<tr>{}</tr>").format(joined(cell_html(element, cell, side, links) for cell, side in sides))

    return Markup('<div class="scroll"><table><thead>{}</thead><tbody>{}</tbody></table></div>').format(
        line(grid.header, "th"), joined(line(row, "td") for row in grid.rows)
    )


def cell_html(element: str, cell: tuple[Inline, ...], side: str, links: bool) -> Markup:  # noqa: FBT001  the same
    """A cell of a table, `th` or `td`; an empty one heads nothing."""
    name = Markup(element if cell else "td")  # noqa: S704  one of two words
    return Markup('<{0} dir="auto"{1}>{2}</{0}>').format(name, aligned(side), inline_html(cell, links))


def aligned(side: str) -> Markup:
    """The class attribute of a cell."""
    return Markup(' class="{}"').format(side) if side in ALIGNMENTS else Markup("")


def inline_html(children: Iterable[Inline], links: bool) -> Markup:  # noqa: FBT001  the same
    """The content of a line."""
    return joined(inline_piece(child, links) for child in children)


def inline_piece(child: Inline, links: bool) -> Markup:  # noqa: FBT001  the same
    """One piece of a line."""
    match child:
        case Span(text):
            return escape(visible(text))
        case Code(text):
            return Markup('<code dir="ltr">{}</code>').format(visible(text))
        case Maths(latex, display):
            return safe_maths(latex, display=display)
        case Break(hard):
            return Markup("<br>") if hard else Markup(" ")
        case _:
            return marked(child, links)


def marked(child: Emphasis | Strong | Link, links: bool) -> Markup:  # noqa: FBT001  the same
    """A piece of a line that holds others."""
    inner = inline_html(child.children, links)
    match child:
        case Emphasis():
            return Markup("<em>{}</em>").format(inner)
        case Strong():
            return Markup("<strong>{}</strong>").format(inner)
        case Link(href) if links:
            return Markup('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>').format(href, inner)
        case _:
            return inner


def safe_maths(latex: str, *, display: bool) -> Markup:
    """A formula; `content.markup.mathml` writes nothing but what lays out."""
    return Markup(mathml(visible(latex), display))  # noqa: S704  escaped there


def code_html(code: str, language: str) -> Markup:
    """Lines of code, coloured by classes where the language is known."""
    coloured = highlighted(visible(code), language)
    name = Markup(' data-language="{}"').format(language) if language else Markup("")
    return Markup('<pre class="code scroll" dir="ltr"{}><code>{}</code></pre>').format(name, coloured)


def highlighted(code: str, language: str) -> Markup:
    """Code as spans with Pygments' classes; as it is where the language is not known or the code very long."""
    if not language or len(code) > LONGEST_HIGHLIGHTED:
        return escape(code)
    # Imported with the first code that is shown: the page starts without.
    from pygments import highlight  # noqa: PLC0415
    from pygments.formatters import HtmlFormatter  # noqa: PLC0415
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return escape(code)
    written: str = highlight(code, lexer, HtmlFormatter(nowrap=True, classprefix="hl-"))
    return Markup(written.rstrip("\n"))  # noqa: S704  Pygments escapes the code
