"""Which hall, and which person of it, a command line means."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.cli.parser import CommandError, nearest
from bot.store.halls import hall_ids
from bot.store.people import accounts_of, person_row


def halls_meant(connection: Connection, hall: str | None) -> Sequence[str]:
    """The hall named, or all of them. Raises CommandError where there is none."""
    halls = hall_ids(connection)
    if not halls:
        raise CommandError("there is no hall in this database yet: start the study hall with `studyhall run`")
    if hall is None:
        return halls
    if hall not in halls:
        raise CommandError(f"there is no hall {hall!r}{nearest(hall, halls)}: choose one of {', '.join(halls)}")
    return (hall,)


def person_meant(connection: Connection, person: str, hall: str | None) -> tuple[str, int]:
    """The hall and the id of the person with this number or account. Raises CommandError where that is nobody, or
    somebody in several halls.
    """
    halls = halls_meant(connection, hall)
    found = [(each, number) for each in halls for number in _named(connection, each, person)]
    if not found:
        raise CommandError(f"there is nobody {person!r}: `studyhall people list` shows everybody's number and accounts")
    if len(found) > 1:
        several = ", ".join(each for each, _ in found)
        raise CommandError(f"{person} is somebody in several halls: choose one with --hall, of {several}")
    return found[0]


def _named(connection: Connection, hall: str, person: str) -> list[int]:
    if person.isdecimal():
        row = person_row(connection, int(person[:18]))
        return [row.id] if row is not None and row.hall_id == hall else []
    return [number for number, accounts in accounts_of(connection, hall).items() if person in accounts]
