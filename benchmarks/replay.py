"""A replay of a million answers: what `studyhall db verify` and the nightly check do to prove the standings."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from sqlalchemy import Connection

from benchmarks.filling import fill_answers
from benchmarks.frame import Figure, LostError, Part, Row, Scale, in_fresh_process, memory
from benchmarks.recorded import open_driver
from benchmarks.server import folder
from benchmarks.study import HALL, START, found_hall, shown_items
from bot.store import Store, schema
from bot.store.proof import verify

MOST_SECONDS = 60
MOST_MEGABYTES = 256
NOW = START + timedelta(days=365)


def replayed(url: str) -> tuple[float, float]:
    """Verify a hall; how many seconds that took, and by how many megabytes memory grew at most."""

    def look(connection: Connection) -> tuple[list[str], float]:
        start = time.perf_counter()
        return verify(connection, HALL), time.perf_counter() - start

    store = Store.open(url, now=lambda: NOW, runner="inline")
    before = memory().now
    wrong, seconds = asyncio.run(store.read(look))
    if wrong:
        raise LostError(f"the standings are no replay of the answers: {wrong[0]}")
    peak = memory().peak - before
    asyncio.run(store.close())
    return seconds, peak


def on_sqlite(scale: Scale) -> list[Row]:
    """A SQLite file."""
    people, turns = scale.of(2_000, 50), scale.of(500, 10)
    items = shown_items()
    with folder() as place:
        url = f"sqlite:///{place / 'replay.sqlite'}"
        schema.upgrade(url)
        store = Store.open(url, now=lambda: NOW, runner="inline")
        asked = [items[number % len(items)] for number in range(turns)]
        asyncio.run(store.write(HALL, lambda connection: found_hall(connection, people, asked)))
        asyncio.run(store.close())
        driver = open_driver(url)
        fill_answers(driver)
        driver.close()
        found = [in_fresh_process(replayed, url) for _ in range(scale.of(3, 1))]
    what = f"{people * turns:,} answers of {people:,} people to {turns} questions replayed and compared"
    return [
        Row(f"{what}: time", Figure(tuple(seconds for seconds, _ in found), "s"), None, MOST_SECONDS),
        Row(f"{what}: memory at most", Figure(tuple(peak for _, peak in found), "MB"), None, MOST_MEGABYTES),
    ]


PART = Part(
    title="Replay",
    method=(
        "`verify` of bot.store.proof reads all answers that count, folds them into standings and compares every row of "
        "the stored standings and their histogram, which SQL alone has made of the same answers. Each run has a "
        "process of its own; memory is what is resident beyond the program itself."
    ),
    cases={"sqlite": on_sqlite},
)
