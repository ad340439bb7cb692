"""Team memory: what closed rounds tell of what the groups of places remember, taken in soon after they close.

The planner reads what is kept (`bot.store.recalls`), so that a look at the clock costs the same however long a place
has been asked. Each round is taken in once, and again after its answers changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.each import do_each
from bot.store import Store
from bot.store.recalls import take_in, to_recall

MOST = 200
TOGETHER = 10
"""So many rounds are taken in in one transaction: some milliseconds."""


class TeamMemory:
    """Takes closed rounds in. Any process may do so at any time."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def take_in(self) -> int:
        """Take in rounds that closed or changed since, some at a time; returns how many. Safe to repeat."""
        found = await self._store.read(partial(to_recall, most=MOST))
        await do_each("halls whose rounds to recall", found.items(), self._of_hall)
        return sum(len(ids) for ids in found.values())

    async def _of_hall(self, found: tuple[str, list[int]]) -> None:
        hall, ids = found
        for start in range(0, len(ids), TOGETHER):
            some = ids[start : start + TOGETHER]
            await self._store.write(hall, partial(take_in, hall=hall, round_ids=some, now=self._now()))
