"""What an import makes of a pack, as a value: nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from content.importing.brought import Brought
from content.importing.doubles import distinct, key_of
from content.importing.fitting import Piece
from content.importing.landing import Standing
from content.importing.matching import Matches, matched
from content.importing.merging import NAMES, merged
from content.importing.naming import free, slug
from content.importing.remembering import PARTS, Memory, hashes_of
from content.importing.report import Told
from content.importing.topics import Topics
from content.item import Item

_WORDS = 80


@dataclass(frozen=True, slots=True)
class Terms:
    """How to lay a source over a pack: what the source is called, the language of the pack, the topic of what has none,
    and whether to remove what the source no longer has, and to leave out what it does not answer.
    """

    origin: str
    language: str
    topic: str
    prune: bool = False
    answered_only: bool = False


@dataclass(slots=True)
class Plan:
    """The pack as it will be: its items and memories by id, the parts of items that were taken from the source, titles
    of topics; and what became of the questions.
    """

    items: dict[str, Item]
    memories: dict[str, Memory]
    topics: Topics
    taken: dict[str, frozenset[str]] = field(default_factory=dict)
    fresh: dict[str, str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    pruned: list[str] = field(default_factory=list)
    guessed: int = 0
    doubles: list[Told] = field(default_factory=list)
    unanswered: list[Told] = field(default_factory=list)
    conflicts: list[Told] = field(default_factory=list)
    gone: list[Told] = field(default_factory=list)
    doubts: list[Told] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the pack will be another one than it is."""
        return bool(self.added or self.updated or self.pruned)


def plan_of(brought: Brought, standing: Standing, terms: Terms) -> Plan:
    """Lay the questions over the items that there are."""
    titles = standing.pack.topics if standing.pack else {}
    topics = Topics(titles, (item.topic for item in standing.items.values()), brought.topics)
    plan = Plan(dict(standing.items), dict(standing.memories), topics)
    pieces, plan.doubles = distinct(brought.pieces)
    found = matched(pieces, standing.items, standing.memories, terms.origin)
    placing = _Placing(plan, terms, found, several=len(brought.recognised) > 1)
    for number, piece in enumerate(pieces):
        placing.place(piece, found.known.get(number))
    placing.tell_gone()
    return plan


@dataclass(slots=True)
class _Placing:
    plan: Plan
    terms: Terms
    found: Matches
    several: bool
    keys: Mapping[object, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.keys = {key_of(item): name for name, item in self.plan.items.items()}
        self.names = {*self.plan.items, *self.plan.memories}

    def place(self, piece: Piece, name: str | None) -> None:
        if not piece.answered:
            self.plan.unanswered.append(Told(name or "", piece.item.where, _first_words(piece.item.stem)))
        if not piece.answered and self.terms.answered_only:
            self.plan.unchanged += name is not None
        elif name is not None:
            self._lay_over(name, piece)
        elif there := self.keys.get(key_of(piece.item)):
            self.plan.doubles.append(Told("", piece.item.where, f"the same as {there} of the pack: left out"))
        else:
            self._add(piece)

    def _add(self, piece: Piece) -> None:
        plan, wanted = self.plan, piece.item.id or "question"
        name = free(wanted, self.names)
        self.names.add(name)
        item = self._named(piece, name, slug(piece.item.concept) or name)
        plan.items[name] = item
        self._remember(name, piece, item, PARTS)
        plan.added.append(name)
        self._tell(name, piece)

    def _lay_over(self, name: str, piece: Piece) -> None:
        plan, current = self.plan, self.plan.items[name]
        new = self._named(piece, name, slug(piece.item.concept) or current.concept)
        done = merged(replace(new, id=current.id), current, plan.memories.get(name))
        plan.items[name] = done.item
        self._remember(name, piece, new, done.taken)
        for part in done.conflicts:
            words = NAMES.get(part, part)
            plan.conflicts.append(Told(name, piece.item.where, words))
        if done.taken:
            plan.updated.append(name)
            self._tell(name, piece, done.doubts)
        else:
            plan.unchanged += 1

    def _remember(self, name: str, piece: Piece, new: Item, taken: frozenset[str]) -> None:
        known = self.plan.memories.get(name)
        kept = known.kept if known else {}
        self.plan.memories[name] = Memory(self.terms.origin, piece.own_id, piece.item.stem, hashes_of(new), kept)
        self.plan.taken[name] = taken

    def _tell(self, name: str, piece: Piece, more: tuple[str, ...] = ()) -> None:
        plan = self.plan
        plan.fresh[name] = piece.item.where
        plan.guessed += piece.guessed
        plan.doubts += [Told(name, piece.item.where, doubt) for doubt in (*piece.doubts, *more)]

    def _named(self, piece: Piece, name: str, concept: str) -> Item:
        """The item as it will be in the pack, but for the pack's id."""
        item = piece.item
        topic = self.plan.topics.id_of(item.topic or self._topic_of(item.where))
        translations = {code: part for code, part in item.translations.items() if code != self.terms.language}
        return replace(item, id=name, topic=topic, concept=concept, translations=translations)

    def _topic_of(self, where: str) -> str:
        """The topic of a question without one: its file's name where there are several files."""
        stem = PurePosixPath(where.rpartition(":")[0] or where).stem
        return stem.replace("-", " ").replace("_", " ").capitalize() if self.several else self.terms.topic

    def tell_gone(self) -> None:
        """What the source had before and has no more."""
        plan, there = self.plan, {*self.found.known.values(), *self.plan.added}
        for name in [name for name, each in plan.memories.items() if each.source in self.found.sources]:
            if name in there:
                continue
            if self.terms.prune:
                del plan.items[name], plan.memories[name]
                plan.pruned.append(name)
            else:
                plan.gone.append(Told(name, "", ""))


def _first_words(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WORDS else flat[: _WORDS - 1] + "…"
