"""What people see of an item on paper and on flashcards: what is asked, and what is right. Texts are Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from content.item import Item, Kind, Option
from content.markup import literal
from content.sense import LETTERS
from content.writers.pack import tolerance_of


def options_shown(item: Item) -> Sequence[tuple[str, Option]]:
    """The options with what people call each: a letter, or true and false. Steps to be put in order are mixed, in the
    same way each time; the numbers that they get are their right places.
    """
    if item.kind is Kind.TRUE_FALSE:
        return [(option.text, option) for option in item.options]
    if item.kind is not Kind.ORDER:
        return list(zip(LETTERS, item.options, strict=False))
    mixed = sorted(range(len(item.options)), key=lambda index: sha256(f"{item.id} {index}".encode()).digest())
    if mixed == sorted(mixed):
        mixed.reverse()
    return [(f"{index + 1}", item.options[index]) for index in mixed]


def right(item: Item) -> Sequence[tuple[str, str]]:
    """What is right: a sign ("B", "" where there is none) and a passage for each part of it, in order."""
    if item.kind is Kind.ORDER:
        return [(f"{place}", option.text) for place, option in enumerate(item.options, 1)]
    if item.kind is Kind.TRUE_FALSE:
        return [("", item.options[index].text) for index in item.key]
    if item.numeric:
        parts = (
            item.numeric.value,
            tolerance_of(item.numeric) and f"± {tolerance_of(item.numeric)}",
            item.numeric.unit,
        )
        return [("", literal(" ".join(filter(None, parts))))]
    if item.short:
        return [("", literal(text)) for text in item.short.accepted]
    if item.open:
        return [("", item.open.reference), *(("•", line) for line in item.open.rubric)]
    return [(LETTERS[index], item.options[index].text) for index in item.key]
