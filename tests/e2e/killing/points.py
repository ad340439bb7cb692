"""Named moments of a process, at which it kills or freezes itself."""

from __future__ import annotations

import os
import signal
from collections import Counter
from random import Random

STORE = ("before-begin", "before-commit", "after-commit")
"""The store's failpoints, around each transaction."""
WIRE = ("before-connect", "after-bytes", "after-reply")
"""Around each request to the platform: nothing is sent; sent, and no reply read; the reply read, nothing saved."""
ACK = ("before-ack", "after-ack")
"""Around the acknowledgement of an event."""


class Points:
    """Called with a moment's name. `kill` and `stop` are `name:nth`, "" for never."""

    def __init__(self, kill: str = "", stop: str = "") -> None:
        self._signals = {kill: signal.SIGKILL, stop: signal.SIGSTOP}
        self._passed: Counter[str] = Counter()

    def __call__(self, name: str) -> None:
        """Pass a moment; what is after the fatal one never runs."""
        self._passed[name] += 1
        fatal = self._signals.get(f"{name}:{self._passed[name]}")
        if fatal is not None:
            os.kill(os.getpid(), fatal)


def some_point(rng: Random) -> str:
    """Any moment of all, soon after the start or a little later."""
    name = rng.choice([*STORE, *WIRE, *ACK])
    return f"{name}:{rng.randint(1, 8 if name in STORE else 5)}"
