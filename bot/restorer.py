"""After a backup was restored: nothing is asked twice, and the organisers learn what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.look import day_of, extra_slot, named, past_slots, rule_of
from bot.registrar import tell_organisers
from bot.reminders import pass_over
from bot.settings import policy_from_json
from bot.store import Store
from bot.store.columns import AnyRow
from bot.store.halls import all_schedules, change_schedule, hall_ids, hall_row
from bot.store.planning import never_asked
from bot.store.posts import AT_ONCE, owe
from bot.store.restored import (
    begin_hall,
    doubt_posts,
    end,
    restored_from,
    rounds_over,
    skip_slot,
    tell_anew,
)
from scheduler.schedule import ZoneError, next_slot


class Restorer:
    """Puts a restored database in order before anything is planned or sent on it."""

    def __init__(self, store: Store, now: Callable[[], datetime], token: Callable[[int], str]) -> None:
        self._store = store
        self._now = now
        self._token = token

    async def restore(self) -> bool:
        """Put every hall in order if the database was restored from a backup; whether it was.

        Slots since the backup are decided as skipped, reminders of reviews are passed over. What was to be sent is
        looked up first. What a question has beneath it, and may have had before, is not sent again. Safe to repeat
        after a crash, and in several processes.
        """
        made = await self._store.read(restored_from)
        if made is None:
            return False
        for hall in await self._store.read(hall_ids):
            await self._store.write(hall, partial(self._restore, hall=hall, made=made, now=self._now()))
        await self._store.write("restored", end)
        return True

    def _restore(self, connection: Connection, hall: str, made: datetime, now: datetime) -> None:
        if not begin_hall(connection, hall):
            return
        reason = f"restored from a backup of {made:%Y-%m-%d %H:%M} UTC; it may have been asked"
        row = hall_row(connection, hall)
        for schedule in all_schedules(connection, hall):
            if row is not None and schedule.removed_at is None and schedule.paused_since is None:
                try:
                    _skip(connection, schedule, row.zone, now, reason)
                except ZoneError:  # nobody can say what was due: it goes on from when it is resumed
                    change_schedule(connection, schedule.id, paused_since=now, next_due=None)
        doubt_posts(connection, hall)
        pass_over(connection, hall, now)
        self._leave_explanations(connection, hall, now, reason)
        tell_anew(connection, hall)
        facts = {"made": f"{made:%Y-%m-%d %H:%M} UTC", "until": f"{now:%Y-%m-%d %H:%M} UTC"}
        tell_organisers(connection, hall, "restored", made.isoformat(), facts, now, self._token)

    def _leave_explanations(self, connection: Connection, hall: str, now: datetime, reason: str) -> None:
        """A question that is over may have its explanation beneath it, by a stamp that was lost."""
        for over in rounds_over(connection, hall, now):
            post = {"hall_id": hall, "place_id": over.place_id, "platform": over.platform, "round_id": over.id}
            told = {"kind": "explanation", "stamp": f"e-{self._token(16)}", "state": "skipped", "reason": reason}
            owe(connection, {**post, **told, "next_try": AT_ONCE, "made_at": now})


def _skip(connection: Connection, schedule: AnyRow, zone: str, now: datetime, reason: str) -> None:
    """Decide what is due of a schedule as skipped."""
    rule = rule_of(schedule)
    missed = past_slots(rule, schedule.looked_until, now)
    if policy_from_json(schedule.policy).first == "at once" and never_asked(connection, [schedule.id]):
        missed.append(extra_slot(now, rule.zone, now))
    for slot, why in named(missed, now, reason):
        skip_slot(connection, schedule, slot.name, slot.due_at, day_of(slot, rule.zone, zone), why)
    following = next_slot(rule, now)
    next_due = following.due_at if following else None
    change_schedule(connection, schedule.id, looked_until=max(now, schedule.looked_until), next_due=next_due)
