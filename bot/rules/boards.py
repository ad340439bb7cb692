"""Boards: which boards and periods an answer counts on, standings as a fold over answers.

A standing does not depend on the sequence in which answers are folded, so a standing kept up answer by answer equals a
replay of them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import product

SEASONS = ("month", "quarter", "half-year", "year")
"""The spans a hall may choose for its season."""


@dataclass(frozen=True, slots=True)
class Counted:
    """An answer that counts: whose it is, its id (ascending in the order stored), its points (never negative), whether
    it was right, and the boards and periods it counts on.
    """

    person_id: int
    answer_id: int
    points: int
    right: bool
    boards: tuple[str, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's row on a board for a period.

    `right` and `answered` are numbers of answers. `reached` is the id of the latest answer that brought points; while
    there are no points, the id of the first answer.
    """

    points: int
    right: int
    answered: int
    reached: int


def season_of(day: date, kind: str) -> str:
    """The season of `kind` (one of SEASONS) that holds `day`: 2026-11, 2026-Q4, 2026-H2 or 2026."""
    if kind not in SEASONS:
        raise ValueError(f"{kind!r} is no season: choose one of {', '.join(SEASONS)}")
    return {
        "month": f"{day.year:04}-{day.month:02}",
        "quarter": f"{day.year:04}-Q{(day.month + 2) // 3}",
        "half-year": f"{day.year:04}-H{(day.month + 5) // 6}",
        "year": f"{day.year:04}",
    }[kind]


def periods(day: date, season: str) -> tuple[str, ...]:
    """The periods that hold `day`, a date in the hall's zone: day, ISO week, month, season, all.

    `season` is the season's name, as season_of gives it.
    """
    week = day.isocalendar()
    return (
        f"day:{day.isoformat()}",
        f"week:{week.year:04}-W{week.week:02}",
        f"month:{season_of(day, 'month')}",
        f"season:{season}",
        "all",
    )


@lru_cache(maxsize=1024)
def periods_on(day: str, season: str) -> tuple[str, ...]:
    """`periods` of a date as it is stored: few days have many answers."""
    return periods(date.fromisoformat(day), season)


def boards(place_id: int, topic: str) -> tuple[str, str, str]:
    """The boards that an answer counts on: its hall's, its place's and its topic's."""
    return ("hall", f"place:{place_id}", f"topic:{topic}")


def counted_in(standing: Standing | None, answer: Counted) -> Standing:
    """The standing after one more answer; None stands for a person who is not on the board yet."""
    if standing is None:
        return Standing(answer.points, int(answer.right), 1, answer.answer_id)
    return Standing(
        standing.points + answer.points,
        standing.right + answer.right,
        standing.answered + 1,
        _reached(standing.points, standing.reached, answer.points, answer.answer_id),
    )


def added(one: Standing, other: Standing) -> Standing:
    """The standing of two people who turn out to be one, and who never answered the same turn."""
    return Standing(
        one.points + other.points,
        one.right + other.right,
        one.answered + other.answered,
        _reached(one.points, one.reached, other.points, other.reached),
    )


def needs_replay(standing: Standing, old: Counted, new: Counted) -> bool:
    """Whether only the person's other answers tell when a standing was reached, once `new` is in the place of `old`."""
    loses = bool(old.points) and not new.points
    return loses and (standing.points == old.points or standing.reached == old.answer_id)


def changed_in(standing: Standing, old: Counted, new: Counted) -> Standing:
    """The standing once `new`, the same answer after it was changed, is in the place of `old`; see `needs_replay`."""
    gains = bool(new.points) and not old.points
    return replace(
        standing,
        points=standing.points + new.points - old.points,
        right=standing.right + new.right - old.right,
        reached=_reached(standing.points, standing.reached, new.points, new.answer_id) if gains else standing.reached,
    )


def _reached(points: int, reached: int, more: int, answer_id: int) -> int:
    if more:
        return max(reached, answer_id) if points else answer_id
    return reached if points else min(reached, answer_id)


def replay(answers: Iterable[Counted]) -> dict[tuple[str, str, int], Standing]:
    """Fold all counting answers, in any order, into standings by (board, period, person_id)."""
    standings: dict[tuple[str, str, int], list[int]] = {}
    for answer in answers:
        person, points, right, reached = answer.person_id, answer.points, int(answer.right), answer.answer_id
        for key in product(answer.boards, answer.periods, (person,)):
            row = standings.get(key)
            if row is None:
                standings[key] = [points, right, 1, reached]
                continue
            row[3] = _reached(row[0], row[3], points, reached)
            row[0] += points
            row[1] += right
            row[2] += 1
    return {key: Standing(*row) for key, row in standings.items()}


def histogram(standings: Mapping[tuple[str, str, int], Standing]) -> dict[tuple[str, str, int], int]:
    """How many people have how many points: people by (board, period, points)."""
    return dict(Counter((board, period, row.points) for (board, period, _), row in standings.items()))
