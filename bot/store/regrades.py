"""Regrades: a turn whose key was wrong, and what its answers were worth before it was mended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, distinct, func, insert, or_, select, update

from bot.store.columns import AnyRow
from bot.store.tables import answers, identities, marks, private_rounds, regrades, rounds, turns

MARKED = ("verdict", "why", "detail", "points", "rules")
"""The columns of an answer that grading decides, kept in `marks` as they were."""


def turns_of_item(connection: Connection, hall: str, item_id: str) -> Sequence[AnyRow]:
    """(id, slot, shown) of the turns of a hall that asked an item, oldest first."""
    statement = select(turns.c.id, turns.c.slot, turns.c.shown).where(turns.c.hall_id == hall)
    return connection.execute(statement.where(turns.c.item_id == item_id).order_by(turns.c.id)).all()


def items_asked(connection: Connection, hall: str) -> Sequence[str]:
    """The ids of the items that a hall or somebody in it was asked, ascending, without those that it is being asked."""
    asked_now = (
        select(turns.c.item_id)
        .join(rounds, rounds.c.turn_id == turns.c.id)
        .where(turns.c.hall_id == hall, turns.c.item_id.is_not(None), rounds.c.state.in_(("due", "open")))
    )
    statement = select(turns.c.item_id).where(turns.c.hall_id == hall, turns.c.item_id.not_in(asked_now))
    alone = select(private_rounds.c.item_id).where(
        private_rounds.c.hall_id == hall, private_rounds.c.item_id.not_in(asked_now)
    )
    return connection.execute(statement.union(alone).order_by("item_id")).scalars().all()


def halls_asked(connection: Connection, item_id: str) -> Sequence[str]:
    """The ids of the halls that were asked an item, or in which somebody was."""
    statement = select(turns.c.hall_id).where(turns.c.item_id == item_id)
    alone = select(private_rounds.c.hall_id).where(private_rounds.c.item_id == item_id)
    return connection.execute(statement.union(alone).order_by("hall_id")).scalars().all()


def mend_turn(connection: Connection, row: dict[str, Any]) -> int:
    """Show a turn's item with the key of `after` from now on and keep the regrade; returns the regrade's id."""
    shown = {"shown": row["after"], "regraded": turns.c.regraded + 1}
    connection.execute(update(turns).where(turns.c.id == row["turn_id"]).values(**shown))
    return int(connection.execute(insert(regrades).values(**row).returning(regrades.c.id)).scalar_one())


def unfinished(connection: Connection) -> Sequence[AnyRow]:
    """(id, hall_id) of the regrades whose answers are not all graded anew, oldest first."""
    statement = select(regrades.c.id, regrades.c.hall_id).where(regrades.c.done_at.is_(None))
    return connection.execute(statement.order_by(regrades.c.id)).all()


def find_regrade(connection: Connection, regrade_id: int) -> AnyRow:
    """A regrade, with its turn's item_id, concept and topic, and `shown` as it is now."""
    columns = (turns.c.item_id, turns.c.concept, turns.c.topic, turns.c.shown, turns.c.unranked)
    statement = select(regrades, *columns).join(turns, turns.c.id == regrades.c.turn_id)
    return connection.execute(statement.where(regrades.c.id == regrade_id)).one()


def answers_of_turn(connection: Connection, turn_id: int, after: int = 0, limit: int | None = None) -> Sequence[AnyRow]:
    """Answers of a turn with an id above `after`, ascending, each with its person_id and its round's
    place_id and counted_to.
    """
    statement = (
        select(answers, identities.c.person_id, rounds.c.place_id, rounds.c.counted_to)
        .join(identities, identities.c.id == answers.c.identity_id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .where(answers.c.turn_id == turn_id, answers.c.id > after)
        .order_by(answers.c.id)
        .limit(limit)
    )
    return connection.execute(statement).all()


def count_answers(connection: Connection, turn_ids: Sequence[int]) -> int:
    """How many answers these turns have."""
    statement = select(func.count()).select_from(answers).where(answers.c.turn_id.in_(turn_ids))
    return int(connection.execute(statement).scalar_one())


def keep_mark(connection: Connection, regrade_id: int, answer: AnyRow) -> None:
    """Keep what an answer was worth before a regrade."""
    row = {name: getattr(answer, name) for name in MARKED}
    connection.execute(insert(marks).values(regrade_id=regrade_id, answer_id=answer.id, **row))


def went_on(connection: Connection, regrade_id: int, **values: Any) -> None:  # noqa: ANN401  columns
    """Note how far a regrade is."""
    connection.execute(update(regrades).where(regrades.c.id == regrade_id).values(**values))


def together(connection: Connection, hall: str, item_id: str, by: str, at: datetime) -> Sequence[AnyRow]:
    """The regrades that one wish of somebody's made: of all turns of an item."""
    statement = select(regrades).join(turns, turns.c.id == regrades.c.turn_id).where(turns.c.item_id == item_id)
    mine = regrades.c.hall_id == hall, regrades.c.by == by, regrades.c.at == at
    return connection.execute(statement.where(*mine).order_by(regrades.c.id)).all()


def people_changed(connection: Connection, regrade_ids: Sequence[int]) -> int:
    """How many people have an answer with another verdict or other points by these regrades."""
    other = or_(marks.c.verdict != answers.c.verdict, marks.c.points != answers.c.points)
    statement = (
        select(func.count(distinct(identities.c.person_id)))
        .select_from(marks)
        .join(answers, answers.c.id == marks.c.answer_id)
        .join(identities, identities.c.id == answers.c.identity_id)
        .where(marks.c.regrade_id.in_(regrade_ids), other)
    )
    return int(connection.execute(statement).scalar_one())


def closed_rounds(connection: Connection, turn_id: int) -> Sequence[int]:
    """The ids of a turn's rounds that are revealed, or are about to be."""
    revealed = rounds.c.turn_id == turn_id, rounds.c.state == "closed", rounds.c.message.is_not(None)
    return connection.execute(select(rounds.c.id).where(*revealed).order_by(rounds.c.id)).scalars().all()
