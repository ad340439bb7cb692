"""Which items of a pack the questions of a source are, brought now and before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from content.importing.alike import Crowd, answer_text, likeness
from content.importing.fitting import Piece
from content.importing.remembering import Memory, hashes_of
from content.item import Item
from content.sense import fold

_RECOGNISABLE = 60.0
_SAME_ANSWER = 95.0
_HALF = 50.0
_TELLING_ANSWER = 80


@dataclass(slots=True)
class Matches:
    """`known` are ids of items by the number of the piece; `sources` are what this source was called before."""

    known: dict[int, str] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()


def matched(pieces: Sequence[Piece], items: Mapping[str, Item], memories: Mapping[str, Memory], source: str) -> Matches:
    """Find the items: by what the source calls them, else by the same stem, else by one nearly the same or the same
    long answer. A source of another name is this one if half of its questions, or of these here, are the same.
    """
    matching = _Matching(pieces, items, memories)
    matching.by_own_id(source)
    matching.by_stem()
    origins = Counter(memories[name].source for name in matching.known.values() if name in memories)
    sizes = Counter(memory.source for memory in memories.values())
    kin = {name for name, count in origins.items() if 2 * count >= min(len(pieces), sizes[name])}
    sources = frozenset({source, *kin})
    matching.forget(sources)
    matching.by_likeness(sources)
    return Matches(matching.known, sources)


@dataclass(slots=True)
class _Matching:
    pieces: Sequence[Piece]
    items: Mapping[str, Item]
    memories: Mapping[str, Memory]
    known: dict[int, str] = field(default_factory=dict)

    def by_own_id(self, source: str) -> None:
        names = {memory.own_id: name for name, memory in self.memories.items() if memory.own_id and name in self.items}
        names |= {name: name for name in self.items if name not in self.memories}
        taken: set[str] = set()
        for number, piece in enumerate(self.pieces):
            name = names.get(piece.own_id)
            if name is None or name in taken:
                continue
            memory = self.memories.get(name)
            if (memory and memory.source == source) or likeness(self._stem(name), piece.item.stem) >= _RECOGNISABLE:
                taken.add(name)
                self.known[number] = name

    def by_stem(self) -> None:
        """The same stem, as it was brought or as it is now; of several items that with the answer most alike."""
        named: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for name in self._left():
            named[fold(self.items[name].stem)][name] = None
            named[fold(self._stem(name))][name] = None
        for number, piece in self._open():
            names = named.get(fold(piece.item.stem), {})
            if names:
                name = self._best(names, answer_text(piece.item))
                self.known[number] = name
                for stem in {fold(self.items[name].stem), fold(self._stem(name))}:
                    named[stem].pop(name, None)

    def _best(self, names: Iterable[str], answer: str) -> str:
        return max(names, key=lambda name: likeness(answer_text(self.items[name]), answer))

    def by_likeness(self, sources: frozenset[str]) -> None:
        names = [name for name in self._left() if name not in self.memories or self.memories[name].source in sources]
        self._by_unchanged_answer(names)
        self._nearest(names, self._stem, lambda piece: piece.item.stem, 0)
        answers = {name: answer_text(self.items[name]) for name in names}
        long = [name for name in names if len(answers[name]) >= _TELLING_ANSWER]
        self._nearest(long, answers.__getitem__, lambda piece: answer_text(piece.item), _SAME_ANSWER)

    def _by_unchanged_answer(self, names: Iterable[str]) -> None:
        """The answer as it was brought, and a stem that says half of the same."""
        named: defaultdict[tuple[str | None, ...], set[str]] = defaultdict(set)
        for name in names:
            if name in self.memories:
                named[_answer_of(self.memories[name].brought)].add(name)
        for number, piece in self._open():
            left = named.get(_answer_of(hashes_of(piece.item)), set())
            stems = {name: likeness(self._stem(name), piece.item.stem) for name in left}
            best = max(sorted(stems), key=stems.__getitem__, default="")
            if best and stems[best] >= _HALF:
                self.known[number] = best
                left.remove(best)

    def _nearest(
        self, names: Sequence[str], text: Callable[[str], str], wanted: Callable[[Piece], str], least: float
    ) -> None:
        left = frozenset(self._left())
        crowd = Crowd((name, text(name)) for name in names if name in left)
        taken: set[str] = set()
        for number, piece in self._open():
            near = [name for name, score in crowd.near(wanted(piece)) if name not in taken and score >= least]
            if near:
                taken.add(near[0])
                self.known[number] = near[0]

    def forget(self, sources: frozenset[str]) -> None:
        """Let go of items that came from elsewhere."""
        foreign = {name for name, memory in self.memories.items() if memory.source not in sources}
        self.known = {number: name for number, name in self.known.items() if name not in foreign}

    def _stem(self, name: str) -> str:
        """The stem of an item as its source had it."""
        return self.memories[name].stem if name in self.memories else self.items[name].stem

    def _left(self) -> list[str]:
        taken = set(self.known.values())
        return [name for name in self.items if name not in taken]

    def _open(self) -> list[tuple[int, Piece]]:
        return [(number, piece) for number, piece in enumerate(self.pieces) if number not in self.known]


def _answer_of(hashes: Mapping[str, str]) -> tuple[str | None, ...]:
    """The hashes that stand for the whole answer of an item."""
    return hashes.get("asked"), hashes.get("reference")
