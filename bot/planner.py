"""The planner: turns slots that are due into turns. A look at a schedule decides all its slots up to now, once.

Many schedules of a hall are read, decided and written together. What is decided off the event loop counts only if, in
the transaction that writes it, nobody else has looked at that schedule since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.look import FARTHEST_BACK, Decision, Look, day_of, last_seen, named
from bot.ports import NotSavedError
from bot.registrar import tell_organisers
from bot.rules.memory import EARLY
from bot.store import Store
from bot.store.columns import AnyRow, json_text, micros
from bot.store.notes import open_notes, resolve_notes
from bot.store.planning import (
    advance,
    asked_in,
    due_by_hall,
    keep_posts,
    keep_rounds,
    keep_turns,
    never_asked,
    places_to_ask,
    still_to_plan,
    to_plan,
)
from bot.store.posts import AT_ONCE
from bot.store.recalls import forgetting, recalled
from bot.store.turns import TOGETHER_WITH, end_rounds
from content.bank import Bank
from scheduler.schedule import Slot

LATE = timedelta(minutes=2)
"""From so late on the card says that the question comes late."""
TOGETHER = 100
"""So many schedules of a hall are written in one transaction: some milliseconds."""
AT_A_TIME = 3
"""So many halls are planned at a time: while one is written, the next is decided."""

NO_ITEMS = "no-items"
NOTHING_SHOWN = dict.fromkeys(("item_id", "topic", "concept", "shown", "asked_in"))

Row = dict[str, Any]
SlotOf = tuple[int, str]
"""A slot by its schedule and name."""


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
        due = await self._store.read(lambda connection: due_by_hall(connection, now))
        if not due:
            return 0
        look, failed = Look(self._bank(), now), list[Exception]()
        halls = iter(due.items())
        await asyncio.gather(*(self._plan_halls(halls, look, failed) for _ in range(min(AT_A_TIME, len(due)))))
        if failed:
            raise ExceptionGroup(f"{len(failed)} of schedules to plan failed", failed)
        return sum(len(ids) for ids in due.values())

    async def ask_now(self, schedule_id: int, wished_at: datetime) -> str | None:
        """Ask the schedule's next question at once and close what it has open; the slot, None where it cannot.

        The slot is named by when that was wished: told again, the same wish is not done again.
        """
        look = Look(self._bank(), self._now(), wished_at)
        decisions = await self._store.read(partial(_decide, look=look, ids=[schedule_id], now=True))
        if not decisions or not decisions[0].item:
            return None
        kept = await self._store.write(decisions[0].row.hall_id, partial(self._keep, look=look, decisions=decisions))
        return decisions[0].slot[1] if kept else None

    async def _plan_halls(self, halls: Iterator[tuple[str, list[int]]], look: Look, failed: list[Exception]) -> None:
        """Plan hall after hall, the schedules of each in sequence: what one asks in a place, the next does not."""
        for hall, ids in halls:
            for start in range(0, len(ids), TOGETHER):
                await self._plan_together(hall, ids[start : start + TOGETHER], look, failed)

    async def _plan_together(self, hall: str, ids: list[int], look: Look, failed: list[Exception]) -> None:
        """Plan schedules of a hall; where that fails, each by itself, so that those fail that must."""
        try:
            decisions = await self._store.read(partial(_decide, look=look, ids=ids))
            await self._store.write(hall, partial(self._keep, look=look, decisions=decisions))
        except Exception as error:  # noqa: BLE001  raised by `plan`, after the others had their turn
            if len(ids) > 1 and not isinstance(error, NotSavedError):
                for one in ids:
                    await self._plan_together(hall, [one], look, failed)
            else:
                error.add_note(f"schedules to plan: {ids!s:.200}")
                failed.append(error)

    def _keep(self, connection: Connection, look: Look, decisions: Sequence[Decision]) -> bool:
        """Write what was decided about schedules of one hall that nobody else has looked at since; whether there are
        any.
        """
        decided_until = still_to_plan(connection, [each.row.id for each in decisions])
        valid = [each for each in decisions if decided_until.get(each.row.id) == each.row.looked_until]
        if not valid:
            return False
        hall = valid[0].row.hall_id
        advance(connection, [_advanced(each, look.now) for each in valid if each.advances])
        rows = [row for each in valid for row in _turn_rows(each, look.now)]
        new = keep_turns(connection, hall, rows)
        self._tell(connection, hall, valid, new, look.now)
        asked = [each for each in valid if each.item and each.slot in new]
        for each in asked:
            if each.timing.extra:
                end_rounds(connection, each.row.id, look.now)
        opened = [self._opened(look, each, place, new[each.slot]) for each in asked for place in each.places]
        rounds = keep_rounds(connection, hall, [row for row, _ in opened])
        owed = [(row, place) for row, place in opened if not place.paused]
        keep_posts(connection, [self._owed(rounds[row["token"]], place, hall, look.now) for row, place in owed])
        return True

    def _opened(self, look: Look, decision: Decision, place: AnyRow, turn: int) -> tuple[Row, AnyRow]:
        """A round of a turn, and its place."""
        before = decision.last_seen.get(place.id)
        row: Row = {
            "hall_id": decision.row.hall_id,
            "turn_id": turn,
            "place_id": place.id,
            "token": self._token(16),
            "state": "skipped" if place.paused else "due",
            "reason": place.paused,
            "closes_at": decision.timing.closes_at and micros(decision.timing.closes_at),
            "counted_to": 0 if look.withholds(decision.row) else None,
            "last_seen": before and json_text(before.to_json()),
        }
        return row, place

    def _owed(self, round_id: int, place: AnyRow, hall: str, now: datetime) -> Row:
        """The question of a round, as a post."""
        at = micros(now)
        return {
            "hall_id": hall,
            "place_id": place.id,
            "platform": place.platform,
            "round_id": round_id,
            "kind": "question",
            "stamp": f"q-{self._token(16)}",
            "state": "due",
            "next_try": micros(AT_ONCE),
            "made_at": at,
        }

    def _tell(
        self, connection: Connection, hall: str, decisions: Sequence[Decision], new: Collection[SlotOf], now: datetime
    ) -> None:
        """Tell the organisers of slots missed, and of selections that nothing fits as long as that lasts."""
        without = {note.about for note in open_notes(connection, hall) if note.kind == NO_ITEMS}
        for each in decisions:
            name = each.row.name
            if missed := _missed_anew(each, new, now):
                first, last = missed[0].replace("T", " "), missed[-1].replace("T", " ")
                facts = {"schedule": name, "count": len(missed), "first": first, "last": last}
                tell_organisers(connection, hall, "missed", f"{name} {missed[0]}", facts, now, self._token)
            if each.item and name in without:
                resolve_notes(connection, hall, NO_ITEMS, name, now)
            elif each.timing.ask and each.places and not each.item:
                tell_organisers(connection, hall, NO_ITEMS, name, {"schedule": name}, now, self._token)


def _decide(connection: Connection, look: Look, ids: Sequence[int], *, now: bool = False) -> list[Decision]:
    """Read what is to be known about schedules of a hall, and decide: their slots up to now, or one `now`."""
    rows = to_plan(connection, ids)
    place_ids = sorted({place_id for row in rows for place_id in look.places(row)})
    past, places = asked_in(connection, place_ids), places_to_ask(connection, place_ids)
    back = look.places_to_recall(rows, past)
    due = forgetting(connection, back, look.now + EARLY) if back else {}
    eager = [row.id for row in rows if look.may_start_at_once(row)]
    first = never_asked(connection, eager) if eager else frozenset()
    decided = [look.decide(row, places, past, due, at_once=now or row.id in first, advances=not now) for row in rows]
    return _with_last_seen(connection, look, decided)


def _with_last_seen(connection: Connection, look: Look, decided: list[Decision]) -> list[Decision]:
    """The decisions with how their concepts went before, where their schedules say that."""
    telling = [each for each in decided if each.item and look.brings_back(each.row)]
    asked = [(place.id, each.item.concept) for each in telling for place in each.places if each.item]
    known = recalled(connection, asked) if asked else {}
    if not known:
        return decided
    return [replace(each, last_seen=last_seen(each, known)) if look.brings_back(each.row) else each for each in decided]


def _advanced(decision: Decision, now: datetime) -> Row:
    due = decision.timing.next_due
    return {"schedule": decision.row.id, "looked_until": micros(now), "next_due": due and micros(due)}


def _turn_rows(decision: Decision, now: datetime) -> Iterator[Row]:
    """The turns of the slots missed, then those of the slot asked and of what is asked together with it."""
    row, timing, item = decision.row, decision.timing, decision.item
    for missed, reason in named(timing.missed, now, "the bot was away"):
        yield _skipped(row, missed, reason)
    slot = timing.ask
    if slot is None:
        return
    why = "no question fits the selection" if decision.places else "it has no place to ask in"
    for same in timing.together:
        yield _skipped(row, same, TOGETHER_WITH + slot.name.replace("T", " ") if item else why)
    if item:
        shown = {"item_id": item.item_id, "topic": item.topic, "concept": item.concept, "shown": item.shown}
        places = {"asked_in": len(decision.places)}
        yield _turn_row(row, slot) | shown | places | {"late": now - slot.due_at > LATE, "skipped": None}
    else:
        yield _skipped(row, slot, why)


def _missed_anew(decision: Decision, new: Collection[SlotOf], now: datetime) -> list[str]:
    """The names of the slots missed that were not decided before."""
    missed, farthest = decision.timing.missed, now - FARTHEST_BACK
    return [slot.name for slot in missed if (decision.row.id, slot.name) in new or slot.due_at <= farthest]


def _skipped(row: AnyRow, slot: Slot, reason: str) -> Row:
    return _turn_row(row, slot) | NOTHING_SHOWN | {"late": False, "skipped": reason}


def _turn_row(row: AnyRow, slot: Slot) -> Row:
    return {
        "hall_id": row.hall_id,
        "schedule_id": row.id,
        "slot": slot.name,
        "due_at": micros(slot.due_at),
        "day": day_of(slot, row.zone, row.hall_zone),
        "policy": row.policy,
    }
