"""Sessions of one person alone: where one is, and what is asked next in it. Functions of a connection.

A plan is made while reading, as picking may take a while, and put down in a transaction that looks whether it
still fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.look import candidates_of
from bot.ports import Who
from bot.rater import ability_of, tasks_in, tasks_of
from bot.rules.ability import NEWCOMER, Task, expected
from bot.rules.picking import Candidate
from bot.rules.practising import item_to_practise
from bot.rules.reviewing import due_today, item_for
from bot.rules.shown import Shown, show
from bot.settings import Selection
from bot.store.halls import Learner, Place, find_learner, learner
from bot.store.memories import memories_of, missed_since, reviewed_since
from bot.store.private import (
    PrivateRound,
    Session,
    ask_privately,
    begin_session,
    end_session,
    find_session,
    last_private_round,
    open_session,
    private_round,
    seen_items,
    under_way,
)
from content.bank import Bank
from content.item import Item

PRACTICE, REVIEW, MISSED, FOUND = "practice", "review", "missed", "found"
USUAL, MOST = 5, 50
"""Questions of a session."""
RESTED = timedelta(hours=12)
"""A session that rested so long is over: what is asked next belongs to another day."""
A_DAY = 20
"""So many concepts are reviewed a day and no more, however many wait: a break is caught up gently."""
LATELY = timedelta(days=30)
"""What was missed before that is a matter of reviews."""
LISTED = 5
"""So many items of a search are shown: as many as a row has buttons."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for. `wanted`: 0 where they did not say how many; `item`: the one that they chose."""

    kind: str
    wanted: int = 0
    topic: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be asked: the `nth` round of a session, or the first of a new one in the place of `ends`.

    `queue`: the concepts or items that a new session goes through, () where each is picked anew. Nothing is to be asked
    where `shown` is None.
    """

    wish: Wish
    session: Session | None
    nth: int
    queue: tuple[str, ...]
    shown: Shown | None
    ends: Session | None


@dataclass(frozen=True, slots=True)
class Found:
    """A private round with its session."""

    round: PrivateRound
    session: Session


@dataclass(frozen=True)
class Catalogue:
    """The items of a bank as sessions need them."""

    bank: Bank
    all: Sequence[Candidate]
    of_concept: Mapping[str, Sequence[str]]
    tasks: Mapping[str, Task]

    @cached_property
    def by_mark(self) -> Mapping[str, str]:
        """The ids of all items by what buttons call them."""
        return {mark_of(item): item for item in self.bank.items}


def mark_of(item_id: str) -> str:
    """An item as buttons name it: platforms give less room than an id may take."""
    return sha256(item_id.encode()).hexdigest()[:16]


class Sessions:
    """Plans and asks. `bank` gives the bank in use, `token(n)` n unguessable characters."""

    def __init__(self, bank: Callable[[], Bank], now: Callable[[], datetime], token: Callable[[int], str]) -> None:
        self._bank = bank
        self._now = now
        self._token = token
        self._catalogue: Catalogue | None = None

    def plan(self, connection: Connection, place: Place, who: Who, wish: Wish) -> Found | Plan:
        """Where a session of somebody's is, or what is to be asked next in it or in a new one."""
        mine = find_learner(connection, place.hall, who)
        session = open_session(connection, mine.identity, wish.kind) if mine else None
        last = last_private_round(connection, session.id) if session else None
        if session is not None and last is not None and self._goes_on(session, last, wish):
            if last.given is None and last.shown.item_id not in under_way(connection, place.hall):
                return Found(last, session)
            return self._next(connection, place, mine, session, last.nth + 1)
        return self._new(connection, place, mine, wish, session)

    def following(self, connection: Connection, place: Place, who: Who, found: Found) -> Found | Plan:
        """The round after one where it was asked already, or the plan for it."""
        session, last = find_session(connection, found.session.id), last_private_round(connection, found.session.id)
        if last is not None and last.nth > found.round.nth:
            return Found(last, session)
        return self._next(connection, place, find_learner(connection, place.hall, who), session, found.round.nth + 1)

    def put(self, connection: Connection, place: Place, who: Who, plan: Plan) -> Found | None:
        """Ask what was planned, unless somebody went on meanwhile; None where nothing is left to ask."""
        now = self._now()
        if plan.shown is None:
            for over in filter(None, (plan.session, plan.ends)):
                end_session(connection, over.id, now)
            return None
        mine = learner(connection, place.hall, who, now)
        session = plan.session or self._begun(connection, place, mine, plan)
        last = last_private_round(connection, session.id)
        if last is not None and last.nth >= plan.nth:
            return Found(last, session)
        token = self._token(16)
        ask_privately(connection, place.hall, session, plan.nth, token, plan.shown, now)
        asked = private_round(connection, token)
        return Found(asked, session) if asked else None

    def due(self, connection: Connection, place: Place, person: int) -> tuple[str, ...]:
        """The concepts to review today, of those that can be asked: what is due first, first."""
        now = self._now()
        day = now.astimezone(ZoneInfo(place.zone)).date()
        midnight = datetime.combine(day, time(), ZoneInfo(place.zone))
        done = reviewed_since(connection, person, midnight)
        known, secret = self._known().of_concept, under_way(connection, place.hall)
        memories = [
            (concept, each)
            for concept, each in memories_of(connection, person).items()
            if not secret.issuperset(known.get(concept, ()))
        ]
        return due_today(memories, now, done, A_DAY)

    def next_review(self, connection: Connection, place: Place, who: Who) -> datetime | None:
        """When somebody's next concept is due; None where nothing is remembered."""
        mine = find_learner(connection, place.hall, who)
        found = memories_of(connection, mine.person) if mine else {}
        return min((each.due for each in found.values()), default=None)

    def _goes_on(self, session: Session, last: PrivateRound, wish: Wish) -> bool:
        same = wish.topic in (None, session.topic) and wish.wanted in (0, session.wanted)
        same &= wish.item is None or session.queue == (wish.item,)
        unfinished = last.given is None or last.nth + 1 < session.wanted
        return same and unfinished and self._now() - last.asked_at < RESTED

    def _new(
        self, connection: Connection, place: Place, mine: Learner | None, wish: Wish, ends: Session | None
    ) -> Plan:
        """The first round of a new session."""
        queue: tuple[str, ...] = ()
        if mine is not None and wish.kind == REVIEW:
            queue = self.due(connection, place, mine.person)
        elif mine is not None and wish.kind == MISSED:
            queue = self.missed(connection, place, mine.person)
        elif wish.item is not None:
            queue = (wish.item,)
        shown = None
        if wish.kind == PRACTICE or queue:
            shown = self._pick(connection, place, mine, wish.topic, queue[:1])
        return Plan(wish, None, 0, queue, shown, ends)

    def _next(self, connection: Connection, place: Place, mine: Learner | None, session: Session, nth: int) -> Plan:
        """A further round of a session."""
        over = session.ended_at is not None or nth >= session.wanted
        left = session.queue[nth : nth + 1]
        shown = None if over else self._pick(connection, place, mine, session.topic, left)
        return Plan(Wish(session.kind, session.wanted, session.topic), session, nth, session.queue, shown, None)

    def missed(self, connection: Connection, place: Place, person: int) -> tuple[str, ...]:
        """The items that somebody missed lately and that can be asked, the latest first."""
        secret, items = under_way(connection, place.hall), self._bank().items
        missed = missed_since(connection, person, self._now() - LATELY)
        return tuple(item for item in missed if item not in secret and item in items)[:MOST]

    def found(self, connection: Connection, place: Place, text: str) -> list[Item]:
        """The items that a text finds and that can be asked, the best first."""
        items = self._bank().items
        return [items[item] for item in items.search(text, LISTED, under_way(connection, place.hall))]

    def marked(self, mark: str) -> str | None:
        """The id of the item with this mark, None where the bank has it no more."""
        return self._known().by_mark.get(mark)

    def _pick(
        self, connection: Connection, place: Place, mine: Learner | None, topic: str | None, wanted: Sequence[str]
    ) -> Shown | None:
        """The item `wanted`, or one of that concept; else one to practise with."""
        known, secret, seed = self._known(), under_way(connection, place.hall), self._token(8)
        seen = seen_items(connection, mine.person) if mine else {}
        if wanted:
            own = [item for item in known.of_concept.get(wanted[0], ()) if item not in secret]
            named = wanted[0] if wanted[0] in known.bank.items and wanted[0] not in secret else None
            found = item_for(own, seen, seed) if own else named
        else:
            offered = [each for each in known.all if topic in (None, each.topic) and each.item_id not in secret]
            tasks = tasks_in(connection, place.hall, known.tasks)
            able = ability_of(connection, mine.person, tasks) if mine else NEWCOMER
            met = sorted(seen, key=seen.__getitem__)
            found = item_to_practise(offered, met, lambda item: expected(able, tasks[item]), seed)
        return show(known.bank.items[found], seed, place.language) if found else None

    def _known(self) -> Catalogue:
        """The items of the bank in use."""
        bank = self._bank()
        if self._catalogue is None or self._catalogue.bank is not bank:
            self._catalogue = _catalogue(bank, candidates_of(bank, Selection()))
        return self._catalogue

    def _begun(self, connection: Connection, place: Place, mine: Learner, plan: Plan) -> Session:
        """A new session; one that began meanwhile by the same wish is gone on with."""
        wish, now = plan.wish, self._now()
        there = open_session(connection, mine.identity, wish.kind)
        if there is not None and (plan.ends is None or there.id != plan.ends.id):
            return there
        if plan.ends is not None:
            end_session(connection, plan.ends.id, now)
        wanted = len(plan.queue) or wish.wanted or USUAL
        values = {"kind": wish.kind, "topic": wish.topic, "wanted": wanted, "queue": list(plan.queue)}
        begun = begin_session(
            connection, hall_id=place.hall, identity_id=mine.identity, began_at=now, ended_at=None, **values
        )
        return find_session(connection, begun)


def _catalogue(bank: Bank, candidates: Sequence[Candidate]) -> Catalogue:
    of_concept: dict[str, list[str]] = defaultdict(list)
    for each in candidates:
        of_concept[each.concept].append(each.item_id)
    return Catalogue(bank, candidates, of_concept, tasks_of(bank))
