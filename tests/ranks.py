"""How alike two rankings are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from statistics import correlation


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's: 1 where both rank alike, 0 where they have nothing to do with one another."""
    return correlation(_ranks(one), _ranks(other))


def _ranks(values: Sequence[float]) -> list[float]:
    """Equal values share the mean of the ranks that they take."""
    ranks = [0.0] * len(values)
    taken = 0
    ordered = sorted(enumerate(values), key=itemgetter(1))
    for _, equal in groupby(ordered, itemgetter(1)):
        places = [place for place, _ in equal]
        for place in places:
            ranks[place] = taken + (len(places) - 1) / 2
        taken += len(places)
    return ranks
