"""Notes that were written from a pack: the item in them, with what was edited in Anki since."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from html import unescape
from typing import Any

from content.item import Item, Option
from content.readers.anki_collection import Note
from content.readers.draft import Draft, draft_of
from content.readers.html import markdown_of, read_html
from content.record import read_item
from content.writers.anki_package import picture_name
from content.writers.apkg import FORM, fields_of

_PLAIN = re.compile(r"(?!.*\.\.)[\w.-][\w .-]*(?:/[\w.-][\w .-]*)*")
_ODD = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


def own_draft(note: Note, picture: Callable[[str], bytes]) -> tuple[Draft, dict[str, bytes]] | None:
    """The draft and its picture by name, None where the note holds no item of ours. `picture` gives those of the
    package by their names there.
    """
    if not set(FORM.fields) <= set(note.fields):
        return None
    try:
        value = json.loads(unescape(note.fields["Item"]))
        item = read_item({**value, "where": ""})
    except _ODD:
        return None
    if not _is_item(item):
        return None
    pictures = _pictures(note, item, picture)
    shown = item if pictures else replace(item, picture=None)
    draft = draft_of(shown)
    return _edited(draft, note, dict(zip(FORM.fields, fields_of(shown, pictures), strict=True))), pictures


def _pictures(note: Note, item: Item, picture: Callable[[str], bytes]) -> dict[str, bytes]:
    """The item's picture by the name that the item has for it."""
    found = read_html(note.fields["Picture"]).pictures
    if item.picture is None or not found or not _PLAIN.fullmatch(item.picture.path):
        return {}
    content = picture(found[0].path)
    return {item.picture.path: content} if picture_name(content) else {}


def _edited(draft: Draft, note: Note, fields: Mapping[str, str]) -> Draft:
    """The draft with what the note says otherwise than the item in it."""
    changed = {name for name, html in fields.items() if _normal(html) != _normal(note.fields[name])} - {"Item"}
    if "Question" in changed:
        draft = replace(draft, stem=markdown_of(note.fields["Question"]) or draft.stem)
    if "Explanation" in changed:
        draft = replace(draft, explanation=markdown_of(note.fields["Explanation"]))
    others = sorted(changed - {"Question", "Explanation"})
    doubt = f"edited in Anki, but not taken from there: {', '.join(others)}."
    return replace(draft, doubts=(doubt,)) if others else draft


def _normal(html: str) -> str:
    return unicodedata.normalize("NFC", html)


def _is_item(item: Item) -> bool:
    """Whether all that should be text is text, and keys name options: the note is somebody else's."""
    texts = [item.id, item.stem, item.topic, item.concept, item.explanation, item.version]
    options = [*item.options, *(each for part in item.translations.values() for each in part.options)]
    listed: list[Any] = [*texts, *item.hints, *item.tags, *item.references, *_values(options)]
    for part in (item.numeric, item.short, item.open, item.picture, *item.translations.values()):
        listed += _values([part]) if part else []
    return all(isinstance(each, str) for each in listed) and all(
        isinstance(index, int) and 0 <= index < len(item.options) for index in item.key
    )


def _values(parts: Iterable[Any]) -> list[Any]:
    """The texts of values, those in tuples one by one."""
    found: list[Any] = []
    for part in parts:
        for name in part.__dataclass_fields__:
            value = getattr(part, name)
            if isinstance(value, tuple):
                found += [each for each in value if not isinstance(each, Option)]
            elif not isinstance(value, bool):
                found.append(value)
    return found
