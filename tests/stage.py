"""A hall on a real adapter: the core, the platform's own library, and what a test does with them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.app import App
from bot.ports import PlaceRef
from bot.settings import HallEntry, Organisers
from bot.store import Store
from tests.clock import Clock
from tests.grounds import Ground
from tests.hall import HEX, hall_entry, schedule, settings_for

PATIENCE = 10.0


@dataclass(slots=True)
class Stage:
    """A running core."""

    app: App
    store: Store
    clock: Clock

    async def run(self, **forward: float) -> None:
        """Move the clock on, then do everything that is due."""
        if forward:
            self.clock.forward(**forward)
        await self.app.run_due()

    async def all_of(self, *columns: Any) -> list[tuple[Any, ...]]:
        """All rows of these columns."""
        found = await self.store.read(lambda connection: connection.execute(select(*columns)).all())
        return [tuple(row) for row in found]


async def until(done: Callable[[], object]) -> None:
    """Wait until it is so; TimeoutError after ten seconds."""
    async with asyncio.timeout(PATIENCE):
        while not done():
            await asyncio.sleep(0.01)


def entry_of(ground: Ground, organisers: str, policy: Mapping[str, Any]) -> HallEntry:
    """A hall in the ground's channel that asks at 09:00 UTC; `organisers` is the channel that gets the notes."""
    entry = hall_entry(places=[ground.place], schedules=[schedule(places=[ground.place], **policy)])
    place = PlaceRef(ground.adapter.name, ground.place.workspace, organisers)
    return replace(entry, organisers=Organisers(groups=frozenset({"study-leads"})), organiser_place=place)


def app_on(
    ground: Ground, store: Store, clock: Clock, folder: Path, halls: list[HallEntry], pack: str, tokens: int = 1
) -> App:
    """The core with the real adapter. `tokens`: where they begin, which is another number in another process."""
    return app_on_all([ground], store, clock, folder, halls, pack, tokens)


def app_on_all(
    grounds: Sequence[Ground],
    store: Store,
    clock: Clock,
    folder: Path,
    halls: list[HallEntry],
    pack: str,
    tokens: int = 1,
) -> App:
    """The same with several adapters."""
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    adapters = {ground.adapter.name: ground.adapter for ground in grounds}
    settings = settings_for(halls, [folder / "pack.yaml"], list(adapters))
    chosen = {
        each.adapter.name: {setting.name: setting.default for setting in each.adapter.settings} | dict(each.settings)
        for each in grounds
    }
    numbers = count(tokens)
    return App(
        replace(settings, platforms=chosen),
        store,
        adapters,
        environment={name: value for each in grounds for name, value in each.environment.items()},
        now=clock,
        steady=lambda: clock().timestamp(),
        token=lambda length: f"{next(numbers):x}".translate(HEX).rjust(length, "a"),
    )


@contextlib.asynccontextmanager
async def served(app: App, name: str, connected: Callable[[], object]) -> AsyncIterator[None]:
    """The platform of a name runs, and is `connected`; what is due is done by the test."""
    await app.settle()
    running = asyncio.create_task(app.running[name].platform.run(app.porter))
    try:
        await until(lambda: connected() or running.done())
        await asyncio.sleep(0)
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await app.close()
