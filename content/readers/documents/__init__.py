"""Questions in Markdown, in HTML within it and in plain text, in whatever layout their authors chose."""

from __future__ import annotations

from content.readers.decoding import decode
from content.readers.documents.reading import read_document
from content.readers.draft import Found, Source, UnreadableError

__all__ = ["READER", "read_document"]

SUFFIXES = {
    ".md": 60,
    ".markdown": 60,
    ".mdown": 60,
    ".mkd": 60,
    ".rmd": 50,
    ".qmd": 50,
    ".txt": 40,
    ".text": 40,
    "": 20,
    ".html": 30,
    ".htm": 30,
}
SAMPLE = 4096
MOST_LINES = 120_000
"""More would take hundreds of megabytes; ten thousand questions with options have two thirds of that."""


class Documents:
    """Reads documents written for people."""

    name = "document"
    title = "Markdown or plain text"

    def likeness(self, source: Source) -> int:
        """By the suffix; other forms that are texts too have signatures of their own, and say so louder."""
        if b"\0" in source.content[:SAMPLE] and source.content[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            return 0
        return SUFFIXES.get(source.suffix, 5)

    def read(self, source: Source) -> Found:
        """All questions of the document. Raises UnreadableError where it is no text, empty or far too long."""
        decoded = decode(source.content)
        if not decoded.text.strip():
            raise UnreadableError("The file is empty: bring a document with questions.")
        if decoded.text.count("\n") > MOST_LINES:
            message = f"The document has more than {MOST_LINES:,} lines: split it up and bring its parts."
            raise UnreadableError(message, MOST_LINES)
        found = read_document(decoded.text)
        return Found(found.drafts, found.skipped, (*decoded.notes, *found.notes), title=found.title)


READER = Documents()
