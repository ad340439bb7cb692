"""Durable answers a second: the store with waiting callers against the floor, plain sqlite3, in the same run.

`python -m benchmarks.store [seconds a measurement]`
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, bindparam, text

from bot.rules.boards import Counted, boards, periods
from bot.store import Store, schema, standings
from bot.store.prepared import Prepared

CALLERS = 64
PEOPLE = 500
FLOOR = "CREATE TABLE answers (person INTEGER, question INTEGER, points INTEGER, at INTEGER, UNIQUE (person, question))"
ADD = "INSERT INTO floor VALUES (:person, :question, :points, :at)"


def floor(file: Path, seconds: float, together: int) -> float:
    """Rows a second of plain sqlite3, `together` rows a commit, each of them durable."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(FLOOR)
        rows, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            connection.execute("BEGIN IMMEDIATE")
            for row in range(rows, rows + together):
                connection.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", (row % PEOPLE, row // PEOPLE, 10, row))
            connection.execute("COMMIT")
            rows += together
    return rows / seconds


async def product(file: Path, seconds: float, callers: int, work: Callable[..., object]) -> tuple[float, list[float]]:
    """Writes a second of as many callers as said, each waiting for its own, and how long they waited (seconds)."""
    store = Store.open(file, now=lambda: datetime.now(UTC))
    numbers, waits = count(), list[float]()
    end = time.perf_counter() + seconds

    async def call() -> None:
        while (start := time.perf_counter()) < end:
            await store.write("hall", partial(work, number=next(numbers)))
            waits.append(time.perf_counter() - start)

    await asyncio.gather(*(call() for _ in range(callers)))
    await store.close()
    return len(waits) / seconds, waits


_add = Prepared(lambda _: text(ADD).bindparams(*(bindparam(n) for n in ("person", "question", "points", "at"))))


def add_answer(connection: Connection, number: int) -> None:
    """One row, as the floor stores it."""
    _add.many(connection, [{"person": number % PEOPLE, "question": number // PEOPLE, "points": 10, "at": number}])


def add_counted(connection: Connection, number: int) -> None:
    """One row, and its fifteen standings and their histogram."""
    add_answer(connection, number)
    question = number // PEOPLE
    day = date(2026, 1, 1) + timedelta(days=question // 5)
    where = boards(1, f"topic-{question % 5}")
    counted = Counted(1 + number % PEOPLE, number, number % 3 * 10, number % 3 > 0, where, periods(day, "2026-Q4"))
    standings.count(connection, "hall", counted)


def prepare(file: Path) -> None:
    """The tables, a hall and its people, and a table as the floor has it."""
    schema.upgrade(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(FLOOR.replace("answers", "floor"))
        connection.execute("INSERT INTO halls VALUES ('hall', 'Hall', 'UTC', 'en', 'quarter', '{}', NULL, NULL)")
        people = [(number, "hall", f"p{number}", 0, 0) for number in range(1, PEOPLE + 1)]
        connection.executemany("INSERT INTO people (id, hall_id, name, hidden, since) VALUES (?, ?, ?, ?, ?)", people)
        connection.commit()


def main(seconds: float = 2.0) -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        best = floor(Path(folder) / "floor-100.sqlite", seconds, 100)
        single = floor(Path(folder) / "floor-1.sqlite", seconds, 1)
        print(f"plain sqlite3, 100 rows a commit    {best:9,.0f} rows/s   1.00")
        print(f"plain sqlite3, 1 row a commit       {single:9,.0f} rows/s   {single / best:.2f}")
        for name, callers, work in (
            ("1 caller", 1, add_answer),
            ("64 callers", CALLERS, add_answer),
            ("64 callers, with 15 standings", CALLERS, add_counted),
        ):
            file = Path(folder) / f"{name}.sqlite"
            prepare(file)
            rate, waits = asyncio.run(product(file, seconds, callers, work))
            middle, slow = quantiles(waits, n=100)[49], quantiles(waits, n=100)[98]
            waited = f"waits {middle * 1e3:.1f} ms, p99 {slow * 1e3:.1f} ms"
            print(f"store, {name:29}{rate:9,.0f} rows/s   {rate / best:.2f}   {waited}")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
