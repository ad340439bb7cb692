"""`studyhall db`: the database's tables, the proof of its standings, its backups."""

from __future__ import annotations

from pathlib import Path

from bot.cli.configuration import add_options
from bot.cli.output import note, progress, say, say_json
from bot.cli.parser import Call, Code, CommandError, Commands, Parser, add_command

CODES = (Code.FAULTS, Code.SETTINGS, Code.DATABASE)


def add(commands: Commands) -> None:
    """Add the commands."""
    group = add_command(commands, "db", "look after the database", example="studyhall db verify", codes=CODES)
    words = group.add_commands()
    runs = {
        _upgrade(words): run_upgrade,
        _downgrade(words): run_downgrade,
        _verify(words): run_verify,
        _backup(words): run_backup,
    }
    for parser, run in runs.items():
        add_options(parser)
        parser.set_defaults(run=run)


def _upgrade(words: Commands) -> Parser:
    about = "make the tables, or bring them up to date (`studyhall run` does so itself)"
    return add_command(
        words, "upgrade", about, example="studyhall db upgrade --database sqlite:///studyhall.db", codes=CODES[1:]
    )


def _downgrade(words: Commands) -> Parser:
    about = "bring the tables back to an older release's revision; make a backup before"
    parser = add_command(words, "downgrade", about, example="studyhall db downgrade 0001", codes=CODES[1:])
    parser.add_argument("revision", metavar="REVISION", help="the revision; `base` takes all tables and data away")
    return parser


def _verify(words: Commands) -> Parser:
    about = "prove that every standing equals a replay of the answers"
    parser = add_command(words, "verify", about, example="studyhall db verify", codes=CODES)
    parser.add_argument("--repair", action="store_true", help="make standings that differ equal to a replay")
    parser.add_argument("--json", action="store_true", help="write JSON")
    return parser


def _backup(words: Commands) -> Parser:
    about = "copy the database to a new file, which is checked, while everything goes on"
    parser = add_command(words, "backup", about, example="studyhall db backup backups/monday.db", codes=CODES)
    parser.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="the new file (default: named by the time, in this folder)"
    )
    return parser


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

    found = ask(database_of(call), call, lambda store: prove(store, rebuild=call.repair))
    differing = {hall: lines for hall, lines in found.items() if lines}
    if call.json:
        say_json({"halls": list(found), "differences": differing, "rebuilt": bool(differing) and call.repair})
    else:
        for hall, lines in differing.items():
            say("\n".join(f"{hall}: {line}" for line in lines))
        if not differing:
            say(f"All is well: the standings of {len(found)} {'hall' if len(found) == 1 else 'halls'} equal a replay.")
    if not differing:
        return Code.FINE
    if call.repair:
        note("These standings were made equal to a replay.")
        return Code.FINE
    note("The answers are safe. `studyhall db verify --repair` makes the standings equal to a replay.")
    return Code.FAULTS


def run_backup(call: Call) -> int:
    """Copy the database."""
    from bot.cli.database import database_of, usable  # noqa: PLC0415  `--help` does without a database
    from bot.store.backup import BackupError, backup, usual_place  # noqa: PLC0415

    url = database_of(call)
    with usable(url):
        path = call.file or usual_place(url, call.surroundings.now())
        try:
            backup(url, path, lambda done, pages: progress(f"copied {done:,} of {pages:,} pages"))
        except BackupError as error:
            raise CommandError(str(error)) from error
        finally:
            progress("")
    say(f"The backup is in {path}.")
    return Code.FINE
