"""The long siege: slots in bursts, kills at random and named moments, frozen workers, a database that crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tests.e2e.killing.checks import Findings
from tests.e2e.killing.siege import Siege, findings

WORKERS = 2
BURST = 10
FREEZES = 0.06
"""So often, in the place of a kill, a worker is frozen."""
NAMED_DEATHS = 0.25
"""So many workers start with a moment named at which they die by themselves."""
GAP = (0.15, 0.6)
"""Between deaths, in seconds."""


@dataclass(frozen=True, slots=True)
class Storm:
    """How hard it blows. `crash` crashes and restarts the database, which happens `crashes` times."""

    slots: int = 300
    kills: int = 100
    crash: Callable[[], None] | None = None
    crashes: int = 0

    @property
    def seconds(self) -> float:
        """About how long it lasts."""
        return self.kills * sum(GAP) / 2


async def weather_out(siege: Siege, storm: Storm) -> Findings:
    """Let the storm pass over a siege, let one worker finish what is owed, and check everything."""
    await siege.man(WORKERS, NAMED_DEATHS)
    storms = [_burst(siege, storm), _kill(siege, storm), _crash(siege, storm)]
    await asyncio.gather(*storms)
    await siege.calm()
    await siege.platform.change(presses=0.0)
    await siege.start()
    await siege.quiet()
    await siege.calm()
    return await findings(siege)


async def _burst(siege: Siege, storm: Storm) -> None:
    bursts = storm.slots // BURST
    for _ in range(bursts):
        await siege.ask(BURST)
        await asyncio.sleep(storm.seconds / bursts)


async def _kill(siege: Siege, storm: Storm) -> None:
    freezing: set[asyncio.Task[None]] = set()
    while siege.kills < storm.kills:
        deaths = len(siege.deaths)
        await asyncio.sleep(siege.rng.uniform(*GAP))
        if siege.rng.random() < FREEZES and not freezing:
            task = asyncio.create_task(siege.freeze_one())
            freezing.add(task)
            task.add_done_callback(freezing.discard)
        elif len(siege.deaths) == deaths:
            siege.kill_one()
    await asyncio.gather(*freezing)


async def _crash(siege: Siege, storm: Storm) -> None:
    for _ in range(storm.crashes):
        await asyncio.sleep(storm.seconds / (storm.crashes + 1))
        assert storm.crash is not None
        await asyncio.to_thread(storm.crash)
