"""Which slots are due, and what is asked in them. A look at a schedule decides all its slots up to now, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.each import do_each
from bot.registrar import tell_organisers
from bot.rules.picking import Candidate, pick
from bot.rules.shown import Shown, show
from bot.settings import Policy, Selection, policy_from_json, selection_from_json
from bot.store import Store
from bot.store.halls import Place, advance, due_schedules, hall_row, place_of, schedule_row
from bot.store.notes import resolve_notes
from bot.store.posts import owe
from bot.store.tables import AnyRow
from bot.store.turns import asked_in, end_open_rounds, has_turns, new_round, new_turn
from content.bank import Bank
from content.item import Item, Kind
from scheduler.schedule import Rule, Slot, next_slot, slots

DAY = timedelta(hours=24)
LATE = timedelta(minutes=2)
"""From so late on the card says that the question comes late."""
FARTHEST_BACK = timedelta(days=8)
"""Slots missed before that are not named one by one."""
NEAR_ANSWERS = 12
NEAR_LIKENESS = 0.6


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a schedule found: the slot to ask in (None: nothing is to be asked) and the slots missed."""

    row: AnyRow
    zone: str
    """The hall's zone: a slot counts for the date there."""
    policy: Policy
    places: tuple[Place, ...]
    ask: Slot | None
    missed: tuple[Slot, ...]
    next_due: datetime | None
    now: datetime
    past: list[list[str]]
    extra: bool = False
    """Asked besides the schedule's own slots: at the very start, or because an organiser wants it now."""


class Planner:
    """Turns slots into turns. `bank` gives the bank in use, `token(n)` n unguessable characters."""

    def __init__(
        self, store: Store, bank: Callable[[], Bank], now: Callable[[], datetime], token: Callable[[int], str]
    ) -> None:
        self._store = store
        self._bank = bank
        self._now = now
        self._token = token

    async def plan(self) -> int:
        """Decide every slot that is due; returns how many schedules were looked at. Safe to run twice, and anywhere.

        A schedule that cannot be planned hinders no other; what it raised comes in an ExceptionGroup at the end.
        """
        now = self._now()
        due = await self._store.read(lambda connection: due_schedules(connection, now))
        await do_each("schedules to plan", [row.id for row in due], partial(self._plan_one, now=now))
        return len(due)

    async def _plan_one(self, schedule_id: int, now: datetime) -> None:
        look = await self._store.read(partial(_look, schedule_id=schedule_id, now=now))
        if look is not None:
            await self._decide(look)

    async def ask_now(self, schedule_id: int) -> str | None:
        """Ask the schedule's next question at once and close what it has open; the slot, None where it cannot."""
        now = self._now()
        look = await self._store.read(lambda connection: _look(connection, schedule_id, now, extra=True))
        return await self._decide(look) if look is not None else None

    async def _decide(self, look: Look) -> str | None:
        item = self._pick(look) if look.ask else None
        language = look.places[0].language if look.places else "en"
        shown = show(item, _seed(look), language, self._near(item)) if item else None
        return await self._store.write(look.row.hall_id, lambda connection: self._keep(connection, look, shown))

    def _pick(self, look: Look) -> Item | None:
        bank = self._bank()
        candidates = candidates_of(bank, selection_from_json(look.row.selection))
        found = pick(candidates, look.past, _seed(look))
        return bank.item(found.item_id) if found else None

    def _near(self, item: Item) -> tuple[str, ...]:
        if item.kind is not Kind.SHORT or item.short is None:
            return ()
        own = {*item.short.accepted, *item.short.confusable}
        others = [each for other in self._bank().items.values() if other.short for each in other.short.accepted]
        pool = [text for text in dict.fromkeys(others) if text not in own]
        found = [
            text
            for accepted in item.short.accepted
            for text in get_close_matches(accepted, pool, NEAR_ANSWERS, NEAR_LIKENESS)
        ]
        return tuple(dict.fromkeys(found))

    def _keep(self, connection: Connection, look: Look, shown: Shown | None) -> str | None:
        row = schedule_row(connection, look.row.id)
        if row is None or row.looked_until != look.row.looked_until or row.removed_at or row.paused_since:
            return None
        if not look.extra or look.next_due != row.next_due:
            advance(connection, row.id, look.now, look.next_due)
        _keep_missed(connection, look, self._token)
        if look.ask is None:
            return None
        if shown is None:
            _keep_skipped(connection, look, look.ask, "no question fits the selection")
            facts = {"schedule": row.name}
            tell_organisers(connection, row.hall_id, "no-items", row.name, facts, look.now, self._token)
            return None
        resolve_notes(connection, row.hall_id, "no-items", row.name, look.now)
        return self._open(connection, look, look.ask, shown)

    def _open(self, connection: Connection, look: Look, slot: Slot, shown: Shown) -> str | None:
        asked = {"item_id": shown.item_id, "topic": shown.topic, "concept": shown.concept, "shown": shown.to_json()}
        turn = new_turn(connection, {**_turn_row(look, slot), "late": look.now - slot.due_at > LATE, **asked})
        if turn is None:
            return None
        closes_at = closing_time(rule_of(look.row), look.policy, slot.due_at)
        if look.extra:
            end_open_rounds(connection, look.row.id, look.now)
        for place in look.places:
            self._open_in(connection, look, place, turn, closes_at)
        return slot.name

    def _open_in(self, connection: Connection, look: Look, place: Place, turn: int, closes_at: datetime) -> None:
        paused = place.paused
        row = {
            "hall_id": look.row.hall_id,
            "turn_id": turn,
            "place_id": place.id,
            "token": self._token(16),
            "state": "skipped" if paused else "due",
            "reason": paused,
            "closes_at": closes_at,
            "answered": 0,
            "told": 0,
        }
        round_id = new_round(connection, row)
        if not paused:
            owe(
                connection,
                {
                    "hall_id": look.row.hall_id,
                    "place_id": place.id,
                    "platform": place.ref.platform,
                    "round_id": round_id,
                    "kind": "question",
                    "stamp": f"q-{self._token(16)}",
                    "made_at": look.now,
                },
            )


def candidates_of(bank: Bank, selection: Selection) -> list[Candidate]:
    """The items of the bank that a selection allows."""
    return [
        Candidate(item.id, item.topic, item.difficulty, item.concept)
        for item in bank.items.values()
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


def _look(connection: Connection, schedule_id: int, now: datetime, *, extra: bool = False) -> Look | None:
    row = schedule_row(connection, schedule_id)
    if row is None or row.removed_at or row.paused_since:
        return None
    rule, policy = rule_of(row), policy_from_json(row.policy)
    following = next_slot(rule, now)
    next_due = following.due_at if following else None
    hall = hall_row(connection, row.hall_id)
    zone = hall.zone if hall is not None else row.zone
    places = tuple(place_of(connection, place_id) for place_id in row.places)
    past = asked_in(connection, row.places)
    if extra or (policy.first == "at once" and not has_turns(connection, schedule_id)):
        ask: Slot | None = _slot_now(row.zone, now)
        return Look(row, zone, policy, places, ask, (), row.next_due if extra else next_due, now, past, extra=True)
    due = list(slots(rule, max(row.looked_until, now - FARTHEST_BACK), now))
    ask = due.pop() if due and _can_ask(due[-1], rule, policy, now) else None
    return Look(row, zone, policy, places, ask, tuple(due), next_due, now, past)


def _can_ask(slot: Slot, rule: Rule, policy: Policy, now: datetime) -> bool:
    return now - slot.due_at <= policy.grace and closing_time(rule, policy, slot.due_at) > now


def _slot_now(zone: str, now: datetime) -> Slot:
    return Slot(now.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M:%S"), now)


def rule_of(row: AnyRow) -> Rule:
    """The rule of a stored schedule."""
    times = tuple(time.fromisoformat(text) for text in row.times)
    return Rule(times, frozenset(row.weekdays), row.zone, frozenset(date.fromisoformat(day) for day in row.blackout))


def _seed(look: Look) -> str:
    return f"{look.row.hall_id}/{look.row.name}/{look.ask.name if look.ask else ''}"


def _turn_row(look: Look, slot: Slot) -> dict[str, object]:
    row, hall_zone = look.row, look.zone
    day = slot.name[:10] if row.zone == hall_zone else slot.due_at.astimezone(ZoneInfo(hall_zone)).date().isoformat()
    decided = {"day": day, "policy": row.policy, "late": False}
    return {"hall_id": row.hall_id, "schedule_id": row.id, "slot": slot.name, "due_at": slot.due_at, **decided}


def _keep_skipped(connection: Connection, look: Look, slot: Slot, reason: str) -> bool:
    return new_turn(connection, {**_turn_row(look, slot), "skipped": reason}) is not None


def _keep_missed(connection: Connection, look: Look, token: Callable[[int], str]) -> None:
    missed: Sequence[Slot] = [slot for slot in look.missed if _keep_skipped(connection, look, slot, "the bot was away")]
    if missed:
        facts = {
            "schedule": look.row.name,
            "count": len(missed),
            "first": missed[0].name.replace("T", " "),
            "last": missed[-1].name.replace("T", " "),
        }
        tell_organisers(
            connection, look.row.hall_id, "missed", f"{look.row.name} {missed[0].name}", facts, look.now, token
        )
