"""A worker: the real core on a real database, with an adapter to the platform of the kill loop."""

from __future__ import annotations

import asyncio
import logging
import resource
import sqlite3
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, event

from bot.app import App, random_token, wall_clock
from bot.ports import Adapter, Opening
from bot.store import Store
from tests.e2e.killing.adapter import WirePlatform
from tests.e2e.killing.orders import Orders, settings_of
from tests.e2e.killing.points import Points
from tests.e2e.killing.scale import LEASE_SPAN, LIMITS, hurry_matches
from tests.e2e.killing.switches import take_away


async def work(orders: Orders) -> None:
    """Serve until the process is killed."""
    logging.basicConfig(filename=orders.log, level=logging.WARNING, format=f"%(asctime)s {orders.name} %(message)s")
    take_away(orders.without)
    hurry_matches()
    _leave_room(orders)
    point = Points(orders.kill, orders.stop)
    store = Store.open(orders.url, now=wall_clock, failpoint=point)
    pack = Path(orders.pack)
    app = App(
        settings_of(pack),
        store,
        {name: _adapter(name, orders, point) for name in LIMITS},
        environment={},
        token=_named(orders.name),
        cache=pack.with_suffix(".bank"),
        lease=LEASE_SPAN,
    )
    await app.serve()


def _adapter(name: str, orders: Orders, point: Points) -> Adapter:
    return Adapter(name, partial(_open, name, orders, point), str, LIMITS[name])


def _open(name: str, orders: Orders, point: Points, _: Opening) -> WirePlatform:
    return WirePlatform(name, orders.port, orders.name, point, orders.without != "stamp")


def _named(name: str) -> Callable[[int], str]:
    """The first token is the process's id: the name that the driver knows it by."""
    numbers = count()
    return lambda length: random_token(length) if next(numbers) else name


def _leave_room(orders: Orders) -> None:
    """A disk that is full soon: for SQLite's pages, or for any file of this process."""
    if orders.pages:
        event.listen(Engine, "connect", partial(_limit_pages, orders.pages))
    if orders.file_size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (orders.file_size, orders.file_size))


def _limit_pages(more: int, connection: sqlite3.Connection, _: object) -> None:
    (used,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={used + more}")


def run(orders: Orders) -> None:
    """A whole process."""
    asyncio.run(work(orders))
