from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import select

from bot.store import Store
from bot.store.outdated import PROCESSES_KEPT, _drop, _some, outdated
from bot.store.processes import Process, beat
from bot.store.tables import processes
from tests.clock import Clock


async def test_what_is_renewed_between_being_found_and_being_dropped_stays(store: Store, clock: Clock) -> None:
    both = [Process(name, (), clock()) for name in ("gone", "back")]
    for each in both:
        await store.write("processes", partial(beat, process=each, now=clock()))
    now = clock() + PROCESSES_KEPT + timedelta(seconds=1)
    (rows,) = (each for each in outdated(now) if each[0] is processes)
    some = await store.read(partial(_some, rows=rows))
    assert len(some) == 2
    await store.write("processes", partial(beat, process=both[1], now=now))
    await store.write("outdated", partial(_drop, rows=rows, some=some))
    left = select(processes.c.id)
    assert await store.read(lambda connection: connection.execute(left).scalars().all()) == ["back"]
