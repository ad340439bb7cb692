"""How calls to a local platform go wrong: as told beforehand, or by chance."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Generic, TypeVar

Wait = TypeVar("Wait")
What = str | int | float | tuple[str, "str | int"]
"""A refusal's code, the name of a fault, either of them after the work is done as ("after", …), or a delay in seconds
(a float). Each platform's own `faults` names its faults.
"""
LOST = ("lost-request", "lost-reply")


@dataclass(slots=True)
class Fault(Generic[Wait]):
    """What the next calls of a name meet. `wait`: what a rate limit asks for."""

    what: What
    times: int
    wait: Wait

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


class Plans(Generic[Wait]):
    """What goes wrong next. By chance only `posts` does, the call that posts a message; `wait` as it is mostly."""

    def __init__(self, posts: str, wait: Wait) -> None:
        self._posts = posts
        self._wait = wait
        self._planned: dict[str, deque[Fault[Wait]]] = defaultdict(deque)
        self._chance: random.Random | None = None
        self._lost: tuple[float, float] = (0.0, 0.0)

    def plan(self, name: str, what: What, times: int, wait: Wait) -> None:
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

    def next_of(self, name: str) -> Fault[Wait] | None:
        """What the call meets that comes in now."""
        planned = self._planned[name]
        if planned:
            planned[0].times -= 1
            return planned[0] if planned[0].times else planned.popleft()
        if name != self._posts or self._chance is None:
            return None
        drawn = self._chance.random()
        if drawn < self._lost[0]:
            return Fault("lost-request", 1, self._wait)
        return Fault("lost-reply", 1, self._wait) if drawn < sum(self._lost) else None
