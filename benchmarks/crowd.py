"""The whole bot before a platform that is another process: many people at once, many channels at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time as clock_time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks.beside import beside
from benchmarks.burst import HALL, PACK, token_of_round
from benchmarks.frame import LostError
from benchmarks.pulse import longest_gap
from benchmarks.server import folder
from bot.app import App, wall_clock
from bot.installed import installed_adapters
from bot.ports import PlaceRef
from bot.settings import HallEntry, Listening, Organisers, Policy, ScheduleEntry, Selection, Settings
from bot.store import Store, schema
from bot.store.tables import posts
from content.item import Kind
from scheduler.schedule import Rule

AFTER = 1.0
"""Seconds in which a message that is posted twice would come."""
PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class There:
    """What a platform beside us tells of itself: the bot's section of the settings, its environment, its places, and
    the packs that are asked there.
    """

    settings: Mapping[str, Any]
    environment: Mapping[str, str]
    places: tuple[PlaceRef, ...]
    packs: tuple[Path, ...] = (PACK,)


Play = Callable[[Connection, int], Awaitable[None]]
"""What happens at a platform, told through a pipe: where it is, then what came of it. The number: how much of it."""


async def until(done: Callable[[], object]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(PATIENCE):
        while not done():  # noqa: ASYNC110  it is others that do it
            await asyncio.sleep(0.01)


def play(pipe: Connection, what: Play, number: int) -> None:
    """Be a platform at which this happens."""

    async def playing() -> None:
        await what(pipe, number)

    asyncio.run(playing())


def settings_for(there: There, database: str) -> Settings:
    """A hall in each workspace or server, which asks at once in all of its channels, each in its own schedule."""
    workspaces: dict[str, list[PlaceRef]] = {}
    for place in there.places:
        workspaces.setdefault(place.workspace, []).append(place)
    halls = tuple(
        _hall(f"{HALL}-{number}" if number else HALL, places) for number, places in enumerate(workspaces.values())
    )
    platforms = {there.places[0].platform: dict(there.settings)}
    return Settings(halls, there.packs, database, platforms, Listening(private_port=0), "a benchmark")


def _hall(name: str, places: list[PlaceRef]) -> HallEntry:
    rule = Rule((clock_time(9),), frozenset(range(7)), "UTC")
    asks = Selection(kinds=(Kind.CHOICE,)), Policy(first="at once")
    schedules = tuple(ScheduleEntry(f"s{number}", (place,), rule, *asks) for number, place in enumerate(places))
    return HallEntry(name, "A team", "UTC", "en", "quarter", Organisers(), None, tuple(places), schedules)


@dataclass(slots=True)
class Served:
    """What came of serving: when it began (by the steady clock), what was told, the loop's longest standstill (s)."""

    began: float
    told: Any
    gap: float


@asynccontextmanager
async def opened(there: There, at: Path) -> AsyncIterator[tuple[App, Store]]:
    """The core on a database of its own, before that platform."""
    file = at / "bot.sqlite"
    schema.upgrade(file)
    store = Store.open(file, now=wall_clock)
    settings = settings_for(there, str(file))
    app = App(settings, store, installed_adapters(), environment=there.environment, cache=at / "content.bank")
    try:
        yield app, store
    finally:
        await app.close()
        await store.close()


async def serve(pipe: Connection, there: There, at: Path, checked: Callable[[Store], Awaitable[None]]) -> Served:
    """Serve until the platform tells what it saw, then look whether all is stored."""
    async with opened(there, at) as (app, store):
        app.library.bank()
        began = time.perf_counter()
        serving = asyncio.create_task(app.serve())
        await token_of_round(store)
        async with longest_gap() as gap:
            told = await heard(pipe)
        await checked(store)
        app.stop()
        await serving
    return Served(began, told, gap.seconds)


async def heard(pipe: Connection) -> Any:  # noqa: ANN401  what the platform beside us tells
    """What the platform beside us tells next. Raises LostError where it ended instead."""
    try:
        return await asyncio.to_thread(pipe.recv)
    except EOFError:
        raise LostError("the platform beside us ended before it had seen all that it waits for") from None


def before(what: Play, number: int, checked: Callable[[Store], Awaitable[None]]) -> Served:
    """Serve before a platform at which this happens."""
    with folder() as at, beside(play, what, number) as pipe:
        return asyncio.run(serve(pipe, pipe.recv(), at, checked))


def all_posted(what: Play, channels: int) -> tuple[float, Any]:
    """Serve until each of so many channels has its question.

    Gives the seconds until the last was out, which `what` tells first, and the other thing that it tells.
    """

    async def checked(store: Store) -> None:
        found = await store.read(lambda connection: connection.execute(select(posts.c.state)).scalars().all())
        if [*found] != ["sent"] * channels:
            raise LostError(f"of {channels} posts {[*found].count('sent')} are known to be sent")

    served = before(what, channels, checked)
    last, more = served.told
    return last - served.began, more
