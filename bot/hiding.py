"""Who is left out of boards and reveals: by their own wish, or an operator's. Functions of a connection."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.ports import Who
from bot.store.halls import find_learner, learner
from bot.store.people import is_put_off, person_row, set_hidden, set_put_off


def hide(connection: Connection, hall: str, who: Who, now: datetime) -> None:
    """Leave out the person of an account, also one whom the hall has not seen yet."""
    set_hidden(connection, learner(connection, hall, who, now).person, hidden=True)


def show(connection: Connection, hall: str, who: Who) -> bool:
    """Show the person of an account again; False where an operator hides them."""
    mine = find_learner(connection, hall, who)
    if mine is None:
        return True
    if is_put_off(connection, hall, mine.person):
        return False
    set_hidden(connection, mine.person, hidden=False)
    return True


def put_off(connection: Connection, hall: str, person: int, *, off: bool) -> bool:
    """An operator hides a person, or shows them again; False where there is nobody, or nobody any more."""
    row = person_row(connection, person)
    if row is None or row.hall_id != hall or row.forgotten_at is not None:
        return False
    set_hidden(connection, person, hidden=off)
    set_put_off(connection, hall, person, off=off)
    return True


def stay_hidden(connection: Connection, hall: str, before: int, person: int) -> None:
    """Whoever was one person and is another from now on does not come onto the boards by that."""
    row = person_row(connection, before)
    if row is not None and row.hidden:
        set_hidden(connection, person, hidden=True)
    if is_put_off(connection, hall, before):
        set_put_off(connection, hall, person, off=True)
