"""Flashcards as a package that Anki imports: notes of one kind in one deck, with their pictures.

A note is known by its item, whoever exported it and wherever it was asked: a later package updates it, and what Anki
knows of its reviews stays. Nothing is written to disk on the way.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from html import escape
from itertools import count
from typing import Any

from bot.cards.question import how, option_text
from bot.cards.words import Words, in_a_row, letter
from bot.decks.flashcard import Flashcard, key_parts
from bot.decks.html import html_of, literal_html
from bot.ports import Picture
from bot.rules.shown import Shown
from content.item import Kind

MIME = "application/apkg"
DECK, MODEL = 1_763_800_001, 1_763_800_002
"""By these numbers Anki knows the deck and the kind of note: they never change, and other fields need another MODEL."""
NAME = "Studyhall"
FIELDS = ("Question", "Picture", "Options", "Answer", "Explanation", "Reasons", "References", "Id")
FRONT = "{{Question}}{{Picture}}{{Options}}"
BACK = "{{FrontSide}}<hr id=answer>{{Answer}}{{Explanation}}{{Reasons}}{{References}}"
STYLE = """\
.card { font-family: system-ui, sans-serif; font-size: 18px; line-height: 1.45; max-width: 42em; margin: 0 auto; }
.card pre { overflow-x: auto; padding: 0.5em; border: 1px solid; border-radius: 4px; }
.card table { border-collapse: collapse; } .card th, .card td { border: 1px solid; padding: 0.2em 0.6em; }
.card img { max-width: 100%; } .options { list-style: upper-alpha; }
.how, .references { font-size: 14px; opacity: 0.8; }
"""
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


def apkg(words: Words, cards: Sequence[Flashcard], now: datetime) -> bytes:
    """The package. Of a note that is there already Anki takes the later one, by `now`."""
    pictures = {name: card.picture.content for card in cards if card.picture and (name := _name(card.picture))}
    return _packed(_collection(words, cards, now), pictures, now)


def _collection(words: Words, cards: Sequence[Flashcard], now: datetime) -> bytes:
    import genanki  # noqa: PLC0415  starting without an export does not pay for it

    model = genanki.Model(
        MODEL,
        NAME,
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "1", "qfmt": FRONT, "afmt": BACK}],
        css=STYLE,
    )
    deck = genanki.Deck(DECK, NAME)
    for card in cards:
        guid = genanki.guid_for(NAME, card.shown.item_id)
        deck.add_note(genanki.Note(model, _fields(words, card), tags=tags_of(card.shown), guid=guid))
    # By `Package.write_to_file` a copy of it all would stay in the folder for temporary files.
    with closing(sqlite3.connect(":memory:")) as connection:
        seconds = now.timestamp()
        genanki.Package(deck).write_to_db(connection.cursor(), seconds, count(int(seconds * 1000)))
        connection.commit()
        return connection.serialize()


def _packed(collection: bytes, pictures: Mapping[str, bytes], now: datetime) -> bytes:
    """The archive: the collection, the names of the pictures by their numbers, and the pictures under those."""
    named = {f"{number}": name for number, name in enumerate(pictures)}
    files: dict[str, Any] = {"collection.anki2": collection, "media": json.dumps(named)}
    files |= {number: pictures[name] for number, name in named.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, now.timetuple()[:6])
            package.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tags_of(shown: Shown) -> list[str]:
    """What a note can be found and chosen by; Anki shows two colons as a tree."""
    told = {
        "topic": shown.topic,
        "concept": shown.concept,
        "difficulty": shown.difficulty.value,
        "pack": shown.item_id.partition("/")[0],
    }
    return [f"{kind}::{'-'.join(value.split())}" for kind, value in told.items()]


def _fields(words: Words, card: Flashcard) -> list[str]:
    shown = card.shown
    asked = literal_html(how(words, shown.kind, pressable=True))
    told = {
        "Question": f"<div>{html_of(shown.stem)}</div>",
        "Picture": _picture(card.picture),
        "Options": f"{_options(words, shown)}<div class=how>{asked}</div>",
        "Answer": "".join(_part(sign, text) for sign, text in key_parts(words, shown)),
        "Explanation": f"<div>{html_of(shown.explanation)}</div>" if shown.explanation else "",
        "Reasons": _reasons(shown),
        "References": _references(words, shown),
        "Id": literal_html(shown.item_id),
    }
    return [told[name] for name in FIELDS]


def _options(words: Words, shown: Shown) -> str:
    options = [html_of(option_text(words, shown, index)) for index in range(len(shown.options))]
    return f"<ol class=options>{''.join(f'<li>{each}</li>' for each in options)}</ol>" if options else ""


def _part(sign: str, text: str) -> str:
    return f"<div>{f'<b>{sign}</b> ' if sign else ''}{html_of(text)}</div>"


def _reasons(shown: Shown) -> str:
    """Why each option is right or wrong, behind its letter."""
    told = [(index, option.reason) for index, option in enumerate(shown.options) if option.reason]
    lines = [f"<li><b>{_mark(shown, index)}{letter(index)}</b> {html_of(reason)}</li>" for index, reason in told]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _mark(shown: Shown, index: int) -> str:
    if shown.kind is Kind.ORDER:
        return ""
    return "✓ " if index in shown.key else "✗ "


def _references(words: Words, shown: Shown) -> str:
    if not shown.references:
        return ""
    told = words("Read on: {references}", references=in_a_row(shown.references))
    return f"<div class=references>{literal_html(told)}</div>"


def _picture(picture: Picture | None) -> str:
    name = _name(picture) if picture else ""
    if picture is None or not name:
        return ""
    return f'<div><img src="{name}" alt="{escape(picture.alt)}"></div>'


def _name(picture: Picture) -> str:
    """The name of a picture in Anki, made from its content, so that no other is overwritten; "" for unknown formats."""
    extension = _EXTENSIONS.get(picture.mime, "")
    return f"studyhall-{sha256(picture.content).hexdigest()[:20]}.{extension}" if extension else ""
