"""Presses at a platform, from what its socket brings until their answers are committed, against the sum of the floors.

The floors are the platform's library alone and the same SQL alone, in transactions of the same sizes.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, bindparam, update

from benchmarks.answers import CALLERS, NOW, Batches, Watched, contents, run_floor
from benchmarks.frame import Figure, LostError, Row, Scale, Spent, cpu_of, in_turn
from benchmarks.recorded import Statement, open_driver, recording, replay
from benchmarks.server import folder
from benchmarks.study import HALL, START, endless, found_hall, rounds_of, shown_items
from bot.ports import PlaceRef
from bot.rules.shown import Shown
from bot.store import Store, schema
from bot.store.tables import identities, places, turns
from content.item import Kind

SQL = 1.5
"""So much of the database's own work may a press cost."""
MANY = 1_000
"""Open rounds."""
PROFILE = """\
A round is read once for all who press, so what is beyond the floor is that of *Durable answers*, which is near one and
a half of its own SQL without any platform (grading, the threads, the making of cards), and besides it the look at every
text that comes in and some 20 µs of the adapter's own."""
FLAT = """\
At least half of what grows is the database's own, as the row below shows: each answer raises the count in another
round's row, so that a commit writes many more pages."""


@cache
def question() -> Shown:
    """What is asked in each round: the first of the shipped items with options, of which one is right."""
    return next(each for each in shown_items() if each.kind is Kind.CHOICE)


def open_rounds(template: Path, rounds: int, place: PlaceRef, accounts: Sequence[str]) -> list[str]:
    """Make a database of a hall in a place, with these people and so many open rounds of one day; gives their tokens.

    The person with the first account is the one that `name_of(1)` names.
    """
    schema.upgrade(template)
    store = Store.open(template, now=lambda: NOW, runner="inline")
    where = {"platform": place.platform, "workspace": place.workspace}

    def found(connection: Connection) -> list[str]:
        found_hall(connection, len(accounts), list(endless([question()], rounds)))
        connection.execute(update(places).values(**where, channel=place.channel))
        connection.execute(update(turns).values(day=f"{START:%Y-%m-%d}"))
        named = update(identities).where(identities.c.person_id == bindparam("person"))
        rows = [{"person": number, "named": account} for number, account in enumerate(accounts, 1)]
        connection.execute(named.values(**where, account=bindparam("named")), rows)
        return [each.token for each in rounds_of(connection)]

    tokens = asyncio.run(store.write(HALL, found))
    asyncio.run(store.close())
    return tokens


@dataclass(frozen=True, slots=True)
class Pressed:
    """A database with open rounds, and what a socket brings: one press of each person, as texts."""

    template: Path
    people: int
    texts: tuple[str, ...]


class Door(Protocol):
    """Where a socket's texts go in."""

    @property
    def told(self) -> int:
        """How many people would be told what came of their press."""

    async def press(self, text: str) -> None:
        """Hand over what a socket brought, and wait for the end of a press. Raises LostError where it is refused."""


Ours = Callable[[Store, Pressed], AbstractAsyncContextManager[Door]]
Alone = Callable[[Pressed], AbstractAsyncContextManager[Door]]


async def press_all(door: Door, texts: Sequence[str], callers: int = CALLERS) -> Spent:
    """All of them, so many in flight."""
    left = iter(texts)

    async def caller() -> None:
        for text in left:
            await door.press(text)

    gc.collect()
    gc.freeze()  # as the bot does when it starts
    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


async def each_timed(door: Door, texts: Sequence[str]) -> list[float]:
    """One after another: seconds that each took."""
    took = []
    for text in texts:
        start = time.perf_counter()
        await door.press(text)
        took.append(time.perf_counter() - start)
    return took


@dataclass(frozen=True, slots=True)
class Run:
    """What the presses took, and how many answers each commit held."""

    spent: Spent
    sizes: tuple[int, ...]


def watched(url: str) -> tuple[Store, Batches]:
    """A store, and the sizes of its transactions as they come."""
    batches = Batches()
    store = Watched.open(url, now=lambda: NOW, failpoint=batches.at)
    if isinstance(store, Watched):
        store.batches = batches
    return store, batches


class Ground:
    """Runs of product and floors on one set of presses, each on a database of its own."""

    def __init__(self, pressed: Pressed, ours: Ours, alone: Alone) -> None:
        self.pressed = pressed
        self._ours = ours
        self._alone = alone
        self._numbers = count()

    def fresh(self) -> str:
        """A copy of the database before anybody pressed."""
        file = self.pressed.template.with_name(f"{self.pressed.template.stem}-{next(self._numbers)}.sqlite")
        shutil.copyfile(self.pressed.template, file)
        return f"sqlite:///{file}"

    def product(self) -> Run:
        """Everybody presses at the product; LostError unless each answer is stored, counted once, and told of."""
        store, batches = watched(url := self.fresh())

        async def all_of_them() -> Spent:
            async with self._ours(store, self.pressed) as door:
                spent = await press_all(door, self.pressed.texts)
                if door.told != self.pressed.people:
                    raise LostError(f"of {self.pressed.people} people {door.told} would be told what came of it")
                return spent

        spent = asyncio.run(all_of_them())
        self.check(url)
        return Run(spent, tuple(batches.sizes))

    def product_one_by_one(self) -> list[float]:
        """The same, one after another: seconds of each."""

        async def all_of_them() -> list[float]:
            async with self._ours(Store.open(url, now=lambda: NOW), self.pressed) as door:
                return await each_timed(door, self.pressed.texts)

        url = self.fresh()
        took = asyncio.run(all_of_them())
        self.check(url)
        return took

    def alone(self) -> Spent:
        """The same presses at the platform's library alone."""

        async def all_of_them() -> Spent:
            async with self._alone(self.pressed) as door:
                return await press_all(door, self.pressed.texts)

        return asyncio.run(all_of_them())

    def alone_one_by_one(self) -> list[float]:
        """The same, one after another: seconds of each."""

        async def all_of_them() -> list[float]:
            async with self._alone(self.pressed) as door:
                return await each_timed(door, self.pressed.texts)

        return asyncio.run(all_of_them())

    def sql(self, groups: Sequence[Sequence[Statement]], sizes: Sequence[int]) -> Spent:
        """The same statements through the bare driver, in batches of these sizes."""
        spent = run_floor(url := self.fresh(), groups, sizes)
        self.check(url)
        return spent

    def record(self) -> list[list[Statement]]:
        """The statements of each press, one press at a time: those of its transaction, then the next one's look."""

        async def take_all() -> list[list[Statement]]:
            store = Store.open(self.fresh(), now=lambda: NOW, runner="inline", failpoint=begun)
            await store.write(HALL, lambda _: None)
            recorder.groups.clear()
            async with self._ours(store, self.pressed) as door:
                await press_all(door, self.pressed.texts, 1)
                return recorder.groups[:]

        with recording() as recorder:

            def begun(moment: str) -> None:
                if moment == "before-begin":
                    recorder.begin()

            groups = asyncio.run(take_all())
        return [[each for each in group if each.text != "BEGIN"] for group in groups]

    def sql_one_by_one(self, groups: Sequence[Sequence[Statement]]) -> list[float]:
        """The same statements, each press's in a durable commit of its own: seconds of each."""
        driver = open_driver(self.fresh())
        took = []
        for group in groups:
            start = time.perf_counter()
            replay(driver, [group], [1])
            took.append(time.perf_counter() - start)
        driver.close()
        return took

    def check(self, url: str) -> None:
        """Raise LostError unless each press is stored and counted once."""
        stored = len(contents(url)[0])
        if stored != self.pressed.people:
            raise LostError(f"of {self.pressed.people} presses {stored} are stored")


Prepare = Callable[[Path, str, int, int], Ground]
"""A ground in a folder, by a name, with so many people and open rounds."""


@dataclass(frozen=True, slots=True)
class Told:
    """How a platform's rows are told: when a press has ended, what its library does alone, how much of that a press may
    cost.
    """

    ended: str
    alone: str
    dispatch: float


def in_flight(scale: Scale, prepare: Prepare, told: Told) -> list[Row]:
    """64 presses in flight: the processor that they take, with one open round and with a thousand."""
    people, rounds = scale.of(2_000, 40), scale.of(MANY, 8)
    with folder() as at:
        grounds = prepare(at, "one", people, 1), prepare(at, "many", people, rounds)
        measures: list[Callable[[], Spent]] = [grounds[0].alone]
        for ground in grounds:
            measures += with_sql(ground)
        alone, ours, sql, ours_of_many, sql_of_many = in_turn(scale.runs, *measures)
    least = summed(people, (told.dispatch, alone), (SQL, sql))
    one, many = cpu_of(ours, people), cpu_of(ours_of_many, people)
    what = f"a press with {CALLERS} in flight, until it is {told.ended}"
    return [
        Row(what, one, least, 1.0, PROFILE),
        Row(f"of that floor: {told.alone}", cpu_of(alone, people)),
        Row("of that floor: the same SQL through the bare driver, in the same batches", cpu_of(sql, people)),
        Row(f"a press where {rounds:,} rounds are open, beside one where one is", many, one, 1.1, FLAT),
        Row("the same of the SQL alone", cpu_of(sql_of_many, people), cpu_of(sql, people)),
    ]


def summed(each: int, *parts: tuple[float, Sequence[Spent]]) -> Figure:
    """So many times this and so many times that, run by run: microseconds of processor for one of `each`."""
    runs = zip(*(spent for _, spent in parts), strict=True)
    factors = [factor for factor, _ in parts]
    sums = (sum(factor * one.cpu for factor, one in zip(factors, run, strict=True)) for run in runs)
    return Figure(tuple(found / each * 1e6 for found in sums), "µs CPU")


def with_sql(ground: Ground, product: Callable[[], Run] | None = None) -> tuple[Callable[[], Spent], ...]:
    """The product on a ground, and after it the same SQL in batches of its sizes."""
    groups, runs = ground.record(), list[Run]()

    def ours() -> Spent:
        runs.append((product or ground.product)())
        return runs[-1].spent

    return ours, lambda: ground.sql(groups, runs[-1].sizes)
