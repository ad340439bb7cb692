"""How well something is remembered, by the package's own curve: what the rules of memory are measured by."""

from __future__ import annotations

from datetime import datetime

import fsrs

from bot.rules.memory import EARLY, Memory

CURVE = fsrs.Scheduler()


def recall(memory: Memory, at: datetime) -> float:
    """The probability that a concept is remembered at `at`; a day is over EARLY before its end."""
    card = fsrs.Card(card_id=0, due=memory.due, last_review=memory.last - EARLY, state=fsrs.State.Review)
    card.stability, card.difficulty = memory.stability, memory.difficulty
    return CURVE.get_card_retrievability(card, at)
