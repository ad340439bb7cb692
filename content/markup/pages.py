"""A long passage of Markdown in parts that are Markdown by themselves: nothing is lost, and no mark is left open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from markdown_it.token import Token

from content.markup.plain import plain
from content.markup.reading import block_reader

SPACE = re.compile(r"\s+")
ENDS = (re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])"), re.compile(r"\s+|(?<=，)"), re.compile("(?=.)"))
"""Where a paragraph may be divided: after a sentence, or else between words, or within one."""
OPENS_A_BLOCK = re.compile(r"[-+*] |\d{1,9}[.)] |`{3}|~{3}|\$\$|\|")
TRIED = 25
"""Places at which a paragraph is tried to be divided, before it is divided anywhere."""
AHEAD = 2
"""Times a page: so far a mark is looked for that ends what a page has begun."""
LEAST = 40
"""Characters of a page; none is made shorter."""


@lru_cache(maxsize=256)
def pages(markdown: str, most: int) -> tuple[str, ...]:
    """The passage in parts of at most so many characters. Blocks stay whole where they can; of a table that is divided
    each part has the header, and of code each part is a block of code.
    """
    return tuple(_filled(_parts(markdown, max(most, LEAST)), most))


def first_page(markdown: str, most: int) -> str:
    """The first of these parts, in less time."""
    return next(_filled(_parts(markdown, max(most, LEAST)), most), "")


def _filled(parts: Iterable[str], most: int) -> Iterator[str]:
    """Parts put together as long as there is room."""
    page = ""
    for part in parts:
        if page and len(page) + len(part) + 2 > most:
            yield page
            page = part
        else:
            page = f"{page}\n\n{part}" if page else part
    if page:
        yield page


def _parts(markdown: str, most: int) -> Iterator[str]:
    """The blocks of a passage, divided where they are too long."""
    lines = markdown.split("\n")
    tokens = block_reader().parse(markdown)
    for place, token in enumerate(tokens):
        if token.level or token.map is None or token.nesting < 0:
            continue
        block = "\n".join(lines[slice(*token.map)]).strip("\n")
        yield from [block] if len(block) <= most else _divided(block, tokens[place:], lines, most)


def _divided(block: str, tokens: Sequence[Token], lines: Sequence[str], most: int) -> Iterator[str]:
    token = tokens[0]
    match token.type:
        case "fence":
            yield from _code(token.content, token.markup, token.info.strip(), most)
        case "math_block":
            yield from _code(token.content, "```", "latex", most)
        case "table_open":
            yield from _table(block.split("\n"), most)
        case "bullet_list_open" | "ordered_list_open":
            yield from _list(tokens, lines, most)
        case _:
            yield from _paragraph(block.strip(), most)


def _code(code: str, fence: str, language: str, most: int) -> Iterator[str]:
    room = max(1, most - 2 * len(fence) - len(language) - 2)
    lines = [line[at : at + room] for line in code.rstrip("\n").split("\n") for at in range(0, len(line) or 1, room)]
    for part in _gathered(lines, room):
        yield f"{fence}{language}\n{part}\n{fence}"


def _table(rows: Sequence[str], most: int) -> Iterator[str]:
    """The rows of a table beneath its header; a row that is too long beside it becomes a paragraph."""
    header = "\n".join(rows[:2])
    room = most - len(header) - 1
    short: list[str] = []
    for row in rows[2:]:
        if len(row) <= room:
            short.append(row)
            continue
        yield from (f"{header}\n{part}" for part in _gathered(short, room))
        short = []
        yield from _paragraph(row.strip().strip("|").replace("|", " · "), most)
    yield from (f"{header}\n{part}" for part in _gathered(short, room))


def _list(tokens: Sequence[Token], lines: Sequence[str], most: int) -> Iterator[str]:
    """The items of a list, as many together as have room; what is too long in one is divided behind its bullet."""
    items = [token.map for token in _of(tokens) if token.type == "list_item_open" and token.level == 1 and token.map]
    short: list[str] = []
    for first, last in items:
        item = "\n".join(lines[first:last]).rstrip()
        if len(item) <= most:
            short.append(item)
            continue
        yield from _gathered(short, most)
        short = []
        yield from _item(item, most)
    yield from _gathered(short, most)


def _item(item: str, most: int) -> Iterator[str]:
    bullet = re.match(r"\s*(?:[-+*]|\d{1,9}[.)])\s+", item)
    lead = bullet[0] if bullet else ""
    inner = "\n".join(line.removeprefix(" " * len(lead)) for line in item[len(lead) :].split("\n"))
    parts = list(_parts(inner, max(LEAST, most - 2 * len(lead) - 2)))
    first = parts[0].replace("\n", "\n" + " " * len(lead))
    yield from [f"{lead}{first}"] if len(lead) + len(first) <= most else [lead.strip() + " …", parts[0]]
    yield from parts[1:]


def _paragraph(text: str, most: int) -> Iterator[str]:
    while len(text) > most:
        at = _place(text, most)
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    if text:
        yield text


def _place(text: str, most: int) -> int:
    """Where the beginning of a paragraph ends that has no mark open: after a sentence, or else between words."""
    said = _said(text[: AHEAD * most])
    for ends in ENDS:
        places = [found.end() for found in ends.finditer(text, 0, most + 1) if most // 3 <= found.start() <= most]
        for at in places[: -TRIED - 1 : -1]:
            if not OPENS_A_BLOCK.match(text, at) and said.startswith(_said(text[:at].rstrip())):
                return at
    return most


def _said(text: str) -> str:
    """What is read, without spaces."""
    return SPACE.sub("", plain(text))


def _gathered(lines: Iterable[str], most: int) -> Iterator[str]:
    """Lines put together as long as there is room."""
    part: list[str] = []
    length = 0
    for line in lines:
        if part and length + len(line) + 1 > most:
            yield "\n".join(part)
            part, length = [], 0
        part.append(line)
        length += len(line) + 1
    if part:
        yield "\n".join(part)


def _of(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens of the block that the first one opens."""
    for token in tokens:
        yield token
        if token.level == 0 and token.nesting < 0:
            return
