"""Markdown of cards -> `Document`, by markdown-it-py with nothing switched on but what cards may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from content.markup.nodes import (
    Block,
    Break,
    Code,
    CodeBlock,
    Document,
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

DEEPEST_INLINE = 12
"""Emphasis and links nested deeper than this lose their marks and keep their text."""

RULES = ("emphasis", "backticks", "escape", "fence", "link", "list", "newline", "table")
LANGUAGE = re.compile(r"[a-z0-9+#.-]{1,20}")
SCHEMES = ("http://", "https://")


def linkable(address: str) -> bool:
    """Whether cards may link to the address."""
    return address.lower().startswith(SCHEMES)


def with_maths(reader: MarkdownIt) -> MarkdownIt:
    """Teach a reader `$…$` and `$$…$$`; no space inside the dollars and no digit outside, so that prices stay text."""
    return reader.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)


def literal_picture(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it so
    """Take `![` as text, so that a picture is not read as a link after an exclamation mark."""
    if not state.src.startswith("![", state.pos):
        return False
    if not silent:
        state.pending += "!["
    state.pos += 2
    return True


@lru_cache(maxsize=1)
def reader() -> MarkdownIt:
    """The reader, made when it is first needed."""
    made = with_maths(MarkdownIt("zero").enable(RULES))
    made.inline.ruler.before("link", "literal_picture", literal_picture)
    made.validateLink = linkable  # type: ignore[method-assign, assignment]  # markdown-it's documented way
    return made


@lru_cache(maxsize=4096)
def parse(markdown: str) -> Document:
    """Read a passage. Whatever is not of the subset is literal text; nothing is refused.

    The time grows with the length: 25,000 characters of any kind take less than half a second.
    """
    tokens = iter(reader().parse(markdown))
    return Document(tuple(read_blocks(tokens)))


def read_blocks(tokens: Iterator[Token]) -> Iterator[Block]:
    """The blocks that the tokens make."""
    for token in tokens:
        match token.type:
            case "inline":
                yield Paragraph(read_inlines(token.children or []))
            case "fence":
                yield CodeBlock(token.content.removesuffix("\n"), language_of(token.info))
            case "math_block":
                yield MathsBlock(token.content.strip())
            case "bullet_list_open" | "ordered_list_open":
                yield read_list(tokens, token)
            case "table_open":
                yield read_table(tokens, token.level)


def language_of(mark: str) -> str:
    """The language that stands behind the three backticks of a code block."""
    first = mark.split(maxsplit=1)[0].lower() if mark.strip() else ""
    return first if LANGUAGE.fullmatch(first) else ""


def read_list(tokens: Iterator[Token], opening: Token) -> Listing:
    """A list whose opening token was just read."""
    end = opening.type.replace("_open", "_close")
    items: list[tuple[Block, ...]] = []
    tight = True
    whole = up_to(tokens, end, opening.level)
    for token in whole:
        inner = list(up_to(whole, "list_item_close", token.level))
        tight = tight and not any(each.level == token.level + 1 and loose(each) for each in inner)
        items.append(tuple(read_blocks(iter(inner))))
    start = int(opening.attrGet("start") or 1) if opening.type == "ordered_list_open" else 1
    return Listing(tuple(items), opening.type == "ordered_list_open", start, tight)


def loose(token: Token) -> bool:
    """Whether a token is a paragraph that stands by itself (markdown-it hides those of tight lists)."""
    return token.type == "paragraph_open" and not token.hidden


def up_to(tokens: Iterator[Token], end: str, level: int) -> Iterator[Token]:
    """The tokens before the one named `end` of this nesting level, which is consumed."""
    for token in tokens:
        if token.type == end and token.level == level:
            return
        yield token


def read_table(tokens: Iterator[Token], level: int) -> Grid:
    """A table whose opening token, of this nesting level, was just read."""
    rows: list[list[tuple[Inline, ...]]] = []
    alignments: list[str] = []
    for token in up_to(tokens, "table_close", level):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "th_open":
            alignments.append(str(token.attrGet("style") or "").removeprefix("text-align:"))
        elif token.type == "inline":
            rows[-1].append(read_inlines(token.children or []))
    return Grid(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]), tuple(alignments))


def read_inlines(tokens: list[Token]) -> tuple[Inline, ...]:
    """The content of a line. It keeps its own stack: hostile text nests marks thousands deep."""
    stack: list[list[Inline]] = [[]]
    opened: list[Token] = []
    for token in tokens:
        if token.nesting == 1:
            opened.append(token)
            stack.append([])
        elif token.nesting == -1:
            children = stack.pop()
            mark = opened.pop()
            stack[-1].extend(wrapped(mark, children) if len(opened) < DEEPEST_INLINE else children)
        else:
            stack[-1].append(leaf(token))
    return joined(stack[0])


def wrapped(mark: Token, children: list[Inline]) -> tuple[Inline, ...]:
    """The content between an opening and a closing mark as one node."""
    inner = joined(children)
    match mark.type:
        case "em_open":
            return (Emphasis(inner),)
        case "strong_open":
            return (Strong(inner),)
        case _:
            return (Link(str(mark.attrGet("href")), inner),)


def leaf(token: Token) -> Inline:
    """A token without content of its own kind."""
    match token.type:
        case "code_inline":
            return Code(token.content)
        case "math_inline" | "math_inline_double":
            return Maths(token.content.strip(), token.type == "math_inline_double")
        case "softbreak" | "hardbreak":
            return Break(token.type == "hardbreak")
        case _:
            return Span(token.content)


def joined(children: list[Inline]) -> tuple[Inline, ...]:
    """The same with neighbouring texts made one and empty ones left out."""
    whole: list[Inline] = []
    for child in children:
        if isinstance(child, Span) and whole and isinstance(whole[-1], Span):
            whole[-1] = Span(whole[-1].text + child.text)
        elif child != Span(""):
            whole.append(child)
    return tuple(whole)
