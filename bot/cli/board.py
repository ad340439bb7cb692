"""`studyhall board`: who stands where."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.cards.board import PERIODS, Line
from bot.cli.configuration import add_options, checked, read_count
from bot.cli.output import columns, say, say_json
from bot.cli.parser import Call, Code, CommandError, Commands, add_command, nearest
from bot.ports import PlaceRef

if TYPE_CHECKING:  # `--help` does without a database
    from sqlalchemy import Connection

    from bot.store import Store

NUMBERS = frozenset({0, 2, 3, 4})


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "board",
        "show a leaderboard",
        example="studyhall board --period week --topic statistics",
        codes=(Code.FAULTS, Code.SETTINGS, Code.DATABASE),
    )
    parser.add_argument("--hall", help="the hall's id (needed where there are several)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--place", type=checked(PlaceRef.parse), help="only what was answered in this place")
    which.add_argument("--topic", help="only what was answered on this topic, by its id")
    parser.add_argument("--period", choices=PERIODS, default="all", help="the time that counts (default: all)")
    parser.add_argument(
        "--top", type=checked(read_count), default=20, metavar="N", help="how many people (default: 20)"
    )
    parser.add_argument("--json", action="store_true", help="write JSON")
    add_options(parser)
    parser.set_defaults(run=run)


def run(call: Call) -> int:
    """Show the board."""
    from bot.cli.database import ask, database_of  # noqa: PLC0415  `--help` does without a database

    lines = ask(database_of(call), call, lambda store: _lines(store, call))
    if call.json:
        say_json([{key: value for key, value in asdict(line).items() if key != "mine"} for line in lines])
    elif lines:
        rows = [tuple(map(str, (line.rank, line.name, line.points, line.right, line.answered))) for line in lines]
        say(columns([("#", "name", "points", "right", "answered"), *rows], NUMBERS))
    else:
        say("Nobody has points for this yet.")
    return Code.FINE


async def _lines(store: Store, call: Call) -> tuple[Line, ...]:
    from bot.scorekeeper import Scorekeeper  # noqa: PLC0415  `--help` does without a database

    hall, board = await store.read(lambda connection: _which(connection, call))
    lines, _ = await Scorekeeper(store, call.surroundings.now).board(hall, board, call.period, limit=call.top)
    return lines


def _which(connection: Connection, call: Call) -> tuple[str, str]:
    """The hall and the board that the command line means. Raises CommandError where there is none."""
    from bot.store.halls import hall_ids, place_at  # noqa: PLC0415  `--help` does without a database

    halls = hall_ids(connection)
    if not halls:
        raise CommandError("there is no hall in this database yet: start the study hall with `studyhall run`")
    place = place_at(connection, call.place) if call.place else None
    if call.place and place is None:
        raise CommandError(f"no hall has the place {call.place}")
    hall = call.hall or (place.hall if place else halls[0])
    if hall not in halls:
        raise CommandError(f"there is no hall {hall!r}{nearest(hall, halls)}: choose one of {', '.join(halls)}")
    if place and place.hall != hall:
        raise CommandError(f"{place.ref} is a place of the hall {place.hall}, not of {hall}")
    if not call.hall and not place and len(halls) > 1:
        raise CommandError(f"there are several halls: choose one with --hall, of {', '.join(halls)}")
    if place:
        return hall, f"place:{place.id}"
    return hall, f"topic:{call.topic}" if call.topic else "hall"
