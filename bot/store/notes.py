"""Notes to organisers. One open note a kind and subject: a fault that lasts is told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, or_, select, update

from bot.store.columns import AnyRow, Instant
from bot.store.prepared import Prepared
from bot.store.tables import notes

PAST = frozenset({"missed", "late", "regraded", "restored", "unsaved"})
"""Notes that tell what happened and cannot last."""

SELDOM = {"slow": timedelta(hours=1), "unsaved": timedelta(minutes=10)}
"""Notes on what comes and goes, or what several processes find: told again only so long after the last time."""

_RESOLVE = Prepared(
    lambda _: (
        update(notes)
        .where(notes.c.hall_id == bindparam("of"), notes.c.kind == bindparam("a"), notes.c.about == bindparam("on"))
        .where(notes.c.resolved_at.is_(None))
        .values(resolved_at=bindparam("now", type_=Instant()))
    )
)


def new_note(
    connection: Connection, hall: str, kind: str, about: str, facts: dict[str, Any], now: datetime
) -> int | None:
    """Keep a note; its id, None where one of this kind and subject is open, or was told lately and comes and goes.
    What lies in the past is over at once.
    """
    told: ColumnElement[bool] = notes.c.resolved_at.is_(None)
    if kind in SELDOM:
        told = or_(told, notes.c.at.between(now - SELDOM[kind], now))
    same = notes.c.hall_id == hall, notes.c.kind == kind, notes.c.about == about
    if connection.execute(select(notes.c.id).where(*same, told)).first():
        return None
    row = {"hall_id": hall, "kind": kind, "about": about, "facts": facts, "at": now}
    row["resolved_at"] = now if kind in PAST else None
    return int(connection.execute(insert(notes).values(**row).returning(notes.c.id)).scalar_one())


def resolve_notes(connection: Connection, hall: str, kind: str, about: str, now: datetime) -> int:
    """The fault is over; a new one of its kind is told anew. Returns how many notes were open."""
    return _RESOLVE.run(connection, {"of": hall, "a": kind, "on": about, "now": now})


def open_notes(connection: Connection, hall: str) -> Sequence[AnyRow]:
    """The open notes of a hall, oldest first."""
    statement = select(notes).where(notes.c.hall_id == hall, notes.c.resolved_at.is_(None)).order_by(notes.c.id)
    return connection.execute(statement).all()
