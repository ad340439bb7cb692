"""The items that a person met: those of closed rounds and of private rounds that they answered. Functions of a
connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.rules.shown import Shown, shown_from_json
from bot.store.answers import closed_answers
from bot.store.people import identity_ids
from bot.store.tables import answers, private_rounds, turns

AT_ONCE = 500
"""So many items are named in one statement."""


@dataclass(frozen=True, slots=True)
class Met:
    """How often a person answered an item, and when and with which verdict they did so last."""

    item: str
    times: int
    verdict: str
    at: datetime


def met_items(connection: Connection, person: int) -> list[Met]:
    """What a person met, what they met first first. A turn that is asked in several places is met once."""
    found: dict[str, Met] = {}
    told = sorted((*_public(connection, person), *_private(connection, person)), key=lambda each: each[2])
    for item, verdict, at in told:
        before = found.get(item)
        found[item] = Met(item, before.times + 1 if before else 1, verdict, at)
    return list(found.values())


def last_shown(connection: Connection, person: int, items: Sequence[str]) -> dict[str, Shown]:
    """These items as the person was shown them, for those that the bank does not have any more."""
    own = identity_ids(person)
    found: dict[str, Shown] = {}
    for start in range(0, len(items), AT_ONCE):
        some = items[start : start + AT_ONCE]
        public = (
            select(turns.c.item_id, turns.c.shown)
            .join(answers, answers.c.turn_id == turns.c.id)
            .where(answers.c.identity_id.in_(own), turns.c.item_id.in_(some))
            .order_by(turns.c.id)
        )
        alone = (
            select(private_rounds.c.item_id, private_rounds.c.shown)
            .where(private_rounds.c.identity_id.in_(own), private_rounds.c.item_id.in_(some))
            .order_by(private_rounds.c.id)
        )
        # A turn's key is mended by regrades, so that what was asked in public has the last word.
        for statement in (alone, public):
            found.update({item: shown_from_json(shown) for item, shown in connection.execute(statement)})
    return found


def _public(connection: Connection, person: int) -> Iterator[tuple[str, str, datetime]]:
    return ((row.item_id, row.verdict, row.at) for row in closed_answers(connection, person))


def _private(connection: Connection, person: int) -> Iterator[tuple[str, str, datetime]]:
    own = identity_ids(person)
    columns = (private_rounds.c.item_id, private_rounds.c.verdict, private_rounds.c.at)
    statement = select(*columns).where(private_rounds.c.identity_id.in_(own), private_rounds.c.at.is_not(None))
    return ((row.item_id, row.verdict, row.at) for row in connection.execute(statement))
