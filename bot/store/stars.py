"""Stars: who likes which open answer. A person counts once for an answer, however many accounts are theirs, and never
for an answer of their own. Functions of a connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select

from bot.rules.verdicts import Verdict
from bot.store.columns import AnyRow, Instant
from bot.store.halls import Learner
from bot.store.people import identity_ids
from bot.store.prepared import Prepared
from bot.store.tables import answers, identities, people, posts, rounds, stars
from bot.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Written:
    """An open answer: whose it is and what it says. `text` is "" where whoever wrote it is forgotten."""

    id: int
    person: int
    name: str
    hidden: bool
    text: str


def written_in(connection: Connection, round_id: int) -> list[Written]:
    """The open answers of a round, in the order stored; none of those that were taken back."""
    found = connection.execute(_WRITTEN.where(answers.c.round_id == round_id).order_by(answers.c.id))
    return [each for each in map(_written, found) if each.text]


def written(connection: Connection, round_id: int, answer_id: int) -> Written | None:
    """An open answer of a round, None where the round has none with this id."""
    found = connection.execute(_WRITTEN.where(answers.c.round_id == round_id, answers.c.id == answer_id)).first()
    return _written(found) if found else None


def star(connection: Connection, answer_id: int, who: Learner, now: datetime) -> bool:
    """Like an answer, or take that back where the person likes it already; whether they like it now."""
    own = stars.c.answer_id == answer_id, stars.c.identity_id.in_(identity_ids(who.person))
    if connection.execute(delete(stars).where(*own)).rowcount:
        return False
    row = {"hall_id": who.hall, "answer_id": answer_id, "identity_id": who.identity, "at": now}
    return insert_new(connection, stars, row)


def count_stars(connection: Connection, of: Sequence[int], until: datetime | None = None) -> dict[int, int]:
    """How many people like each of these answers, or did by an instant; of those that anybody does."""
    statement = _COUNTED.where(stars.c.answer_id.in_(of))
    if until is not None:
        statement = statement.where(stars.c.at <= until)
    found = connection.execute(statement.group_by(stars.c.answer_id))
    return {row[0]: row[1] for row in found}


def stars_got(connection: Connection, person: int) -> int:
    """How many stars a person's answers have."""
    own = select(answers.c.id).where(answers.c.identity_id.in_(identity_ids(person)))
    found = connection.execute(_COUNTED.where(stars.c.answer_id.in_(own)).group_by(stars.c.answer_id))
    return sum(people_there for _, people_there in found)


def stars_given(connection: Connection, person: int, limit: int | None = None) -> Sequence[AnyRow]:
    """The stars that a person gave, with the round_id of each answer, by answer."""
    statement = (
        select(stars, answers.c.round_id)
        .join(answers, answers.c.id == stars.c.answer_id)
        .where(stars.c.identity_id.in_(identity_ids(person)))
    )
    return connection.execute(statement.order_by(stars.c.answer_id, stars.c.identity_id).limit(limit)).all()


def drop_star(connection: Connection, given: AnyRow) -> None:
    """Take one star away."""
    own = stars.c.answer_id == given.answer_id, stars.c.identity_id == given.identity_id
    connection.execute(delete(stars).where(*own))


def starred_between(connection: Connection, some: Sequence[int], others: Sequence[int]) -> Sequence[AnyRow]:
    """(id, round_id) of the answers whose stars count otherwise when some identities and the others become one person,
    or two: both like it, or one wrote what the other likes.
    """
    liked, too = (select(stars.c.answer_id).where(stars.c.identity_id.in_(each)) for each in (some, others))
    concerned = or_(
        and_(answers.c.id.in_(liked), or_(answers.c.id.in_(too), answers.c.identity_id.in_(others))),
        and_(answers.c.id.in_(too), answers.c.identity_id.in_(some)),
    )
    return connection.execute(select(answers.c.id, answers.c.round_id).where(concerned).order_by(answers.c.id)).all()


def rounds_to_name(connection: Connection, since: datetime, until: datetime) -> Sequence[AnyRow]:
    """(id, hall_id) of the rounds closed by `until`, with a star given from `since` on, whose best answers nobody has
    named yet.
    """
    return _TO_NAME.found(connection, {"since": since, "until": until})


_NAMED = select(posts.c.id).where(posts.c.round_id == rounds.c.id, posts.c.kind == "best").exists()
_TO_NAME = Prepared(
    lambda _: (
        select(rounds.c.id, rounds.c.hall_id)
        .join(answers, answers.c.round_id == rounds.c.id)
        .join(stars, stars.c.answer_id == answers.c.id)
        .where(stars.c.at >= bindparam("since", type_=Instant()), rounds.c.state == "closed", ~_NAMED)
        .where(rounds.c.closed_at <= bindparam("until", type_=Instant()))
        .distinct()
        .order_by(rounds.c.id)
    )
)


def closed_at(connection: Connection, round_id: int) -> datetime | None:
    """When a round was closed."""
    found: datetime | None = connection.execute(select(rounds.c.closed_at).where(rounds.c.id == round_id)).scalar()
    return found


def best_of(connection: Connection, round_id: int) -> tuple[tuple[int, ...], int]:
    """The ids of the answers that were named as the best of a round, and the stars of each; none while none are."""
    statement = select(posts.c.body).where(posts.c.round_id == round_id, posts.c.kind == "best")
    body: dict[str, Any] | None = connection.execute(statement).scalar()
    return (tuple(body["answers"]), body["stars"]) if body else ((), 0)


def _written(row: AnyRow) -> Written:
    return Written(row.id, row.person_id, row.name, row.hidden, row.given["text"])


_WRITTEN = (
    select(answers.c.id, answers.c.given, identities.c.person_id, identities.c.name, people.c.hidden)
    .join(identities, identities.c.id == answers.c.identity_id)
    .join(people, people.c.id == identities.c.person_id)
    .where(answers.c.verdict == Verdict.NOTED.value)
)
_FAN, _AUTHOR = identities.alias("fan"), identities.alias("author")
_COUNTED = (
    select(stars.c.answer_id, func.count(_FAN.c.person_id.distinct()))
    .join(_FAN, _FAN.c.id == stars.c.identity_id)
    .join(answers, answers.c.id == stars.c.answer_id)
    .join(_AUTHOR, _AUTHOR.c.id == answers.c.identity_id)
    .where(_FAN.c.person_id != _AUTHOR.c.person_id)
)
