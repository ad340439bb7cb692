"""Flashcards as a package that Anki imports: notes of one kind in one deck, with their pictures.

A note is known by its item, whoever exported it and wherever it was asked: a later package updates it, and what Anki
knows of its reviews stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards.question import how, option_text
from bot.cards.words import Words, in_a_row, letter
from bot.decks.flashcard import Flashcard, key_parts
from bot.ports import Picture
from bot.rules.shown import Shown
from content.item import Kind
from content.writers.anki_html import html_of, literal_html
from content.writers.anki_package import Deck, Note, NoteForm, guid_of, packed, picture_html, picture_name, tag_of

MIME = "application/apkg"
NAME = "Studyhall"
DECK = Deck(1_763_800_001, NAME)
FORM = NoteForm(
    1_763_800_002,
    NAME,
    ("Question", "Picture", "Options", "Answer", "Explanation", "Reasons", "References", "Id"),
    "{{Question}}{{Picture}}{{Options}}",
    "{{FrontSide}}<hr id=answer>{{Answer}}{{Explanation}}{{Reasons}}{{References}}",
)


def apkg(words: Words, cards: Sequence[Flashcard], now: datetime) -> bytes:
    """The package. Of a note that is there already Anki takes the later one, by `now`."""
    contents = [card.picture.content for card in cards if card.picture]
    notes = [Note(guid_of(NAME, card.shown.item_id), DECK, _fields(words, card), tags_of(card.shown)) for card in cards]
    return packed(FORM, notes, {name: content for content in contents if (name := picture_name(content))}, now)


def tags_of(shown: Shown) -> list[str]:
    """What a note can be found and chosen by."""
    told = {
        "topic": shown.topic,
        "concept": shown.concept,
        "difficulty": shown.difficulty.value,
        "pack": shown.item_id.partition("/")[0],
    }
    return [tag_of(kind, value) for kind, value in told.items()]


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
    return [told[name] for name in FORM.fields]


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
    return picture_html(picture.content, picture.alt) if picture else ""
