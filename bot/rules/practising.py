"""Practising: which item somebody is asked next, so that they are right about three times in four.

Items with a mean probability of success of 0.75 keep children "challenged yet not too difficult" in the Maths Garden
(Klinkenberg, Straatemeier and van der Maas 2011, Computer adaptive practice of Maths ability using a new item response
model for on the fly ability and difficulty estimation, Computers & Education 57, 1813-1824).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from bot.rules.picking import Candidate

WANTED = (0.70, 0.80)
"""The expected success that practice aims at."""

_NEAR = 0.02
"""Where nothing is within WANTED, chances that differ by no more than this are as near to it."""


def item_to_practise(
    candidates: Sequence[Candidate], met: Sequence[str], chance: Callable[[str], float], seed: str
) -> str | None:
    """The id of the item to ask, None without candidates, whose own sequence does not matter.

    `met` has the ids of the items that the person met, longest ago first (those that are no candidates are passed
    over); `chance` tells with which probability they would get an item right. In this sequence of importance:
    - an item that they have not met; where there is none, one of the half of them met longest ago;
    - not the concept met last;
    - a chance within WANTED; where there is none, the one nearest to its middle;
    - the topic met longest ago, so that topics take turns;
    - chance, from `seed`.
    """
    known = {each.item_id: each for each in candidates}
    past = [known[item_id] for item_id in met if item_id in known]
    waiting = _waiting(candidates, past)
    if past:
        waiting = [each for each in waiting if each.concept != past[-1].concept] or waiting
    waiting = _longest_ago(_suiting(waiting, chance), past)
    if not waiting:
        return None
    drawn = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    return sorted(each.item_id for each in waiting)[drawn % len(waiting)]


def _waiting(candidates: Sequence[Candidate], past: Sequence[Candidate]) -> Sequence[Candidate]:
    seen = {each.item_id for each in past}
    return [each for each in candidates if each.item_id not in seen] or past[: (len(past) + 1) // 2]


def _suiting(waiting: Sequence[Candidate], chance: Callable[[str], float]) -> Sequence[Candidate]:
    low, high = WANTED
    chances = {each.item_id: chance(each.item_id) for each in waiting}
    suiting = [each for each in waiting if low <= chances[each.item_id] <= high]
    if suiting or not waiting:
        return suiting
    off = {item_id: abs(found - (low + high) / 2) for item_id, found in chances.items()}
    nearest = min(off.values()) + _NEAR
    return [each for each in waiting if off[each.item_id] <= nearest]


def _longest_ago(waiting: Sequence[Candidate], past: Sequence[Candidate]) -> Sequence[Candidate]:
    """Those of the topic that was met longest ago, a topic never met coming before all others."""
    met = {each.topic: turn for turn, each in enumerate(past)}
    longest = min((met.get(each.topic, -1) for each in waiting), default=-1)
    return [each for each in waiting if met.get(each.topic, -1) == longest]
