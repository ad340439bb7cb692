"""Schedules, as organisers change them in a chat. Those that stand in the settings file are changed there alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.look import rule_of
from bot.registrar import tell_organisers
from bot.settings import Policy, Selection
from bot.store import Store
from bot.store.columns import AnyRow
from bot.store.halls import (
    Place,
    change_schedule,
    find_schedule,
    hall_ids,
    keep_schedule,
    remove_schedule,
    schedules_of,
)
from bot.store.notes import open_notes, resolve_notes
from scheduler.reading import read_time, read_weekdays, refuse_close
from scheduler.schedule import Rule, ZoneError, next_slot

EVERY_DAY = frozenset(range(7))
LONGEST_NAME = 40
ZONE = "zone"

log = logging.getLogger(__name__)


class Change(StrEnum):
    """What became of a change that an organiser wanted."""

    DONE = "done"
    FROM_FILE = "from-file"
    """The schedule stands in the settings file, at `Changed.detail`."""
    UNKNOWN = "unknown"
    """There is no such schedule; `Changed.detail` lists those that there are."""
    EXISTS = "exists"
    WRONG = "wrong"
    """What was given cannot be read; `Changed.detail` says why."""


class UnreadableError(ValueError):
    """An option's value cannot be read."""

    def __init__(self, reason: str, option: str) -> None:
        super().__init__(reason)
        self.option = option


@dataclass(frozen=True, slots=True)
class Changed:
    """A change and what is to be told about it."""

    change: Change
    name: str
    detail: str = ""
    option: str = ""
    """The option that is at fault, where it is one of those given."""


class Timetable:
    """Lists, adds, pauses, resumes and removes the schedules of a hall."""

    def __init__(self, store: Store, now: Callable[[], datetime], token: Callable[[int], str]) -> None:
        self._store = store
        self._now = now
        self._token = token

    async def all(self, hall: str) -> Sequence[AnyRow]:
        """The schedules of a hall that were not removed, by name."""
        return await self._store.read(partial(schedules_of, hall=hall))

    async def add(self, place: Place, name: str, times: str, weekdays: str = "", topic: str = "") -> Changed:
        """Add a schedule that asks in a place, in the hall's zone."""
        try:
            rule = _rule(place, name, times, weekdays)
        except UnreadableError as error:
            return Changed(Change.WRONG, name, str(error), error.option)
        return await self._store.write(
            place.hall, partial(_add, place=place, name=name, rule=rule, topic=topic, now=self._now())
        )

    async def pause(self, hall: str, name: str) -> Changed:
        """Ask nothing by a schedule until it is resumed."""
        return await self._change(hall, name, _pause)

    async def resume(self, hall: str, name: str) -> Changed:
        """Ask by a schedule again, from its next slot on."""
        return await self._change(hall, name, _resume)

    async def remove(self, hall: str, name: str) -> Changed:
        """Ask nothing by a schedule any more; its turns stay."""
        return await self._change(hall, name, _remove)

    async def retime(self) -> None:
        """Work out anew when schedules are due next: the zones' data may be newer than when it was written down.

        Where a zone is not known any more, the organisers are told, and the other schedules go on.
        """
        for hall in await self._store.read(hall_ids):
            await self._store.write(hall, partial(self._retime, hall=hall, now=self._now()))

    def _retime(self, connection: Connection, hall: str, now: datetime) -> None:
        unknown = set()
        for row in schedules_of(connection, hall):
            try:
                following = next_slot(rule_of(row), row.looked_until)
            except ZoneError as error:
                log.warning("the schedule %s of the hall %s asks nothing: %s", row.name, hall, error)
                facts = {"schedule": row.name, "reason": str(error)}
                tell_organisers(connection, hall, ZONE, row.name, facts, now, self._token)
                unknown.add(row.name)
                continue
            awaited = row.paused_since is None and (row.next_due is None or row.next_due > now)
            if awaited and following is not None and following.due_at != row.next_due:
                change_schedule(connection, row.id, next_due=following.due_at)
        for note in open_notes(connection, hall):
            if note.kind == ZONE and note.about not in unknown:
                resolve_notes(connection, hall, ZONE, note.about, now)

    async def _change(self, hall: str, name: str, change: Callable[[Connection, AnyRow, datetime], None]) -> Changed:
        return await self._store.write(hall, partial(_changed, hall=hall, name=name, change=change, now=self._now()))


def _rule(place: Place, name: str, times: str, weekdays: str) -> Rule:
    with _reading("name"):
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise ValueError(f"a name has 1 to {LONGEST_NAME} characters that can be seen")
    with _reading("times"):
        at = tuple(sorted({read_time(text.strip()) for text in times.split(",")}))
        refuse_close(at)
    with _reading("weekdays"):
        days = read_weekdays(weekdays) if weekdays else EVERY_DAY
    return Rule(at, days, place.zone)


@contextmanager
def _reading(option: str) -> Iterator[None]:
    """What cannot be read here is the fault of this option."""
    try:
        yield
    except ValueError as error:
        raise UnreadableError(str(error), option) from error


def _add(connection: Connection, place: Place, name: str, rule: Rule, topic: str, now: datetime) -> Changed:
    known = find_schedule(connection, place.hall, name)
    if known is not None and known.removed_at is None:
        return Changed(Change.EXISTS, name, option="name")
    following = next_slot(rule, now)
    row: dict[str, Any] = {
        "hall_id": place.hall,
        "name": name,
        "zone": rule.zone,
        "times": [at.isoformat("minutes") for at in rule.times],
        "weekdays": sorted(rule.weekdays),
        "blackout": [],
        "selection": Selection(topics=(topic,) if topic else ()).to_json(),
        "policy": Policy().to_json(),
        "places": [place.id],
        "paused_since": None,
        "removed_at": None,
        "made_at": now,
        "looked_until": now,
        "timed_from": now,
        "next_due": following.due_at if following else None,
        "from_file": None,
    }
    keep_schedule(connection, row, known.id if known is not None else None)
    return Changed(Change.DONE, name)


def _changed(
    connection: Connection,
    hall: str,
    name: str,
    change: Callable[[Connection, AnyRow, datetime], None],
    now: datetime,
) -> Changed:
    row = find_schedule(connection, hall, name)
    if row is None or row.removed_at is not None:
        return Changed(Change.UNKNOWN, name, ", ".join(each.name for each in schedules_of(connection, hall)))
    if row.from_file:
        return Changed(Change.FROM_FILE, name, row.from_file)
    change(connection, row, now)
    return Changed(Change.DONE, name)


def _pause(connection: Connection, row: AnyRow, now: datetime) -> None:
    if row.paused_since is None:
        change_schedule(connection, row.id, paused_since=now, next_due=None)


def _resume(connection: Connection, row: AnyRow, now: datetime) -> None:
    following = next_slot(rule_of(row), now)
    due = following.due_at if following else None
    change_schedule(connection, row.id, paused_since=None, looked_until=now, timed_from=now, next_due=due)


def _remove(connection: Connection, row: AnyRow, now: datetime) -> None:
    remove_schedule(connection, row.id, now)
    resolve_notes(connection, row.hall_id, ZONE, row.name, now)
