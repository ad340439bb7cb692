"""What an author is told about a passage: everything in it that cards cannot show as it was meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from content.markup.maths import MathsError, read_maths
from content.markup.reading import linkable, with_maths

DEEPEST_LIST = 4

HTML = "HTML is not supported and would be shown as it stands: use Markdown, or put code between backticks."
UNSUPPORTED = {
    "heading_open": "Headings are not supported: write the line in **bold** instead.",
    "image": "Pictures in the text are not supported: give the item a `picture` with a file and an alt text.",
    "html_block": HTML,
    "html_inline": HTML,
    "blockquote_open": "Quotations with > are not supported: use quotation marks.",
    "hr": "Dividing lines are not supported: leave an empty line between paragraphs.",
    "code_block": "Lines indented by four spaces are not shown as code: put ``` above and below them.",
}
FORMATTING = re.compile(
    r"</?(a|b|big|blockquote|br|center|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|small|span|strong|sub|sup|table"
    r"|t[bdhr]|u|ul)\b|<!--",
    re.IGNORECASE,
)
"""HTML that formats. Other tags, such as <script> or <T>, are text and are shown as text."""
DELIMITERS = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*|\s*\|\s*:?-+:?\s*\|\s*")


@lru_cache(maxsize=1)
def wide_reader() -> MarkdownIt:
    """A reader that knows more than cards do, so that it recognises what an author meant."""
    made = with_maths(MarkdownIt("commonmark").enable("table"))
    made.validateLink = lambda _: True  # type: ignore[method-assign, assignment]  # other schemes shall be seen, to be named
    return made


@lru_cache(maxsize=4096)
def faults(markdown: str) -> tuple[str, ...]:
    """Sentences for the author, each once, in the order of the text; empty where all is shown as it was written."""
    env: dict[str, object] = {}
    tokens = wide_reader().parse(markdown, env)
    found = [*block_faults(tokens, markdown.split("\n")), *character_faults(markdown)]
    if env.get("references"):
        found.append("Links defined elsewhere are not supported: write [text](https://…) where the link stands.")
    return tuple(dict.fromkeys(found))


def block_faults(tokens: Iterable[Token], lines: list[str]) -> Iterator[str]:
    """What is wrong with blocks and what is in them. `lines` are those of the source."""
    depth = 0
    for token in tokens:
        first, last = token.map or (0, 0)
        depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if depth > DEEPEST_LIST and token.type == "list_item_open":
            yield f"Lists can be nested {DEEPEST_LIST} deep, this one goes deeper: split it up."
        if told := unsupported(token):
            yield told
        elif token.type == "table_open":
            yield from table_faults(lines[first:last])
        elif token.type == "fence":
            yield from fence_faults(token, lines[first:last])
        elif token.type == "math_block":
            yield from maths_faults(token.content.strip())
        elif token.type == "inline":
            yield from inline_faults(token.children or [])
            yield from paragraph_faults(token.content.split("\n"))


def unsupported(token: Token) -> str | None:
    """What to do instead of a token that cards do not have; HTML is a fault only where it was meant to format."""
    if token.type.startswith("html_") and not FORMATTING.search(token.content):
        return None
    return UNSUPPORTED.get(token.type)


def inline_faults(tokens: Iterable[Token]) -> Iterator[str]:
    """What is wrong within lines."""
    for token in tokens:
        if told := unsupported(token):
            yield told
        elif token.type == "link_open":
            yield from link_faults(token)
        elif token.type.startswith("math_inline"):
            yield from maths_faults(token.content.strip())


def link_faults(token: Token) -> Iterator[str]:
    """What is wrong with a link."""
    address = str(token.attrGet("href"))
    if token.info == "auto":
        yield f"A bare address is not made a link: write [text]({address})."
    elif not linkable(address):
        yield f"The link to {address!r} is not shown as a link: only http:// and https:// addresses are."


def maths_faults(latex: str) -> Iterator[str]:
    """What is wrong with a formula."""
    try:
        read_maths(latex)
    except MathsError as error:
        yield f"The formula {shortened(latex)} cannot be read: {error}."


def shortened(latex: str) -> str:
    """A formula as a message quotes it."""
    return f"${latex if len(latex) <= 60 else latex[:59] + '…'}$"  # noqa: PLR2004  about a line of a report


def fence_faults(token: Token, lines: list[str]) -> Iterator[str]:
    """What is wrong with a code block."""
    if len(lines) < 2 or not lines[-1].strip().endswith(token.markup):  # noqa: PLR2004  an opening and a closing line
        yield f"A code block is opened with {token.markup} and never closed: put {token.markup} under its last line."


def table_faults(lines: list[str]) -> Iterator[str]:
    """Rows of a table that have more or fewer cells than its header."""
    wanted = cells(lines[0])
    for number, line in enumerate(lines[2:], 1):
        if cells(line) != wanted:
            yield f"Row {number} of a table has {cells(line)} cells and its header {wanted}: give both the same number."


def cells(line: str) -> int:
    """How many cells a line of a table has; an escaped bar is none of its borders."""
    parts = escapedSplit(line.strip())
    return len(parts[bool(not parts[0]) : len(parts) - bool(not parts[-1])])


def paragraph_faults(lines: list[str]) -> Iterator[str]:
    """Lines that were meant as something else than a paragraph."""
    for above, line in pairwise(lines):
        if DELIMITERS.fullmatch(line) and "|" in above:
            yield (
                f"This is not read as a table: its header has {cells(above)} cells and the line under it "
                f"{cells(line)}: give both the same number."
            )
    if lines[0].startswith("$$") and sum(line.count("$$") for line in lines) == 1:
        yield "A formula is opened with $$ and never closed: put $$ after it."


def character_faults(markdown: str) -> Iterator[str]:
    """Characters that a reader cannot see or that turn the direction of others."""
    for sign in dict.fromkeys(markdown):
        hidden = unicodedata.category(sign) == "Cc" and sign not in "\n\t\r"
        turning = unicodedata.bidirectional(sign) in {"LRO", "RLO", "LRE", "RLE", "PDF", "LRI", "RLI", "FSI", "PDI"}
        if hidden or turning:
            name = unicodedata.name(sign, "a control character").lower()
            yield f"The text holds the invisible character U+{ord(sign):04X} ({name}): take it out."
