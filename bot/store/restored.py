"""A database that was restored from a backup: the mark that says so, and the statements that put it in order.

A backup carries the mark from the moment it is made, so whoever starts on it knows that the time since is missing.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.columns import EPOCH, MICROSECOND, AnyRow
from bot.store.halls import hall_ids
from bot.store.kept import PREFIX, drop, keep_first, kept
from bot.store.posts import AT_ONCE
from bot.store.tables import posts, rounds, turns
from bot.store.upsert import insert_new

MARK = "restored"


def mark_restored(connection: Connection, made: datetime) -> bool:
    """Mark a database as restored from a backup made then; False where it carries an older mark, which stays."""
    return keep_first(connection, MARK, {"made": made.isoformat()})


def mark_file(connection: sqlite3.Connection, made: datetime) -> None:
    """`mark_restored` for a file that nobody has opened."""
    row = (PREFIX + MARK, json.dumps({"made": made.isoformat()}))
    connection.execute("INSERT OR IGNORE INTO shelf (namespace, key, value, seq) VALUES (?, '', ?, 0)", row)
    connection.commit()


def made_at(connection: sqlite3.Connection) -> datetime | None:
    """When a file was copied: by its mark, or else by the last sign of life in it; None where there is neither."""
    marked = connection.execute("SELECT value FROM shelf WHERE namespace = ?", (PREFIX + MARK,)).fetchone()
    if marked:
        return datetime.fromisoformat(json.loads(marked[0])["made"])
    return last_sign(connection, "")


def last_sign(connection: sqlite3.Connection, where: str = "WHERE stopped_at IS NULL") -> datetime | None:
    """When a process last showed itself in a file: one that did not end in good order, or any with `where` empty."""
    with suppress(sqlite3.DatabaseError):
        (last,) = connection.execute(f"SELECT max(last_tick) FROM processes {where}").fetchone()  # noqa: S608  ours
        return None if last is None else EPOCH + last * MICROSECOND
    return None


def restored_from(connection: Connection) -> datetime | None:
    """When the backup was made that this database was restored from; None where it was not, or is in order again."""
    mark = kept(connection, MARK)
    return datetime.fromisoformat(mark["made"]) if mark else None


def begin_hall(connection: Connection, hall: str) -> bool:
    """Whether this hall is still to be put in order; then it is taken to be so with this transaction."""
    return restored_from(connection) is not None and keep_first(connection, f"{MARK}:{hall}", "in order")


def end(connection: Connection) -> None:
    """All halls are in order: the mark goes away."""
    for hall in hall_ids(connection):
        drop(connection, f"{MARK}:{hall}")
    drop(connection, MARK)


def skip_slot(connection: Connection, schedule: AnyRow, slot: str, due_at: datetime, day: str, reason: str) -> bool:
    """Decide a slot as skipped; False where it is decided already."""
    row = {"hall_id": schedule.hall_id, "schedule_id": schedule.id, "slot": slot, "due_at": due_at, "day": day}
    return insert_new(connection, turns, {**row, "late": False, "policy": schedule.policy, "skipped": reason})


def doubt_posts(connection: Connection, hall: str) -> int:
    """What was to be sent may have been sent since: it is looked up before anything is sent. Returns how many."""
    values = {"state": "uncertain", "first_try": posts.c.made_at, "next_try": AT_ONCE, "looks": 0}
    mine = update(posts).where(posts.c.hall_id == hall, posts.c.state.in_(("due", "sending")))
    return connection.execute(mine.values(**values, owner=None, lease_until=None)).rowcount


def rounds_over(connection: Connection, hall: str, now: datetime) -> list[AnyRow]:
    """Open rounds whose closing time is over: (id, place_id, platform), the platform that of the question."""
    statement = (
        select(rounds.c.id, rounds.c.place_id, posts.c.platform)
        .join(posts, posts.c.round_id == rounds.c.id)
        .where(rounds.c.hall_id == hall, rounds.c.state == "open", rounds.c.closes_at <= now)
        .where(posts.c.kind == "question")
    )
    return list(connection.execute(statement).all())


def tell_anew(connection: Connection, hall: str) -> None:
    """Open questions may show more answers than are known: they are brought up to date."""
    statement = update(rounds).where(rounds.c.hall_id == hall, rounds.c.state == "open")
    connection.execute(statement.values(told=-1))
