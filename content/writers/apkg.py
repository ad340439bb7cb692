"""A pack as flashcards that Anki imports, a deck for each topic, from which `content.readers.anki` reads equal items.

A note is known by its item: a package of a later version of the pack updates it, and what Anki knows of its reviews
stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from html import escape

from content.item import Item, Kind, Option
from content.record import Pack, item_record
from content.writers.anki_html import html_of, literal_html
from content.writers.anki_package import Deck, Note, NoteForm, guid_of, packed, picture_html, picture_name, tag_of
from content.writers.asked import options_shown, right
from content.writers.losses import LOST_PICTURE, Losses
from content.writers.written import Written

FORM = NoteForm(
    1_763_800_003,
    "Studyhall item",
    ("Question", "Picture", "Options", "Hints", "Answer", "Explanation", "Reasons", "References", "Id", "Item"),
    "{{Question}}{{Picture}}{{Options}}{{#Hints}}{{hint:Hints}}{{/Hints}}",
    "{{FrontSide}}<hr id=answer>{{Answer}}{{Explanation}}{{Reasons}}{{References}}",
)
"""The last field holds the whole item and is on no card: by it nothing is lost on the way back."""
_NAME = "Studyhall pack"
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_DECKS = 1_800_000_000


class _AnkiWriter:
    """Writes a package. Of a note that is there already Anki takes the later one, by `now`."""

    name = "apkg"
    title = "Anki package"
    suffix = ".apkg"

    def __init__(self, now: datetime) -> None:
        self._now = now

    def write(self, pack: Pack, items: Sequence[Item], pictures: Mapping[str, bytes]) -> Written:
        """One file with the pictures in it. Translations are kept for the way back, and are on no card."""
        notes = [
            Note(
                guid_of(_NAME, item.id),
                _deck(pack, item),
                fields_of(item, pictures),
                [tag_of("topic", item.topic), tag_of("difficulty", item.difficulty), *map(_tag, item.tags)],
            )
            for item in items
        ]
        used = [pictures[item.picture.path] for item in items if item.picture and item.picture.path in pictures]
        content = packed(FORM, notes, {name: each for each in used if (name := picture_name(each))}, self._now)
        return Written({f"{pack.id}.apkg": content}, _lost(items, pictures))


def writer_at(now: datetime) -> _AnkiWriter:
    """The writer of packages that are made `now`."""
    return _AnkiWriter(now)


WRITER = writer_at(_FIRST)


def fields_of(item: Item, pictures: Mapping[str, bytes]) -> list[str]:
    """The fields of the item's note, as HTML."""
    picture = item.picture if item.picture and item.picture.path in pictures else None
    record = item_record(item)
    del record["where"]
    told = {
        "Question": f"<div>{html_of(item.stem)}</div>",
        "Picture": picture_html(pictures[picture.path], picture.alt) if picture else "",
        "Options": _options(item),
        "Hints": _list("ol", item.hints),
        "Answer": "".join(f"<div>{_signed(sign, html_of(text))}</div>" for sign, text in right(item)),
        "Explanation": f"<div>{html_of(item.explanation)}</div>" if item.explanation else "",
        "Reasons": _reasons(item),
        "References": _references(item.references),
        "Id": literal_html(item.id),
        "Item": escape(json.dumps(record, ensure_ascii=False)),
    }
    return [told[name] for name in FORM.fields]


def _deck(pack: Pack, item: Item) -> Deck:
    title = pack.topics.get(item.topic) or item.topic.replace("-", " ").capitalize()
    number = int.from_bytes(sha256(f"{pack.id}/{item.topic}".encode()).digest()[:4]) + _DECKS
    return Deck(number, "::".join(" ".join(part.replace("::", " ").split()) for part in (pack.title, title)))


def _tag(tag: str) -> str:
    return "-".join(tag.split())


def _options(item: Item) -> str:
    shown = [html_of(option.text) for _, option in options_shown(item)]
    element = "ul" if item.kind is Kind.ORDER else "ol"
    return f"<{element} class=options>{''.join(f'<li>{each}</li>' for each in shown)}</{element}>" if shown else ""


def _list(element: str, passages: Sequence[str]) -> str:
    lines = "".join(f"<li>{html_of(each)}</li>" for each in passages)
    return f"<{element}>{lines}</{element}>" if lines else ""


def _signed(sign: str, html: str) -> str:
    return f"<b>{sign}</b> {html}" if sign else html


def _reasons(item: Item) -> str:
    """Why each option is right or wrong, behind its letter."""
    told = [(sign, option) for sign, option in sorted(options_shown(item), key=_sign) if option.reason]
    marks = dict.fromkeys(item.options, "" if item.kind is Kind.ORDER else "✗ ")
    marks |= {item.options[index]: "✓ " for index in item.key if item.kind is not Kind.ORDER}
    lines = (f"<li><b>{marks[option]}{sign}</b> {html_of(option.reason)}</li>" for sign, option in told)
    return f"<ul>{''.join(lines)}</ul>" if told else ""


def _sign(shown: tuple[str, Option]) -> str:
    return shown[0]


def _references(references: Sequence[str]) -> str:
    lines = "".join(f"<li>{literal_html(each)}</li>" for each in references)
    return f"<ul class=references>{lines}</ul>" if lines else ""


def _lost(items: Sequence[Item], pictures: Mapping[str, bytes]) -> Sequence[str]:
    """What no card shows."""
    losses = Losses()
    for item in items:
        if item.picture and item.picture.path not in pictures:
            losses.add(LOST_PICTURE, item.id)
        if item.translations:
            losses.add("the translations are on no card", item.id)
    return losses.told()
