"""`studyhall db`: the database's tables, the proof that all is well in it, its backups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.configuration import add_options
from bot.cli.copying import add_copy, run_copy
from bot.cli.output import note, progress, say, say_json, visible
from bot.cli.parser import Call, Code, CommandError, Commands, Parser, add_command
from bot.cli.restoring import add_restore, add_restored, run_restore, run_restored

if TYPE_CHECKING:
    from bot.cli.proving import Faults

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
        add_restore(words): run_restore,
        add_restored(words): run_restored,
    }
    for parser, run in runs.items():
        add_options(parser)
        parser.set_defaults(run=run)
    add_copy(words).set_defaults(run=run_copy)


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
    about = (
        "prove that all is well: answers count once, boards equal a replay, no slot is missing, nothing crosses halls"
    )
    parser = add_command(words, "verify", about, example="studyhall db verify", codes=CODES)
    parser.add_argument(
        "--repair", action="store_true", help="mend what can be mended without loss: boards and numbers of answers"
    )
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
    """Run every check."""
    from bot.cli.database import ask, database_of  # noqa: PLC0415  `--help` does without a database
    from bot.cli.proving import prove  # noqa: PLC0415
    from bot.proofs import CHECKS, DATABASE  # noqa: PLC0415

    now = call.surroundings.now()
    proof = ask(database_of(call), call, lambda store: prove(store, now, mend=call.repair))
    names = [check.name for check in (*CHECKS, DATABASE)]
    if call.json:
        say_json({"halls": proof.halls, "checks": names, "faults": [each.to_json() for each in proof.faults]})
    elif proof.faults:
        for each in proof.faults:
            _say_faults(each)
    else:
        number = f"{len(proof.halls)} {'hall' if len(proof.halls) == 1 else 'halls'}"
        say(f"All is well in {number}: {', '.join(names)}.")
    return Code.FINE if proof.holds else Code.FAULTS


def _say_faults(faults: Faults) -> None:
    """Write what is wrong, where, and what to do about it."""
    found, of = faults.found, faults.hall or "all halls"
    for line in found.lines:
        say(f"{of}: {found.check.name}: {visible(line)}")
    if found.count > len(found.lines):
        say(f"{of}: {found.check.name}: {found.count - len(found.lines):,} more")
    done = "this is mended now" if faults.mended else found.check.remedy
    note(f"{of}: {found.check.name}: not true that {found.check.promise}; {done}.")


def run_backup(call: Call) -> int:
    """Copy the database."""
    from bot.cli.database import database_of, usable  # noqa: PLC0415  `--help` does without a database
    from bot.store.address import find_address  # noqa: PLC0415
    from bot.store.backup import BackupError, backup, usual_place  # noqa: PLC0415

    url = database_of(call)
    with usable(url):
        now = call.surroundings.now()
        path = call.file or usual_place(url, now)
        try:
            backup(url, path, now, lambda done, pages: progress(f"copied {done:,} of {pages:,} pages"))
        except BackupError as error:
            raise CommandError(str(error)) from error
        finally:
            progress("")
    say(f"The backup is in {path}.")
    if find_address(url).file is None:
        note(f"After pg_restore, before the next start: studyhall db restored --made {now:%Y-%m-%dT%H:%M:%SZ}")
    return Code.FINE
