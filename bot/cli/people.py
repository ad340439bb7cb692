"""`studyhall people`: who is in a hall, what is stored of somebody, taking them off the boards, and forgetting them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from bot.cli import cards
from bot.cli.configuration import add_options
from bot.cli.output import columns, say, say_json
from bot.cli.parser import Call, Code, CommandError, Commands, add_command

if TYPE_CHECKING:  # `--help` does without a database
    from bot.people import People
    from bot.store import Store

CODES = (Code.FAULTS, Code.SETTINGS, Code.DATABASE)


def add(commands: Commands) -> None:
    """Add the commands."""
    group = add_command(
        commands, "people", "look after people's data", example="studyhall people list", codes=CODES
    ).add_commands()
    listed = add_command(group, "list", "list the people", example="studyhall people list", codes=CODES)
    listed.add_argument("--json", action="store_true", help="write JSON")
    exported = add_command(
        group,
        "export",
        "write everything that is stored of a person as JSON",
        example="studyhall people export 12 > person-12.json",
        codes=CODES,
    )
    cards.add(group)
    forgotten = add_command(
        group,
        "forget",
        "forget who a person is and what they wrote; it cannot be undone",
        example="studyhall people forget web:local:k3v7dabcdefghijk",
        codes=CODES,
    )
    hidden = add_command(
        group,
        "hide",
        "take a person off boards and reveals; their points are counted on, and they cannot show themselves again",
        example="studyhall people hide 12",
        codes=CODES,
    )
    shown = add_command(
        group,
        "show",
        "put a person back on the boards, with all their points, unless they hide themselves",
        example="studyhall people show 12",
        codes=CODES,
    )
    runs = {listed: run_list, exported: run_export, hidden: run_hide, shown: run_show, forgotten: run_forget}
    for parser, run in runs.items():
        if parser is not listed:
            parser.add_argument("person", metavar="PERSON", help="their number in the list, or one of their accounts")
        parser.add_argument("--hall", help="the hall's id (default: all halls)")
        add_options(parser)
        parser.set_defaults(run=run)


def run_list(call: Call) -> int:
    """List the people."""
    from bot.cli.database import ask, database_of  # noqa: PLC0415  `--help` does without a database

    found = ask(database_of(call), call, lambda store: _list(store, call))
    if call.json:
        say_json(found)
    elif found:
        header = ("hall", "person", "name", "accounts", "answers", "since")
        said = [(each["hall"], *_row(each)) for each in found]
        say(columns([header, *said], frozenset({1, 4})))
    else:
        say("There is nobody yet.")
    return Code.FINE


def run_export(call: Call) -> int:
    """Write what is stored of a person."""
    from bot.cli.database import ask, database_of  # noqa: PLC0415  `--help` does without a database

    say_json(ask(database_of(call), call, lambda store: _export(store, call)))
    return Code.FINE


def run_hide(call: Call) -> int:
    """Take a person off the boards."""
    hall, person, _ = _put_off(call, off=True)
    say(f"Person {person} of the hall {hall} is hidden from boards and reveals until `studyhall people show {person}`.")
    return Code.FINE


def run_show(call: Call) -> int:
    """Put a person back on the boards, unless they hide themselves."""
    hall, person, hidden = _put_off(call, off=False)
    itself = "stays hidden by their own wish, until they type `/study show`"
    say(f"Person {person} of the hall {hall} {itself if hidden else 'is on the boards'}.")
    return Code.FINE


def run_forget(call: Call) -> int:
    """Forget a person."""
    from bot.cli.database import ask, database_of  # noqa: PLC0415  `--help` does without a database

    hall, person = ask(database_of(call), call, lambda store: _forget(store, call))
    say(f"Person {person} of the hall {hall} is forgotten. Backups made before still hold what was forgotten.")
    return Code.FINE


async def _list(store: Store, call: Call) -> list[dict[str, Any]]:
    from bot.cli.halls import halls_meant  # noqa: PLC0415  `--help` does without a database

    halls = await store.read(partial(halls_meant, hall=call.hall))
    return [{"hall": hall, **each} for hall in halls for each in await _people(store, call).all(hall)]


async def _export(store: Store, call: Call) -> dict[str, Any] | None:
    from bot.cli.halls import person_meant  # noqa: PLC0415  `--help` does without a database

    _, person = await store.read(partial(person_meant, person=call.person, hall=call.hall))
    return await _people(store, call).export(person)


async def _forget(store: Store, call: Call) -> tuple[str, int]:
    from bot.cli.halls import person_meant  # noqa: PLC0415  `--help` does without a database

    hall, person = await store.read(partial(person_meant, person=call.person, hall=call.hall))
    if not await _people(store, call).forget_person(hall, person):
        raise CommandError(f"person {person} of the hall {hall} is forgotten already, or another one by now")
    return hall, person


def _put_off(call: Call, *, off: bool) -> tuple[str, int, bool]:
    from bot.cli.database import ask, database_of  # noqa: PLC0415  `--help` does without a database
    from bot.cli.halls import person_meant  # noqa: PLC0415

    async def done(store: Store) -> tuple[str, int, bool]:
        hall, person = await store.read(partial(person_meant, person=call.person, hall=call.hall))
        hidden = await _people(store, call).put_off(hall, person, off=off)
        if hidden is None:
            raise CommandError(f"person {person} of the hall {hall} is forgotten and on no board")
        return hall, person, hidden

    return ask(database_of(call), call, done)


def _people(store: Store, call: Call) -> People:
    from bot.app import random_token  # noqa: PLC0415
    from bot.installed import installed_adapters  # noqa: PLC0415
    from bot.people import People  # noqa: PLC0415

    return People(store, call.surroundings.now, random_token, installed_adapters())


def _row(each: dict[str, Any]) -> tuple[str, ...]:
    name = "(forgotten)" if each["forgotten"] else each["name"] + (" (hidden)" if each["hidden"] else "")
    return (f"{each['person']}", name, ", ".join(each["accounts"]), f"{each['answers']}", each["since"][:10])
