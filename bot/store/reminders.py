"""Reminders of reviews: who wishes to be written to at which local time. Functions of a connection.

A day has one reminder at most, of whichever account of a person's: in the transaction that owes it, its reminder goes
on to its next time, if it still has the time that was looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.store.columns import AnyRow, Instant
from bot.store.prepared import Prepared
from bot.store.tables import identities, places, posts, reminders
from bot.store.upsert import insert_new

_COLUMNS = (*reminders.c, identities.c.person_id, identities.c.platform, identities.c.workspace)
_REMINDER = select(*_COLUMNS, identities.c.account, identities.c.name).join(
    identities, identities.c.id == reminders.c.identity_id
)
_DUE = Prepared(
    lambda _: (
        select(reminders.c.identity_id, reminders.c.hall_id)
        .where(reminders.c.next_due <= bindparam("now", type_=Instant()))
        .order_by(reminders.c.next_due, reminders.c.identity_id)
        .limit(bindparam("most"))
    )
)


def reminders_due(connection: Connection, now: datetime, most: int) -> list[tuple[int, str]]:
    """The identities, with their halls, whose reminders are due, the earliest first."""
    return [(identity, hall) for identity, hall in _DUE.rows(connection, {"now": now, "most": most})]


def find_reminder(connection: Connection, identity: int) -> AnyRow | None:
    """The reminder of an identity with its person_id, platform, workspace, account and name; None without any."""
    return connection.execute(_REMINDER.where(reminders.c.identity_id == identity)).first()


def reminders_of(connection: Connection, person: int) -> Sequence[AnyRow]:
    """The reminders of all identities of a person."""
    own = select(reminders).join(identities, identities.c.id == reminders.c.identity_id)
    return connection.execute(own.where(identities.c.person_id == person).order_by(reminders.c.identity_id)).all()


def reminded_for(connection: Connection, person: int, date: str) -> bool:
    """Whether a person was reminded for that local date already, by whichever account."""
    return any(each.reminded_for == date for each in reminders_of(connection, person))


def keep_reminder(connection: Connection, identity: int, **values: Any) -> None:  # noqa: ANN401  columns
    """Have an identity reminded so from now on; what was before of the columns not named stays."""
    own = update(reminders).where(reminders.c.identity_id == identity)
    if not connection.execute(own.values(**values)).rowcount:
        insert_new(connection, reminders, {"identity_id": identity, **values})


def advance_reminder(connection: Connection, row: AnyRow, next_due: datetime | None, date: str | None) -> bool:
    """A reminder that still is due when it was is due at `next_due` from now on, and counts for `date` if that is
    named; False where somebody else was quicker.
    """
    same = reminders.c.identity_id == row.identity_id, reminders.c.next_due == row.next_due
    counts = {"reminded_for": date} if date else {}
    return connection.execute(update(reminders).where(*same).values(next_due=next_due, **counts)).rowcount == 1


def stop_reminder(connection: Connection, identity: int, reason: str | None) -> bool:
    """Remind an identity no more, for a `reason` that is not its own wish; whether it was reminded until now."""
    on = reminders.c.identity_id == identity, reminders.c.next_due.is_not(None)
    return connection.execute(update(reminders).where(*on).values(next_due=None, stopped=reason)).rowcount == 1


def overdue_reminders(connection: Connection, hall: str, now: datetime) -> Sequence[AnyRow]:
    """The reminders of a hall that are due."""
    return connection.execute(_REMINDER.where(reminders.c.hall_id == hall, reminders.c.next_due <= now)).all()


def place_still_asks(connection: Connection, row: AnyRow, left: str) -> bool:
    """Whether the place where a reminder was asked for is one of its hall's, and has not `left` it."""
    place = connection.execute(select(places.c.hall_id, places.c.paused).where(places.c.id == row.place_id)).one()
    return bool(place.hall_id == row.hall_id and place.paused != left)


def drop_reminder(connection: Connection, identity: int) -> None:
    """Take away the reminder of an identity and all that is owed, or was sent, of it."""
    connection.execute(delete(posts).where(posts.c.identity_id == identity))
    connection.execute(delete(reminders).where(reminders.c.identity_id == identity))
