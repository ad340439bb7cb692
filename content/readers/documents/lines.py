"""What each line of a document is, told by a Markdown parser: heading, code, table, text, and how deep in lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.markup.reading import with_maths
from content.readers.documents.page import Written
from content.readers.documents.words import ANSWER, ANSWER_ALONE, BARE_ANSWER, SUMMARY

RULES = ("heading", "lheading", "fence", "list", "table", "hr")
ITEM = re.compile(r"\s*(?P<mark>[-*+]|\d{1,9}[.)])(?:\s+|$)")
HASHES = re.compile(r"\s*#{1,6}(?:\s+|$)|\s+#+\s*$")
DEFINITION = re.compile(r"\s{0,3}:\s+\S")
LONGEST_HEADING = 120
INDENTED = 4


class Sort(Enum):
    """What a line is."""

    BLANK = auto()
    TEXT = auto()
    HEADING = auto()
    CODE = auto()
    """Fenced code, or a formula that stands alone."""
    TABLE = auto()
    RULE = auto()


@dataclass(slots=True)
class Line:
    """A line. `said` is what it says without the marks of headings and list items before it."""

    text: str
    number: int
    sort: Sort
    said: str
    depth: int = 0
    """How many lists it is in."""
    mark: str = ""
    """What opens the list item that begins here: "-" or "12."."""
    offset: int = 0
    """How far the innermost list item indents its lines."""
    level: int = 0
    """Of a heading."""
    first: bool = False
    """Whether a paragraph, a heading or a table begins here."""


@lru_cache(maxsize=1)
def reader() -> MarkdownIt:
    """A parser of blocks alone: what is within lines is none of its business."""
    made = with_maths(MarkdownIt("zero").enable(RULES))
    made.core.ruler.enableOnly(["normalize", "block"])
    return made


def lines_of(page: Sequence[Written]) -> list[Line]:
    """The lines with what they are."""
    lines = [
        Line(each.text, each.number, Sort.TEXT if each.text.strip() else Sort.BLANK, each.text.strip()) for each in page
    ]
    items: list[tuple[int, int, int]] = []
    for token in reader().parse("\n".join(line.text for line in lines)):
        if token.map is None:
            continue
        first, after = token.map
        if token.type == "list_item_open":
            items.append((first, after, token.level // 2 + 1))
        else:
            mark(lines, token, first, after)
    for first, after, depth in items:
        enlist(lines, first, after, depth)
    return lines


def mark(lines: list[Line], token: Token, first: int, after: int) -> None:
    """Note what a block makes of its lines."""
    match token.type:
        case "fence" | "math_block":
            resort(lines[first:after], Sort.CODE)
        case "table_open":
            resort(lines[first:after], Sort.TABLE)
            lines[first].first = True
        case "hr":
            resort(lines[first : first + 1], Sort.RULE)
        case "paragraph_open":
            lines[first].first = True
        case "heading_open":
            head(lines, token, first, after)


def resort(lines: Sequence[Line], sort: Sort) -> None:
    """Make lines of a sort; blank ones between them too."""
    for line in lines:
        line.sort = sort


def head(lines: list[Line], token: Token, first: int, after: int) -> None:
    """Note a heading, unless it is code that is indented, or text above a dividing line."""
    lines[first].first = True
    text = lines[first].text
    if token.markup[0] != "#":
        lines[after - 1].sort, lines[after - 1].text = Sort.RULE, ""
        long = after - first > 2 or len(text.strip()) > LONGEST_HEADING  # noqa: PLR2004  one line and the one under it
        if long or text.rstrip().endswith(".") or ITEM.match(text) or ANSWER.match(text.strip()) or token.level:
            return
    elif len(text) - len(text.lstrip()) >= INDENTED and not token.level:
        return
    lines[first].sort = Sort.HEADING
    lines[first].level = int(token.tag[1])
    lines[first].said = HASHES.sub("", text).strip()


def enlist(lines: list[Line], first: int, after: int, depth: int) -> None:
    """Note a list item. Items come from the outside in."""
    opening = ITEM.match(lines[first].text)
    offset = opening.end() if opening else lines[first].offset
    for line in lines[first:after]:
        line.depth, line.offset = depth, offset
    if opening and not lines[first].mark:
        lines[first].mark = opening["mark"]
        lines[first].said = HASHES.sub("", lines[first].text[opening.end() :]).strip()


def answers(line: Line) -> bool:
    """Whether a line is a summary, a heading or a text that says that the answer follows, and no more."""
    said = line.said.removeprefix(SUMMARY)
    if line.sort is Sort.TEXT and said.rstrip(":").casefold() in ANSWER_ALONE:
        return True
    alone = line.sort is Sort.HEADING or said != line.said or said.startswith(("**", "__"))
    return alone and bool(BARE_ANSWER.fullmatch(said))
