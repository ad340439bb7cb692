"""How probable it is that chance alone comes so far: exact for small packs, a normal curve for large ones."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

EXACT = 400
"""Up to so many trials the distribution is worked out; its time grows with their square."""


def at_least(hits: float, chances: Sequence[float]) -> float:
    """The probability of so many hits or more where each trial hits with its own chance (Poisson binomial)."""
    if hits <= 0:
        return 1.0
    if len(chances) > EXACT:
        mean, variance = sum(chances), sum(chance * (1 - chance) for chance in chances)
        return 1.0 - NormalDist(mean, sqrt(variance)).cdf(hits - 0.5) if variance else float(mean >= hits)
    return sum(share for count, share in enumerate(_distribution(chances)) if count >= hits - 1e-9)


def at_most(hits: float, chances: Sequence[float]) -> float:
    """The probability of so many hits or fewer."""
    return at_least(len(chances) - hits, [1 - chance for chance in chances])


def _distribution(chances: Sequence[float]) -> list[float]:
    """The probability of each number of hits."""
    shares = [1.0]
    for chance in chances:
        grown = [share * (1 - chance) for share in shares]
        grown.append(0.0)
        for count, share in enumerate(shares):
            grown[count + 1] += share * chance
        shares = grown
    return shares
