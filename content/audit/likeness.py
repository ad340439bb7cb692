"""Items that are nearly the same: a join of sets by similarity that compares only those with a rare word in common.

The words of each item are put in order from the rarest; two sets whose Jaccard similarity reaches `LIKE` have one of
the first few in common (Bayardo, Ma and Srikant, Scaling Up All Pairs Similarity Search, 2007), so that nothing is
missed by it. Where thousands of items are alike, each is compared with the latest `MOST` candidates alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

from content.audit.words import tokens
from content.item import Item, Kind

LIKE = 0.6
"""The share of the pairs of words of both items that they have in common."""
MOST = 20


def alike(items: Sequence[Item]) -> Iterator[tuple[int, int, float]]:
    """Pairs of places in `items` of which the second is nearly the same as the first, and how alike they are. Each item
    is the second one once at most.
    """
    sets = [_shingles(item) for item in items]
    counted = Counter(each for found in sets for each in found)
    rank = {each: place for place, (each, _) in enumerate(sorted(counted.items(), key=lambda pair: pair[1]))}
    seen: defaultdict[int, list[int]] = defaultdict(list)
    ranked = [sorted(rank[each] for each in found) for found in sets]
    wholes = [frozenset(each) for each in ranked]
    for place, found in enumerate(ranked):
        prefix = found[: len(found) - ceil(LIKE * len(found)) + 1]
        candidates = {earlier for each in prefix for earlier in seen[each][-MOST:]}
        best = max(candidates, key=lambda earlier: (_jaccard(wholes[earlier], wholes[place]), -earlier), default=None)
        if best is not None and (likeness := _jaccard(wholes[best], wholes[place])) >= LIKE:
            yield best, place, likeness
        for each in prefix:
            seen[each].append(place)


def _shingles(item: Item) -> frozenset[str]:
    """The pairs of neighbouring words of stem and options, these in any sequence."""
    options = item.options if item.kind is not Kind.TRUE_FALSE else ()
    texts = [item.stem, *(option.text for option in options)]
    return frozenset(pair for text in texts for pair in _pairs(tokens(text)))


def _pairs(words: Sequence[str]) -> Iterator[str]:
    if len(words) == 1:
        yield words[0]
    for one, other in pairwise(words):
        yield f"{one} {other}"


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both)
