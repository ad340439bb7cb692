"""Boards and streaks: who stands where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.cards.board import PERIODS, Line, Mine
from bot.cards.front import Accuracy, Front, Score
from bot.ports import Who
from bot.rules.boards import periods, season_of
from bot.rules.streaks import Streak, streak
from bot.store import Store
from bot.store.answers import days_answered
from bot.store.columns import AnyRow
from bot.store.halls import Learner, find_learner, hall_row, schedules_of
from bot.store.people import person_row, standings_of_person
from bot.store.standings import page, rank_of
from bot.store.turns import turn_days

PAGE = 10
TOPIC = "topic:"
STREAK_DAYS = timedelta(days=800)
"""How far back streaks are counted."""


class Scorekeeper:
    """Reads boards. Answers are counted where they are stored (`bot.counting`), in the same transaction."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def board(
        self, hall: str, board: str, period: str, who: Who | None = None, limit: int = PAGE
    ) -> tuple[tuple[Line, ...], Mine | None]:
        """A page of a board (`hall`, `place:3`, `topic:statistics`) for a period's word, and the asker's own standing.
        Raises LookupError for a hall that does not exist.
        """
        now = self._now()
        return await self._store.read(lambda connection: _board(connection, hall, board, period, who, limit, now))

    async def front(self, hall: str, who: Who) -> Front:
        """What a hall knows of somebody, for their front page. Raises LookupError for a hall that does not exist."""
        now = self._now()
        return await self._store.read(lambda connection: _front(connection, hall, who, now))


def _front(connection: Connection, hall: str, who: Who, now: datetime) -> Front:
    row = hall_row(connection, hall)
    if row is None:
        raise LookupError(f"there is no hall {hall!r}")
    planned = [each.next_due for each in schedules_of(connection, hall) if each.next_due and not each.paused_since]
    empty = Front(hall, row.title, row.language, next_at=min(planned, default=None))
    me = find_learner(connection, hall, who)
    if me is None:
        return empty
    today = now.astimezone(ZoneInfo(row.zone)).date()
    run, person = _streak(connection, me, today), person_row(connection, me.person)
    return replace(
        empty,
        scores=_scores(connection, me, today, row.season),
        streak=run.current,
        best_streak=run.best,
        topics=_accuracy(standings_of_person(connection, me.person)),
        hidden=person is not None and person.hidden,
        known=True,
    )


def _scores(connection: Connection, me: Learner, today: date, season: str) -> tuple[Score, ...]:
    """Each period with points and rank; none at all before the first answer."""
    ranked = [
        (word, rank_of(connection, me.hall, "hall", period_key(today, season, word), me.person)) for word in PERIODS
    ]
    if not any(found for _, found in ranked):
        return ()
    return tuple(Score(word, found.points if found else 0, found.rank if found else None) for word, found in ranked)


def _accuracy(rows: Sequence[AnyRow]) -> tuple[Accuracy, ...]:
    """A person's topics of all time, those answered most first."""
    topics = [
        Accuracy(row.board.removeprefix(TOPIC), row.right, row.answered)
        for row in rows
        if row.board.startswith(TOPIC) and row.period == "all" and row.answered
    ]
    return tuple(sorted(topics, key=lambda each: (-each.answered, each.topic)))


def _board(
    connection: Connection, hall: str, board: str, period: str, who: Who | None, limit: int, now: datetime
) -> tuple[tuple[Line, ...], Mine | None]:
    row = hall_row(connection, hall)
    if row is None:
        raise LookupError(f"there is no hall {hall!r}")
    today = now.astimezone(ZoneInfo(row.zone)).date()
    key = period_key(today, row.season, period)
    me = find_learner(connection, hall, who) if who else None
    lines = tuple(
        Line(
            each.rank, each.name, each.points, each.right, each.answered, me is not None and each.person_id == me.person
        )
        for each in page(connection, hall, board, key, limit, 0)
    )
    return lines, _mine(connection, me, board, key, today) if me else None


def period_key(today: date, season: str, period: str) -> str:
    """The key of the period that holds today: `week` gives `week:2026-W13`."""
    words = dict(
        zip(("today", "week", "month", "season", "all"), periods(today, season_of(today, season)), strict=True)
    )
    return words[period]


def _mine(connection: Connection, me: Learner, board: str, key: str, today: date) -> Mine:
    own = rank_of(connection, me.hall, board, key, me.person)
    run = _streak(connection, me, today)
    line = Line(own.rank, me.name, own.points, own.right, own.answered, mine=True) if own else None
    return Mine(line, run.current, run.best)


def _streak(connection: Connection, me: Learner, today: date) -> Streak:
    since = (today - STREAK_DAYS).isoformat()
    scheduled = [date.fromisoformat(day) for day in turn_days(connection, me.hall, since)]
    answered = {date.fromisoformat(day) for day in days_answered(connection, me.person, since)}
    return streak(scheduled, answered, today)
