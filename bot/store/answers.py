"""Answers. One an identity and round is stored; the lowest id among a person's identities is the one that counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.store.tables import AnyRow, answers, identities, people, turns


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
    statement = (
        select(answers.c.verdict)
        .join(identities, identities.c.id == answers.c.identity_id)
        .join(turns, turns.c.id == answers.c.turn_id)
        .where(identities.c.person_id == person, turns.c.concept == concept)
        .order_by(answers.c.id.desc())
        .limit(1)
    )
    if before is not None:
        statement = statement.where(answers.c.id < before)
    return connection.execute(statement).scalar()


def keep_answer(connection: Connection, row: dict[str, Any]) -> int:
    """Store an answer; returns its id."""
    return int(connection.execute(insert(answers).values(**row).returning(answers.c.id)).scalar_one())


def change_answer(connection: Connection, answer_id: int, **values: Any) -> None:  # noqa: ANN401  columns
    """Put another answer in the place of one, where the schedule's last answer counts."""
    connection.execute(update(answers).where(answers.c.id == answer_id).values(**values))


def answers_of(connection: Connection, round_id: int) -> Sequence[AnyRow]:
    """(given, verdict, name, hidden) of a round's answers, in the order stored."""
    statement = (
        select(answers.c.given, answers.c.verdict, people.c.name, people.c.hidden)
        .join(identities, identities.c.id == answers.c.identity_id)
        .join(people, people.c.id == identities.c.person_id)
        .where(answers.c.round_id == round_id)
        .order_by(answers.c.id)
    )
    return connection.execute(statement).all()


def days_answered(connection: Connection, person: int, since: str) -> set[str]:
    """The board dates on which a person answered since a date."""
    statement = (
        select(answers.c.board_date)
        .join(identities, identities.c.id == answers.c.identity_id)
        .where(identities.c.person_id == person, answers.c.board_date >= since)
        .distinct()
    )
    return set(connection.execute(statement).scalars())
