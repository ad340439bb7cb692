"""How often sessions may begin: https://discord.com/developers/docs/events/gateway#session-start-limit-object."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from tests.fakes.discord.facts import Json

DAY = timedelta(hours=24)


class Starts:
    """The IDENTIFYs that were taken.

    `every`: seconds by the event loop's clock between two of the same key, which is the shard modulo `concurrency`;
    `most`: in 24 h by `now`, after which all sessions end and the token is reset.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.every = 5.0
        self.concurrency = 1
        self.most = 1000
        self.times: list[datetime] = []
        self._now = now
        self._last: dict[int, float] = {}

    def take(self, shard: int) -> bool:
        """Count one; False, and not counted, where it comes too soon after another."""
        at, key = asyncio.get_running_loop().time(), shard % self.concurrency
        if key in self._last and at - self._last[key] < self.every:
            return False
        self._last[key] = at
        self.times.append(self._now())
        return True

    @property
    def left(self) -> int:
        """How many may still begin in these 24 h; less than none after one too many."""
        since = self._now() - DAY
        return self.most - sum(each > since for each in self.times)

    def limit(self) -> Json:
        """The `session_start_limit` of `GET /gateway/bot`."""
        since = self._now() - DAY
        oldest = min((each for each in self.times if each > since), default=None)
        after = int((oldest - since) / timedelta(milliseconds=1)) if oldest else 0
        left = {"remaining": max(0, self.left), "reset_after": after, "max_concurrency": self.concurrency}
        return {"total": self.most, **left}
