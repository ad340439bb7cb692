"""What a step of a match needs besides the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.rules.shown import Shown


@dataclass(frozen=True, slots=True)
class Means:
    """What a step needs besides the store: the instant, `token(n)`, and the item to show by its id, an order seed and a
    language (None where the bank has it no more). `alone_counts`: a single player's points stand on boards.
    """

    now: datetime
    token: Callable[[int], str]
    show: Callable[[str, str, str], Shown | None]
    alone_counts: bool = False
