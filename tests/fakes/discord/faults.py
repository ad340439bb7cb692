"""How calls go wrong: as told beforehand, or by chance."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from dataclasses import dataclass

What = str | int | float | tuple[str, "str | int"]
"""A refusal's code; a delay in seconds (a float); "lost-request", "lost-reply", "timeout" (never answered), "http-500",
"http-502", "http-503", "http-504" (all but the first by Cloudflare, in HTML), "ratelimited", "ratelimited-global",
"ratelimited-shared", "cloudflare-429"; or one of these after the work is done as ("after", …)."""
LOST = ("lost-request", "lost-reply")


@dataclass(slots=True)
class Fault:
    """What the next calls of a name meet. `wait`: the retry_after of a rate limit."""

    what: What
    times: int
    wait: float = 1.0

    @property
    def done_first(self) -> bool:
        """Whether the call is done before it fails."""
        return self.what == "lost-reply" or isinstance(self.what, tuple)

    @property
    def name(self) -> str | int:
        """The fault without when it happens; "" of a delay."""
        if isinstance(self.what, tuple):
            return self.what[1]
        return "" if isinstance(self.what, float) else self.what


class Faults:
    """What goes wrong next."""

    def __init__(self) -> None:
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self._chance: random.Random | None = None
        self._lost: tuple[float, float] = (0.0, 0.0)

    def plan(self, name: str, what: What, times: int, wait: float) -> None:
        """The next calls of a name fail so, after those planned before."""
        self._planned[name].append(Fault(what, times, wait))

    def weather(self, seed: int, lost_requests: float, lost_replies: float) -> None:
        """Posts are lost by chance from now on."""
        self._chance = random.Random(seed)
        self._lost = (lost_requests, lost_replies)

    def clear(self) -> None:
        """Nothing fails any more."""
        self._planned.clear()
        self._chance = None

    def next_of(self, name: str) -> Fault | None:
        """What the call meets that comes in now."""
        planned = self._planned[name]
        if planned:
            planned[0].times -= 1
            return planned[0] if planned[0].times else planned.popleft()
        if name != "create_message" or self._chance is None:
            return None
        drawn = self._chance.random()
        if drawn < self._lost[0]:
            return Fault("lost-request", 1)
        return Fault("lost-reply", 1) if drawn < sum(self._lost) else None
