"""A clock that nobody sets and that runs on while the host sleeps. It measures spans; its zero means nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping

REMEMBERED = 300.0
"""Seconds."""
_CLOCK = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
"""On Linux the second stands still while the host is suspended, on macOS it runs on."""


def steady() -> float:
    """Seconds."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


def lately(instants: Mapping[int, float], now: float) -> dict[int, float]:
    """Those of this clock's instants by id that are not long over."""
    return {each: at for each, at in instants.items() if now - at < REMEMBERED}
