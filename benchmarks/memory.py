"""What a person should review, made of all their answers, among ten thousand people with a hundred concepts each."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import Connection, update

from benchmarks.filling import give_answers
from benchmarks.frame import Figure, LostError, Part, Row, Scale
from benchmarks.recorded import open_driver
from benchmarks.server import folder
from benchmarks.study import HALL, PACK, PLACE, START, found_hall, shown_items
from bot.sessions import Sessions
from bot.store import Store, schema
from bot.store.halls import place_of
from bot.store.tables import rounds
from content.bank import open_bank

CONCEPTS = 100


def due_list(scale: Scale) -> list[Row]:
    """The list of one person at a time, each a look of its own."""
    people = scale.of(10_000, 40)
    with folder() as at:
        url = f"sqlite:///{at / 'hall.sqlite'}"
        asyncio.run(_fill(at / "hall.sqlite", url, people))
        asked = Random(3).sample(range(1, people + 1), scale.of(400, 20))
        runs = [asyncio.run(_each_timed(url, asked)) for _ in range(scale.runs)]
    told = f"the list of what is due, one of {people:,} people with {CONCEPTS} concepts each, SQLite: median"
    return [Row(told, Figure(tuple(median(run) * 1e3 for run in runs), "ms"), None, 5.0)]


async def _fill(file: Path, url: str, people: int) -> None:
    shown = list({each.concept: each for each in shown_items()}.values())[:CONCEPTS]
    if len(shown) < CONCEPTS:
        raise LostError(f"the shipped pack has {len(shown)} concepts, and {CONCEPTS} are wanted")
    schema.upgrade(file)
    store = Store.open(url, now=lambda: START)
    await store.write(HALL, lambda connection: found_hall(connection, people, shown))
    await store.write(HALL, _close_all)
    await store.close()
    driver = open_driver(url)
    give_answers(driver)
    driver.close()


def _close_all(connection: Connection) -> None:
    connection.execute(update(rounds).values(state="closed"))


async def _each_timed(url: str, people: list[int]) -> list[float]:
    """Seconds of each list; LostError where nobody has anything to review."""
    now = START + timedelta(days=CONCEPTS + 30)
    bank = open_bank([PACK], None)
    sessions = Sessions(lambda: bank, lambda: now, lambda length: "a" * length)
    store, took, due = Store.open(url, now=lambda: now, runner="inline"), list[float](), 0

    def look(connection: Connection) -> None:
        nonlocal due
        place = place_of(connection, 1)
        if place.ref != PLACE:
            raise LostError(f"the first place is {place.ref}")
        for person in people:
            start = time.perf_counter()
            due += len(sessions.due(connection, place, person))
            took.append(time.perf_counter() - start)

    await store.read(look)
    await store.close()
    if not due:
        raise LostError("nobody has anything to review")
    return took


PART = Part(
    title="Memory",
    method=f"""\
Everybody has answered a question on each of {CONCEPTS} concepts of the shipped pack, three of five rightly. A list is
made of the person's answers whenever it is wanted (nothing is kept): read, replayed by FSRS, put in the order of their
days.""",
    cases={"due": due_list},
)
