"""Backups: a copy of one moment while everything goes on, and the check that it can be restored."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL

from bot.store import schema
from bot.store.address import find_address
from bot.store.restored import mark_file
from bot.store.tables import metadata

PAGES = 1_000
SQLITE_MARK = b"SQLite format 3\0"
DUMP_MARK = b"PGDMP"


class BackupError(Exception):
    """No backup was made, or it cannot be restored; the text says why and what to do."""


def usual_place(url: str | Path, at: datetime) -> Path:
    """Where a backup goes: into `backups` beside a SQLite file, where the check at the start looks for sound ones; for
    PostgreSQL into `backups` in the working folder. Named like studyhall-20261121T090000Z.db.
    """
    address = find_address(url)
    if address.file:
        return address.file.parent / "backups" / f"{address.file.stem}-{at:%Y%m%dT%H%M%SZ}{address.file.suffix}"
    return Path("backups") / f"{address.url.database}-{at:%Y%m%dT%H%M%SZ}.dump"


def backup(
    url: str | Path, path: Path, made: datetime, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> None:
    """Copy a database to the new file `path`, which appears there only when it is whole and checked.

    SQLite is copied page by page, telling `progress` (pages done, all pages), and marked as `made` at this instant, so
    that whoever starts on it knows what is missing. PostgreSQL is copied by its own pg_dump. Raises BackupError.
    """
    if path.exists():
        raise BackupError(f"{path} is there already, and a backup replaces nothing: give another name")
    address = find_address(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        if address.file:
            _copy(address.file, part, made, progress)
        else:
            _dump(address.url, part)
        verify_backup(part)
        _settle(part, path)
    finally:
        part.unlink(missing_ok=True)


def verify_backup(path: Path) -> dict[str, int]:
    """Read a backup through; returns the number of rows by table, nothing for a dump of PostgreSQL.

    Raises BackupError for one that is damaged or made by a newer Studyhall.
    """
    try:
        with path.open("rb") as file:
            mark = file.read(len(SQLITE_MARK))
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}") from error
    if mark.startswith(DUMP_MARK):
        _run(["pg_restore", "--list", str(path)], {})
        return {}
    if mark != SQLITE_MARK:
        raise BackupError(f"{path} is no backup: neither a SQLite database nor a dump of PostgreSQL")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as connection:
            return _read_through(path, connection)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path} is damaged ({error}): use an older backup") from error


def _copy(file: Path, part: Path, made: datetime, progress: Callable[[int, int], None]) -> None:
    if not file.exists():
        raise BackupError(f"there is no database at {file}: start Studyhall once, or check the address")
    try:
        with (
            closing(sqlite3.connect(file, isolation_level=None, timeout=5)) as source,
            closing(sqlite3.connect(part)) as target,
        ):
            source.execute("BEGIN")  # writers that go on would make the copy start anew
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=PAGES, progress=lambda _, left, pages: progress(pages - left, pages))
            target.execute("PRAGMA journal_mode=DELETE")
            mark_file(target, made)
    except sqlite3.Error as error:
        raise BackupError(f"{file} could not be copied to {part.parent} ({error}); the database goes on") from error


def _dump(url: URL, part: Path) -> None:
    target = url.set(drivername="postgresql", password=None).render_as_string()
    command = ["pg_dump", "--format=custom", f"--file={part}", f"--dbname={target}"]
    _run(command, {"PGPASSWORD": str(url.password)} if url.password else {})


def _run(command: list[str], environment: dict[str, str]) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise BackupError(
            f"{command[0]} is not installed here: install PostgreSQL's client programs of the server's version, "
            f"or run this where they are: {' '.join(command)}"
        )
    done = subprocess.run(  # noqa: S603  a program found on the PATH, without a shell
        [program, *command[1:]], env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise BackupError(f"{command[0]} failed: {reason}; its version must be the server's or newer")


def _read_through(path: Path, connection: sqlite3.Connection) -> dict[str, int]:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
        raise BackupError(f"{path} is damaged ({found}): use an older backup")
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    ours = "alembic_version" in there and connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if not ours:
        raise BackupError(f"{path} is no Studyhall database: it is a SQLite file of another program, or empty")
    (revision,) = ours
    if revision not in schema.revisions():
        raise BackupError(f"{path} was made by a newer Studyhall ({revision}): restore it with that one")
    names = [table.name for table in metadata.sorted_tables if table.name in there]
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608  ours


def _settle(part: Path, path: Path) -> None:
    """Give the file its name once its bytes are on the disk."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
