"""Points. They reward learning: hard items more than easy ones, and a concept recalled after a miss."""

from __future__ import annotations

from bot.rules.verdicts import Verdict
from content.item import Difficulty

FULL = {Difficulty.EASY: 10, Difficulty.MEDIUM: 20, Difficulty.HARD: 30}
"""Points of a right answer."""

NOTED = 5
"""Points of an answer to an open item, which nobody can get wrong."""

RECALLED = 5
"""Added to a right answer when the person's last answer on the same concept was wrong."""

_ROUNDING = 1e-9


def points(verdict: Verdict, share: float, difficulty: Difficulty, *, recalled_after_miss: bool = False) -> int:
    """Points of an answer, never negative.

    Right: those of its difficulty, and RECALLED more where it counts. Partly: `share` (0 to 1) of its difficulty's,
    rounded down. Noted: NOTED. Wrong: 0.
    """
    if verdict is Verdict.RIGHT:
        return FULL[difficulty] + (RECALLED if recalled_after_miss else 0)
    if verdict is Verdict.PARTLY:
        return int(FULL[difficulty] * share + _ROUNDING)
    return NOTED if verdict is Verdict.NOTED else 0
