"""Proving the standings of every hall, for `studyhall db verify`."""

from __future__ import annotations

from functools import partial

from bot.cli.output import progress
from bot.store import Store
from bot.store.halls import hall_ids
from bot.store.proof import rebuild as make_anew
from bot.store.proof import verify

LONG = 3600.0
"""Seconds that a replay may take; it reads one consistent moment and holds nobody up."""


async def prove(store: Store, *, rebuild: bool) -> dict[str, list[str]]:
    """For each hall, a line for each standing that differs from a replay, as it was before `rebuild` mended it."""
    halls = await store.read(hall_ids)
    found: dict[str, list[str]] = {}
    for number, hall in enumerate(halls, 1):
        progress(f"replaying {hall}, hall {number} of {len(halls)}")
        found[hall] = await store.read(partial(verify, hall=hall), within=LONG)
        if found[hall] and rebuild:
            await make_anew(store, hall)
    progress("")
    return found
