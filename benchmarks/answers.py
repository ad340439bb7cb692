"""Durable answers from 64 callers at once, against the same SQL through the bare driver in the same batches."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from statistics import quantiles
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from benchmarks.frame import Figure, LostError, Part, Row, Scale, Spent, cpu_of, in_turn, timed, wall_of
from benchmarks.recorded import Statement, open_driver, recording, replay
from benchmarks.server import folder, new_database, postgresql, statement
from benchmarks.study import HALL, START, Told, found_hall, rounds_of, shown_items, told_answers
from bot.quizmaster import TRY_AGAIN, Quizmaster
from bot.rules.grading import grade
from bot.rules.shown import Shown
from bot.store import Store, schema
from bot.store.proof import verify
from bot.store.tables import answers, events, histogram, standings
from bot.store.turns import Round

T = TypeVar("T")
CALLERS = 64
PROCESSES = 8
NOW = START + timedelta(days=365)
WAITS = (
    "All callers wait for the one writer, so that each waits as long as 64 answers take, whatever else is done: 10 ms "
    "would need 150 µs an answer. Three quarters of the time is SQLite's own, in the statements of the floor: two "
    "fifths of that in the fifteen standings (each a row and an entry of the index that boards are read by), a quarter "
    "in the bars of the histogram, a fifth in the flush to disk, the rest in the answer's row and the two looks."
)
TABLES = (answers, events, standings, histogram)


class Watched(Store):
    """A store that notes how many writes each transaction held."""

    batches: Batches

    async def write(self, hall: str, fn: Callable[[Connection], T], *, within: float = 60) -> T:
        """As the store's; patient, because a slow machine shall not fail the benchmark."""

        def noted(connection: Connection) -> T:
            self.batches.begun += 1
            return fn(connection)

        return await super().write(hall, noted, within=within)


@dataclass(slots=True)
class Batches:
    """The sizes of transactions, told by a store's failpoint."""

    sizes: list[int] = field(default_factory=list)
    begun: int = 0

    def at(self, moment: str) -> None:
        """A transaction begins, or has been committed."""
        if moment == "before-begin":
            self.begun = 0
        elif moment == "after-commit":
            self.sizes.append(self.begun)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is answered: open rounds, and answers to them in the sequence in which they come in."""

    rounds: tuple[Round, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of the product took, how many answers each commit held, how long callers waited (seconds)."""

    spent: Spent
    sizes: tuple[int, ...]
    waits: tuple[float, ...]


def prepare(url: str, members: int, items: Sequence[Shown]) -> Asked:
    """Make tables and a hall, and give what is answered in it: what can be read as an answer."""
    schema.upgrade(url)
    store = Store.open(url, now=lambda: NOW, runner="inline")
    asyncio.run(store.write(HALL, lambda connection: found_hall(connection, members, items)))
    rounds = tuple(asyncio.run(store.read(rounds_of)))
    asyncio.run(store.close())
    told = told_answers(items, members)
    return Asked(rounds, tuple(each for each in told if readable(items[each.round], each)))


def readable(shown: Shown, told: Told) -> bool:
    """Whether an answer is stored, rather than given back as unreadable."""
    return grade(shown, told.attempt.given).why not in TRY_AGAIN


def run_product(url: str, asked: Asked, callers: int = CALLERS) -> Run:
    """Take all answers by `Quizmaster.answer`, which grades, stores and counts them, from callers that each wait."""
    batches, waits = Batches(), list[float]()
    store = Watched.open(url, now=lambda: NOW, failpoint=batches.at)
    if isinstance(store, Watched):
        store.batches = batches
    quizmaster = Quizmaster(store, lambda: NOW, token_of(count()))
    told = iter(asked.told)

    async def call() -> None:
        for each in told:
            start = time.perf_counter()
            await quizmaster.answer(asked.rounds[each.round], each.attempt)
            waits.append(time.perf_counter() - start)

    async def all_callers() -> None:
        await asyncio.gather(*(call() for _ in range(callers)))

    with asyncio.Runner() as runner:
        spent = timed(lambda: runner.run(all_callers()))
        runner.run(store.close())
    return Run(spent, tuple(batches.sizes), tuple(waits))


def token_of(numbers: Iterator[int]) -> Callable[[int], str]:
    """Tokens that are the same in each run."""
    return lambda length: f"{next(numbers):0{length}}"


def record(url: str, asked: Asked) -> list[list[Statement]]:
    """The statements of each answer, from a run one answer at a time."""

    async def take_all() -> None:
        store = Store.open(url, now=lambda: NOW, runner="inline", failpoint=begun)
        await store.write(HALL, lambda _: None)
        recorder.groups.clear()
        quizmaster = Quizmaster(store, lambda: NOW, token_of(count()))
        for each in asked.told:
            await quizmaster.answer(asked.rounds[each.round], each.attempt)
        await store.close()

    with recording() as recorder:

        def begun(moment: str) -> None:
            if moment == "before-begin":
                recorder.begin()

        asyncio.run(take_all())
    return recorder.groups


def run_floor(url: str, groups: Sequence[Sequence[Statement]], sizes: Sequence[int]) -> Spent:
    """Say the recorded statements through the bare driver, in batches of these sizes."""
    driver = open_driver(url)
    spent = timed(lambda: replay(driver, groups, sizes))
    driver.close()
    return spent


def contents(url: str) -> list[list[tuple[Any, ...]]]:
    """What a run left in the tables it writes; LostError where the standings are no replay of the answers."""

    def read(connection: Connection) -> list[list[tuple[Any, ...]]]:
        if wrong := verify(connection, HALL):
            raise LostError(f"standings are no replay of the answers: {wrong[0]}")
        return [sorted(map(tuple, connection.execute(select(table)).all()), key=repr) for table in TABLES]

    store = Store.open(url, now=lambda: NOW, runner="inline")
    found = asyncio.run(store.read(read))
    asyncio.run(store.close())
    return found


def compare(fresh: Callable[[], str], asked: Asked, scale: Scale) -> tuple[list[Run], list[Spent]]:
    """Product and floor in turn, each on a database of its own; LostError unless all leave the same behind."""
    groups = record(recorded := fresh(), asked)
    same = contents(recorded)
    if len(same[0]) != len(contents(fresh())[0]) + len(asked.told):
        raise LostError(f"of {len(asked.told)} answers {len(same[0])} are there")
    gc.freeze()
    runs, floors = list[Run](), list[Spent]()

    def product() -> None:
        runs.append(run_product(url := fresh(), asked))
        check_same(url)

    def floor() -> None:
        floors.append(run_floor(url := fresh(), groups, runs[-1].sizes))
        check_same(url)

    def check_same(url: str) -> None:
        if contents(url) != same:
            raise LostError("floor and product did not leave the same answers, events, standings and histogram")

    in_turn(scale.runs, product, floor)
    return runs, floors


def rows(name: str, runs: Sequence[Run], floors: Sequence[Spent], each: int, slowest: float | None) -> Iterator[Row]:
    """Processor, time and waits of one database."""
    size = sum(len(run.waits) for run in runs) / sum(len(run.sizes) for run in runs)
    spent = [run.spent for run in runs]
    what = f"an answer with event, standings and histogram, {CALLERS} callers, {name}"
    yield Row(f"{what}: processor", cpu_of(spent, each), cpu_of(floors, each), 1.5)
    yield Row(f"{what}: time, {size:.0f} answers a commit", wall_of(spent, each), wall_of(floors, each), 1.5)
    waits = Figure(tuple(quantiles(run.waits, n=100)[98] * 1e3 for run in runs), "ms")
    yield Row(f"{what}: how long a caller waits, 99th percentile", waits, None, slowest, WAITS)


def on_sqlite(scale: Scale) -> list[Row]:
    """A SQLite file, durable (synchronous FULL)."""
    with folder() as place:
        template, numbers = place / "template.sqlite", count()
        asked = prepare(f"sqlite:///{template}", scale.of(500, 20), shown_items()[: scale.of(40, 12)])

        def fresh() -> str:
            file = place / f"{next(numbers)}.sqlite"
            shutil.copyfile(template, file)
            return f"sqlite:///{file}"

        runs, floors = compare(fresh, asked, scale)
        return list(rows("SQLite", runs, floors, len(asked.told), 10))


def on_postgresql(scale: Scale) -> list[Row]:
    """A PostgreSQL server on this machine, commits flushed to disk."""
    with postgresql() as server:
        template = new_database(server)
        url = server.format(name=template)
        asked = after_some(url, prepare(url, scale.of(500, 20), shown_items()[: scale.of(20, 12)]))
        statement(url, "VACUUM ANALYZE")  # as the server does by itself every few minutes
        runs, floors = compare(lambda: server.format(name=new_database(server, template)), asked, scale)
        return list(rows("PostgreSQL", runs, floors, len(asked.told), None))


def after_some(url: str, asked: Asked) -> Asked:
    """Take the first quarter of the answers; returns the others."""
    first = len(asked.told) // 4
    run_product(url, Asked(asked.rounds, asked.told[:first]))
    return Asked(asked.rounds, asked.told[first:])


def of_many_processes(scale: Scale) -> list[Row]:
    """Processes that write to one hall of one PostgreSQL; each answer is delivered by two of them."""
    with postgresql() as server:
        name = new_database(server)
        url = server.format(name=name)
        asked = prepare(url, scale.of(250, 10), shown_items()[: scale.of(8, 4)])
        processes = scale.of(PROCESSES, 2)
        shares = [asked.told[number::processes] for number in range(processes)]
        work = [Asked(asked.rounds, shares[number] + shares[number - 1]) for number in range(processes)]
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, context) as pool:
            runs = list(pool.map(run_product, [url] * processes, work, [CALLERS // processes] * processes))
        stored = len(contents(url)[0])
        ((deadlocks,),) = statement(server, f"SELECT deadlocks FROM pg_stat_database WHERE datname = '{name}'")
    if stored != len(asked.told):
        raise LostError(f"of {len(asked.told)} answers, each delivered twice, {stored} were stored")
    what = f"{len(asked.told):,} answers to one hall, each delivered by two of {processes} processes"
    slowest = quantiles([wait for run in runs for wait in run.waits], n=100)[98] * 1e3
    return [
        Row(f"{what}: deadlocks", Figure((float(str(deadlocks)),), ""), None, 0),
        Row(f"{what}: how long a caller waits, 99th percentile", Figure((slowest,), "ms")),
    ]


PART = Part(
    title="Durable answers",
    method=(
        "An answer is graded, stored, counted on fifteen boards and periods, and kept with its event, by "
        "`Quizmaster.answer`; it is on the disk when its caller goes on. The floor says the same statements with the "
        "same parameters through the bare driver (sqlite3, psycopg), in transactions of the same sizes; both leave the "
        "same rows behind, and the standings equal a replay. The items are those of the shipped pack, of every kind."
    ),
    cases={"sqlite": on_sqlite, "postgresql": on_postgresql, "processes": of_many_processes},
)
