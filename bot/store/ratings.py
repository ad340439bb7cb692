"""How hard items are to the people of a hall, and the answers of which that is made. Functions of a connection."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from math import inf
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, ColumnElement, Connection, bindparam, func, null, select

from bot.rules.ability import Rated, score_of
from bot.store.columns import EPOCH, micros
from bot.store.kept import keep, kept
from bot.store.prepared import Prepared
from bot.store.tables import answers, identities, private_rounds, ratings, regrades, rounds, turns

_UNTIL = "rated:"
"""Up to when a hall is rated is kept under this name and the hall's."""

THOUSANDTHS = 1000
"""A rating is stored in whole thousandths, so that both databases hold the same number."""


class First(NamedTuple):
    """A person's first answer to an item: what it scored, when it was given, and when they were told the key.

    Its instants are as they are stored, in microseconds.
    """

    item: str
    score: float
    at: int
    told_at: int


def ratings_of(connection: Connection, hall: str) -> dict[str, Rated]:
    """The items of a hall that were rated."""
    return {item: Rated(rating / THOUSANDTHS, n) for item, rating, n in _rated.rows(connection, {"hall": hall})}


def keep_ratings(connection: Connection, hall: str, rated: Mapping[str, Rated]) -> None:
    """Rate items, in the place of what they were rated before."""
    rows = (
        {"hall_id": hall, "item_id": item, "rating": round(each.rating * THOUSANDTHS), "answers": each.n}
        for item, each in rated.items()
    )
    _keep.many(connection, list(rows))


def rated_until(connection: Connection, hall: str) -> datetime:
    """Up to when the answers of a hall have moved its items."""
    until = kept(connection, _UNTIL + hall)
    return datetime.fromisoformat(until) if until else EPOCH


def keep_rated_until(connection: Connection, hall: str, until: datetime) -> None:
    """From now on they have up to then."""
    keep(connection, _UNTIL + hall, until.isoformat())


def first_answers(connection: Connection, person: int, until: datetime | None = None) -> list[First]:
    """A person's first answer to each item, of those that were judged and told (before `until`), as they were given.

    An answer to the hall is told by the reveal, one that was given alone at once.
    """
    values = {"person": person}
    rows = [*_public.rows(connection, values), *_alone.rows(connection, values)]
    end = micros(until) if until else inf
    firsts: dict[str, First] = {}
    for item, verdict, stars, at, told_at in sorted(rows, key=itemgetter(3)):
        if item not in firsts and told_at < end and (score := score_of(verdict, stars)) is not None:
            firsts[item] = First(item, score, at, told_at)
    return list(firsts.values())


def news_since(connection: Connection, hall: str, since: datetime) -> datetime | None:
    """When the first answer from then on was told in a hall, or the first regrade done; None where none was."""
    found = (
        connection.execute(select(func.min(at)).where(at.table.c.hall_id == hall, at >= since)).scalar()
        for at in (rounds.c.closed_at, private_rounds.c.at, regrades.c.done_at)
    )
    return min(filter(None, found), default=None)


def people_told(connection: Connection, hall: str, since: datetime, until: datetime) -> set[int]:
    """The people of a hall with an answer that was told from `since` on and before `until`."""
    public = rounds.c.hall_id == hall, rounds.c.closed_at >= since, rounds.c.closed_at < until
    alone = private_rounds.c.hall_id == hall, private_rounds.c.at >= since, private_rounds.c.at < until
    return _people(connection, public, alone)


def people_asked(connection: Connection, hall: str, items: Collection[str]) -> set[int]:
    """The people of a hall who answered one of these items."""
    public = turns.c.hall_id == hall, turns.c.item_id.in_(items)
    alone = private_rounds.c.hall_id == hall, private_rounds.c.item_id.in_(items), private_rounds.c.at.is_not(None)
    return _people(connection, public, alone)


def items_regraded(connection: Connection, hall: str, since: datetime, until: datetime) -> frozenset[str]:
    """The items of a hall whose answers were graded anew in that time."""
    statement = select(turns.c.item_id).join(regrades, regrades.c.turn_id == turns.c.id)
    done = regrades.c.hall_id == hall, regrades.c.done_at >= since, regrades.c.done_at < until
    return frozenset(connection.execute(statement.where(*done)).scalars())


def _people(
    connection: Connection, public: Iterable[ColumnElement[bool]], alone: Iterable[ColumnElement[bool]]
) -> set[int]:
    """Whose answers in public or alone are such."""
    who = select(identities.c.person_id).distinct()
    in_public = (
        who.join(answers, answers.c.identity_id == identities.c.id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .join(turns, turns.c.id == answers.c.turn_id)
    )
    by_themselves = who.join(private_rounds, private_rounds.c.identity_id == identities.c.id)
    found = (in_public.where(*public), by_themselves.where(*alone))
    return {person for statement in found for person in connection.execute(statement).scalars()}


def _keeping(dialect: Any) -> ClauseElement:  # noqa: ANN401  its module
    insert = dialect.insert(ratings)
    changed = {name: insert.excluded[name] for name in ("rating", "answers")}
    statement: ClauseElement = insert.on_conflict_do_update(index_elements=list(ratings.primary_key), set_=changed)
    return statement


_keep = Prepared(_keeping)
_rated = Prepared(
    lambda _: select(ratings.c.item_id, ratings.c.rating, ratings.c.answers).where(
        ratings.c.hall_id == bindparam("hall")
    )
)
_public = Prepared(
    lambda _: (
        select(turns.c.item_id, answers.c.verdict, null(), answers.c.at, rounds.c.closed_at)
        .join_from(identities, answers, answers.c.identity_id == identities.c.id)
        .join(turns, turns.c.id == answers.c.turn_id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .where(identities.c.person_id == bindparam("person"), rounds.c.closed_at.is_not(None))
        .order_by(answers.c.id)
    )
)
_alone = Prepared(
    lambda _: (
        select(*(private_rounds.c[name] for name in ("item_id", "verdict", "stars", "at", "at")))
        .join_from(identities, private_rounds, private_rounds.c.identity_id == identities.c.id)
        .where(identities.c.person_id == bindparam("person"), private_rounds.c.at.is_not(None))
        .order_by(private_rounds.c.id)
    )
)
