"""The processes that serve, and when each last showed that it is alive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, null, select, update

from bot.store.columns import AnyRow, Instant
from bot.store.prepared import Prepared
from bot.store.tables import processes
from bot.store.upsert import insert_new

ALIVE = timedelta(seconds=30)
"""A process that has not shown itself for so long is taken for dead."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process: its unguessable id, the platforms it runs, when it started."""

    id: str
    platforms: tuple[str, ...]
    started_at: datetime


_BEAT = Prepared(
    lambda _: (
        update(processes)
        .where(processes.c.id == bindparam("process"))
        .values(
            platforms=bindparam("named", type_=processes.c.platforms.type),
            last_tick=bindparam("now", type_=Instant()),
            stopped_at=null(),
        )
    )
)


def beat(connection: Connection, process: Process, now: datetime) -> None:
    """A process is alive now."""
    platforms = list(process.platforms)
    if not _BEAT.run(connection, {"process": process.id, "named": platforms, "now": now}):
        row = {"id": process.id, "platforms": platforms, "started_at": process.started_at}
        insert_new(connection, processes, {**row, "last_tick": now, "stopped_at": None})


def stopped(connection: Connection, process_id: str, now: datetime) -> None:
    """A process ended in good order."""
    connection.execute(update(processes).where(processes.c.id == process_id).values(stopped_at=now))


def processes_since(connection: Connection, since: datetime) -> Sequence[AnyRow]:
    """The processes that were alive at or after an instant, the latest first."""
    statement = select(processes).where(processes.c.last_tick >= since)
    return connection.execute(statement.order_by(processes.c.last_tick.desc())).all()


def living(connection: Connection, since: datetime) -> Sequence[AnyRow]:
    """Those of them that have not ended in good order."""
    return [row for row in processes_since(connection, since) if row.stopped_at is None]
