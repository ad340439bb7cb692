"""An open answer, handed on to the thread of its question."""

from __future__ import annotations

from bot.cards.words import Words, literal
from bot.ports import Card, Text

LONGEST = 2000


def talk_card(words: Words, name: str, text: str) -> Card:
    """What a person answered, for everybody to talk over; shown as it was written, with no markup of its own."""
    told = "\n\n".join(literal(line) for line in text[:LONGEST].splitlines() if line.strip())
    title = words("{name} answers", name=name)
    return Card(title, (Text(told),), summary=title)


def unsaid_card(words: Words) -> Card:
    """In the place of an answer whose author wishes to be forgotten."""
    title = words("{name} answers", name=words("somebody"))
    return Card(title, (Text(words("This answer was taken back by whoever wrote it.")),), summary=title)
