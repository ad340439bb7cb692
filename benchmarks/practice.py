"""What practice serves: the first question of one person among ten thousand, and a night's rating of the items."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import Connection, func, select, update

from benchmarks.content import write_pack
from benchmarks.filling import give_answers
from benchmarks.frame import Figure, LostError, Part, Row, Scale
from benchmarks.recorded import open_driver
from benchmarks.server import folder
from benchmarks.study import HALL, START, found_hall
from bot.ports import Who
from bot.rater import Rater
from bot.rules.ability import Rated
from bot.rules.shown import show
from bot.sessions import PRACTICE, Plan, Sessions, Wish
from bot.store import Store, schema
from bot.store.halls import place_of
from bot.store.ratings import keep_rated_until, keep_ratings, ratings_of
from bot.store.tables import rounds
from content.bank import Bank, open_bank

ASKED = 100
NOW = START + timedelta(days=ASKED + 30)


def first_question(scale: Scale) -> list[Row]:
    """The first question of a practice of one person at a time, each a look of its own."""
    people, items = scale.of(10_000, 40), scale.of(1_000, 150)
    with folder() as at:
        bank, url = _filled(at, people, items)
        asked = Random(3).sample(range(1, people + 1), scale.of(400, 20))
        runs = [asyncio.run(_each_timed(url, bank, asked)) for _ in range(scale.runs)]
    told = f"the first question of `/practice`, one of {people:,} people among {items:,} items, SQLite: median"
    return [Row(told, Figure(tuple(median(run) * 1e3 for run in runs), "ms"), None, 50.0)]


def night(scale: Scale) -> list[Row]:
    """The items rated by the answers of one day."""
    people, items = scale.of(10_000, 40), scale.of(1_000, 150)
    with folder() as at:
        bank, url = _filled(at, people, items)
        runs = [asyncio.run(_rated(url, bank, people)) for _ in range(scale.runs)]
    told = (
        f"a night: items rated by a day of {people:,} answers, of people with {ASKED} answers each, SQLite: an answer"
    )
    return [Row(told, Figure(tuple(run / people * 1e6 for run in runs), "µs"))]


def _filled(at: Path, people: int, items: int) -> tuple[Bank, str]:
    """A hall whose people have all answered a hundred questions, one a day."""
    bank, url = open_bank([write_pack(at, items)], None), f"sqlite:///{at / 'hall.sqlite'}"
    asyncio.run(_fill(at / "hall.sqlite", url, bank, people))
    driver = open_driver(url)
    give_answers(driver)
    driver.close()
    return bank, url


async def _fill(file: Path, url: str, bank: Bank, people: int) -> None:
    shown = [show(item, "benchmark") for item in list(bank.items.values())[:ASKED]]
    schema.upgrade(file)
    store = Store.open(url, now=lambda: START)
    await store.write(HALL, lambda connection: found_hall(connection, people, shown))
    await store.write(HALL, partial(_close_all, bank=bank))
    await store.close()


def _close_all(connection: Connection, bank: Bank) -> None:
    for number in connection.execute(select(rounds.c.id)).scalars().all():
        told = {"state": "closed", "closed_at": START + timedelta(days=number)}
        connection.execute(update(rounds).where(rounds.c.id == number).values(told))
    random = Random(2)
    keep_ratings(connection, HALL, {item: Rated(random.gauss(0, 1), 50) for item in bank.items})


async def _each_timed(url: str, bank: Bank, people: Sequence[int]) -> list[float]:
    """Seconds until each person's first question is found."""
    sessions = Sessions(lambda: bank, lambda: NOW, lambda length: "a" * length)
    store, took = Store.open(url, now=lambda: NOW, runner="inline"), list[float]()

    def look(connection: Connection) -> None:
        place = place_of(connection, 1)
        for person in people:
            start = time.perf_counter()
            plan = sessions.plan(connection, place, Who("web", "local", f"u{person}", ""), Wish(PRACTICE))
            took.append(time.perf_counter() - start)
            if not isinstance(plan, Plan) or plan.shown is None:
                raise LostError(f"person {person} is asked nothing")

    await store.read(look)
    await store.close()
    return took


async def _rated(url: str, bank: Bank, people: int) -> float:
    """Seconds for the last day, after which its item rests on so many answers more."""
    store = Store.open(url, now=lambda: NOW, runner="inline")
    last = await store.read(lambda connection: connection.execute(select(func.max(rounds.c.closed_at))).scalar_one())
    item = list(bank.items)[ASKED - 1]
    before = (await store.read(partial(ratings_of, hall=HALL)))[item].n
    await store.write(HALL, partial(keep_rated_until, hall=HALL, until=last))
    start = time.perf_counter()
    await Rater(store, lambda: bank, lambda: NOW).rate()
    took = time.perf_counter() - start
    rested = (await store.read(partial(ratings_of, hall=HALL)))[item].n - before
    await store.close()
    if rested != people:
        raise LostError(f"{rested} of {people} answers moved the item")
    return took


PART = Part(
    title="Practice",
    method="""\
Everybody has answered a hundred questions, half of them rightly, and every item is rated. A question is found by what
the person has met, by how able a replay of their answers says that they are, and by how hard the items are. A night
goes on from how able people were when they were last rated, and replays those of whom that is not kept.""",
    cases={"first": first_question, "night": night},
)
