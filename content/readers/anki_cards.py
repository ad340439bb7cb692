"""Flashcards that people took along from Studyhall: the question, options and key, as far as cards tell these."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

from lxml import etree

from content.item import Difficulty, Kind, Option
from content.readers.anki_collection import Note
from content.readers.draft import Draft
from content.readers.html import markdown_of
from content.sense import LETTERS

_FIELDS = frozenset({"Question", "Picture", "Options", "Answer", "Explanation", "Reasons", "References", "Id"})
_SIGN = re.compile(r"<div><b>([A-J])</b> ")
_REASON = re.compile(r"<b>[✓✗ ]*([A-J])</b>")


def card_draft(note: Note) -> Draft | None:
    """The draft of such a card, without its picture; None for a note of another kind."""
    if not set(note.fields) >= _FIELDS:
        return None
    fields = note.fields
    reasons = _reasons(fields["Reasons"])
    options = [
        Option(markdown_of(html), reasons.get(LETTERS[place], ""))
        for place, html in enumerate(_entries(fields["Options"], "ol")[: len(LETTERS)])
    ]
    key = [LETTERS.index(sign) for sign in _SIGN.findall(fields["Answer"])]
    if any(index >= len(options) for index in key):
        key = []
    ordered = len(key) == len(options) and key != sorted(key)
    tags = dict(tag.partition("::")[::2] for tag in note.tags)
    return Draft(
        stem=markdown_of(fields["Question"]),
        own_id=markdown_of(fields["Id"]).rpartition("/")[2],
        kind=Kind.ORDER if ordered else None,
        options=tuple(options[index] for index in key) if ordered else tuple(options),
        key=tuple(range(len(key))) if ordered else tuple(sorted(key)),
        answer="" if key else markdown_of(fields["Answer"]),
        explanation=markdown_of(fields["Explanation"]),
        references=tuple(filter(None, [markdown_of(fields["References"])])),
        topic=tags.get("topic", ""),
        concept=tags.get("concept", ""),
        difficulty=next((level for level in Difficulty if level == tags.get("difficulty")), None),
    )


def _entries(html: str, element: str) -> Sequence[str]:
    """The HTML of the entries of the first list of this kind that stands by itself."""
    with suppress(etree.LxmlError, ValueError):
        root = etree.fromstring(f"<body>{html}</body>", etree.HTMLParser(no_network=True, encoding=None))
        found = root.find(f".//{element}") if root is not None else None
        return [_inner(entry) for entry in found.iterfind("li")] if found is not None else []
    return []


def _inner(entry: etree._Element) -> str:
    parts = (etree.tostring(child, encoding="unicode", method="html") for child in entry)
    return (entry.text or "").replace("&", "&amp;").replace("<", "&lt;") + "".join(parts)


def _reasons(html: str) -> Mapping[str, str]:
    """The reasons by the letters of their options."""
    found: dict[str, str] = {}
    for entry in _entries(html, "ul"):
        sign = _REASON.match(entry)
        if sign:
            found[sign[1]] = markdown_of(entry[sign.end() :])
    return found
