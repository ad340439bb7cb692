"""The way back: plain text, or a tree of content.markup, as Markdown that `parse` reads as just that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

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
from content.markup.reading import parse

_SAFE = re.compile(r"[^\W\d_](?:[^\W_]|[ .,;:'\"/%&?()+=!#>-])*")
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_MARKS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~\n]|$)"  # a backslash that would escape what follows
    r"|[`$]"
    r"|\*(?!(?<= \*) )"  # not the star of "2 * 3"
    r"|(?<![^\W_])_|_(?![^\W_])"  # not those of snake_case
    r"|\](?=[(:\[]|$)"
    r"|<(?=[A-Za-z/!?])"
)
_LINE_MARKS = re.compile(
    r"^(?:(#{1,6}(?=[ \t]|$)|>|[-+](?=[ \t]|$)|~~~|=+[ \t]*$|[-:|][-:| \t]*$)|(\d{1,9})(?=[.)](?:[ \t]|$)))",
    re.MULTILINE,
)
_BRACKET = re.compile(r"(?<!\\)[\[\]]")
_ESCAPE = r"\\\g<0>"


_MOST_TRIED = 20


def literal(text: str) -> str:
    """Markdown that shows exactly the text. Lines stay lines and empty lines part paragraphs; what Markdown cannot hold
    is left out: control characters, and spaces at the ends of lines.
    """
    if _SAFE.fullmatch(text):
        return text.rstrip()
    passages = re.split(r"\n\s*\n", _UNSHOWN.sub("", re.sub(r"\r\n?", "\n", text)).strip())
    lines = ("\n".join(line.strip() for line in passage.split("\n") if line.strip()) for passage in passages)
    return "\n\n".join(_started(_escaped(passage)).replace("\n", "\\\n") for passage in lines if passage)


def written(document: Document) -> str:
    """Markdown of the tree. A passage with marks that Markdown cannot set where they stand (`a**(b)**c`) loses its
    marks; every text stays.
    """
    return _blocks(document.blocks)


def _escaped(text: str) -> str:
    return _MARKS.sub(_ESCAPE, text)


def _started(text: str) -> str:
    """The text with what would make a line something else than text escaped."""
    return _LINE_MARKS.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\", text)


def _blocks(blocks: Sequence[Block], *, tight: bool = False) -> str:
    parts: list[str] = []
    other = False
    for number, block in enumerate(blocks):
        before = blocks[number - 1] if number else None
        # Two lists that follow each other need different marks, or they would be one.
        other = isinstance(block, Listing) and isinstance(before, Listing) and not other
        parts.append(_block(block, other=other))
    return ("\n" if tight else "\n\n").join(part for part in parts if part)


def _block(block: Block, *, other: bool) -> str:
    match block:
        case Paragraph(children):
            return passage(children)
        case CodeBlock(code, language):
            fence = "`" * max(3, _longest(code) + 1)
            return f"{fence}{language}\n{code}\n{fence}"
        case MathsBlock(latex):
            return f"$$\n{latex}\n$$"
        case Listing():
            return _listing(block, other=other)
        case Grid():
            return _grid(block)


def _longest(code: str) -> int:
    """The length of the longest run of backticks."""
    return max(map(len, re.findall("`+", code)), default=0)


def _listing(listing: Listing, *, other: bool) -> str:
    items: list[str] = []
    for number, blocks in enumerate(listing.items, listing.start):
        mark = f"{number}{')' if other else '.'} " if listing.ordered else ("* " if other else "- ")
        text = _blocks(blocks, tight=listing.tight)
        items.append(mark + re.sub(r"\n(?=[^\n])", "\n" + " " * len(mark), text))
    return ("\n" if listing.tight else "\n\n").join(items)


def _grid(grid: Grid) -> str:
    rules = {"left": ":--", "right": "--:", "center": ":-:"}
    lines = [[_cell(cell) for cell in row] for row in (grid.header, *grid.rows)]
    lines.insert(1, [rules.get(alignment, "---") for alignment in grid.alignments])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(children: Iterable[Inline]) -> str:
    """A cell of a table: one line, with its bars escaped."""
    return passage(_on_one_line(children)).replace("|", "\\|")


def _on_one_line(children: Iterable[Inline]) -> Iterator[Inline]:
    for child in children:
        match child:
            case Break():
                yield Span(" ")
            case Emphasis(inner):
                yield Emphasis(tuple(_on_one_line(inner)))
            case Strong(inner):
                yield Strong(tuple(_on_one_line(inner)))
            case Link(href, inner):
                yield Link(href, tuple(_on_one_line(inner)))
            case _:
                yield child


def passage(children: Iterable[Inline]) -> str:
    """The Markdown of a paragraph."""
    wanted = _neat(children)
    if all(isinstance(child, Span | Break | Code) for child in wanted):
        return _Style().written(wanted)
    for tried in _fewer(wanted):
        if (text := _exact(tried)) is not None:
            return text
    return _Style().written(
        _neat(Code(child.latex) if isinstance(child, Maths) else child for child in _plain(wanted, Link))
    )


def _fewer(wanted: tuple[Inline, ...]) -> Iterator[tuple[Inline, ...]]:
    """The passage, and the same with fewer and fewer marks."""
    yield wanted
    yield _settable(wanted)
    yield _plain(wanted)
    yield _plain(wanted, Link)


def _exact(wanted: tuple[Inline, ...]) -> str | None:
    """The Markdown that is read as just this; None where there is none."""
    for style in (_Style("*"), _Style("_")):
        text = style.written(wanted)
        if parse(text).blocks == (Paragraph(wanted),):
            return text
    return None


def _settable(wanted: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """The same without the marks that Markdown cannot set where they stand, each tried by itself."""
    marked = [number for number, child in enumerate(wanted) if isinstance(child, Emphasis | Strong)]
    kept = {number for number in marked[:_MOST_TRIED] if _exact(_only(wanted, {number})) is not None}
    return _only(wanted, kept)


def _only(wanted: tuple[Inline, ...], kept: set[int]) -> tuple[Inline, ...]:
    parts = (
        (child,) if number in kept else _without([child], (Emphasis, Strong)) for number, child in enumerate(wanted)
    )
    return _neat(child for part in parts for child in part)


@dataclass(frozen=True, slots=True)
class _Style:
    """How to write emphasis: with stars, or with lines where stars would run into those of strong text."""

    emphasis: str = "*"

    def written(self, children: Iterable[Inline]) -> str:
        return _started("".join(map(self._inline, children)))

    def _inline(self, child: Inline) -> str:
        match child:
            case Span(text):
                return _escaped(text)
            case Code(text):
                return _code(text)
            case Maths(latex, display):
                return f"$${latex}$$" if display else f"${latex}$"
            case Break(hard):
                return "\\\n" if hard else "\n"
            case _:
                inner = "".join(map(self._inline, child.children))
                if isinstance(child, Link):
                    return f"[{_BRACKET.sub(_ESCAPE, inner)}]({child.href})"
                mark = "**" if isinstance(child, Strong) else self.emphasis
                return mark + inner + mark


def _code(text: str) -> str:
    marks = "`" * (_longest(text) + 1)
    blank = " " if text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip()) else ""
    return f"{marks}{blank}{text}{blank}{marks}"


def _plain(children: Iterable[Inline], *also: type) -> tuple[Inline, ...]:
    """The same without emphasis and the marks named; what they marked stays."""
    return _neat(_without(children, (Emphasis, Strong, *also)))


def _without(children: Iterable[Inline], marks: tuple[type, ...]) -> Iterator[Inline]:
    for child in children:
        if isinstance(child, marks) and isinstance(child, Emphasis | Strong | Link):
            yield from _without(child.children, marks)
        else:
            yield child


def _neat(children: Iterable[Inline]) -> tuple[Inline, ...]:
    """As `parse` would give it: neighbours of a kind are one, no mark is empty or begins or ends with a space, and
    neither does a line.
    """
    whole: list[Inline] = []
    for child in _clean(children):
        _join(whole, child)
    lines: list[Inline] = []
    for number, child in enumerate(whole):
        if isinstance(child, Span):
            begins = not lines or isinstance(lines[-1], Break)
            ends = number + 1 == len(whole) or isinstance(whole[number + 1], Break)
            text = child.text.lstrip() if begins else child.text
            if text := text.rstrip() if ends else text:
                lines.append(Span(text))
        elif not isinstance(child, Break) or (lines and not isinstance(lines[-1], Break)):
            lines.append(child)
    while lines and isinstance(lines[-1], Break):
        lines.pop()
    return tuple(lines)


def _clean(children: Iterable[Inline]) -> Iterator[Inline]:
    """Each child as it can be written, spaces and line ends at the edges of marks moved out of them."""
    for child in children:
        match child:
            case Span(text):
                yield Span(_UNSHOWN.sub("", text).replace("\n", " "))
            case Code(text):
                yield Code(_UNSHOWN.sub("", text).replace("\n", " "))
            case Maths(latex, display):
                yield Maths(" ".join(_UNSHOWN.sub("", latex).split()), display)
            case Break():
                yield child
            case _:
                before, inner, after = _edges(child.children)
                yield from before
                if inner:
                    yield Link(child.href, inner) if isinstance(child, Link) else type(child)(inner)
                yield from after


def _edges(children: Iterable[Inline]) -> tuple[list[Inline], tuple[Inline, ...], list[Inline]]:
    """Blanks and line ends at the beginning, what is between, and those at the end."""
    whole: list[Inline] = []
    for child in _clean(children):
        _join(whole, child)
    before = _edge(whole, 0)
    return before, _neat(whole), _edge(whole, -1)


def _edge(whole: list[Inline], at: int) -> list[Inline]:
    if not whole:
        return []
    match whole[at]:
        case Break():
            return [whole[at]]
        case Span(text) if text[at].isspace():
            return [Span(" ")]
        case _:
            return []


def _join(whole: list[Inline], child: Inline) -> None:
    """Add the child to what came before it: to the last one where both are of a kind."""
    last = whole[-1] if whole else None
    match last, child:
        case (_, Span("") | Code("") | Maths("")):
            return
        case (Span(text), Span(more)):
            whole[-1] = Span(text + more)
        case (Code(text), Code(more)):
            whole[-1] = Code(text + more)
        case (Emphasis(inner), Emphasis(rest)):
            whole[-1] = Emphasis(_neat((*inner, *rest)))
        case (Strong(inner), Strong(rest)):
            whole[-1] = Strong(_neat((*inner, *rest)))
        case (Span(text), Maths()) if text[-1].isdigit():
            whole += [Span(text + " "), child]
            del whole[-3]
        case (Maths(), Span(text)) if text[0].isdigit():
            whole.append(Span(" " + text))
        case _:
            whole.append(child)
