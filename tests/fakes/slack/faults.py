"""How calls go wrong: as told beforehand, by chance, or because there are too many.

Faults by name: an error code; "lost-request", "lost-reply", "http-500", "http-502-html", "http-503".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.fakes.planned import LOST, Fault, Plans, What
from tests.fakes.slack.facts import RefusedError

__all__ = ["HTTP", "LOST", "Fault", "Faults", "What"]

HTTP: dict[str | int, int] = {"http-500": 500, "http-502-html": 502, "http-503": 503}
BURST = 3.0
MINUTE = timedelta(minutes=1)


class Faults(Plans[str | None]):
    """What goes wrong next. A wait is a Retry-After, None where there is none."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__("chat.postMessage", "1")
        self._now = now
        self._left: dict[str, tuple[datetime, float]] = {}
        self.limit_posts = False
        self.short_history = False
        self._read_at: dict[str, datetime] = {}

    def count_read(self, method: str) -> None:
        """One page a minute of what was said, where Slack gives little of it. Raises RefusedError beyond that."""
        if not self.short_history:
            return
        now = self._now()
        if now - self._read_at.get(method, now - MINUTE) < MINUTE:
            raise RefusedError("ratelimited", wait="60")
        self._read_at[method] = now

    def count_post(self, channel: str) -> None:
        """One message a second and channel with a small burst. Raises RefusedError beyond that."""
        if not self.limit_posts:
            return
        now = self._now()
        at, left = self._left.get(channel, (now, BURST))
        left = min(BURST, left + (now - at).total_seconds())
        if left < 1.0:
            raise RefusedError("ratelimited", wait="1")
        self._left[channel] = (now, left - 1.0)
