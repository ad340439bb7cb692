"""What is stored of people, for themselves and for operators. Functions of a connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.cards.people import Accounts
from bot.ports import Who
from bot.store.abilities import ability_rows
from bot.store.columns import AnyRow
from bot.store.halls import find_learner
from bot.store.matches import matches_of_person
from bot.store.people import (
    account_of,
    accounts_of,
    answers_of_person,
    identities_of,
    links_of,
    people_of,
    person_row,
    standings_of_person,
)
from bot.store.private import private_rounds_of
from bot.store.proposals import proposals_of
from bot.store.reminders import reminders_of
from bot.store.standings import rank_of
from bot.store.stars import stars_given, stars_got


def accounts_in_short(connection: Connection, hall: str, who: Who) -> Accounts | None:
    """What is stored of a person in short, None where nothing is."""
    mine = find_learner(connection, hall, who)
    row = person_row(connection, mine.person) if mine else None
    if mine is None or row is None:
        return None
    standing = rank_of(connection, hall, "hall", "all", mine.person)
    own = [account_of(each) for each in identities_of(connection, mine.person)]
    given = answers_of_person(connection, mine.person)
    typed = sum(bool(each.given["text"]) for each in given)
    return Accounts(
        row.name,
        tuple(own),
        row.since,
        len(given),
        typed,
        standing.points if standing else 0,
        row.hidden,
        len(proposals_of(connection, mine.person)),
        sum(each.given is not None for each in private_rounds_of(connection, mine.person)),
        len(stars_given(connection, mine.person)),
        stars_got(connection, mine.person),
        tuple(f"{each.time} {each.zone}" for each in reminders_of(connection, mine.person) if each.next_due),
    )


def everybody(connection: Connection, hall: str) -> list[dict[str, Any]]:
    """The people of a hall as JSON."""
    own = accounts_of(connection, hall)
    return [
        {
            "person": row.id,
            "name": row.name,
            "accounts": own.get(row.id, []),
            "answers": row.answers,
            "since": row.since.isoformat(),
            "forgotten": row.forgotten_at is not None,
            "hidden": row.hidden,
        }
        for row in people_of(connection, hall)
    ]


def everything_of(connection: Connection, person: int) -> dict[str, Any] | None:
    """All rows about a person as JSON, None where there is no such person."""
    row = person_row(connection, person)
    if row is None:
        return None
    return {
        "person": _plain(row),
        "identities": _plain_all(identities_of(connection, person)),
        "links": _plain_all(links_of(connection, person)),
        "answers": _plain_all(answers_of_person(connection, person)),
        "standings": _plain_all(standings_of_person(connection, person)),
        "private rounds": _plain_all(private_rounds_of(connection, person)),
        "matches": _plain_all(matches_of_person(connection, person)),
        "stars": _plain_all(stars_given(connection, person)),
        "proposals": _plain_all(proposals_of(connection, person)),
        "reminders": _plain_all(reminders_of(connection, person)),
        "ability": _plain_all(ability_rows(connection, person)),
    }


def _plain_all(rows: Sequence[AnyRow]) -> list[dict[str, Any]]:
    return [_plain(row) for row in rows]


def _plain(row: AnyRow) -> dict[str, Any]:
    """A row as JSON, its instants as texts."""
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row._asdict().items()}
