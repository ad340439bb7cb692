"""The tree that Markdown of cards is read into. Values only: adapters walk it and write their platform's own form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Literal text; the adapter escapes it."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """`*text*`."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """`**text**`."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of code within a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `href` starts with `http://` or `https://`."""

    href: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Maths:
    """LaTeX within a line. `display` where it was written as `$$…$$`."""

    latex: str
    display: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A line end in the source: a space where it is not `hard`."""

    hard: bool


Inline = Span | Emphasis | Strong | Code | Link | Maths | Break


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A passage of text."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of code, without the last line end. `language` is lower case, "" where none is named."""

    code: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class MathsBlock:
    """LaTeX in a line of its own."""

    latex: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; `start` is the first number where `ordered`. A `tight` one has no blank lines between its items."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """A pipe table. Every row has as many cells as the header; `alignments` are "left", "right", "center" or ""."""

    header: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    alignments: tuple[str, ...]


Block = Paragraph | CodeBlock | MathsBlock | Listing | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """What a passage of Markdown says."""

    blocks: tuple[Block, ...]
