"""Reminders: a direct message at somebody's own time of day, where something is due for review that day.

Who asked is written to, and nobody else is. Which reminders are due is one look at an index for all people; each of
them is then owed as a post, like all that is sent, so that it goes out once or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.cards.forms import command_form
from bot.cards.reminders import Reminding, no_time_card, no_zone_card, reminding_card
from bot.cards.replies import no_hall_card
from bot.commands import find
from bot.each import do_each
from bot.languages import words
from bot.ports import Answered, Card, Edit, OpenForm, Press, Reply, Who
from bot.refs import REVIEW, UNREMIND, Ref
from bot.registrar import LEFT, Registrar
from bot.store import Store
from bot.store.columns import AnyRow
from bot.store.events import once
from bot.store.halls import Place, find_learner, learner, place_of
from bot.store.posts import owe
from bot.store.reminders import (
    advance_reminder,
    find_reminder,
    keep_reminder,
    overdue_reminders,
    place_still_asks,
    reminded_for,
    reminders_due,
    stop_reminder,
)
from bot.tutor import Tutor
from scheduler.reading import read_time
from scheduler.schedule import Rule, Slot, ZoneError, next_slot, slots, zone_named

LATEST = timedelta(hours=2)
"""A reminder that is later than that is not sent: the day has gone on."""
MOST = 200
TOGETHER = 4
"""So many people's answers are looked at at a time."""
OFF = "off"
PATH = ("study", "remind")
EVERY_DAY = frozenset(range(7))
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wished:
    """What a wish came to; `option` is the one at fault, where nothing was changed for it."""

    card: Card
    option: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A reminder that is due: the slot that it is for (None: it is passed over), and how much there is to review."""

    row: AnyRow
    slot: Slot | None
    due: int


class Reminders:
    """Keeps what people wish, and owes what is due. `token(n)` gives n unguessable characters."""

    def __init__(
        self,
        store: Store,
        registrar: Registrar,
        tutor: Tutor,
        now: Callable[[], datetime],
        token: Callable[[int], str],
    ) -> None:
        self._store = store
        self._registrar = registrar
        self._tutor = tutor
        self._now = now
        self._token = token

    async def remind(self) -> int:
        """Decide the reminders that are due, some at a time; returns how many. Safe to repeat, and in several
        processes: one that another was quicker with is left alone.
        """
        due = await self._store.read(partial(reminders_due, now=self._now(), most=MOST))
        await do_each("reminders", due, self._remind, TOGETHER)
        return len(due)

    async def wish(self, place: Place, who: Who, event: str, at: str = "", zone: str = "") -> Wished:
        """Have somebody reminded at a time, or in another zone, or no more (`off`); without either, how it stands.

        The zone is the one they chose before where they name none, or else that of the hall.
        """
        language = words(place.language)
        at, zone = _sorted_out(at, zone)
        if at == OFF:
            await self.stop(place.hall, who, event)
        elif at or zone:
            if not at and await self.status(place.hall, who) is None:
                return Wished(no_time_card(language, ""), "time")
            try:
                chosen = {"time": read_time(at)} if at else {}
            except ValueError:
                return Wished(no_time_card(language, at), "time")
            try:
                values: dict[str, Any] = {**chosen, **({"zone": zone_named(zone)} if zone else {})}
            except ZoneError as error:
                return Wished(no_zone_card(language, error.name, error.suggestions), "zone")
            await self._once(place.hall, who, event, partial(self._keep, place=place, who=who, chosen=values))
        return Wished(reminding_card(language, place.hall, await self.status(place.hall, who)))

    async def stop(self, hall: str, who: Who, event: str) -> None:
        """Remind an account no more."""

        def off(connection: Connection) -> None:
            mine = find_learner(connection, hall, who)
            if mine is not None:
                stop_reminder(connection, mine.identity, None)

        await self._once(hall, who, event, off)

    async def status(self, hall: str, who: Who) -> Reminding | None:
        """How it stands with an account's reminders; None where it never wished for any."""
        row = await self._store.read(partial(_mine, hall=hall, who=who))
        return Reminding(row.time, row.zone, row.next_due, row.stopped is not None) if row is not None else None

    async def pressed(self, press: Press, ref: Ref) -> Answered:
        """Begin a review, end the reminders, or open the form for them."""
        place = await self._place(press, ref.subject)
        if place is None:
            return Reply(no_hall_card(words(press.who.language)))
        if ref.verb == REVIEW:
            return Edit(await self._tutor.review(place, press.who))
        if ref.verb == UNREMIND:
            await self.stop(place.hall, press.who, press.event)
            return Edit(reminding_card(words(place.language), place.hall, await self.status(place.hall, press.who)))
        mine, command = await self.status(place.hall, press.who), find(PATH)
        given = {"time": mine.time, "zone": mine.zone} if mine else {"zone": place.zone}
        if command is None:
            raise LookupError(f"there is no command {PATH}")
        return OpenForm(command_form(words(place.language), PATH, command, given, {}))

    # What is due.

    async def _remind(self, due: tuple[int, str]) -> None:
        identity, hall = due
        looked = await self._store.read(partial(self._look, identity=identity))
        if looked is not None:
            await self._store.write(hall, partial(self._decide, looked=looked))

    def _look(self, connection: Connection, identity: int) -> Looked | None:
        row, now = find_reminder(connection, identity), self._now()
        if row is None or row.next_due is None or row.next_due > now:
            return None
        slot = _slot(row, now) if place_still_asks(connection, row, LEFT) else None
        due = self._tutor.due_of(connection, place_of(connection, row.place_id), row.person_id) if slot else 0
        return Looked(row, slot, due)

    def _decide(self, connection: Connection, looked: Looked) -> None:
        """Owe a reminder or pass it over, and go on to its next time: one transaction, which only one process does."""
        row, now = find_reminder(connection, looked.row.identity_id), self._now()
        if row is None:
            return
        date = looked.slot.name[:10] if looked.slot and looked.due else None
        if date and reminded_for(connection, row.person_id, date):
            date = None
        if _go_on(connection, looked.row, now, date) and date and looked.slot:
            until = looked.slot.due_at + LATEST
            owed = {"hall_id": row.hall_id, "place_id": row.place_id, "platform": row.platform, "made_at": now}
            owed |= {"identity_id": row.identity_id, "kind": "reminder", "stamp": f"d-{self._token(16)}"}
            body = {"due": looked.due, "until": until.isoformat()}
            # What is due to everybody in a place has been due since 1970, and goes out before it.
            owe(connection, {**owed, "body": body, "next_try": looked.slot.due_at})

    # What people wish.

    async def _once(self, hall: str, who: Who, event: str, do: Callable[[Connection], None]) -> None:
        def done(connection: Connection) -> dict[str, Any]:
            do(connection)
            return {"came": "reminders"}

        await self._store.write(hall, partial(once, platform=who.platform, event=event, now=self._now(), do=done))

    def _keep(self, connection: Connection, place: Place, who: Who, chosen: dict[str, Any]) -> None:
        now = self._now()
        mine = learner(connection, place.hall, who, now)
        before = find_reminder(connection, mine.identity)
        at = chosen.get("time") or time.fromisoformat(before.time if before else "00:00")
        zone = chosen.get("zone") or (before.zone if before else place.zone)
        rule = Rule((at,), EVERY_DAY, zone)
        following = next_slot(rule, now)
        if following and reminded_for(connection, mine.person, following.name[:10]):
            following = next_slot(rule, following.due_at)
        values = {"time": at.isoformat("minutes"), "zone": zone, "next_due": following and following.due_at}
        keep_reminder(connection, mine.identity, hall_id=place.hall, place_id=place.id, stopped=None, **values)

    async def _place(self, press: Press, hall: str) -> Place | None:
        """Where a press belongs: its place, or in a talk about another hall the place that the reminder is of."""
        here = await self._registrar.place(press.place)
        if here is not None and here.hall == hall:
            return here
        row = await self._store.read(partial(_mine, hall=hall, who=press.who))
        there = await self._store.read(partial(place_of, place_id=row.place_id)) if row is not None else None
        return there if there is not None and there.hall == hall else None


def pass_over(connection: Connection, hall: str, now: datetime) -> None:
    """After a backup was restored: what is due may have been sent, so it goes on to its next time unsent."""
    for row in overdue_reminders(connection, hall, now):
        _go_on(connection, row, now, None)


def _mine(connection: Connection, hall: str, who: Who) -> AnyRow | None:
    mine = find_learner(connection, hall, who)
    return find_reminder(connection, mine.identity) if mine else None


def _go_on(connection: Connection, row: AnyRow, now: datetime, date: str | None) -> bool:
    """A reminder waits for its next time; whether nobody was quicker. Where its zone is not known any more, it ends."""
    try:
        following = next_slot(_rule(row), now)
    except ZoneError as error:
        stop_reminder(connection, row.identity_id, str(error))
        return False
    return advance_reminder(connection, row, following.due_at if following else None, date)


def _slot(row: AnyRow, now: datetime) -> Slot | None:
    """The latest slot of a reminder that is due and not too late; None without one."""
    with suppress(ZoneError):
        due = list(slots(_rule(row), max(row.next_due - MINUTE, now - LATEST), now))
        return due[-1] if due else None
    return None


def _rule(row: AnyRow) -> Rule:
    return Rule((time.fromisoformat(row.time),), EVERY_DAY, row.zone)


def _sorted_out(at: str, zone: str) -> tuple[str, str]:
    """The time and the zone; a zone alone may stand in the place of the time."""
    at, zone = at.strip(), zone.strip()
    if at and not zone:
        with suppress(ZoneError):
            return "", zone_named(at)
    return at.casefold(), zone
