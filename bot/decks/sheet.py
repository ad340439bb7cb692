"""Flashcards as a table of comma-separated values that spreadsheets open: UTF-8 with a byte order mark, as some of them
take another encoding for granted where there is none.

A cell that a spreadsheet would compute is text behind an apostrophe: see `content.writers.cells`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from bot.cards.question import difficulty_word, option_text, topic_title
from bot.cards.words import Words, letter
from bot.decks.flashcard import Flashcard, key_parts
from bot.rules.verdicts import Verdict
from content.markup import parse, visible
from content.markup.plain import blocks_said
from content.writers.cells import guarded

MIME = "text/csv"


def sheet(words: Words, cards: Sequence[Flashcard], topics: Mapping[str, str]) -> bytes:
    """One row a flashcard below a row of headings. `topics`: titles by id."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_headings(words))
    writer.writerows([guarded(cell) for cell in _row(words, card, topics)] for card in cards)
    return out.getvalue().encode("utf-8-sig")


def _headings(words: Words) -> list[str]:
    return [
        words("Question"),
        words("Options"),
        words("Key"),
        words("Explanation"),
        words("Topic"),
        words("Idea"),
        words("Difficulty"),
        words("Last answer"),
        words("Times met"),
        words("Next review"),
        words("References"),
        words("Id"),
    ]


def _row(words: Words, card: Flashcard, topics: Mapping[str, str]) -> list[str]:
    shown = card.shown
    options = range(len(shown.options))
    return [
        _text(shown.stem),
        "\n".join(f"{letter(index)}. {_text(option_text(words, shown, index))}" for index in options),
        "\n".join(_signed(sign, text) for sign, text in key_parts(words, shown)),
        _text(shown.explanation),
        topic_title(dict(topics), shown.topic),
        shown.concept,
        difficulty_word(words, shown.difficulty),
        verdict_word(words, card.verdict),
        f"{card.times}",
        card.due.isoformat() if card.due else "",
        "\n".join(shown.references),
        shown.item_id,
    ]


def _signed(sign: str, text: str) -> str:
    ending = "." if sign.isalpha() else ""
    return f"{sign}{ending} {_text(text)}" if sign else _text(text)


def _text(markdown: str) -> str:
    """A passage as plain text, a line or more for each of its blocks: code keeps its lines."""
    return visible("\n".join(blocks_said(parse(markdown).blocks)))


def verdict_word(words: Words, verdict: str) -> str:
    """The word for what came of an answer."""
    return {
        Verdict.RIGHT: words("right"),
        Verdict.PARTLY: words("partly right"),
        Verdict.WRONG: words("not right"),
        Verdict.NOTED: words("noted"),
    }[Verdict(verdict)]
