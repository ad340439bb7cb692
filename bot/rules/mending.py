"""Mending: what was shown in a turn, with the key that its item in the bank has now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.rules.shown import Shown, show
from content.item import Item, Kind

SOURCE = ""
"""No language has this code: the item's own texts."""


class UnlikeError(ValueError):
    """The item is not the one any more that was shown: `part` (kind, options) was `before` and is `after` now."""

    def __init__(self, part: str, before: str, after: str) -> None:
        super().__init__(f"the {part} changed from {before} to {after}")
        self.part = part
        self.before = before
        self.after = after


def mended(shown: Shown, item: Item, language: str) -> Shown:
    """`shown` with the item's key, reasons, explanation and references as they are now.

    What people were asked stays: stem, options and their order, difficulty, topic and concept. Options are matched by
    their texts, in whichever language of the item they were shown; `language` decides where nothing else does. Raises
    UnlikeError where the kind or the texts of the options are others now, so that the key cannot be carried over.
    """
    if shown.kind is not item.kind:
        raise UnlikeError("kind", shown.kind.value, item.kind.value)
    now = min(_readings(item, language), key=lambda each: (_texts(each) != _texts(shown), each.stem != shown.stem))
    if _texts(now) != _texts(shown):
        raise UnlikeError("options", _only(shown, now), _only(now, shown))
    place = {option.text: index for index, option in enumerate(shown.options)}
    moved = {index: place[option.text] for index, option in enumerate(now.options)}
    key = tuple(moved[index] for index in now.key)
    known = {*now.short.accepted, *now.short.confusable} if now.short else set()
    return replace(
        shown,
        version=item.version,
        explanation=now.explanation,
        options=tuple(sorted(now.options, key=lambda option: place[option.text])),
        key=key if shown.kind is Kind.ORDER else tuple(sorted(key)),
        numeric=now.numeric,
        short=now.short,
        open=now.open,
        near=tuple(text for text in shown.near if text not in known),
        references=now.references,
    )


def same_key(one: Shown, other: Shown) -> bool:
    """Whether every answer is graded alike by both, and both name the same as right. What explains it may differ."""
    return (one.key, one.numeric, one.short, one.open) == (other.key, other.numeric, other.short, other.open)


def _readings(item: Item, language: str) -> Iterator[Shown]:
    """The item in the language, then in every other."""
    return (show(item, "", each) for each in dict.fromkeys((language, SOURCE, *item.translations)))


def _texts(shown: Shown) -> frozenset[str]:
    return frozenset(option.text for option in shown.options)


def _only(one: Shown, other: Shown) -> str:
    """The options of one that the other has not, for a sentence; all of them where they are the same."""
    rest = sorted(_texts(one) - _texts(other)) or sorted(_texts(one))
    return ", ".join(f"“{text}”" for text in rest) or "none"
