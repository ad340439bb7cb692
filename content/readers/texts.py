"""Texts of the forms that Moodle knows (HTML, Markdown, plain, its own mixture) as Markdown of `content.markup`."""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt

from content.markup import Break, Document, Inline, Paragraph, Span, faults, literal, written
from content.readers.formulas import with_formulas
from content.readers.html import markdown_of

FORMS = ("html", "moodle", "plain", "markdown")

_FORMULA = re.compile(r"\\[(\[]|\$\$|\[\$|\[latex\]", re.IGNORECASE)
_HTML = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]+\d*);", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:p|div|br|ul|ol|li|table|tr|pre|h[1-6])\b", re.IGNORECASE)


def markdown_from(text: str, form: str) -> str:
    """The Markdown that shows what a text of one of the FORMS says. Raises nothing."""
    if form == "markdown":
        return _from_markdown(text)
    if form == "html":
        return markdown_of(text)
    if form == "moodle" and _HTML.search(text):
        # Moodle's own form is HTML in which line ends count, where no tags set the lines.
        return markdown_of(text if _BLOCK.search(text) else text.replace("\n", "<br>"))
    return plain_markdown(text)


def plain_markdown(text: str) -> str:
    """The Markdown that shows a plain text, with the formulas in it."""
    if not _FORMULA.search(text):
        return literal(text)
    passages = [passage for passage in re.split(r"\n\s*\n", text) if passage.strip()]
    return written(Document(tuple(Paragraph(tuple(with_formulas(_lines(passage)))) for passage in passages)))


def _lines(passage: str) -> list[Inline]:
    parts: list[Inline] = []
    for line in passage.split("\n"):
        parts += [Span(line), Break(hard=True)]
    return parts[:-1]


@lru_cache(maxsize=1)
def _wide() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _from_markdown(text: str) -> str:
    """Markdown of the whole language as ours: as it is where ours has all of it, else by way of HTML."""
    if not _FORMULA.search(text) and not faults(text):
        return text.strip()
    # A backslash before a bracket is lost in Markdown, and begins a formula here.
    kept = re.sub(r"\\(?=[()\[\]])", r"\\\\", text)
    return markdown_of(_wide().render(kept))
