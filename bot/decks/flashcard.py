"""A flashcard: an item that a person met, with what they made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.cards.question import option_text
from bot.cards.reveal import key_text
from bot.cards.words import Words, letter
from bot.ports import Picture
from bot.rules.shown import Shown
from content.item import CHOSEN_KINDS, Kind


@dataclass(frozen=True, slots=True)
class Flashcard:
    """An item as it is written into a file. `verdict`: that of the last time; `due`: the day of its concept's next
    review, None where nothing of it is remembered.
    """

    shown: Shown
    times: int
    verdict: str
    due: date | None = None
    picture: Picture | None = None


def key_parts(words: Words, shown: Shown) -> list[tuple[str, str]]:
    """What is right: a sign ("B", "" where there is none) and a passage of Markdown for each part of it, in order."""
    if shown.kind is Kind.OPEN:
        rubric = [("•", line) for line in shown.open.rubric] if shown.open else []
        return [("", shown.open.reference), *rubric] if shown.open else []
    if shown.kind in CHOSEN_KINDS:
        return [(letter(index), option_text(words, shown, index)) for index in shown.key]
    return [("", key_text(words, shown))]
