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

SPEED = 0.2
"""The most that speed adds to a right answer in a match, as a share of its difficulty's points."""

_ROUNDING = 1e-9


def points(
    verdict: Verdict,
    share: float,
    difficulty: Difficulty,
    *,
    recalled_after_miss: bool = False,
    quickness: float = 0.0,
) -> int:
    """Points of an answer, never negative.

    Right: those of its difficulty, RECALLED more where it counts, and SPEED of them times `quickness` (0 to 1, the
    share of the clock that was left), rounded down. Partly: `share` (0 to 1) of its difficulty's, rounded down. Noted:
    NOTED. Wrong: 0.
    """
    if verdict is Verdict.RIGHT:
        speed = int(FULL[difficulty] * SPEED * quickness + _ROUNDING)
        return FULL[difficulty] + speed + (RECALLED if recalled_after_miss else 0)
    if verdict is Verdict.PARTLY:
        return int(FULL[difficulty] * share + _ROUNDING)
    return NOTED if verdict is Verdict.NOTED else 0
