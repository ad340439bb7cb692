"""The Markdown of cards: a small documented subset (docs/markup.md), read once into a tree that adapters render."""

from content.markup.authoring import faults
from content.markup.drawn import aligned, drawn_bar
from content.markup.line import unicode_maths
from content.markup.maths import mathml
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
from content.markup.pages import first_page, pages
from content.markup.plain import plain
from content.markup.reading import parse
from content.markup.visible import visible
from content.markup.writing import literal, written

__all__ = [
    "Block",
    "Break",
    "Code",
    "CodeBlock",
    "Document",
    "Emphasis",
    "Grid",
    "Inline",
    "Link",
    "Listing",
    "Maths",
    "MathsBlock",
    "Paragraph",
    "Span",
    "Strong",
    "aligned",
    "drawn_bar",
    "faults",
    "first_page",
    "literal",
    "mathml",
    "pages",
    "parse",
    "plain",
    "unicode_maths",
    "visible",
    "written",
]
