"""Putting a backup of SQLite in the place of the database. What is there now is kept, never deleted."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from bot.store.backup import BackupError, verify_backup
from bot.store.processes import ALIVE
from bot.store.restored import last_sign, made_at, mark_file

BESIDE = ("-wal", "-shm")
WAITS = 1.0


@dataclass(frozen=True, slots=True)
class Restorable:
    """A backup of SQLite that was read through: when it was made, and how many rows each table has."""

    file: Path
    made: datetime
    rows: dict[str, int]


def restorable(copy: Path) -> Restorable:
    """Look at a backup. Raises BackupError where it is damaged, made by a newer Studyhall, or of PostgreSQL.

    One that carries no instant was made by other means: the last sign of life in it is taken, or the file's own time.
    """
    rows = verify_backup(copy)
    if not rows:
        raise BackupError(
            f"{copy} is a dump of PostgreSQL: restore it with pg_restore, "
            "then run `studyhall db restored --made INSTANT` before the next start"
        )
    with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?immutable=1", uri=True)) as connection:
        made = made_at(connection)
    return Restorable(copy, made or datetime.fromtimestamp(copy.stat().st_mtime, UTC), rows)


def refuse_running(file: Path, now: datetime) -> None:
    """Raise BackupError while a process uses the database; a damaged one is used by nobody."""
    if not file.exists():
        return
    with suppress(sqlite3.DatabaseError), _opened(file) as connection:
        last = last_sign(connection)
        if last is not None and now - last < ALIVE:
            raise BackupError(
                f"a Studyhall was running on {file} {(now - last).total_seconds():.0f} seconds ago: stop it and wait "
                f"until it has been silent for {ALIVE.total_seconds():.0f} seconds"
            )
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise BackupError(f"another program is writing to {file}: stop it first") from error


def restore(file: Path, backup: Restorable, now: datetime) -> Path | None:
    """Put a backup in the place of `file`; returns where the database that was there is now, None where none was."""
    part = file.with_name(f"{file.name}.part")
    shutil.copyfile(backup.file, part)
    with closing(sqlite3.connect(part)) as connection:
        mark_file(connection, backup.made)
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    kept = _keep(file, now) if file.exists() else None
    part.replace(file)
    return kept


def _keep(file: Path, now: datetime) -> Path:
    """Give a database a second name under `backups`: there is one under its own name at every instant."""
    with suppress(sqlite3.DatabaseError), _opened(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    folder = file.parent / "backups"
    folder.mkdir(exist_ok=True)
    name = f"{file.stem}.replaced-{now:%Y%m%dT%H%M%SZ}"
    names = (folder / f"{name}{number}{file.suffix}" for number in chain([""], (f"-{n}" for n in count(2))))
    target = next(one for one in names if not one.exists())
    os.link(file, target)
    for ending in BESIDE:  # the new database must never find the old one's log beside it
        part = file.with_name(file.name + ending)
        if part.exists():
            part.replace(target.with_name(target.name + ending))
    return target


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=WAITS)) as connection:
        yield connection
