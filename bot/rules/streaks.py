"""Streaks: consecutive scheduled days on which a person answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Streak:
    """Lengths in scheduled days: the run that is still alive, and the longest ever (never less than it)."""

    current: int
    best: int


def streak(scheduled: Sequence[date], answered: Collection[date], today: date) -> Streak:
    """The streak of a person who answered on the days `answered`.

    Only days in `scheduled` count (in any order, doubles are one); other days neither count nor break. Today counts
    once it is answered and breaks nothing before; later days are ignored.
    """
    given = frozenset(answered)
    run = best = 0
    for day in sorted({day for day in scheduled if day <= today}):
        if day in given:
            run += 1
            best = max(best, run)
        elif day != today:
            run = 0
    return Streak(current=run, best=best)
