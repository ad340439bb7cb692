"""Dropping what nobody asks for any more, a little at a time so that nobody waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, or_, select

from bot.store.tables import events, notes, posts, processes, shelf

if TYPE_CHECKING:
    from bot.store.engine import Store

CHUNK = 2_000
"""So many rows a transaction takes: it stays well under 50 ms."""

EVENTS_KEPT = timedelta(days=7)
"""No platform delivers an event again so late."""
PROCESSES_KEPT = timedelta(days=30)
NOTES_KEPT = timedelta(days=180)
POSTS_KEPT = timedelta(days=30)
LEASES_KEPT = timedelta(days=1)

SETTLED = ("sent", "skipped", "failed")
PASSING = ("seed", "reveal", "note", "unsaid", "retold", "hint", "match", "reminder")
"""Posts that only their sending needs. A question's is the record of its slot; what stands beneath a question may have
to be changed at any time, where a key is mended or a person is forgotten.
"""

Rows = tuple[Table, tuple[ColumnElement[bool], ...]]
"""A table and which of its rows are meant."""


async def drop_outdated(store: Store, now: datetime) -> int:
    """Drop events, processes, notes, posts and leases that are long over; returns how many rows."""
    dropped = 0
    for rows in outdated(now):
        more = True
        while more:
            some = await store.read(partial(_some, rows=rows))
            if some:
                dropped += await store.write("outdated", partial(_drop, rows=rows, some=some))
            more = len(some) == CHUNK
    return dropped


def outdated(now: datetime) -> tuple[Rows, ...]:
    """What may be dropped now."""
    owed = (posts.c.kind == "note", posts.c.nth == notes.c.id, posts.c.hall_id == notes.c.hall_id)
    unsent = select(posts.c.id).where(*owed, and_(*(posts.c.state != state for state in SETTLED))).exists()
    done = or_(*(posts.c.state == state for state in SETTLED)), or_(*(posts.c.kind == kind for kind in PASSING))
    return (
        (events, (events.c.at < now - EVENTS_KEPT,)),
        (processes, (processes.c.last_tick < now - PROCESSES_KEPT,)),
        (notes, (notes.c.resolved_at < now - NOTES_KEPT, ~unsent)),
        (posts, (posts.c.made_at < now - POSTS_KEPT, *done)),
        (shelf, (shelf.c.lease_until < now - LEASES_KEPT,)),
    )


def _some(connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    table, where = rows
    columns = [column.label(f"of_{column.name}") for column in table.primary_key]
    found = connection.execute(select(*columns).where(*where).limit(CHUNK))
    return [dict(row._mapping) for row in found]  # noqa: SLF001  SQLAlchemy's public name for a row as a mapping


def _drop(connection: Connection, rows: Rows, some: list[dict[str, Any]]) -> int:
    """Drop rows found before, unless one was renewed meanwhile."""
    table, where = rows
    named = [column == bindparam(f"of_{column.name}") for column in table.primary_key]
    connection.execute(delete(table).where(*named, *where), some)
    return len(some)
