"""SQLite: one file, one writer at a time, readers that never wait."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from bot.store.database import COUNTED, Trouble

READERS = 4
WRITER_WAITS_MS = 1_000
READER_WAITS_MS = 5_000
NETWORK = {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "9p", "fuse.sshfs", "ceph", "glusterfs"}

_CODES = {
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_IOERR: Trouble.BROKEN,
    sqlite3.SQLITE_READONLY: Trouble.BROKEN,
    sqlite3.SQLITE_CANTOPEN: Trouble.BROKEN,
    sqlite3.SQLITE_CORRUPT: Trouble.BROKEN,
    sqlite3.SQLITE_NOTADB: Trouble.BROKEN,
}
log = logging.getLogger(__name__)


class DatabaseFileError(Exception):
    """The database file cannot be used as it is; the text says why and what to do."""


def open_engine(file: Path, *, writes: bool) -> Engine:
    """An engine whose transactions are BEGIN IMMEDIATE, or BEGIN and no writing at all."""
    pool: dict[str, Any] = {"poolclass": NullPool} if writes else {"poolclass": QueuePool, "pool_size": READERS}
    engine = create_engine(
        URL.create("sqlite", database=str(file)), hide_parameters=True, execution_options=COUNTED, **pool
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours: the driver would start a transaction at the first write only
        connection.execute(f"PRAGMA busy_timeout={WRITER_WAITS_MS if writes else READER_WAITS_MS}")
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON") if writes else ("query_only=ON",):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class SqliteDatabase:
    """A SQLite file as the store's database."""

    def __init__(self, file: Path) -> None:
        """Refuses with DatabaseFileError a file on a network disk."""
        refuse_network(file)
        warn_of_old(sqlite3.sqlite_version_info)
        self.writer = open_engine(file, writes=True)
        self.readers = open_engine(file, writes=False)

    def lock(self, connection: Connection, halls: AbstractSet[str], *, wait: bool) -> AbstractSet[str]:
        """All of them: BEGIN IMMEDIATE has kept everybody else out."""
        return halls

    def is_whole(self, connection: Connection) -> bool:
        """False once a full disk, say, has made SQLite roll back by itself."""
        return bool(connection.connection.in_transaction)

    def trouble(self, error: BaseException) -> Trouble | None:
        """By SQLite's primary result code."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", None)
        return None if code is None else _CODES.get(code & 0xFF)

    def clock(self, connection: Connection) -> datetime | None:
        """None: the file lives on this machine and has this machine's clock."""
        return None


def refuse_network(file: Path, mounts: Path = Path("/proc/mounts")) -> None:
    """Raise DatabaseFileError for a file on NFS, SMB and their like: write-ahead logging needs shared memory."""
    if not mounts.exists():
        return
    table = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    kinds = {Path(fields[1].replace("\\040", " ")): fields[2] for fields in table}
    home = next((kinds[folder] for folder in file.resolve().parents if folder in kinds), "")
    if home in NETWORK:
        raise DatabaseFileError(
            f"{file} is on a network disk ({home}), where SQLite loses data: "
            "put the database on a local disk, or use PostgreSQL (DATABASE_URL)"
        )


def refuse_corrupt(file: Path) -> None:
    """Raise DatabaseFileError for a file that SQLite finds damaged, naming the newest sound backup beside it."""
    if not file.exists() or is_sound(file):
        return
    backup = next((copy for copy in backups(file) if is_sound(copy)), None)
    remedy = (
        f"the newest sound backup is {backup}: stop Studyhall, "
        f"move {file.name}, {file.name}-wal and {file.name}-shm away, and copy the backup to {file.name}"
        if backup
        else f"no sound backup was found in {file.parent / 'backups'}: look for one elsewhere"
    )
    raise DatabaseFileError(f"{file} is damaged or no SQLite database; {remedy}")


def is_sound(file: Path) -> bool:
    """Whether SQLite's own quick check finds nothing wrong."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)) as connection:
            connection.execute(f"PRAGMA busy_timeout={READER_WAITS_MS}")
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        return _CODES.get(error.sqlite_errorcode & 0xFF) is Trouble.BUSY


def backups(file: Path) -> Iterator[Path]:
    """The backups in the folder `backups` beside a database, newest first."""
    folder = file.parent / "backups"
    ours = re.compile(rf"{re.escape(file.stem)}-\d{{8}}T\d{{6}}Z{re.escape(file.suffix)}")
    copies = [copy for copy in folder.iterdir() if ours.fullmatch(copy.name)] if folder.is_dir() else []
    yield from sorted(copies, key=lambda copy: (copy.stat().st_mtime_ns, copy.name), reverse=True)


def warn_of_old(version: tuple[int, ...]) -> None:
    """Log one line where SQLite may damage a file that two processes write (the WAL-reset fault)."""
    mended = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    if not mended:
        log.warning(
            "SQLite %s can damage a database that two processes write at the same instant; "
            "run one Studyhall process, or use SQLite 3.51.3 or later, or PostgreSQL",
            ".".join(map(str, version)),
        )
