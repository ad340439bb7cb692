"""`studyhall regrade`: answers to a question whose key was wrong are graded anew."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from bot.cli.configuration import add_options, settings_of
from bot.cli.output import note, say, say_json
from bot.cli.parser import Call, Code, CommandError, Commands, add_command

if TYPE_CHECKING:  # `--help` does without a database
    from bot.librarian import Regraded
    from bot.settings import Settings
    from bot.store import Store

OPERATOR = "operator"


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "regrade",
        "grade the answers to a question anew, after its key was mended in the pack",
        example="studyhall regrade ml-interview/p-value-meaning --dry-run",
        codes=(Code.FAULTS, Code.SETTINGS, Code.DATABASE),
    )
    parser.add_argument("item", metavar="ITEM", help="the question's id, pack/question")
    parser.add_argument("--hall", help="the hall's id (default: every hall that was asked it)")
    parser.add_argument("--dry-run", action="store_true", help="change nothing, tell what would change")
    parser.add_argument("--json", action="store_true", help="write JSON")
    add_options(parser)
    parser.set_defaults(run=run)


def run(call: Call) -> int:
    """Regrade, or tell what it would do."""
    from bot.cli.database import ask  # noqa: PLC0415  `--help` does without a database

    settings = settings_of(call)
    done = ask(settings.database, call, lambda store: _regrade(store, call, settings))
    if call.json:
        say_json([{"hall": hall, **asdict(each)} for hall, each in done.items()])
    else:
        for hall, each in done.items():
            (note if _refused(each) else say)(f"{hall}: {_sentence(each)}")
    return Code.FAULTS if any(_refused(each) for each in done.values()) else Code.FINE


async def _regrade(store: Store, call: Call, settings: Settings) -> dict[str, Regraded]:
    from bot.app import cache_beside, random_token  # noqa: PLC0415  `--help` does without a database
    from bot.cli.halls import halls_meant  # noqa: PLC0415
    from bot.librarian import Librarian  # noqa: PLC0415
    from content.bank import BankError, open_bank  # noqa: PLC0415

    known = await store.read(partial(halls_meant, hall=call.hall))
    try:
        bank = open_bank(settings.packs, cache_beside(settings.database))
    except BankError as error:
        raise CommandError(f"the packs have faults, so nothing was regraded:\n{error}") from error
    librarian = Librarian(store, lambda: bank, call.surroundings.now, random_token)
    halls = [call.hall] if call.hall else await librarian.halls(call.item) or known[:1]
    does = librarian.look if call.dry_run else partial(librarian.regrade, by=OPERATOR, chunks=None)
    return {hall: await does(hall, call.item) for hall in halls}


def _refused(each: Regraded) -> bool:
    from bot.cards.regrades import Mended  # noqa: PLC0415  `--help` does without a database

    return each.came in (Mended.NO_ITEM, Mended.NOT_ASKED, Mended.KIND, Mended.OPTIONS)


def _sentence(each: Regraded) -> str:
    from bot.cards.regrades import Mended  # noqa: PLC0415  `--help` does without a database

    turns = f"{len(each.slots)} {'turn' if len(each.slots) == 1 else 'turns'}"
    turns += f" ({', '.join(each.slots)})" if each.slots else ""
    turns += f" and {each.alone} private {'round' if each.alone == 1 else 'rounds'}" if each.alone else ""
    changed = f"{each.changed} of {each.answers} answers, of {each.people} people"
    return {
        Mended.GOING_ON: f"{turns} of {each.item} have the right key now; scores corrected so far: {changed}; "
        "the running Studyhall corrects the rest",
        Mended.DONE: f"{turns} of {each.item} have the right key now; scores corrected: {changed}",
        Mended.PLANNED: f"{turns} of {each.item} would get the right key; scores to correct: {changed}",
        Mended.SAME: f"every turn of {each.item} has the key that it has in the bank now; there is nothing to do",
        Mended.NO_ITEM: f"there is no question {each.item} in the bank; its id is written pack/question",
        Mended.NOT_ASKED: f"{each.item} was never asked here",
        Mended.KIND: f"{each.item} was of the kind {each.before} when it was asked and is {each.after} now, so its "
        "answers cannot be graded anew; give it its old kind back, or give the changed question another id",
        Mended.OPTIONS: f"the options of {each.item} have other texts now: it was asked with {each.before}, "
        f"the bank has {each.after}; give them their old texts back, mend the key alone, and regrade",
    }[each.came]
