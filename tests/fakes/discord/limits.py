"""How many calls Discord takes: https://discord.com/developers/docs/topics/rate-limits.

Windows run by the event loop's clock, as the waiting of clients does; the rest of this Discord runs by `now`.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REAL = {
    "create_message": (5, 5.0),
    "update_message": (5, 5.0),
    "delete_message": (5, 1.0),
    "add_my_message_reaction": (1, 0.25),
    "create_thread_from_message": (10, 60.0),
}
"""Calls in seconds for each channel, as they are customary; Discord promises none of them."""
WIDE = (1000, 1.0)
GLOBAL = 50
BAN_AFTER, BAN_WITHIN = 10_000, timedelta(minutes=10)
FREE = ("create_interaction_response", "execute_webhook", "original_webhook_message", "webhook_message")
"""Ends of names of calls that the global limit does not count."""


@dataclass(slots=True)
class Window:
    """What is left of a bucket, until when."""

    left: int
    ends: float


@dataclass(slots=True)
class Taken:
    """What became of one call: how long to wait where it is too many, and the headers."""

    wait: float = 0.0
    everywhere: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class Limits:
    """The buckets. `routes`: (calls, seconds) by a call's name; `globally`: calls a second, None without a limit."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.routes: dict[str, tuple[int, float]] = {}
        self.globally: int | None = None
        self.invalid: deque[datetime] = deque()
        self._now = now
        self._windows: dict[tuple[str, str], Window] = {}
        self._global = Window(GLOBAL, 0.0)

    def take(self, name: str, major: str) -> Taken:
        """Count a call against its bucket and against all."""
        at = asyncio.get_running_loop().time()
        if self.globally is not None and not name.endswith(FREE):
            if at >= self._global.ends:
                self._global = Window(self.globally, at + 1.0)
            if self._global.left <= 0:
                return Taken(self._global.ends - at, everywhere=True, headers={"X-RateLimit-Global": "true"})
            self._global.left -= 1
        most, span = self.routes.get(name, WIDE)
        window = self._windows.get((name, major))
        if window is None or at >= window.ends:
            window = self._windows[name, major] = Window(most, at + span)
        wait = window.ends - at if window.left <= 0 else 0.0
        window.left = max(0, window.left - 1)
        return Taken(wait, headers=_headers(name, most, window, at, self._now()))

    def count_invalid(self) -> None:
        """One more answer that says 401, 403 or 429."""
        self.invalid.append(self._now())

    @property
    def banned(self) -> bool:
        """Whether there were so many of those that Cloudflare answers."""
        while self.invalid and self._now() - self.invalid[0] > BAN_WITHIN:
            self.invalid.popleft()
        return len(self.invalid) >= BAN_AFTER


def _headers(name: str, most: int, window: Window, at: float, now: datetime) -> dict[str, str]:
    after = max(0.0, window.ends - at)
    return {
        "X-RateLimit-Limit": str(most),
        "X-RateLimit-Remaining": str(window.left),
        "X-RateLimit-Reset": f"{now.timestamp() + after:.3f}",
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": hashlib.sha256(name.encode()).hexdigest()[:32],
    }


def seconds(wait: float) -> str:
    """A Retry-After header."""
    return str(math.ceil(wait))
