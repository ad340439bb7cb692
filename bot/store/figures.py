"""The figures of a whole database, for whoever watches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.checks import SCHEDULE_PATIENCE
from bot.store.processes import ALIVE, living
from bot.store.tables import answers, notes, posts, schedules

WAITING = ("due", "sending", "uncertain")


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is now. `waiting` has a number for each state of `WAITING`; `overdue` schedules are among `due`."""

    due: int
    overdue: int
    waiting: Mapping[str, int]
    answers: int
    notes: int
    processes: int


def figures(connection: Connection, now: datetime) -> Figures:
    """The figures now. Answers are counted by the id of the newest: none is ever deleted."""
    by_state = select(posts.c.state, func.count()).where(posts.c.state.in_(WAITING)).group_by(posts.c.state)
    found = {state: number for state, number in connection.execute(by_state)}  # noqa: C416  a row is no pair to mypy
    return Figures(
        due=_due(connection, now),
        overdue=_due(connection, now - SCHEDULE_PATIENCE),
        waiting={state: found.get(state, 0) for state in WAITING},
        answers=connection.execute(select(func.max(answers.c.id))).scalar() or 0,
        notes=connection.execute(select(func.count()).where(notes.c.resolved_at.is_(None))).scalar_one(),
        processes=len(living(connection, now - ALIVE)),
    )


def _due(connection: Connection, at: datetime) -> int:
    return connection.execute(select(func.count()).where(schedules.c.next_due <= at)).scalar_one()
