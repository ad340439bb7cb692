"""What the groups of places remember: a replay of their closed rounds, kept so that a look at the clock need not make
it. Functions of a connection.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import BigInteger, Connection, Text, and_, bindparam, case, delete, func, or_, select, update

from bot.rules.memory import Rating, replay
from bot.rules.team import rating_of_group
from bot.rules.verdicts import Verdict
from bot.store.columns import AnyRow, Instant
from bot.store.prepared import Prepared
from bot.store.tables import answers, identities, recalls, rounds, turns
from bot.store.upsert import insert_new

T = TypeVar("T")
MOST = 128
"""So many places are asked for in one statement, or places and concepts: statements that are compiled for a number."""
_WAITING = Prepared(
    lambda _: (
        select(rounds.c.hall_id, rounds.c.id)
        .where(rounds.c.closed_at.is_not(None), rounds.c.recalled_at.is_(None))
        .order_by(rounds.c.hall_id, rounds.c.id)
        .limit(bindparam("most", type_=BigInteger()))
    )
)


def to_recall(connection: Connection, most: int) -> dict[str, list[int]]:
    """The ids of closed rounds that no memory knows of yet, or not as they are now, by their hall."""
    found: dict[str, list[int]] = defaultdict(list)
    for hall, round_id in _WAITING.rows(connection, {"most": most}):
        found[hall].append(round_id)
    return found


def take_in(connection: Connection, hall: str, round_ids: Sequence[int], now: datetime) -> None:
    """Replay the memories that these rounds of a hall belong to. Done twice it is as done once."""
    statement = (
        select(rounds.c.place_id, turns.c.concept)
        .join(turns, turns.c.id == rounds.c.turn_id)
        .where(rounds.c.id.in_(round_ids), turns.c.concept.is_not(None))
    )
    for place_id, concept in connection.execute(statement.distinct()).all():
        _replay(connection, hall, place_id, concept)
    connection.execute(update(rounds).where(rounds.c.id.in_(round_ids)).values(recalled_at=now))


def recall_anew(connection: Connection, turn_id: int) -> None:
    """The answers to a turn are not any more what memories know of."""
    connection.execute(update(rounds).where(rounds.c.turn_id == turn_id).values(recalled_at=None))


def forgetting(connection: Connection, place_ids: Sequence[int], until: datetime) -> dict[int, list[tuple[str, int]]]:
    """For each place, the concepts that are due until then, with the instants when they are as the table holds them:
    there may be very many.
    """
    due: dict[int, list[tuple[str, int]]] = {place_id: [] for place_id in place_ids}
    for some in _filled(place_ids):
        values = {f"place_{n}": place_id for n, place_id in enumerate(some)}
        for place_id, concept, at in _due(len(some)).rows(connection, values | {"until": until}):
            due[place_id].append((concept, at))
    return due


def recalled(connection: Connection, asked: Sequence[tuple[int, str]]) -> dict[tuple[int, str], AnyRow]:
    """(day, right, answered) of the latest round that was answered, by place and concept, of those asked for."""
    found: dict[tuple[int, str], AnyRow] = {}
    for some in _filled(asked):
        places = {f"place_{n}": place_id for n, (place_id, _) in enumerate(some)}
        concepts = {f"concept_{n}": concept for n, (_, concept) in enumerate(some)}
        for row in _recalled(len(some)).found(connection, places | concepts):
            found[row.place_id, row.concept] = row
    return found


def _filled(wanted: Sequence[T]) -> Iterator[list[T]]:
    """What is wanted in lists of at most MOST, whose lengths are powers of two: the last is said again for that."""
    for start in range(0, len(wanted), MOST):
        some = list(wanted[start : start + MOST])
        yield some + some[-1:] * ((1 << (len(some) - 1).bit_length()) - len(some))


@lru_cache
def _due(size: int) -> Prepared:
    places = [bindparam(f"place_{n}", type_=BigInteger()) for n in range(size)]
    columns = recalls.c.place_id, recalls.c.concept, recalls.c.due
    until = recalls.c.due <= bindparam("until", type_=Instant())
    return Prepared(lambda _: select(*columns).where(recalls.c.place_id.in_(places), until))


@lru_cache
def _recalled(size: int) -> Prepared:
    # Rows of two columns IN a list of values: SQLite would read the whole table.
    pairs = [
        and_(
            recalls.c.place_id == bindparam(f"place_{n}", type_=BigInteger()),
            recalls.c.concept == bindparam(f"concept_{n}", type_=Text()),
        )
        for n in range(size)
    ]
    columns = [recalls.c[name] for name in ("place_id", "concept", "day", "right", "answered")]
    return Prepared(lambda _: select(*columns).where(or_(*pairs)))


def _replay(connection: Connection, hall: str, place_id: int, concept: str) -> None:
    told: list[tuple[Rating, datetime]] = []
    latest: AnyRow | None = None
    for row in _graded(connection, hall, place_id, concept):
        rating = rating_of_group(row.right, row.partly, row.answered)
        if rating is not None:
            told.append((rating, row.due_at))
            latest = row
    memory = replay(told)
    connection.execute(delete(recalls).where(recalls.c.place_id == place_id, recalls.c.concept == concept))
    if memory is not None and latest is not None:
        key = {"hall_id": hall, "place_id": place_id, "concept": concept}
        went = {"day": latest.day, "right": latest.right, "answered": latest.answered}
        insert_new(connection, recalls, {**key, **went, "due": memory.due})


def _graded(connection: Connection, hall: str, place_id: int, concept: str) -> Sequence[AnyRow]:
    """(due_at, day, right, partly, answered) of a place's closed rounds on a concept, oldest first. A person counts
    once, as in the reveal; answers to open items are neither right nor wrong, and tell nothing.
    """
    verdict, others = answers.c.verdict, answers.alias()
    first = (
        select(func.min(others.c.id))
        .join(identities, identities.c.id == others.c.identity_id)
        .where(others.c.round_id == rounds.c.id)
        .group_by(identities.c.person_id)
        .correlate(rounds)
    )
    statement = (
        select(
            turns.c.due_at,
            turns.c.day,
            func.sum(case((verdict == Verdict.RIGHT.value, 1), else_=0)).label("right"),
            func.sum(case((verdict == Verdict.PARTLY.value, 1), else_=0)).label("partly"),
            func.sum(case((verdict != Verdict.NOTED.value, 1), else_=0)).label("answered"),
        )
        .join(rounds, rounds.c.turn_id == turns.c.id)
        .join(answers, answers.c.round_id == rounds.c.id)
        .where(turns.c.hall_id == hall, turns.c.concept == concept)
        .where(rounds.c.place_id == place_id, rounds.c.closed_at.is_not(None), answers.c.id.in_(first))
        .group_by(rounds.c.id, turns.c.id)
        .order_by(turns.c.due_at, turns.c.id)
    )
    return connection.execute(statement).all()
