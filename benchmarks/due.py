"""Many slots due at one second: the planner against the table floor, the same rows by the bare driver."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.frame import Figure, LostError, Memory, Part, Row, Scale, Spent, cpu_of, in_fresh_process, memory, timed
from benchmarks.pulse import longest_gap
from benchmarks.server import folder, new_database, postgresql
from bot.app import random_token
from bot.planner import Planner
from bot.store import Store, schema
from content.bank import Bank, open_bank

PACK = Path(__file__).resolve().parent.parent / "content" / "packs" / "ml-interview"
HALL_HAS = 100
BATCH = 100
FIRST = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PROFILE = """\
Of the product's time, by a profile of 20,000 slots (py-spy, 300 samples a second): 30 % are the floor's own statements
and commits; 21 % read what the floor is not asked for (the schedules, the places, what was asked in each place before),
19 % pick the question for each place by its history, put it in order and show it as JSON; 14 % make the rows, their
tokens and their ids; the rest are the event loop and the threads between which a batch travels. A slot that picks its
question by what its place has seen costs three times its rows. All 50,000 are decided long before the two minutes after
which a card says that it comes late."""
ALIKE = ("Europe/Berlin", '["10:00"]', "[0,1,2,3,4,5,6]", "[]", "{}", "{}")
"""Zone, times, weekdays, dates left out, selection and policy of each schedule."""
COLUMNS = {
    "turns": "id, hall_id, schedule_id, slot, due_at, day, late, policy, item_id, topic, concept, shown, skipped",
    "rounds": "id, hall_id, turn_id, place_id, token, state, reason, closes_at, answered, told",
    "posts": "id, hall_id, place_id, platform, round_id, kind, nth, stamp, state, fence, attempts, looks, next_try, "
    "made_at",
}
Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Driver:
    """A bare driver: how it connects, how it begins, and its sign for a parameter."""

    connect: Callable[[str], Any]
    begin: str
    sign: str


def _file(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


SQLITE = Driver(_file, "BEGIN IMMEDIATE", "?")
POSTGRESQL = Driver(partial(psycopg.connect, autocommit=True), "BEGIN", "%s")


def micros(at: datetime) -> int:
    """An instant as the tables hold it."""
    return int(at.timestamp()) * 1_000_000


def prepare(driver: Driver, address: str, halls: int) -> None:
    """Halls with a hundred places each, and a schedule for each place, all due for the first time at `FIRST`."""
    many = range(1, halls * HALL_HAS + 1)
    of = {number: f"hall-{(number - 1) // HALL_HAS}" for number in many}
    due, since = micros(FIRST), micros(FIRST - DAY)
    rows: dict[str, Iterator[tuple[Any, ...]]] = {
        "halls (id, title, zone, language, season, organisers)": (
            (f"hall-{number}", "Hall", "UTC", "en", "quarter", "{}") for number in range(halls)
        ),
        "places (id, hall_id, platform, workspace, channel)": (
            (number, of[number], "web", "local", f"c{number}") for number in many
        ),
        "schedules (id, hall_id, name, zone, times, weekdays, blackout, selection, policy, places, made_at, "
        "looked_until, next_due)": (
            (number, of[number], f"s{number}", *ALIKE, f"[{number}]", since, since, due) for number in many
        ),
    }
    with closing(driver.connect(address)) as connection:
        cursor = connection.cursor()
        cursor.execute(driver.begin)
        for table, values in rows.items():
            while some := list(islice(values, 10_000)):
                signs = ", ".join([driver.sign] * len(some[0]))
                cursor.executemany(f"INSERT INTO {table} VALUES ({signs})", some)
        cursor.execute("COMMIT")
        cursor.execute("ANALYZE")


def analyze(driver: Driver, address: str) -> None:
    """Tell the database how large its tables are."""
    with closing(driver.connect(address)) as connection:
        connection.cursor().execute("ANALYZE")


def product(address: str, bank: Bank, day: int) -> tuple[Spent, float]:
    """Decide everything that is due on a day: what it took, and the longest that the event loop did not turn (s)."""
    now = FIRST + day * DAY

    async def plan() -> float:
        store = Store.open(address, now=lambda: now)
        planner = Planner(store, lambda: bank, lambda: now, random_token)
        async with longest_gap() as gap:
            await planner.plan()
        await store.close()
        return gap.seconds

    gaps: list[float] = []
    return timed(lambda: gaps.append(asyncio.run(plan()))), gaps[0]


def decided(driver: Driver, address: str, day: int, due: int) -> dict[str, Rows]:
    """The rows that a day left. Raises LostError unless there is one of each kind for each schedule, and none due."""
    now = micros(FIRST + day * DAY)
    where = {"turns": f"due_at = {now}", "rounds": f"closes_at = {now + 86_400_000_000}", "posts": f"made_at = {now}"}
    with closing(driver.connect(address)) as connection:
        cursor = connection.cursor()
        rows = {
            table: cursor.execute(f"SELECT {COLUMNS[table]} FROM {table} WHERE {of} ORDER BY id").fetchall()
            for table, of in where.items()
        }
        left = cursor.execute(f"SELECT count(*) FROM schedules WHERE next_due <= {now}").fetchone()[0]
    asked = {row[2] for row in rows["turns"] if row[8]}
    if left or len(asked) != due or any(len(found) != due for found in rows.values()):
        raise LostError(f"of {due} slots {len(asked)} were asked and {left} are still due")
    return rows


def floor(driver: Driver, address: str, day: int, rows: dict[str, Rows]) -> Spent:
    """Store the same rows in batches: poll the indexed table, insert, move the schedules on."""
    now, following = micros(FIRST + day * DAY), micros(FIRST + (day + 1) * DAY)
    inserts = {
        table: f"INSERT INTO {table} ({names}) VALUES ({', '.join([driver.sign] * (names.count(',') + 1))})"
        for table, names in COLUMNS.items()
    }
    poll = f"SELECT id, hall_id FROM schedules WHERE next_due <= {driver.sign} ORDER BY next_due, id"
    advance = f"UPDATE schedules SET looked_until = {driver.sign}, next_due = {driver.sign} WHERE id = {driver.sign}"

    def work() -> None:
        with closing(driver.connect(address)) as connection:
            cursor = connection.cursor()
            due = cursor.execute(poll, (now,)).fetchall()
            for start in range(0, len(due), BATCH):
                cursor.execute(driver.begin)
                for table, insert in inserts.items():
                    cursor.executemany(insert, rows[table][start : start + BATCH])
                cursor.executemany(advance, [(now, following, one) for one, _ in due[start : start + BATCH]])
                cursor.execute("COMMIT")

    return timed(work)


def measured(driver: Driver, ours: str, theirs: str, halls: int, runs: int) -> list[Row]:
    """A day a run: the product decides it, and the floor stores what the product stored."""
    for address in (ours, theirs):
        prepare(driver, address.removeprefix("sqlite:///"), halls)
    slots = halls * HALL_HAS
    spent: list[Spent] = []
    floors: list[Spent] = []
    gaps: list[float] = []
    with folder() as at:
        bank = open_bank([PACK], at / "bank")
        for day in range(runs + 1):
            took, gap = product(ours, bank, day)
            rows = decided(driver, ours.removeprefix("sqlite:///"), day, slots)
            bare = floor(driver, theirs.removeprefix("sqlite:///"), day, rows)
            if day == 0:  # PostgreSQL plans for empty tables on the first day, and neither side is to pay for that
                for address in (ours, theirs):
                    analyze(driver, address.removeprefix("sqlite:///"))
                continue
            spent.append(took)
            gaps.append(gap * 1e3)
            floors.append(bare)
    name = "SQLite" if driver is SQLITE else "PostgreSQL"
    return [
        Row(
            f"{slots:,} slots due at once, {name}: a slot",
            cpu_of(spent, slots),
            cpu_of(floors, slots),
            1.5,
            explained=PROFILE,
        ),
        Row(
            f"the same, until all are decided, {name}",
            _seconds(spent),
            _seconds(floors),
            1.5,
            explained="as the row above.",
        ),
        Row(f"the same, longest time that the event loop stood still, {name}", Figure(tuple(gaps), "ms"), most=250),
    ]


def _seconds(spent: Sequence[Spent]) -> Figure:
    return Figure(tuple(each.wall for each in spent), "s")


def on_sqlite(scale: Scale) -> list[Row]:
    """A SQLite file each."""
    halls = scale.of(500, 10)
    with folder() as at:
        files = [at / name for name in ("ours.sqlite", "theirs.sqlite")]
        for file in files:
            schema.upgrade(file)
        ours, theirs = (f"sqlite:///{file}" for file in files)
        return [*measured(SQLITE, ours, theirs, halls, scale.of(3, 1)), added(halls)]


def on_postgresql(scale: Scale) -> list[Row]:
    """A database each of one PostgreSQL server."""
    with postgresql() as server:
        ours, theirs = (server.format(name=new_database(server)) for _ in range(2))
        return measured(POSTGRESQL, ours, theirs, scale.of(500, 10), scale.of(3, 1))


def added(halls: int) -> Row:
    """The memory that planning adds, in a process of its own."""
    grown = in_fresh_process(planned_once, halls)
    return Row("the same, memory added, SQLite", Figure((grown.peak - grown.now,), "MB"))


def planned_once(halls: int) -> Memory:
    """Resident memory before planning, and the most while planning."""
    with folder() as at:
        file = at / "once.sqlite"
        schema.upgrade(file)
        prepare(SQLITE, str(file), halls)
        bank = open_bank([PACK], at / "bank")
        before = memory().now
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        product(f"sqlite:///{file}", bank, 0)
        return Memory(before, memory().peak)


PART = Part(
    "Many slots due at one second",
    f"""\
The halls have {HALL_HAS} places with a schedule each. The product is one look of the planner at the clock, until each
slot has its turn (with the item as shown), its round and its post, and each schedule has moved on; one run is one day.
The floor polls the indexed table and stores the very rows that the product stored that day, {BATCH} slots a commit,
with plain statements on the bare driver.""",
    {"sqlite": on_sqlite, "postgresql": on_postgresql},
)
