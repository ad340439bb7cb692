"""How hard items are to the people of a hall, and the answers of which that is made. Functions of a connection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import inf
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, Connection, Select, bindparam, func, null, or_, select

from bot.rules.ability import Rated, score_of
from bot.rules.verdicts import Verdict
from bot.store.columns import EPOCH, MICROSECOND, micros
from bot.store.kept import keep, kept
from bot.store.prepared import Prepared
from bot.store.tables import answers, identities, private_rounds, ratings, regrades, rounds, turns

_UNTIL = "rated:"
"""Up to when a hall is rated is kept under this name and the hall's."""
_REGRADED = "regraded-alone:"
"""The same of the items that were regraded where people had been asked alone, and when."""

_DAY = timedelta(days=1) // MICROSECOND

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

    An answer to the hall is told by the reveal, one that was given alone at once. Days come after one another, by when
    answers were told on them: so it is the same whether nights fold them one by one or somebody's past is replayed.
    """
    values = {"person": person}
    return _firsts([*_public.rows(connection, values), *_alone.rows(connection, values)], until)


def first_answers_told(connection: Connection, hall: str, since: datetime, until: datetime) -> dict[int, list[First]]:
    """The same of the answers of a hall that were told from `since` on and before `until`, by person. Items that
    somebody had answered before are among them still: see `answered_before`.
    """
    values = {"hall": hall, "since": since, "until": until}
    told: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for person, *row in (*_public_told.rows(connection, values), *_alone_told.rows(connection, values)):
        told[person].append(row)
    return {person: _firsts(rows, until) for person, rows in told.items()}


def answered_before(connection: Connection, hall: str, person: int, item: str, since: datetime) -> bool:
    """Whether a person of a hall gave an answer to an item that was judged and told before then."""
    values = {"hall": hall, "person": person, "item": item, "since": since}
    return any(each.rows(connection, values) for each in (_public_before, _alone_before))


def _firsts(rows: Iterable[Sequence[Any]], until: datetime | None) -> list[First]:
    end = micros(until) if until else inf
    firsts: dict[str, First] = {}
    for item, verdict, stars, at, told_at in sorted(rows, key=lambda row: (row[4] // _DAY, row[3])):
        if item not in firsts and told_at < end and (score := score_of(verdict, stars)) is not None:
            firsts[item] = First(item, score, at, told_at)
    return list(firsts.values())


def news_since(connection: Connection, hall: str, since: datetime) -> datetime | None:
    """When the first answer from then on was told in a hall, or the first regrade done; None where none was."""
    found = (
        connection.execute(select(func.min(at)).where(at.table.c.hall_id == hall, at >= since)).scalar()
        for at in (rounds.c.closed_at, private_rounds.c.at, regrades.c.done_at)
    )
    alone = (at for at in _regraded_alone(connection, hall).values() if at >= since)
    return min((*filter(None, found), *alone), default=None)


def people_asked(connection: Connection, hall: str, items: Collection[str]) -> set[int]:
    """The people of a hall who answered one of these items."""
    who = select(identities.c.person_id).distinct()
    in_public = (
        who.join(answers, answers.c.identity_id == identities.c.id)
        .join(turns, turns.c.id == answers.c.turn_id)
        .where(turns.c.hall_id == hall, turns.c.item_id.in_(items))
    )
    alone = private_rounds.c.hall_id == hall, private_rounds.c.item_id.in_(items), private_rounds.c.at.is_not(None)
    by_themselves = who.join(private_rounds, private_rounds.c.identity_id == identities.c.id).where(*alone)
    found = (in_public, by_themselves) if items else ()
    return {person for statement in found for person in connection.execute(statement).scalars()}


def items_regraded(connection: Connection, hall: str, since: datetime, until: datetime) -> frozenset[str]:
    """The items of a hall whose answers were graded anew in that time."""
    statement = select(turns.c.item_id).join(regrades, regrades.c.turn_id == turns.c.id)
    done = regrades.c.hall_id == hall, regrades.c.done_at >= since, regrades.c.done_at < until
    alone = {item for item, at in _regraded_alone(connection, hall).items() if since <= at < until}
    return frozenset({*connection.execute(statement.where(*done)).scalars(), *alone})


def regraded_alone(connection: Connection, hall: str, item: str, at: datetime) -> None:
    """What people of a hall answered to an item alone was graded anew at that instant."""
    since = rated_until(connection, hall)
    left = {each: then.isoformat() for each, then in _regraded_alone(connection, hall).items() if then >= since}
    keep(connection, _REGRADED + hall, {**left, item: at.isoformat()})


def _regraded_alone(connection: Connection, hall: str) -> dict[str, datetime]:
    found = kept(connection, _REGRADED + hall) or {}
    return {item: datetime.fromisoformat(at) for item, at in found.items()}


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


def _told_in_public(*first: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401  columns
    return (
        select(*first, turns.c.item_id, answers.c.verdict, null(), answers.c.at, rounds.c.closed_at)
        .join_from(rounds, answers, answers.c.round_id == rounds.c.id)
        .join(turns, turns.c.id == answers.c.turn_id)
        .join(identities, identities.c.id == answers.c.identity_id)
    )


def _told_alone(*first: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401  columns
    columns = (private_rounds.c[name] for name in ("item_id", "verdict", "stars", "at", "at"))
    return select(*first, *columns).join_from(
        private_rounds, identities, identities.c.id == private_rounds.c.identity_id
    )


_public_told = Prepared(
    lambda _: (
        _told_in_public(identities.c.person_id)
        .where(rounds.c.hall_id == bindparam("hall"))
        .where(rounds.c.closed_at >= bindparam("since"), rounds.c.closed_at < bindparam("until"))
        .order_by(answers.c.id)
    )
)
_alone_told = Prepared(
    lambda _: (
        _told_alone(identities.c.person_id)
        .where(private_rounds.c.hall_id == bindparam("hall"))
        .where(private_rounds.c.at >= bindparam("since"), private_rounds.c.at < bindparam("until"))
        .order_by(private_rounds.c.id)
    )
)
_public_before = Prepared(
    lambda _: (
        select(answers.c.id)
        .join_from(turns, answers, answers.c.turn_id == turns.c.id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .join(identities, identities.c.id == answers.c.identity_id)
        .where(turns.c.hall_id == bindparam("hall"), turns.c.item_id == bindparam("item"))
        .where(identities.c.person_id == bindparam("person"), rounds.c.closed_at < bindparam("since"))
        .where(answers.c.verdict != Verdict.NOTED.value)
        .limit(1)
    )
)
_alone_before = Prepared(
    lambda _: (
        select(private_rounds.c.id)
        .join_from(identities, private_rounds, private_rounds.c.identity_id == identities.c.id)
        .where(identities.c.person_id == bindparam("person"), identities.c.hall_id == bindparam("hall"))
        .where(private_rounds.c.item_id == bindparam("item"), private_rounds.c.at < bindparam("since"))
        .where(or_(private_rounds.c.verdict != Verdict.NOTED.value, private_rounds.c.stars.is_not(None)))
        .limit(1)
    )
)
