"""Notes to organisers. One open note a kind and subject: a fault that lasts is told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.store.tables import AnyRow, notes

PAST = frozenset({"missed", "late"})
"""Notes that tell what happened and cannot last."""


def new_note(
    connection: Connection, hall: str, kind: str, about: str, facts: dict[str, Any], now: datetime
) -> int | None:
    """Keep a note; its id, None where one of this kind and subject is open. What lies in the past is over at once."""
    about_it = (notes.c.hall_id == hall, notes.c.kind == kind, notes.c.about == about, notes.c.resolved_at.is_(None))
    if connection.execute(select(notes.c.id).where(*about_it)).first():
        return None
    row = {"hall_id": hall, "kind": kind, "about": about, "facts": facts, "at": now}
    row["resolved_at"] = now if kind in PAST else None
    return int(connection.execute(insert(notes).values(**row).returning(notes.c.id)).scalar_one())


def resolve_notes(connection: Connection, hall: str, kind: str, about: str, now: datetime) -> int:
    """The fault is over; a new one of its kind is told anew. Returns how many notes were open."""
    statement = update(notes).where(notes.c.hall_id == hall, notes.c.kind == kind, notes.c.about == about)
    return connection.execute(statement.where(notes.c.resolved_at.is_(None)).values(resolved_at=now)).rowcount


def open_notes(connection: Connection, hall: str) -> Sequence[AnyRow]:
    """The open notes of a hall, oldest first."""
    statement = select(notes).where(notes.c.hall_id == hall, notes.c.resolved_at.is_(None)).order_by(notes.c.id)
    return connection.execute(statement).all()
