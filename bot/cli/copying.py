"""`studyhall db copy`: moving a study hall to another database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from bot.cli.output import note, progress, say, say_json, visible
from bot.cli.parser import Call, Code, CommandError, Commands, Parser, add_command

if TYPE_CHECKING:
    from sqlalchemy import Connection

CODES = (Code.FAULTS, Code.DATABASE)
MOST_LINES = 20
"""So many lines of a check and hall are shown."""


def add_copy(words: Commands) -> Parser:
    """Add `db copy`."""
    about = "copy everything into an empty database, such as from SQLite to PostgreSQL, and prove the copy"
    example = "studyhall db copy sqlite:///studyhall.db postgresql://studyhall@db/studyhall"
    parser = add_command(words, "copy", about, example=example, codes=CODES)
    parser.add_argument(
        "source", metavar="FROM", help="the database as it is: a path, sqlite:///path or postgresql://…"
    )
    parser.add_argument("target", metavar="TO", help="a database without rows; its tables are made")
    parser.add_argument("--json", action="store_true", help="write JSON")
    return parser


def run_copy(call: Call) -> int:
    """Copy a database into an empty one."""
    from bot.cli.database import usable  # noqa: PLC0415  `--help` does without a database
    from bot.store.copying import copy_database, written  # noqa: PLC0415
    from bot.store.held import CopyError, UnusableError  # noqa: PLC0415

    now = call.surroundings.now()
    with usable(call.target):
        try:
            copied = copy_database(
                call.source, call.target, now, lambda connection: list(_faults(connection, now)), _show
            )
        except CopyError as error:
            code = Code.DATABASE if isinstance(error, UnusableError) else Code.FAULTS
            raise CommandError("\n".join(map(visible, str(error).splitlines())), code) from error
        finally:
            progress("")
        source, target = written(call.source), written(call.target)
    if call.json:
        say_json({"from": source, "to": target, "rows": copied})
    else:
        _say_done(source, target, copied)
    return Code.FINE


def _show(table: str, done: int, rows: int) -> None:
    progress(f"copied {done:,} of {rows:,} rows, at {table}")


def _faults(connection: Connection, now: datetime) -> Iterator[str]:
    """What `studyhall db verify` would find."""
    from bot.proofs import DATABASE, faults, look  # noqa: PLC0415  the same
    from bot.store.halls import hall_ids  # noqa: PLC0415

    progress("checking the copy")
    yield from look(connection, DATABASE, "", now, MOST_LINES).lines
    for hall in hall_ids(connection):
        progress(f"checking {hall}")
        for found in faults(connection, hall, now, MOST_LINES):
            yield from (f"{hall}: {found.check.name}: {line}" for line in found.lines)


def _say_done(source: str, target: str, copied: dict[str, int]) -> None:
    for table, rows in copied.items():
        if rows:
            say(f"{table}: {rows:,}")
    say(f"{target} holds what {source} holds, {sum(copied.values()):,} rows, and every check passes.")
    note(f"Now set DATABASE_URL={target} where Studyhall gets its settings, and start it.")
    if "***" in target:
        note("Write the password in the place of ***.")
    note(f"{source} was left as it was: keep it as a backup, and start no Studyhall on it any more.")
