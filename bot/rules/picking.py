"""Picking the item of a turn. Pure: the same candidates, histories and seed give the same item, on any machine."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

_LONGEST_AGO = 1000
"""Balance looks back over so many items; what was asked before them counts as never asked."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item of a schedule's selection."""

    item_id: str
    topic: str
    difficulty: str
    concept: str


def pick(candidates: Iterable[Candidate], past: Sequence[Sequence[str]], seed: str) -> Candidate | None:
    """The item to ask next, or None where there are no candidates. The sequence of `candidates` does not matter.

    `past` holds, for each place of the turn, the ids of the items asked there, oldest first (ids that are no candidates
    are passed over). In this sequence of importance:
    - an item comes again in a place only after all candidates were asked there, and not among the latest half of them;
      where several places leave no such item, one that breaks this in the fewest places;
    - not the concept that was asked last in any of the places;
    - the topic, then the difficulty in that topic, then the difficulty asked longest ago, so that they take turns;
    - chance, from `seed`.
    """
    known = {candidate.item_id: candidate for candidate in candidates}
    if not known:
        return None
    histories = [[item_id for item_id in asked if item_id in known] for asked in past]
    pool = _freshest(known, histories)
    last = {known[asked[-1]].concept for asked in histories if asked}
    pool = [candidate for candidate in pool if candidate.concept not in last] or pool
    pool = _longest_ago(pool, known, histories)
    salt = f"{seed}\0".encode()
    return min(pool, key=lambda candidate: hashlib.sha256(salt + candidate.item_id.encode()).digest())


def _freshest(known: dict[str, Candidate], histories: list[list[str]]) -> list[Candidate]:
    """Candidates that are fresh in every place, or else nearest to it."""
    if not any(histories):
        return list(known.values())
    stale = Counter(item_id for asked in histories for item_id in _this_cycle(asked, len(known)))
    recent = Counter(item_id for asked in histories for item_id in _latest(asked, len(known) // 2))
    spent = {item_id: (stale[item_id], recent[item_id]) for item_id in stale.keys() | recent.keys()}
    least = (0, 0) if len(spent) < len(known) else min(spent.values())
    if least == (0, 0):
        return [candidate for item_id, candidate in known.items() if item_id not in spent]
    return [known[item_id] for item_id, cost in spent.items() if cost == least]


def _this_cycle(asked: list[str], size: int) -> Collection[str]:
    """What was asked since the selection of `size` items was last used up."""
    seen: set[str] = set()
    for item_id in asked:
        seen.add(item_id)
        if len(seen) == size:
            seen.clear()
    return seen


def _latest(asked: list[str], size: int) -> Collection[str]:
    """The `size` different items asked latest."""
    return set(islice(dict.fromkeys(reversed(asked)), size))


def _longest_ago(pool: list[Candidate], known: dict[str, Candidate], histories: list[list[str]]) -> list[Candidate]:
    """The candidates whose topic, then topic and difficulty, then difficulty was asked longest ago in any place."""
    ages: dict[str | tuple[str, str], int] = {}
    for asked in histories:
        for age, item_id in zip(range(_LONGEST_AGO), reversed(asked), strict=False):
            one = known[item_id]
            for trait in (one.topic, (one.topic, one.difficulty), ("", one.difficulty)):
                ages[trait] = min(age, ages.get(trait, age))
    cells = {(candidate.topic, candidate.difficulty) for candidate in pool}
    waits = {cell: tuple(ages.get(trait, _LONGEST_AGO) for trait in (cell[0], cell, ("", cell[1]))) for cell in cells}
    longest = max(waits.values())
    best = {cell for cell in cells if waits[cell] == longest}
    if best == cells:
        return pool
    return [candidate for candidate in pool if (candidate.topic, candidate.difficulty) in best]
