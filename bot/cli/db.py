"""`studyhall db`: the database's tables, the proof of its standings, its backups."""

from __future__ import annotations

from pathlib import Path

from bot.cli.configuration import add_options
from bot.cli.output import note, progress, say, say_json
from bot.cli.parser import Call, Code, CommandError, Commands, add_command

CODES = (Code.FAULTS, Code.SETTINGS, Code.DATABASE)


def add(commands: Commands) -> None:
    """Add the commands."""
    words = add_command(
        commands, "db", "look after the database", example="studyhall db verify", codes=CODES
    ).add_commands()
    upgrade = add_command(
        words,
        "upgrade",
        "make the tables, or bring them up to date (`studyhall run` does so itself)",
        example="studyhall db upgrade --database sqlite:///studyhall.db",
        codes=CODES[1:],
    )
    downgrade = add_command(
        words,
        "downgrade",
        "bring the tables back to an older release's revision; make a backup before",
        example="studyhall db downgrade 0001",
        codes=CODES[1:],
    )
    downgrade.add_argument("revision", metavar="REVISION", help="the revision; `base` takes all tables and data away")
    verify = add_command(
        words,
        "verify",
        "prove that every standing equals a replay of the answers",
        example="studyhall db verify",
        codes=CODES,
    )
    verify.add_argument("--rebuild", action="store_true", help="make standings that differ equal to a replay")
    verify.add_argument("--json", action="store_true", help="write JSON")
    copied = add_command(
        words,
        "backup",
        "copy the database to a new file, which is checked, while everything goes on",
        example="studyhall db backup backups/monday.db",
        codes=CODES,
    )
    copied.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="the new file (default: named by the time, in this folder)"
    )
    runs = {upgrade: run_upgrade, downgrade: run_downgrade, verify: run_verify, copied: run_backup}
    for parser, run in runs.items():
        add_options(parser)
        parser.set_defaults(run=run)


def run_upgrade(call: Call) -> int:
    """Bring the tables up to date."""
    from bot.cli.database import database_of, named, usable  # noqa: PLC0415  `--help` does without a database
    from bot.store import schema  # noqa: PLC0415

    url = database_of(call)
    with usable(url):
        say(f"The tables of {named(url)} are at {schema.upgrade(url)}.")
    return Code.FINE


def run_downgrade(call: Call) -> int:
    """Bring the tables back to an older revision."""
    from bot.cli.database import database_of, named, usable  # noqa: PLC0415  `--help` does without a database
    from bot.store import schema  # noqa: PLC0415

    url = database_of(call)
    with usable(url):
        say(f"The tables of {named(url)} are at {schema.downgrade(url, call.revision)}.")
    return Code.FINE


def run_verify(call: Call) -> int:
    """Compare every standing with a replay."""
    from bot.cli.database import ask, database_of  # noqa: PLC0415  `--help` does without a database
    from bot.cli.proving import prove  # noqa: PLC0415

    found = ask(database_of(call), call, lambda store: prove(store, rebuild=call.rebuild))
    differing = {hall: lines for hall, lines in found.items() if lines}
    if call.json:
        say_json({"halls": list(found), "differences": differing, "rebuilt": bool(differing) and call.rebuild})
    else:
        for hall, lines in differing.items():
            say("\n".join(f"{hall}: {line}" for line in lines))
        if not differing:
            say(f"All is well: the standings of {len(found)} {'hall' if len(found) == 1 else 'halls'} equal a replay.")
    if not differing:
        return Code.FINE
    if call.rebuild:
        note("These standings were made equal to a replay.")
        return Code.FINE
    note("The answers are safe. `studyhall db verify --rebuild` makes the standings equal to a replay.")
    return Code.FAULTS


def run_backup(call: Call) -> int:
    """Copy the database."""
    from bot.cli.database import database_of, usable  # noqa: PLC0415  `--help` does without a database
    from bot.store.backup import BackupError, backup, name_for  # noqa: PLC0415

    url = database_of(call)
    with usable(url):
        path = call.file or Path(name_for(url, call.surroundings.now()))
        try:
            backup(url, path, lambda done, pages: progress(f"copied {done:,} of {pages:,} pages"))
        except BackupError as error:
            raise CommandError(str(error)) from error
        finally:
            progress("")
    say(f"The backup is in {path}.")
    return Code.FINE
