"""The figures of a whole database, for whoever watches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.checks import SCHEDULE_PATIENCE
from bot.store.posts import UNSETTLED
from bot.store.processes import ALIVE, living
from bot.store.tables import notes, posts, rounds, schedules


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is now. `waiting` has a number for each state of `UNSETTLED`; `overdue` schedules are among `due`."""

    due: int
    overdue: int
    waiting: Mapping[str, int]
    answers: int
    notes: int
    processes: int


def figures(connection: Connection, now: datetime) -> Figures:
    """The figures now. Each round says how many answers it has: their ids have gaps."""
    by_state = select(posts.c.state, func.count()).where(posts.c.state.in_(UNSETTLED)).group_by(posts.c.state)
    found = {state: number for state, number in connection.execute(by_state)}  # noqa: C416  a row is no pair to mypy
    return Figures(
        due=_due(connection, now),
        overdue=_due(connection, now - SCHEDULE_PATIENCE),
        waiting={state: found.get(state, 0) for state in UNSETTLED},
        answers=connection.execute(select(func.coalesce(func.sum(rounds.c.answered), 0))).scalar_one(),
        notes=connection.execute(select(func.count()).where(notes.c.resolved_at.is_(None))).scalar_one(),
        processes=len(living(connection, now - ALIVE)),
    )


def _due(connection: Connection, at: datetime) -> int:
    return connection.execute(select(func.count()).where(schedules.c.next_due <= at)).scalar_one()
