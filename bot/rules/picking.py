"""Picking the item of a turn. Pure: the same candidates, histories and seed give the same item, on any machine."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

_LONGEST_AGO = 1000
"""Balance looks back over so many items; what was asked before them counts as never asked."""

Trait = str | tuple[str, str]
Traits = tuple[str, tuple[str, str], tuple[str, str]]
"""What takes turns, in the sequence of importance: a topic, the topic with a difficulty, ("", the difficulty)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item of a schedule's selection."""

    item_id: str
    topic: str
    difficulty: str
    concept: str


class _Cell:
    """The candidates of a topic and difficulty."""

    __slots__ = ("concepts", "ids", "members", "traits")

    def __init__(self, traits: Traits, members: list[Candidate]) -> None:
        self.traits = traits
        self.members = members
        self.ids = frozenset(one.item_id for one in members)
        self.concepts = frozenset(one.concept for one in members)

    def without(self, spent: AbstractSet[str], concepts: AbstractSet[str]) -> list[Candidate]:
        """Those that are neither spent nor of these concepts."""
        if self.ids.isdisjoint(spent) and self.concepts.isdisjoint(concepts):
            return self.members
        return [one for one in self.members if one.item_id not in spent and one.concept not in concepts]


class Pool:
    """The candidates of a selection, put in order once for any number of picks. Their own sequence does not matter."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        ordered = sorted(candidates, key=attrgetter("item_id"))
        self._known = {candidate.item_id: candidate for candidate in ordered}
        self._traits = {item_id: _traits(one) for item_id, one in self._known.items()}
        cells: dict[Traits, list[Candidate]] = {}
        for item_id, one in self._known.items():
            cells.setdefault(self._traits[item_id], []).append(one)
        self._topics: dict[str, list[_Cell]] = {}
        for traits, members in cells.items():
            self._topics.setdefault(traits[0], []).append(_Cell(traits, members))
        self._all_traits = len({trait for traits in cells for trait in traits})
        self._concepts: dict[str, list[Candidate]] | None = None

    def pick(self, past: Sequence[Sequence[str]], seed: str, wanted: Sequence[str] = ()) -> Candidate | None:
        """The item to ask next, or None where there are no candidates.

        `past` holds, for each place of the turn, the ids of the items asked there, oldest first (ids that are no
        candidates are passed over). In this sequence of importance:
        - an item comes again in a place only after all candidates were asked there, and not among the latest half of
          them; where several places leave no such item, one that breaks this in the fewest places;
        - not the concept that was asked last in any of the places;
        - the first of the concepts `wanted` that has such an item;
        - the topic, then the difficulty in that topic, then the difficulty asked longest ago, so that they take turns;
        - chance, from `seed`.
        """
        if not self._known:
            return None
        histories = [[item_id for item_id in asked if item_id in self._known] for asked in past]
        spent = self._spent(histories)
        last = {self._known[asked[-1]].concept for asked in histories if asked}
        ages = self._ages(histories)
        waiting = self._brought_back(ages, spent, [concept for concept in wanted if concept not in last])
        waiting = waiting or self._waiting(ages, spent, last) or self._waiting(ages, spent, frozenset())
        chance = int.from_bytes(hashlib.sha256(seed.encode()).digest())
        return waiting[chance % len(waiting)]

    def _brought_back(
        self, ages: Mapping[Trait, int], spent: AbstractSet[str], wanted: Sequence[str]
    ) -> list[Candidate]:
        """Of the first concept wanted that has any: those that are not spent, whose traits were asked longest ago."""
        for concept in wanted:
            left = [one for one in self._of_concept().get(concept, ()) if one.item_id not in spent]
            waits = {one.item_id: _waits(ages, self._traits[one.item_id]) for one in left}
            if left:
                longest = max(waits.values())
                return [one for one in left if waits[one.item_id] == longest]
        return []

    def _of_concept(self) -> Mapping[str, Sequence[Candidate]]:
        """The candidates by concept, put together when they are asked for."""
        if self._concepts is None:
            self._concepts = {}
            for one in self._known.values():
                self._concepts.setdefault(one.concept, []).append(one)
        return self._concepts

    def _spent(self, histories: Sequence[Sequence[str]]) -> AbstractSet[str]:
        """The candidates that are not the freshest ones: fresh in every place, or else nearest to it."""
        size = len(self._known)
        spent = set[str]().union(*(_this_cycle(asked, size) for asked in histories))
        spent.update(*(_latest(asked, size // 2) for asked in histories))
        if len(spent) < size:
            return spent
        stale = Counter(item_id for asked in histories for item_id in _this_cycle(asked, size))
        recent = Counter(item_id for asked in histories for item_id in _latest(asked, size // 2))
        costs = {item_id: (stale[item_id], recent[item_id]) for item_id in spent}
        least = min(costs.values())
        return {item_id for item_id, cost in costs.items() if cost != least}

    def _ages(self, histories: Sequence[Sequence[str]]) -> dict[Trait, int]:
        """How many items ago each trait was asked in any of the places."""
        ages: dict[Trait, int] = {}
        for asked in histories:
            own: dict[Trait, int] = {}
            for age, item_id in zip(range(_LONGEST_AGO), reversed(asked), strict=False):
                for trait in self._traits[item_id]:
                    own.setdefault(trait, age)
                if len(own) == self._all_traits:
                    break
            ages = {**own, **{trait: min(age, own.get(trait, age)) for trait, age in ages.items()}} if ages else own
        return ages

    def _waiting(
        self, ages: Mapping[Trait, int], spent: AbstractSet[str], concepts: AbstractSet[str]
    ) -> list[Candidate]:
        """Of all that are neither spent nor of these concepts, those whose traits were asked longest ago."""
        best: list[Candidate] = []
        longest: tuple[int, ...] = ()
        age = ages.get
        for topic, cells in self._topics.items():
            wait = age(topic, _LONGEST_AGO)
            if longest and wait < longest[0]:
                continue
            for cell in cells:
                waits = _waits(ages, cell.traits)
                if waits < longest:
                    continue
                left = cell.without(spent, concepts)
                if left and waits > longest:
                    best, longest = list(left), waits
                else:
                    best += left
        return best


def _traits(one: Candidate) -> Traits:
    return one.topic, (one.topic, one.difficulty), ("", one.difficulty)


def _waits(ages: Mapping[Trait, int], traits: Traits) -> tuple[int, ...]:
    """How many items ago each of these traits was asked."""
    topic, both, difficulty = traits
    return ages.get(topic, _LONGEST_AGO), ages.get(both, _LONGEST_AGO), ages.get(difficulty, _LONGEST_AGO)


def _this_cycle(asked: Sequence[str], size: int) -> Collection[str]:
    """What was asked since the selection of `size` items was last used up."""
    seen: set[str] = set()
    for item_id in asked:
        seen.add(item_id)
        if len(seen) == size:
            seen.clear()
    return seen


def _latest(asked: Sequence[str], size: int) -> Collection[str]:
    """The `size` different items asked latest."""
    return set(islice(dict.fromkeys(reversed(asked)), size))
