"""The answers that count, read from the facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bot.rules.boards import Counted, boards, periods
from bot.rules.verdicts import Verdict
from bot.store.tables import answers, identities, rounds, turns


def counted_answers(connection: Connection, hall: str, person: int | None = None) -> Iterator[Counted]:
    """The answers that count, of a hall or one person of it: of a turn and person the one that was stored first."""
    for row in connection.execute(_counting(hall, person), execution_options={"yield_per": 1_000}):
        yield Counted(
            person_id=row.person_id,
            answer_id=row.id,
            points=row.points,
            right=row.verdict == Verdict.RIGHT,
            boards=boards(row.place_id, row.topic),
            periods=periods(date.fromisoformat(row.board_date), row.season),
        )


def _counting(hall: str, person: int | None) -> Select[tuple[Any, ...]]:
    first = (
        select(func.min(answers.c.id))
        .join(identities, identities.c.id == answers.c.identity_id)
        .where(answers.c.hall_id == hall)
        .group_by(answers.c.turn_id, identities.c.person_id)
    )
    if person is not None:
        first = first.where(identities.c.person_id == person)
    names = (answers.c[name] for name in ("id", "points", "verdict", "board_date", "season"))
    return (
        select(identities.c.person_id, rounds.c.place_id, turns.c.topic, *names)
        .join(identities, identities.c.id == answers.c.identity_id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .join(turns, turns.c.id == answers.c.turn_id)
        .where(answers.c.id.in_(first))
    )
