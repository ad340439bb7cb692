"""How long an event loop stands still: a pulse on it, and the longest gap between two beats."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

BEAT = 0.002


@dataclass(slots=True)
class Gap:
    """The longest time in seconds that the loop did not turn, beyond the pulse's own pause."""

    seconds: float = 0.0


@asynccontextmanager
async def longest_gap() -> AsyncIterator[Gap]:
    """Watch the running loop while the body runs."""
    gap = Gap()

    async def beat() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(BEAT)
            now = time.perf_counter()
            gap.seconds = max(gap.seconds, now - last - BEAT)
            last = now

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0)
    try:
        yield gap
    finally:
        await asyncio.sleep(BEAT)  # a gap that lasts until now is seen
        beating.cancel()
