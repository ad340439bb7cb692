"""A process that delivers answers: `python -m tests.e2e.killing.crowd URL SEED`, one of eight with the same answers.

It reads a list of presses as JSON, waits for a second line, presses each one to four times in an order of its own, and
says how many it delivered.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from bot.app import App, wall_clock
from bot.ports import Adapter, NotSavedError, Opening, PlaceRef, Press, Who
from bot.store import Store
from tests.e2e.killing.adapter import WirePlatform
from tests.e2e.killing.orders import settings_of
from tests.e2e.killing.points import Points
from tests.e2e.killing.scale import LIMITS

TIMES = (1, 1, 1, 1, 1, 1, 2, 3, 4)
AT_ONCE = 64
"""Callers of one process at a time."""


async def deliver(url: str, seed: int, pack: str, presses: list[list[str]]) -> int:
    """Press them all; each call has returned, so each answer was committed by somebody."""
    store = Store.open(url, now=wall_clock)
    adapters = {name: Adapter(name, _platform(name), str) for name in LIMITS}
    app = App(settings_of(Path(pack)), store, adapters, environment={}, cache=Path(pack).with_suffix(".bank"))
    rng = Random(seed)
    deliveries = [press for press in presses for _ in range(rng.choice(TIMES))]
    rng.shuffle(deliveries)
    room = asyncio.Semaphore(AT_ONCE)

    async def one(event: str, account: str, place: str, ref: str, at: str) -> None:
        ref_place = PlaceRef.parse(place)
        who = Who(ref_place.platform, ref_place.workspace, account, account)
        press = Press(event, datetime.fromisoformat(at), who, ref_place, ref)
        async with room:
            await insist_on(app, press)

    await asyncio.gather(*(one(*press) for press in deliveries))
    await store.close()
    return len(deliveries)


async def insist_on(app: App, press: Press) -> None:
    """Press until it is taken."""
    while True:
        try:
            await app.desk.pressed(press)
        except NotSavedError:
            continue
        return


def _platform(name: str) -> Any:
    def open_platform(_: Opening) -> WirePlatform:
        return WirePlatform(name, 0, "crowd", Points())

    return open_platform


def main() -> None:
    """Read, wait for the start, deliver, say how many."""
    url, seed, pack = sys.argv[1:]
    presses = json.loads(sys.stdin.readline())
    print("ready", flush=True)  # noqa: T201  what the test reads
    sys.stdin.readline()
    print(asyncio.run(deliver(url, int(seed), pack, presses)))  # noqa: T201  what the test reads


if __name__ == "__main__":
    main()
