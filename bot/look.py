"""A look at the clock: which slots of a schedule are decided now, and what is asked in them. Pure but for the bank.

One look decides many schedules, most of which have their times, their selection and their bank in common: what follows
from these alone is worked out once a look.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo

from bot.rules.memory import EARLY
from bot.rules.picking import Candidate, Pool
from bot.rules.shown import show, shown_order
from bot.rules.team import LastSeen, brings_back, forgotten_first
from bot.settings import Policy, Selection, policy_from_json, selection_from_json
from bot.store.columns import AnyRow, json_text, micros
from content.bank import Bank
from content.item import Item
from scheduler.schedule import Rule, Slot, next_slot, slots

DAY = timedelta(hours=24)
FARTHEST_BACK = timedelta(days=8)
"""Of the slots missed before that, the first stands for all: they are not named one by one."""
LOOKED_BACK = timedelta(days=400)
"""What was to be asked before that is passed over: some ten thousand slots are all that a look has the time for."""
NEAR_ANSWERS = 12
NEAR_LIKENESS = 0.6
Due = Mapping[int, Sequence[tuple[str, int]]]
"""The concepts that places forget, with the instants when they are due as the tables hold them, by the places' ids."""
MOST_SHOWN = 5_000
"""So many items as shown are kept during a look."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What the clock says of a schedule: the slot to ask in (None: nothing is to be asked), the slots missed, and those
    that one question is asked `together` for, because the clocks skipped them.
    """

    ask: Slot | None
    closes_at: datetime | None
    missed: tuple[Slot, ...]
    next_due: datetime | None
    together: tuple[Slot, ...] = ()
    extra: bool = False
    """Asked besides the schedule's own slots: at the very start, or because an organiser wants it now."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The item of a turn. `shown` is `Shown.to_json` as the table holds it."""

    item_id: str
    topic: str
    concept: str
    shown: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a look decided about a schedule. `item` is None where nothing is asked, nothing fits or no place is left."""

    row: AnyRow
    timing: Timing
    item: Asked | None
    places: tuple[AnyRow, ...]
    advances: bool
    """Whether the schedule's own slots up to now are decided by this."""
    last_seen: Mapping[int, LastSeen] = field(default_factory=dict)
    """How the concept asked went in those of the places that had it before, by id."""

    @property
    def slot(self) -> tuple[int, str]:
        """The schedule and the name of the slot asked; "" where nothing is asked."""
        return self.row.id, self.timing.ask.name if self.timing.ask else ""


class Look:
    """A look at the clock at `now` with one bank. An extra slot is named by when it was `wished_at`."""

    def __init__(self, bank: Bank, now: datetime, wished_at: datetime | None = None) -> None:
        self.now = now
        self._wished_at = wished_at or now
        self._bank = bank
        self._rule = cache(_rule_in)
        self._policy = cache(_policy_in)
        self._candidates = cache(self._candidates_of)
        self._pool = cache(self._pool_of)
        self._known = cache(self._known_in)
        self._near = cache(self._near_to)
        self._timing = cache(self._timing_of)
        self._accepted = cache(bank.items.accepted)
        self._places = cache(_places_in)
        self._shown: dict[tuple[str, str, str, tuple[int, ...]], str] = {}

    def may_start_at_once(self, row: AnyRow) -> bool:
        """Whether a schedule asks at once when it never asked before."""
        return self._policy(row.policy).first == "at once"

    def withholds(self, row: AnyRow) -> bool:
        """Whether verdicts wait for the reveal, because the last answer counts."""
        return self._policy(row.policy).feedback == "at the reveal"

    def brings_back(self, row: AnyRow) -> bool:
        """Whether a schedule comes back to what its places forget, and says how that went before."""
        return self._policy(row.policy).bring_back

    def places_to_recall(self, rows: Sequence[AnyRow], past: Mapping[int, list[str]]) -> list[int]:
        """The places of which it matters what they forget: where a schedule's next question goes to that, or may after
        what another one asks there first.
        """
        asking = Counter(place_id for row in rows for place_id in self.places(row))
        wanted = set[int]()
        for row in rows:
            own = self.places(row)
            if own and self.brings_back(row) and (asking[own[0]] > 1 or brings_back(len(past[own[0]]))):
                wanted.update(own)
        return sorted(wanted)

    def places(self, row: AnyRow) -> tuple[int, ...]:
        """The ids of a schedule's places."""
        return self._places(row.places)

    def decide(
        self,
        row: AnyRow,
        places: Mapping[int, AnyRow],
        past: Mapping[int, list[str]],
        due: Due,
        *,
        at_once: bool = False,
        advances: bool = True,
    ) -> Decision:
        """Decide the schedule's slots up to now; where none of them is asked, ask in an extra one if `at_once`.

        What is asked joins `past`. `due`: the concepts that places forget, for those that bring them back.
        """
        when = (row.times, row.weekdays, row.zone, row.blackout, row.policy)
        timing = self._timing(*when, row.looked_until if advances else None)
        if at_once and timing.ask is None:
            timing = replace(self._timing(*when, None), missed=timing.missed)
        own = tuple([places[place_id] for place_id in self.places(row)])
        item = self._ask(row, timing.ask, own, past, due) if timing.ask and own else None
        return Decision(row, timing, item, own, advances)

    def _ask(
        self, row: AnyRow, slot: Slot, places: Sequence[AnyRow], past: Mapping[int, list[str]], due: Due
    ) -> Asked | None:
        seed = f"{row.hall_id}/{row.name}/{slot.name}"
        histories = [past[place.id] for place in places]
        forgotten: tuple[str, ...] = ()
        if self.brings_back(row) and brings_back(len(histories[0])):
            forgotten = forgotten_first([due.get(place.id, ()) for place in places], micros(slot.due_at + EARLY))
        found = self._pool(row.selection).pick(histories, seed, forgotten)
        if found is None:
            return None
        for asked in histories:
            asked.append(found.item_id)
        item = self._bank.items[found.item_id]
        return Asked(item.id, item.topic, item.concept, self._show(item, seed, places[0].language, row.selection))

    def _show(self, item: Item, seed: str, language: str, selection: str) -> str:
        key = (item.id, selection, language, tuple(shown_order(item, seed)))
        text = self._shown.get(key)
        if text is None:
            text = json_text(show(item, seed, language, self._near(item.id, selection)).to_json())
            if len(self._shown) < MOST_SHOWN:
                self._shown[key] = text
        return text

    def _candidates_of(self, selection: str) -> list[Candidate]:
        return candidates_of(self._bank, selection_from_json(json.loads(selection)))

    def _pool_of(self, selection: str) -> Pool:
        return Pool(self._candidates(selection))

    def _known_in(self, selection: str) -> tuple[str, ...]:
        """What is accepted as an answer to any item of a selection."""
        accepted = self._accepted()
        items = (accepted.get(each.item_id, ()) for each in self._candidates(selection))
        return tuple(dict.fromkeys(text for texts in items for text in texts))

    def _near_to(self, item_id: str, selection: str) -> tuple[str, ...]:
        """Answers to other items of the selection that a typo in an answer to this one could be meant for."""
        short = self._bank.items[item_id].short
        if short is None:
            return ()
        own = {*short.accepted, *short.confusable}
        pool = [text for text in self._known(selection) if text not in own]
        found = [
            text
            for accepted in short.accepted
            for text in get_close_matches(accepted, pool, NEAR_ANSWERS, NEAR_LIKENESS)
        ]
        return tuple(dict.fromkeys(found))

    def _timing_of(
        self, times: str, weekdays: str, zone: str, blackout: str, policy: str, looked_until: datetime | None
    ) -> Timing:
        """Without `looked_until` a slot of its own is due now."""
        rule, terms, now = self._rule(times, weekdays, zone, blackout), self._policy(policy), self.now
        following = next_slot(rule, now)
        next_due = following.due_at if following else None
        if looked_until is None:
            extra = extra_slot(self._wished_at, zone, now)
            return Timing(extra, closing_time(rule, terms, now), (), next_due, extra=True)
        due = past_slots(rule, looked_until, now)
        closes_at = closing_time(rule, terms, due[-1].due_at) if due else now
        in_time = bool(due) and now - due[-1].due_at <= terms.grace and closes_at > now
        ask = due.pop() if in_time else None
        together = [slot for slot in due if ask and slot.due_at == ask.due_at]
        missed = due[: len(due) - len(together)]
        return Timing(ask, closes_at if ask else None, tuple(missed), next_due, tuple(together))


def past_slots(rule: Rule, looked_until: datetime, now: datetime) -> list[Slot]:
    """The slots of a rule that became due since a schedule was looked at, earliest first."""
    return list(slots(rule, max(looked_until, now - LOOKED_BACK), now))


def named(missed: Sequence[Slot], now: datetime, reason: str) -> Iterator[tuple[Slot, str]]:
    """The slots missed that are named one by one, each with the reason why; of those long ago, the first for all."""
    long_ago = [slot for slot in missed if slot.due_at <= now - FARTHEST_BACK]
    if long_ago:
        first, last = long_ago[0], long_ago[-1]
        span = "" if first is last else f"; so it was at all {len(long_ago)} slots until {last.name}"
        yield first, reason + span
    for slot in missed[len(long_ago) :]:
        yield slot, reason


def extra_slot(wished_at: datetime, zone: str, now: datetime) -> Slot:
    """A slot besides a schedule's own, due now, by the local second of the wish; in an hour that comes a second time
    its offset tells it from the one before.
    """
    local = wished_at.astimezone(ZoneInfo(zone))
    return Slot((local if local.fold else local.replace(tzinfo=None)).isoformat(timespec="seconds"), now)


def day_of(slot: Slot, zone: str, hall_zone: str) -> str:
    """The date of a slot, of a schedule in `zone`, in its hall's zone."""
    if zone == hall_zone:
        return slot.name[:10]
    return slot.due_at.astimezone(ZoneInfo(hall_zone)).date().isoformat()


def last_seen(decision: Decision, known: Mapping[tuple[int, str], AnyRow]) -> dict[int, LastSeen]:
    """How the concept asked went before, by place; `known` has the day and the result by place and concept."""
    slot, item = decision.timing.ask, decision.item
    if slot is None or item is None:
        return {}
    day = date.fromisoformat(day_of(slot, decision.row.zone, decision.row.hall_zone))
    found = {place.id: known.get((place.id, item.concept)) for place in decision.places}
    return {
        place_id: LastSeen(max(0, (day - date.fromisoformat(row.day)).days), row.right, row.answered)
        for place_id, row in found.items()
        if row is not None
    }


def candidates_of(bank: Bank, selection: Selection) -> list[Candidate]:
    """The items of the bank that a selection allows."""
    return [
        Candidate(item.id, item.topic, item.difficulty, item.concept)
        for item in bank.items.briefs()
        if (not selection.packs or item.pack in selection.packs)
        and (not selection.topics or item.topic in selection.topics)
        and (not selection.difficulties or item.difficulty in selection.difficulties)
        and (not selection.kinds or item.kind in selection.kinds)
    ]


def closing_time(rule: Rule, policy: Policy, due_at: datetime) -> datetime:
    """When a round due then closes: after `open_for`, else at the next slot, and within a day."""
    if policy.open_for is not None:
        return due_at + policy.open_for
    following = next_slot(rule, due_at)
    return min(due_at + DAY, following.due_at) if following else due_at + DAY


def rule_of(row: AnyRow) -> Rule:
    """The rule of a stored schedule."""
    return _rule(row.times, row.weekdays, row.zone, row.blackout)


def _rule(times: Sequence[str], weekdays: Sequence[int], zone: str, blackout: Sequence[str]) -> Rule:
    at = tuple(time.fromisoformat(text) for text in times)
    return Rule(at, frozenset(weekdays), zone, frozenset(date.fromisoformat(day) for day in blackout))


def _rule_in(times: str, weekdays: str, zone: str, blackout: str) -> Rule:
    return _rule(json.loads(times), json.loads(weekdays), zone, json.loads(blackout))


def _policy_in(text: str) -> Policy:
    return policy_from_json(json.loads(text))


def _places_in(text: str) -> tuple[int, ...]:
    return tuple(json.loads(text))
