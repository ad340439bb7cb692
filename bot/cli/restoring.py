"""`studyhall db restore` and `db restored`: going back to a backup."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.output import note, say
from bot.cli.parser import Call, Code, CommandError, Commands, Parser, add_command

if TYPE_CHECKING:
    from bot.store.restoring import Restorable

CODES = (Code.FAULTS, Code.SETTINGS, Code.DATABASE)
NEXT = (
    "At the next start, slots since then are named as skipped, nothing is asked twice, and the organisers are told. "
    "Answers since then are lost, but for reactions on questions that are still open."
)


def add_restore(words: Commands) -> Parser:
    """Add `db restore`."""
    about = "put a backup of SQLite in the place of the database, which is moved away"
    parser = add_command(words, "restore", about, example="studyhall db restore backups/monday.db", codes=CODES)
    parser.add_argument("file", metavar="FILE", type=Path, help="the backup")
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    return parser


def add_restored(words: Commands) -> Parser:
    """Add `db restored`."""
    about = "say that the database was restored from a backup by other means, such as pg_restore or cp"
    parser = add_command(
        words, "restored", about, example="studyhall db restored --made 2026-11-21T09:00Z", codes=CODES
    )
    parser.add_argument("--made", metavar="INSTANT", type=instant, required=True, help="when the backup was made")
    return parser


def instant(text: str) -> datetime:
    """Read 2026-11-21T09:00Z, or with another offset from UTC; raises argparse's error."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant such as 2026-11-21T09:00Z")
    return at


def run_restore(call: Call) -> int:
    """Put a backup in the place of the database."""
    from bot.cli.database import database_of, usable  # noqa: PLC0415  `--help` does without a database
    from bot.store.address import find_address  # noqa: PLC0415
    from bot.store.backup import BackupError  # noqa: PLC0415
    from bot.store.restoring import refuse_running, restorable, restore  # noqa: PLC0415

    url = database_of(call)
    now = call.surroundings.now()
    with usable(url):
        file = find_address(url).file
        if file is None:
            raise CommandError(
                "this is for SQLite: restore PostgreSQL with pg_restore, "
                "then run `studyhall db restored --made INSTANT` before the next start"
            )
        try:
            found = restorable(call.file)
            refuse_running(file, now)
            _ask(call, file, found)
            refuse_running(file, call.surroundings.now())  # nobody knows how long the answer took
            moved = restore(file, found, now)
        except BackupError as error:
            raise CommandError(str(error)) from error
    say(f"{file} is the backup of {found.made:%Y-%m-%d %H:%M} UTC now.")
    if moved:
        say(f"What was there is in {moved}.")
    note(NEXT)
    return Code.FINE


def run_restored(call: Call) -> int:
    """Mark the database as restored."""
    from bot.cli.database import ask, database_of  # noqa: PLC0415  `--help` does without a database
    from bot.store import Store  # noqa: PLC0415
    from bot.store.processes import ALIVE, living  # noqa: PLC0415
    from bot.store.restored import MARK, mark_restored  # noqa: PLC0415

    now: datetime = call.surroundings.now()
    if call.made > now:
        raise CommandError(f"{call.made.isoformat()} is not over yet: give the instant at which the backup was made")

    async def mark(store: Store) -> bool:
        if await store.read(lambda connection: living(connection, now - ALIVE)):
            raise CommandError("a Studyhall runs on this database: stop it first, and wait half a minute")
        return await store.write(MARK, lambda connection: mark_restored(connection, call.made))

    if not ask(database_of(call), call, mark):
        raise CommandError("this database is marked already, by the backup itself: start Studyhall")
    say(f"The database counts as restored from a backup of {call.made:%Y-%m-%d %H:%M %Z}.")
    note(NEXT)
    return Code.FINE


def _ask(call: Call, file: Path, found: Restorable) -> None:
    if call.yes:
        return
    halls, answers = found.rows.get("halls", 0), found.rows.get("answers", 0)
    note(f"{call.file}: made at {found.made:%Y-%m-%d %H:%M} UTC, {halls} halls, {answers:,} answers.")
    note(f"It takes the place of {file}, which is moved into the folder backups beside it. {NEXT}")
    note("Type yes to go on:")
    if sys.stdin.readline().strip().lower() != "yes":
        raise CommandError("nothing was changed")
