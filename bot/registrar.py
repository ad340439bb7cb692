"""Halls, places and people: the settings are settled into the store, accounts become learners, organisers are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.ports import PlaceRef, Who
from bot.settings import HallEntry, ScheduleEntry
from bot.store import Store
from bot.store.columns import AnyRow
from bot.store.halls import (
    Place,
    change_schedule,
    find_learner,
    find_schedule,
    hall_ids,
    hall_row,
    halls_of_account,
    keep_hall,
    keep_place,
    keep_schedule,
    learner,
    pause_place,
    place_at,
    places_of,
    remove_schedule,
    schedules_of,
)
from bot.store.notes import new_note, resolve_notes
from bot.store.people import account_of
from bot.store.posts import owe
from bot.store.turns import leave_place
from scheduler.schedule import next_slot

Token = Callable[[int], str]

LEFT = "no longer in the settings"


class Registrar:
    """Knows who is who and where is where."""

    def __init__(self, store: Store, now: Callable[[], datetime], token: Token) -> None:
        self._store = store
        self._now = now
        self._token = token

    async def settle(self, entries: Sequence[HallEntry]) -> None:
        """Make the store say what the settings say. Safe to repeat.

        Halls, places and schedules are inserted or changed and marked with their line. What stood in the file
        and does not any more asks nothing from now on: schedules, places, a whole hall. Its turns and answers stay.
        """
        for entry in entries:
            await self._store.write(entry.id, partial(_settle, entry=entry, now=self._now()))
        named = {entry.id for entry in entries}
        for hall in await self._store.read(hall_ids):
            if hall not in named:
                await self._store.write(hall, partial(_end, hall=hall, now=self._now()))

    async def place(self, ref: PlaceRef) -> Place | None:
        """The place with this address, None where no hall has it."""
        return await self._store.read(lambda connection: place_at(connection, ref))

    async def halls_of(self, who: Who) -> Sequence[AnyRow]:
        """The halls that know an account, as rows of `halls`."""
        return await self._store.read(partial(_halls_of, who=who))

    async def rename(self, who: Who) -> None:
        """An account shows another name from now on, in every hall that knows it."""
        for hall in await self._store.read(lambda connection: halls_of_account(connection, who)):
            await self._store.write(hall, partial(_rename, hall=hall, who=who, now=self._now()))

    async def remove(self, ref: PlaceRef, reason: str) -> None:
        """A place is gone: nothing is posted there any more, and the organisers learn why."""
        place = await self.place(ref)
        if place is not None:
            await self._store.write(place.hall, lambda connection: self._gone(connection, place, reason))

    async def take_back(self, ref: PlaceRef) -> None:
        """A place is there again: it is posted to from its next slot on. One that left the settings stays left."""
        place = await self.place(ref)
        if place is not None and place.paused not in (None, LEFT):
            await self._store.write(place.hall, lambda connection: self._here_again(connection, place))

    async def schedule_of(self, place: Place) -> int | None:
        """The id of the first schedule that asks in a place and is not paused."""
        rows = await self._store.read(partial(schedules_of, hall=place.hall))
        return next((row.id for row in rows if place.id in row.places and not row.paused_since), None)

    async def is_organiser(self, who: Who, hall: str) -> bool:
        """Whether an account may organise: the platform's admin, a member of a named group, or named itself."""
        row = await self._store.read(lambda connection: hall_row(connection, hall))
        named = row.organisers if row is not None else {}
        return (
            who.admin or account_of(who) in named.get("accounts", ()) or bool(who.groups & set(named.get("groups", ())))
        )

    async def tell_all(self, kind: str, about: str, facts: dict[str, Any]) -> None:
        """Tell the organisers of every hall."""
        for hall in await self._store.read(hall_ids):
            note = partial(tell_organisers, hall=hall, kind=kind, about=about, facts=facts)
            await self._store.write(hall, partial(note, now=self._now(), token=self._token))

    async def all_well(self, kind: str, about: str) -> None:
        """What every hall's organisers were told is over."""
        for hall in await self._store.read(hall_ids):
            await self._store.write(hall, partial(resolve_notes, hall=hall, kind=kind, about=about, now=self._now()))

    def _gone(self, connection: Connection, place: Place, reason: str) -> None:
        pause_place(connection, place.id, reason)
        facts = {"place": str(place.ref), "reason": reason}
        tell_organisers(connection, place.hall, "refused", str(place.ref), facts, self._now(), self._token)

    def _here_again(self, connection: Connection, place: Place) -> None:
        pause_place(connection, place.id, None)
        resolve_notes(connection, place.hall, "refused", str(place.ref), self._now())


def tell_organisers(
    connection: Connection, hall: str, kind: str, about: str, facts: dict[str, Any], now: datetime, token: Token
) -> bool:
    """Keep a note and owe it to the organisers' place, where there is one; False where it is open already."""
    note = new_note(connection, hall, kind, about, facts, now)
    if note is None:
        return False
    row = hall_row(connection, hall)
    ref = PlaceRef.parse(row.organiser_place) if row is not None and row.organiser_place else None
    place = place_at(connection, ref) if ref else None
    if place is None or place.paused:
        return True
    owed = {
        "hall_id": hall,
        "place_id": place.id,
        "platform": place.ref.platform,
        "kind": "note",
        "nth": note,
        "body": {"kind": kind, "facts": facts},
        "stamp": f"n-{token(16)}",
        "made_at": now,
    }
    return owe(connection, owed)


def _settle(connection: Connection, entry: HallEntry, now: datetime) -> None:
    hall = {
        "id": entry.id,
        "title": entry.title,
        "zone": entry.zone,
        "language": entry.language,
        "season": entry.season,
        "organisers": {
            "groups": sorted(entry.organisers.groups),
            "accounts": sorted(entry.organisers.accounts),
        },
        "organiser_place": str(entry.organiser_place) if entry.organiser_place else None,
        "from_file": entry.where,
    }
    keep_hall(connection, hall)
    refs = [*entry.places, *((entry.organiser_place,) if entry.organiser_place else ())]
    for ref in refs:
        _leave_other_hall(connection, entry.id, ref, now)
    ids = {ref: keep_place(connection, entry.id, ref, entry.where) for ref in dict.fromkeys(refs)}
    for ref in ids:
        resolve_notes(connection, entry.id, "refused", str(ref), now)
    _drop_places(connection, entry, set(ids.values()))
    for schedule in entry.schedules:
        _settle_schedule(connection, entry.id, schedule, ids, now)
    names = {schedule.name for schedule in entry.schedules}
    for row in schedules_of(connection, entry.id):
        if row.from_file and row.name not in names:
            remove_schedule(connection, row.id, now)


def _leave_other_hall(connection: Connection, hall: str, ref: PlaceRef, now: datetime) -> None:
    """A place that the file gives to another hall takes nothing of its former one along.

    A schedule that chat made for no other place ends; one of the file is settled with its own hall.
    """
    place = place_at(connection, ref)
    if place is None or place.hall == hall:
        return
    leave_place(connection, place.id, LEFT)
    for schedule in schedules_of(connection, place.hall):
        left = [each for each in schedule.places if each != place.id]
        if not left and schedule.from_file is None:
            remove_schedule(connection, schedule.id, now)
        elif left != schedule.places:
            change_schedule(connection, schedule.id, places=left)


def _end(connection: Connection, hall: str, now: datetime) -> None:
    """A hall that left the file: its schedules end, its places are posted to no more."""
    row = hall_row(connection, hall)
    if row is None or row.from_file is None:
        return
    for schedule in schedules_of(connection, hall):
        remove_schedule(connection, schedule.id, now)
    for place in places_of(connection, hall):
        pause_place(connection, place.id, LEFT)


def _drop_places(connection: Connection, entry: HallEntry, kept: set[int]) -> None:
    for place in places_of(connection, entry.id):
        if place.from_file and place.id not in kept and not place.paused:
            pause_place(connection, place.id, LEFT)


TIMING = ("zone", "times", "weekdays", "blackout")


def _settle_schedule(
    connection: Connection, hall: str, entry: ScheduleEntry, ids: dict[PlaceRef, int], now: datetime
) -> None:
    known = find_schedule(connection, hall, entry.name)
    row = {**_schedule_row(hall, entry), "places": sorted(ids[ref] for ref in entry.places)}
    if known is None:
        row["made_at"] = now
    if (
        known is None
        or known.removed_at
        or known.paused_since
        or any(getattr(known, name) != row[name] for name in TIMING)
    ):
        following = next_slot(entry.rule, now)
        at_once = known is None and entry.policy.first == "at once"
        row |= {"looked_until": now, "timed_from": now, "next_due": now if at_once else following and following.due_at}
    keep_schedule(connection, row, known.id if known is not None else None)


def _schedule_row(hall: str, entry: ScheduleEntry) -> dict[str, Any]:
    rule = entry.rule
    return {
        "hall_id": hall,
        "name": entry.name,
        "zone": rule.zone,
        "times": sorted(at.isoformat("minutes") for at in rule.times),
        "weekdays": sorted(rule.weekdays),
        "blackout": sorted(day.isoformat() for day in rule.blackout),
        "selection": entry.selection.to_json(),
        "policy": entry.policy.to_json(),
        "paused_since": None,
        "removed_at": None,
        "from_file": entry.where,
    }


def _halls_of(connection: Connection, who: Who) -> list[AnyRow]:
    rows = (hall_row(connection, hall) for hall in halls_of_account(connection, who))
    return [row for row in rows if row is not None]


def _rename(connection: Connection, hall: str, who: Who, now: datetime) -> None:
    if find_learner(connection, hall, who) is not None:
        learner(connection, hall, who, now)
