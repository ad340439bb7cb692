"""`studyhall people cards`: what a person met, as a file of flashcards."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.configuration import add_options, settings_of
from bot.cli.output import say
from bot.cli.parser import Call, Code, CommandError, Commands, add_command

if TYPE_CHECKING:  # `--help` does without a database
    from bot.printer import Printed
    from bot.settings import Settings
    from bot.store import Store

CODES = (Code.FAULTS, Code.USAGE, Code.SETTINGS, Code.DATABASE)
KINDS = (".apkg", ".csv")


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "cards",
        "write the questions that a person has met, with their answers, as cards for Anki or as a table",
        example="studyhall people cards 12 cards-of-12.apkg",
        codes=CODES,
    )
    parser.add_argument("person", metavar="PERSON", help="their number in the list, or one of their accounts")
    parser.add_argument("file", metavar="FILE", type=Path, help="a new file; its ending says the kind, .apkg or .csv")
    parser.add_argument("--hall", help="the hall's id (default: all halls)")
    add_options(parser)
    parser.set_defaults(run=run)


def run(call: Call) -> int:
    """Write the file."""
    from bot.cli.database import ask  # noqa: PLC0415  `--help` does without a database

    if call.file.suffix not in KINDS:
        raise CommandError(f"{call.file} ends in neither {' nor '.join(KINDS)}, which say what to write", Code.USAGE)
    settings = settings_of(call)
    printed = ask(settings.database, call, lambda store: _printed(store, call, settings))
    if printed is None:
        raise CommandError(f"{call.person} has met no question yet whose answer is out, so nothing was written")
    try:
        with call.file.open("xb") as stream:
            stream.write(printed.file.content)
    except FileExistsError as error:
        raise CommandError(f"{call.file} is there already: name a new file") from error
    except OSError as error:
        raise CommandError(f"{call.file} cannot be written: {error.strerror}") from error
    say(f"{call.file} has {printed.cards} {'card' if printed.cards == 1 else 'cards'}.")
    return Code.FINE


async def _printed(store: Store, call: Call, settings: Settings) -> Printed | None:
    from bot.app import cache_beside  # noqa: PLC0415  `--help` does without a database
    from bot.cli.halls import person_meant  # noqa: PLC0415
    from bot.printer import Printer  # noqa: PLC0415
    from content.bank import BankError, open_bank  # noqa: PLC0415

    hall, person = await store.read(partial(person_meant, person=call.person, hall=call.hall))
    try:
        bank = open_bank(settings.packs, cache_beside(settings.database))
    except BankError as error:
        raise CommandError(f"the packs have faults, so nothing was written:\n{error}") from error
    printer = Printer(store, lambda: bank, call.surroundings.now, {})
    return await printer.file(hall, person, call.file.suffix.removeprefix("."))
