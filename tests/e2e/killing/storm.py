"""The long siege: slots in bursts, kills at random and named moments, frozen workers, a database that crashes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.e2e.killing.checks import Findings
from tests.e2e.killing.siege import PATIENCE, Siege, findings

WORKERS = 2
BURST = 10
FREEZES = 0.06
"""So often, in the place of a kill, a worker is frozen."""
NAMED_DEATHS = 0.25
"""So many workers start with a moment named at which they die by themselves."""
GAP = (0.15, 0.6)
"""Between deaths, in seconds, where a worker's first message is there within `USUAL`; else in proportion."""
USUAL = 0.6
BACKLOG = 40
"""So much may be owed when the next burst comes."""


@dataclass(frozen=True, slots=True)
class Storm:
    """How hard it blows. `crash` crashes and restarts the database, which happens `crashes` times."""

    slots: int = 300
    kills: int = 100
    crash: Callable[[], None] | None = None
    crashes: int = 0


async def weather_out(siege: Siege, storm: Storm) -> Findings:
    """Let the storm pass over a siege, let one worker finish what is owed, and check everything."""
    pace = await _measure(siege) / USUAL
    gaps = [max(1.0, pace) * gap for gap in GAP]
    await siege.man(WORKERS, NAMED_DEATHS)
    await asyncio.gather(_burst(siege, storm), _kill(siege, storm.kills, *gaps), _crash(siege, storm))
    await siege.calm()
    await siege.platform.change(presses=0.0)
    await siege.start()
    siege.peace = time.time()
    await siege.quiet()
    await siege.calm()
    return await findings(siege)


async def _measure(siege: Siege) -> float:
    """How long a worker needs from its start to its first message, on this machine at this moment."""
    await siege.start()
    await siege.calm()
    await siege.ask(BURST)
    since = time.time()
    await siege.start()
    async with asyncio.timeout(PATIENCE):
        while not (sent := (await siege.platform.look())["messages"]):
            await asyncio.sleep(0.05)
    await siege.calm()
    return float(sent[0]["at"]) - since


async def _killed(siege: Siege, storm: Storm, share: float) -> None:
    """Wait for this share of the kills, over which slots and crashes are spread however fast the machine is."""
    while siege.kills < storm.kills * share:
        await asyncio.sleep(0.05)


async def _burst(siege: Siege, storm: Storm) -> None:
    bursts = storm.slots // BURST
    for done in range(1, bursts + 1):
        await siege.ask(BURST)
        await _killed(siege, storm, done / bursts)
        while len(await siege.left(datetime.now(UTC))) > BACKLOG:
            await asyncio.sleep(0.2)


async def _kill(siege: Siege, kills: int, shortest: float, longest: float) -> None:
    freezing: set[asyncio.Task[None]] = set()
    while siege.kills < kills:
        deaths = len(siege.deaths)
        await asyncio.sleep(siege.rng.uniform(shortest, longest))
        if siege.rng.random() < FREEZES and not freezing:
            task = asyncio.create_task(siege.freeze_one())
            freezing.add(task)
            task.add_done_callback(freezing.discard)
        elif len(siege.deaths) == deaths:
            await siege.kill_one()
    await asyncio.gather(*freezing)


async def _crash(siege: Siege, storm: Storm) -> None:
    for done in range(1, storm.crashes + 1):
        await _killed(siege, storm, done / (storm.crashes + 1))
        assert storm.crash is not None
        await asyncio.to_thread(storm.crash)
