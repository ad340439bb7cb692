"""Reviewing: which concepts to bring back now, and by which of their items."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.rules.memory import Memory, is_due


def due_today(memories: Sequence[tuple[str, Memory]], now: datetime, done_today: int, cap: int) -> tuple[str, ...]:
    """The concepts to review at `now` (aware), first things first: those that are due, at most `cap` less `done_today`.

    A break changes nothing about the cap: what waits is caught up a day's measure at a time, those due longest first
    (of those due at once, the shakier first; then by name), so that nothing waits for ever. Under a cap on the number
    of reviews it keeps as much in mind as asking where recall gains most within 30 days, and more than the other
    sequences tried (simulation in tests/bot/rules/test_reviewing.py). Descending retrievability does well where
    minutes of study are short (simulation in github.com/open-spaced-repetition/fsrs4anki/pull/634); here it asks again
    and again for what was missed yesterday, while the rest is forgotten.
    """
    waiting = sorted((memory.due, memory.stability, concept) for concept, memory in memories if is_due(memory, now))
    return tuple(concept for _, _, concept in waiting[: max(0, cap - done_today)])


def item_for(items: Sequence[str], seen: Mapping[str, datetime], seed: str) -> str:
    """The item by which to ask a concept, of its `items` (ids, at least one, in any sequence).

    One that was never seen; else the one seen longest ago, which is the one seen last only when there is no other.
    `seen` says when each was last seen, and may hold other concepts' items. Chance, from `seed`, decides among equals.
    """
    ordered = sorted(items)
    waiting = [item_id for item_id in ordered if item_id not in seen]
    if not waiting:
        longest = min(seen[item_id] for item_id in ordered)
        waiting = [item_id for item_id in ordered if seen[item_id] == longest]
    chance = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    return waiting[chance % len(waiting)]
