"""Who is left out of boards and reveals: by their own wish, or an operator's. Functions of a connection."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.ports import Who
from bot.store.halls import find_learner, learner
from bot.store.people import person_row, set_hidden


def hide(connection: Connection, hall: str, who: Who, now: datetime) -> None:
    """Leave out the person of an account, also one whom the hall has not seen yet."""
    set_hidden(connection, learner(connection, hall, who, now).person, hides=True)


def show(connection: Connection, hall: str, who: Who) -> bool:
    """Take the wish of an account's person back; False where an operator hides them still."""
    mine = find_learner(connection, hall, who)
    if mine is None:
        return True
    set_hidden(connection, mine.person, hides=False)
    row = person_row(connection, mine.person)
    return row is None or not row.put_off


def put_off(connection: Connection, hall: str, person: int, *, off: bool) -> bool | None:
    """An operator hides a person, or does so no more; whether they are hidden now, None where there is nobody, or
    nobody any more.
    """
    row = person_row(connection, person)
    if row is None or row.hall_id != hall or row.forgotten_at is not None:
        return None
    set_hidden(connection, person, put_off=off)
    return bool(off or row.hides)


def stay_hidden(connection: Connection, before: int, person: int) -> None:
    """Whoever was one person and is another from now on does not come onto the boards by that."""
    row = person_row(connection, before)
    if row is not None and row.hidden:
        set_hidden(connection, person, hides=row.hides or None, put_off=row.put_off or None)
