"""A question brought again, laid over the item that it became: what the source changed is taken, what people changed
in the pack is kept, and where both did, it is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from content.importing.parts import fitting_translations
from content.importing.remembering import Memory, hashes_of, parts_of
from content.item import Item, Kind, OpenKey, Option

NAMES = {
    "asked": "options and key",
    "reasons": "reasons of options",
    "reference": "reference answer",
}
"""What people call parts of items whose name does not say it."""


@dataclass(frozen=True, slots=True)
class Merged:
    """An item as it is from now on, which of its parts came from the source just now, and which both sides changed."""

    item: Item
    taken: frozenset[str]
    conflicts: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def merged(new: Item, current: Item, memory: Memory | None) -> Merged:
    """Lay `new` over `current`, which stays where nothing is remembered of it and it is not empty."""
    fresh, present = hashes_of(new), hashes_of(current)
    brought, kept = (memory.brought, memory.kept) if memory else ({}, {})
    values = parts_of(current)
    differing = [name for name in fresh if fresh[name] not in {present[name], brought.get(name)}]
    taken = frozenset(
        name for name in differing if present[name] == kept.get(name) or (not memory and not _says(values[name]))
    )
    conflicts = tuple(name for name in differing if name not in taken)
    doubts: list[str] = []
    item = _assembled(new, current, taken, doubts)
    return Merged(item, taken, conflicts, tuple(doubts))


def _says(part: object) -> bool:
    return any(part) if isinstance(part, list) else bool(part)


def _assembled(new: Item, current: Item, taken: frozenset[str], doubts: list[str]) -> Item:
    """`current` with the parts of `new` that are taken; reasons stay with the option that they were written for."""
    if not taken:
        return current
    asked = new if "asked" in taken else current
    reasons = new if "reasons" in taken else current
    whole = replace(
        asked,
        id=current.id,
        options=_reasoned(asked.options, reasons.options, new.options),
        open=_opened(new, current, taken) if asked.kind is Kind.OPEN else None,
        **{name: getattr(new if name in taken else current, name) for name in _PLAIN},
        picture=(new if "picture" in taken else current).picture,
        version="",
    )
    translations = (new if "translations" in taken else current).translations
    return replace(whole, translations=fitting_translations(translations, whole, doubts))


_PLAIN = ("stem", "explanation", "hints", "topic", "concept", "difficulty", "tags", "references")


def _reasoned(
    options: tuple[Option, ...], reasons: tuple[Option, ...], others: tuple[Option, ...]
) -> tuple[Option, ...]:
    """The options, each with the reason that was given to its text."""
    known: Mapping[str, str] = {option.text: option.reason for option in (*others, *reasons) if option.reason}
    return tuple(replace(option, reason=known.get(option.text, option.reason)) for option in options)


def _opened(new: Item, current: Item, taken: frozenset[str]) -> OpenKey | None:
    old, fresh = current.open, new.open
    if old is None or fresh is None:
        return old or fresh
    return OpenKey(
        fresh.reference if "reference" in taken else old.reference, fresh.rubric if "rubric" in taken else old.rubric
    )
