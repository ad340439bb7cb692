"""Tricks of test-taking: what somebody tries who sees the options and knows nothing (Millman, Bishop and Ebel 1965)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from statistics import fmean

from content.audit.chance import at_least
from content.item import Item, Kind

Trick = Callable[[str, Sequence[str]], list[float]]
"""Gives each option a mark, of a stem and the options; the option with the best one is taken."""

ABOVE_CHANCE = 0.05
"""How much more often than by luck a trick may find the key."""
_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")


@lru_cache(maxsize=1024)
def words(text: str) -> frozenset[str]:
    """The words of a text, and its Chinese characters."""
    return frozenset(_WORD.findall(text.lower()))


def _shared_with_others(_stem: str, options: Sequence[str]) -> list[float]:
    found = [words(option) for option in options]
    return [
        sum(len(mine & other) for place, other in enumerate(found) if place != own) for own, mine in enumerate(found)
    ]


TRICKS: Mapping[str, Trick] = {
    "the longest option": lambda _stem, options: [len(option) for option in options],
    "the shortest option": lambda _stem, options: [-len(option) for option in options],
    "the most words": lambda _stem, options: [len(option.split()) for option in options],
    "the fewest words": lambda _stem, options: [-len(option.split()) for option in options],
    "most words shared with the others": _shared_with_others,
    "fewest words shared with the others": lambda stem, options: [
        -shared for shared in _shared_with_others(stem, options)
    ],
    "most words shared with the stem": lambda stem, options: [len(words(option) & words(stem)) for option in options],
    "fewest words shared with the stem": lambda stem, options: [
        -len(words(option) & words(stem)) for option in options
    ],
    "the most commas": lambda _stem, options: [option.count(",") + option.count("，") for option in options],
}


def luck(item: Item, trick: Trick) -> float:
    """How probably the trick finds the key of a choice, where it draws among equally good options."""
    marks = trick(item.stem, [option.text for option in item.options])
    best = [place for place, mark in enumerate(marks) if mark == max(marks)]
    return len(set(best) & set(item.key)) / len(best)


def longest(item: Item) -> bool:
    """Whether no option of a choice is longer than its key."""
    lengths = [len(option.text) for option in item.options]
    return lengths[item.key[0]] == max(lengths)


def chances(items: Sequence[Item]) -> list[float]:
    """How probably each key is found by drawing lots."""
    return [1 / len(item.options) for item in items]


def found_by_tricks(items: Sequence[Item]) -> Iterator[tuple[str, float, float, float]]:
    """Each trick with the share of the choices among `items` of which it finds the key, the share by drawing lots, and
    how probable it is that lots do as well.
    """
    choices = [item for item in items if item.kind is Kind.CHOICE]
    if not choices:
        return
    by_lot = chances(choices)
    # Item by item, so that the words of each are taken apart once.
    found = zip(*([luck(item, trick) for trick in TRICKS.values()] for item in choices), strict=True)
    for name, hits in zip(TRICKS, found, strict=True):
        yield name, fmean(hits), fmean(by_lot), at_least(sum(hits), by_lot)
