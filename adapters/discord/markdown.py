"""Markdown of cards -> Discord's: what our tree says is markdown in it, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from adapters.discord.runs import (
    BOLD,
    ELLIPSIS,
    ITALIC,
    NOTHING,
    Kind,
    Run,
    fenced,
    in_room,
    lines_of,
    merged,
    on_one_line,
)
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
from content.markup.plain import blocks_said, list_said, said

UNBOUNDED = 1_000_000
DEEPEST_INDENT = 20
WIDEST = 80
"""Characters of a line of code beside which a window of Discord's has no room on a common screen."""
MORE = f"\n{ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph behind its indent and bullet, or a block of code. `apart` stands between it and what is before it."""

    apart: str
    lead: str = ""
    runs: tuple[Run, ...] = ()
    code: str | None = None
    language: str = ""


@lru_cache(maxsize=1024)
def passage(markdown: str, room: int = UNBOUNDED) -> str:
    """The passage in at most so many characters (two at least); an ellipsis says where something is left out."""
    if room == UNBOUNDED:
        return _set(_read(markdown), UNBOUNDED)
    whole = passage(markdown)
    return whole if len(whole) <= room else _set(_read(markdown), room - len(MORE))


@lru_cache(maxsize=1024)
def line(markdown: str, room: int = UNBOUNDED) -> str:
    """The same as one paragraph: what is no paragraph in it becomes plain text."""
    runs: list[Run] = []
    for block in parse(markdown).blocks:
        runs += [Run(" ")] if runs else []
        match block:
            case CodeBlock(code):
                runs.append(Run(visible(code), Kind.CODE))
            case Listing():
                runs.append(Run(visible("; ".join(list_said(block)))))
            case MathsBlock() | Grid():
                runs.append(Run(visible("".join(blocks_said([block])))))
            case _:
                runs += _flat(block.children)
    return in_room(merged(runs), room)


def literal(text: str, room: int = UNBOUNDED) -> str:
    """A plain text, shown as it is in one line."""
    return in_room((Run(on_one_line(visible(text))),), room)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Iterable[int], room: int = UNBOUNDED) -> str:
    """A table of plain texts; one too wide for a line is a line of text for each row."""
    drawn = aligned(header, rows, right)
    if max(map(len, drawn.split("\n"))) <= WIDEST:
        return fenced(drawn, "", room)
    return _set(map(_row, rows), room)


def _row(cells: Sequence[str]) -> Piece:
    first, *rest = (on_one_line(visible(cell)) for cell in cells)
    return Piece("\n", runs=merged((Run(first, style=BOLD), Run("  " + " · ".join(rest)))))


def begins_with_text(markdown: str) -> bool:
    """Whether something may stand before the passage in the same line."""
    return all(hasattr(block, "children") for block in parse(markdown).blocks[:1])


@lru_cache(maxsize=256)
def _read(markdown: str) -> tuple[Piece, ...]:
    return tuple(_pieces(parse(markdown).blocks))


def _set(pieces: Iterable[Piece], room: int) -> str:
    """As many pieces as have room, and the beginning of the next one."""
    written = ""
    for piece in pieces:
        before = written + (piece.apart if written else "")
        length = len(piece.code or "") + sum(len(run.text) for run in piece.runs)
        whole = before + (_piece(piece, UNBOUNDED) if length <= room else "")
        if max(length, len(whole)) > room:
            begun = _piece(piece, room - len(before))
            return before + begun if begun else f"{written}{MORE}".lstrip()
        written = whole
    return written


def _piece(piece: Piece, room: int) -> str:
    """A piece in at most so many characters, "" where it has no room."""
    if piece.code is not None:
        return fenced(piece.code, piece.language, room)
    begun = in_room(piece.runs, room - len(piece.lead))
    return piece.lead + begun if begun else ""


def _pieces(blocks: Iterable[Block], indent: int = 0) -> Iterator[Piece]:
    for block in blocks:
        match block:
            case CodeBlock(code, language):
                yield Piece("\n", code=code, language=language)
            case MathsBlock(latex):
                yield Piece("\n", code=unicode_maths(latex))
            case Listing():
                yield from _items(block, indent)
            case Grid(header, rows, alignments):
                right = [n for n, side in enumerate(alignments) if side == "right"]
                cells = [[said(cell) for cell in row] for row in rows]
                yield Piece("\n", code=aligned([said(cell) for cell in header], cells, right))
            case _:
                blank = " " * indent
                runs = merged(_flat(block.children)) or (Run(NOTHING),)
                below = tuple(replace(run, text=run.text.replace("\n", f"\n{blank}")) for run in runs)
                yield Piece("\n" if indent else "\n\n", blank, below)


def _items(listing: Listing, indent: int) -> Iterator[Piece]:
    """The items of a list; those of a list within it stand further in."""
    for number, item in enumerate(listing.items, listing.start):
        bullet = f"{number}. " if listing.ordered else "- "
        lead = " " * indent + bullet
        pieces = list(_pieces(item, min(indent + len(bullet), DEEPEST_INDENT)))
        if not pieces or pieces[0].lead.strip() or pieces[0].code is not None:
            pieces.insert(0, Piece("", runs=(Run(NOTHING),)))
        yield replace(pieces[0], apart="\n", lead=lead)
        yield from pieces[1:]


def _flat(children: Iterable[Inline], style: int = 0) -> Iterator[Run]:
    for child in children:
        match child:
            case Strong(inner):
                yield from _flat(inner, style | BOLD)
            case Emphasis(inner):
                yield from _flat(inner, style | ITALIC)
            case Code(text):
                yield Run(visible(text), Kind.CODE, style)
            case Link(href, inner):
                yield Run(visible(said(inner)), Kind.LINK, style, visible(href))
            case Maths(latex):
                yield Run(visible(unicode_maths(latex)), Kind.TEXT, style)
            case Break(hard):
                yield Run("\n" if hard else " ", Kind.TEXT, style)
            case _:
                yield Run(lines_of(visible(child.text)), Kind.TEXT, style)
