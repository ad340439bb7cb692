"""How calls go wrong: as told beforehand, by chance, or because there are too many."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.fakes.slack.facts import RefusedError

What = str | float | tuple[str, str]
"""An error code; "lost-request", "lost-reply", "http-500", "http-502-html", or one of these after the work is done
as ("after", …); a delay in seconds."""
LOST = ("lost-request", "lost-reply")
HTTP = {"http-500": 500, "http-502-html": 502, "http-503": 503}
BURST = 3.0


@dataclass(slots=True)
class Fault:
    """What the next calls of a method meet. `wait`: the Retry-After of a rate limit, None where there is none."""

    what: What
    times: int
    wait: str | None = "1"

    @property
    def done_first(self) -> bool:
        """Whether the call is done before it fails."""
        return self.what == "lost-reply" or isinstance(self.what, tuple)

    @property
    def name(self) -> str:
        """The fault without when it happens; "" of a delay."""
        if isinstance(self.what, tuple):
            return self.what[1]
        return self.what if isinstance(self.what, str) else ""


class Faults:
    """What goes wrong next."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self._chance: random.Random | None = None
        self._lost: tuple[float, float] = (0.0, 0.0)
        self._left: dict[str, tuple[datetime, float]] = {}
        self.limit_posts = False

    def plan(self, method: str, what: What, times: int, wait: str | None) -> None:
        """The next calls of a method fail so, after those planned before."""
        self._planned[method].append(Fault(what, times, wait))

    def weather(self, seed: int, lost_requests: float, lost_replies: float) -> None:
        """Posts are lost by chance from now on."""
        self._chance = random.Random(seed)
        self._lost = (lost_requests, lost_replies)

    def clear(self) -> None:
        """Nothing fails any more."""
        self._planned.clear()
        self._chance = None

    def next_of(self, method: str) -> Fault | None:
        """What the call meets that comes in now."""
        planned = self._planned[method]
        if planned:
            planned[0].times -= 1
            return planned[0] if planned[0].times else planned.popleft()
        if method != "chat.postMessage" or self._chance is None:
            return None
        drawn = self._chance.random()
        if drawn < self._lost[0]:
            return Fault("lost-request", 1)
        return Fault("lost-reply", 1) if drawn < sum(self._lost) else None

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
