"""How many commands a person may type in a while, so that nobody keeps the others waiting."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

MOST = 30
WITHIN = timedelta(minutes=1)
"""So many commands are done in any such span."""

KEPT = 5000
"""Of so many people the latest commands are remembered, those who typed last."""


class Pace:
    """Counts in a window that slides, for each `who` (an account and a hall) apart. In memory: a restart forgives."""

    def __init__(
        self, now: Callable[[], datetime], *, most: int = MOST, within: timedelta = WITHIN, kept: int = KEPT
    ) -> None:
        self._now = now
        self._most = most
        self._within = within
        self._kept = kept
        self._done: dict[Hashable, deque[datetime]] = {}

    def wait(self, who: Hashable) -> timedelta:
        """How long until one more may be done: zero counts it as done now, and what has to wait is not counted."""
        now = self._now()
        done = self._done.pop(who, None) or deque(maxlen=self._most)
        self._done[who] = done  # whoever typed last stands last
        while done and not now - self._within < done[0] <= now:  # later than now: the clock was put back
            done.popleft()
        if len(done) == self._most:
            return done[0] + self._within - now
        done.append(now)
        self._forget(now)
        return timedelta()

    def _forget(self, now: datetime) -> None:
        """Whoever has typed nothing for the window is forgotten, and the longest silent where there are too many."""
        while len(self._done) > 1:
            longest = next(iter(self._done))
            if len(self._done) <= self._kept and now - self._done[longest][-1] < self._within:
                return
            del self._done[longest]
