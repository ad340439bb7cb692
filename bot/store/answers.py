"""Answers. One an identity and round is stored; the lowest id among a person's identities is the one that counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, insert, select, update

from bot.ports import Who
from bot.store.columns import EPOCH, MICROSECOND, AnyRow
from bot.store.halls import Learner
from bot.store.prepared import Prepared
from bot.store.tables import answers, events, identities, people, rounds, turns


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known when an answer comes in, in one look.

    `outcome` of its event, None where that is new. State, opening and closing time of the round, up to which answer it
    is `counted_to` on boards (None: all), and how often its turn was `regraded`. The `learner`, None where the hall has
    not seen the account; the ids of the learner's own answer in this round and of the one that counts for the turn,
    None where there is none.
    """

    outcome: dict[str, Any] | None
    state: str
    opened_at: datetime | None
    closes_at: datetime | None
    counted_to: int | None
    regraded: int
    learner: Learner | None
    own: int | None
    counting: int | None


def look(connection: Connection, hall: str, round_id: int, who: Who, event: str) -> Seen:
    """Look at everything that an answer to a round meets; the round stays as it is until the transaction ends."""
    values = {"round": round_id, "platform": who.platform, "workspace": who.workspace, "account": who.account}
    found = _look.rows(connection, {**values, "event": event})[0]
    outcome, state, opened_at, closes_at, counted_to, regraded, identity, person, name, own, counting = found
    return Seen(
        outcome=None if outcome is None else json.loads(outcome),
        state=state,
        opened_at=_instant(opened_at),
        closes_at=_instant(closes_at),
        counted_to=counted_to,
        regraded=regraded,
        learner=None if identity is None else Learner(identity, person, hall, name),
        own=own,
        counting=counting,
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else EPOCH + micros * MICROSECOND


def answer_in(connection: Connection, round_id: int, identity: int) -> AnyRow | None:
    """The answer of an identity in a round."""
    statement = select(answers).where(answers.c.round_id == round_id, answers.c.identity_id == identity)
    return connection.execute(statement).first()


def counting_answer(connection: Connection, turn_id: int, person: int) -> AnyRow | None:
    """The answer that counts for a person and turn: the first one stored, whichever identity and place it came from."""
    statement = (
        select(answers)
        .join(identities, identities.c.id == answers.c.identity_id)
        .where(answers.c.turn_id == turn_id, identities.c.person_id == person)
        .order_by(answers.c.id)
        .limit(1)
    )
    return connection.execute(statement).first()


def last_verdict(connection: Connection, person: int, concept: str, before: int | None = None) -> str | None:
    """The verdict of a person's latest answer on a concept; of those stored before the answer with id `before`."""
    values = {"person": person, "concept": concept}
    if before is None:
        found = _last_verdict.rows(connection, values)
    else:
        found = _verdict_before.rows(connection, values | {"before": before})
    return found[0][0] if found else None


def keep_answer(connection: Connection, row: dict[str, Any]) -> int:
    """Store an answer; returns its id."""
    return int(_keep.rows(connection, row)[0][0])


def change_answer(connection: Connection, answer_id: int, **values: Any) -> None:  # noqa: ANN401  columns
    """Put another answer in the place of one, where the schedule's last answer counts."""
    connection.execute(update(answers).where(answers.c.id == answer_id).values(**values))


def answers_of(connection: Connection, round_id: int) -> Sequence[AnyRow]:
    """(given, verdict, name, hidden) of a round's answers, in the order stored: the first of each person."""
    own = select(func.min(answers.c.id)).join(identities, identities.c.id == answers.c.identity_id)
    first = own.where(answers.c.round_id == round_id).group_by(identities.c.person_id)
    statement = (
        select(answers.c.given, answers.c.verdict, people.c.name, people.c.hidden)
        .join(identities, identities.c.id == answers.c.identity_id)
        .join(people, people.c.id == identities.c.person_id)
        .where(answers.c.id.in_(first))
        .order_by(answers.c.id)
    )
    return connection.execute(statement).all()


def people_in(connection: Connection, round_id: int) -> int:
    """How many people answered in a round; one with several accounts is one."""
    own = select(func.count(identities.c.person_id.distinct())).join(answers, answers.c.identity_id == identities.c.id)
    return int(connection.execute(own.where(answers.c.round_id == round_id)).scalar_one())


def answers_after(connection: Connection, round_id: int, answer_id: int, limit: int) -> Sequence[AnyRow]:
    """The next answers of a round, ascending, each with its person_id."""
    statement = (
        select(answers, identities.c.person_id)
        .join(identities, identities.c.id == answers.c.identity_id)
        .where(answers.c.round_id == round_id, answers.c.id > answer_id)
        .order_by(answers.c.id)
        .limit(limit)
    )
    return connection.execute(statement).all()


def both_answered(connection: Connection, some: Sequence[int], others: Sequence[int]) -> bool:
    """Whether there is a turn that was answered by one of some identities and by one of the others."""
    other = answers.alias("other")
    same = select(answers.c.id).join(other, other.c.turn_id == answers.c.turn_id)
    found = same.where(answers.c.identity_id.in_(some), other.c.identity_id.in_(others)).limit(1)
    return connection.execute(found).first() is not None


def days_answered(connection: Connection, person: int, since: str) -> set[str]:
    """The board dates on which a person answered since a date."""
    statement = (
        select(answers.c.board_date)
        .join(identities, identities.c.id == answers.c.identity_id)
        .where(identities.c.person_id == person, answers.c.board_date >= since)
        .distinct()
    )
    return set(connection.execute(statement).scalars())


def closed_answers(connection: Connection, person: int) -> Iterator[AnyRow]:
    """(turn_id, item_id, concept, verdict, at) of a person's answers in closed rounds, the first stored first: of each
    turn the one that counts.
    """
    statement = (
        select(answers.c.turn_id, turns.c.item_id, turns.c.concept, answers.c.verdict, answers.c.at)
        .join_from(identities, answers, answers.c.identity_id == identities.c.id)
        .join(turns, turns.c.id == answers.c.turn_id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .where(identities.c.person_id == person, rounds.c.state == "closed")
        .order_by(answers.c.id)
    )
    turns_seen: set[int] = set()
    for row in connection.execute(statement):
        if row.turn_id not in turns_seen:
            turns_seen.add(row.turn_id)
            yield row


# ----------------------------------------------------------------------------------------------------- statements


def _looking() -> Select[tuple[Any, ...]]:
    other, also = answers.alias("other"), identities.alias("also")
    linked = select(also.c.id).where(also.c.person_id == identities.c.person_id).correlate(identities)
    first = select(func.min(other.c.id)).where(other.c.turn_id == rounds.c.turn_id, other.c.identity_id.in_(linked))
    counting = first.correlate(rounds, identities)
    account = (identities.c[name] == bindparam(name) for name in ("platform", "workspace", "account"))
    told = and_(events.c.platform == bindparam("platform"), events.c.event == bindparam("event"))
    own = and_(answers.c.round_id == rounds.c.id, answers.c.identity_id == identities.c.id)
    columns = (identities.c.id, identities.c.person_id, identities.c.name, answers.c.id, counting.scalar_subquery())
    of_round = (rounds.c.state, rounds.c.opened_at, rounds.c.closes_at, rounds.c.counted_to)
    return (
        select(events.c.outcome, *of_round, turns.c.regraded, *columns)
        .select_from(rounds)
        .join(turns, turns.c.id == rounds.c.turn_id)
        .outerjoin(identities, and_(identities.c.hall_id == rounds.c.hall_id, *account))
        .outerjoin(answers, own)
        .outerjoin(events, told)
        .where(rounds.c.id == bindparam("round"))
        .with_for_update(of=rounds)
    )


def _last() -> Select[tuple[Any, ...]]:
    """By the turns that asked the concept, and there by the person's identities: few rows, however long the history."""
    hall = select(people.c.hall_id).where(people.c.id == bindparam("person")).scalar_subquery()
    own = select(identities.c.id).where(identities.c.person_id == bindparam("person"))
    return (
        select(answers.c.verdict)
        .join(turns, turns.c.id == answers.c.turn_id)
        .where(turns.c.hall_id == hall, turns.c.concept == bindparam("concept"), answers.c.identity_id.in_(own))
        .order_by(answers.c.id.desc())
        .limit(1)
    )


_look = Prepared(lambda _: _looking())
_last_verdict = Prepared(lambda _: _last())
_verdict_before = Prepared(lambda _: _last().where(answers.c.id < bindparam("before")))
_keep = Prepared(
    lambda _: (
        insert(answers)
        .values({column: bindparam(column.name) for column in answers.c if column is not answers.c.id})
        .returning(answers.c.id)
    )
)
