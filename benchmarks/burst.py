"""Bursts of answers: five hundred people on one question of the web page, and deliveries by eight processes at once."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from datetime import time as clock_time
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles

import aiohttp
from sqlalchemy import func, select

from benchmarks.frame import Figure, LostError, Part, Row, Scale
from benchmarks.pulse import longest_gap
from benchmarks.server import folder, new_database, postgresql
from bot.app import App
from bot.installed import installed_adapters
from bot.ports import Answered, NotSavedError, PlaceRef, Press, Reply, Who
from bot.settings import HallEntry, Listening, Organisers, Policy, ScheduleEntry, Selection, Settings
from bot.store import Store, schema
from bot.store.proof import verify
from bot.store.tables import answers, rounds
from content.item import Kind
from scheduler.schedule import Rule

PACK = Path(__file__).resolve().parent.parent / "content" / "packs" / "ml-interview"
HALL = "team"
GENERAL = PlaceRef("web", "local", "general")
A_SECOND = 100
"""So many people answer the open question."""
CALLERS = 64
PROCESSES = 8
SEED = 1
OPTION = re.compile(r'data-ref="(answer:[^"]+)"')


def settings_for(database: str) -> Settings:
    """A hall on the page that asks one question of several options at once."""
    rule = Rule((clock_time(9),), frozenset(range(7)), "UTC")
    schedule = ScheduleEntry("daily", (GENERAL,), rule, Selection(kinds=(Kind.CHOICE,)), Policy(first="at once"))
    hall = HallEntry(HALL, "A team", "UTC", "en", "quarter", Organisers(), None, (GENERAL,), (schedule,))
    platforms = {"web": {"visitors_are_organisers": "never"}}
    return Settings((hall,), (PACK,), database, platforms, Listening(private_port=0), "a benchmark")


@asynccontextmanager
async def opened(database: str, cache: Path) -> AsyncIterator[tuple[App, Store]]:
    """The core on a database, not serving yet."""
    store = Store.open(database, now=lambda: datetime.now(UTC))
    app = App(settings_for(database), store, installed_adapters(), environment={}, cache=cache)
    try:
        yield app, store
    finally:
        await app.close()
        await store.close()


async def token_of_round(store: Store) -> str:
    """The token of the open round, once there is one."""
    statement = select(rounds.c.token).where(rounds.c.state == "open")
    async with asyncio.timeout(60):
        while True:
            token = await store.read(lambda connection: connection.execute(statement).scalar())
            if token:
                return str(token)
            await asyncio.sleep(0.05)


async def check(store: Store, people: int) -> None:
    """Raise LostError unless each person's answer is stored, and counted once."""
    found = await store.read(
        lambda connection: connection.execute(select(func.count()).select_from(answers)).scalar_one()
    )
    if found != people:
        raise LostError(f"of {people} answers {found} are stored")
    if wrong := await store.read(lambda connection: verify(connection, HALL)):
        raise LostError(f"standings are no replay of the answers: {wrong[:3]}")


async def burst(database: str, cache: Path, people: int) -> tuple[list[float], float]:
    """Serve the page to a burst; how long each person waited, and the longest that the event loop stood still (s)."""
    async with opened(database, cache) as (app, store):
        serving = asyncio.create_task(app.serve())
        await token_of_round(store)
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
            await loop.run_in_executor(pool, abs, 0)  # the process is there
            async with longest_gap() as gap:
                waits = await loop.run_in_executor(pool, visit, app.doors.address, people)
        await check(store, people)
        app.stop()
        await serving
    return waits, gap.seconds


def visit(address: str, people: int) -> list[float]:
    """Open the page as many people, then answer one after another; how long each acknowledgement took."""
    return asyncio.run(_visit(address, people))


async def _visit(address: str, people: int) -> list[float]:
    jar = aiohttp.DummyCookieJar()
    connector = aiohttp.TCPConnector(limit=CALLERS)
    async with aiohttp.ClientSession(address, cookie_jar=jar, connector=connector) as session:

        async def arrive() -> tuple[str, list[str]]:
            async with session.get("/") as answer:
                cookies = "; ".join(f"{name}={each.value}" for name, each in answer.cookies.items())
                return cookies, OPTION.findall(await answer.text())

        async def press(number: int, cookies: str, refs: Sequence[str]) -> float:
            await asyncio.sleep(number / A_SECOND)
            start = time.perf_counter()
            body = {"id": f"press-number-{number:06}", "place": "general", "ref": refs[number % len(refs)]}
            async with session.post("/api/press", json=body, headers={"Origin": address, "Cookie": cookies}) as answer:
                if answer.status != 200:  # noqa: PLR2004  HTTP's OK
                    raise LostError(f"an answer was refused: {await answer.text()}")
                await answer.read()
            return time.perf_counter() - start

        arrived = [await arrive() for _ in range(people)]
        return list(await asyncio.gather(*(press(number, *each) for number, each in enumerate(arrived))))


async def deliveries(database: str, cache: Path, people: int, processes: int) -> tuple[list[float], float]:
    """Processes deliver each answer one to four times; how long each delivery waited, and all of it took (s)."""
    async with opened(database, cache) as (app, store):
        serving = asyncio.create_task(app.serve())
        token = await token_of_round(store)
        app.stop()
        await serving
        chance = random.Random(SEED)
        times = [number for number in range(people) for _ in range(chance.randint(1, 4))]
        chance.shuffle(times)
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(max_workers=processes, mp_context=get_context("spawn")) as pool:
            shares = [times[nth::processes] for nth in range(processes)]
            start = time.perf_counter()
            calls = [loop.run_in_executor(pool, deliver, database, cache, token, share) for share in shares]
            waits = [wait for found in await asyncio.gather(*calls) for wait in found]
            took = time.perf_counter() - start
        await check(store, people)
    return waits, took


def deliver(database: str, cache: Path, token: str, numbers: Sequence[int]) -> list[float]:
    """Deliver these people's presses, so many at a time; how long each took."""
    return asyncio.run(_deliver(database, cache, token, numbers))


async def _deliver(database: str, cache: Path, token: str, numbers: Sequence[int]) -> list[float]:
    left = iter(numbers)
    waits: list[float] = []
    async with opened(database, cache) as (app, _):

        async def caller() -> None:
            for number in left:
                who = Who("web", "local", f"person-{number}", f"Person {number}")
                at = datetime.now(UTC)
                press = Press(f"press-{number}", at, who, GENERAL, f"answer:{token}:{number % 4}")
                start = time.perf_counter()
                answer = await until_saved(app, press)
                waits.append(time.perf_counter() - start)
                if not isinstance(answer, Reply):
                    raise LostError(f"a delivery was answered with {answer!r}")

        await asyncio.gather(*(caller() for _ in range(CALLERS // PROCESSES)))
    return waits


async def until_saved(app: App, press: Press) -> Answered:
    """Press, again after each time that nothing could be saved: a platform delivers it again, or the person presses."""
    while True:
        try:
            return await app.desk.pressed(press)
        except NotSavedError:
            continue


def rows(name: str, database: str, again: str, at: Path, scale: Scale) -> list[Row]:
    """Both bursts on a database each."""
    people, presses = scale.of((2_000, 500), (40, 40))
    waits, gap = asyncio.run(burst(database, at / "one.bank", presses))
    delivered, took = asyncio.run(deliveries(again, at / "two.bank", people, scale.of(PROCESSES, 2)))
    middle, slow = median(waits) * 1e3, quantiles(waits, n=100)[98] * 1e3
    late = quantiles(delivered, n=100)[98] * 1e3
    return [
        Row(
            f"{presses} answers, {A_SECOND} a second, on one question, {name}: acknowledged, 99th percentile",
            _one(slow),
            most=1000,
        ),
        Row("the same, median", _one(middle)),
        Row("the same, slowest", _one(max(waits) * 1e3)),
        Row("the same, longest time that the event loop stood still", _one(gap * 1e3), most=250),
        Row(
            f"{people:,} answers in {len(delivered):,} deliveries by {PROCESSES} processes, {name}: "
            f"until all are answered, start of the processes included",
            Figure((took,), "s"),
        ),
        Row("the same, a delivery waited, 99th percentile", _one(late)),
    ]


def _one(milliseconds: float) -> Figure:
    return Figure((milliseconds,), "ms")


def on_sqlite(scale: Scale) -> list[Row]:
    """On a SQLite file each."""
    with folder() as at:
        files = [at / name for name in ("one.sqlite", "two.sqlite")]
        for file in files:
            schema.upgrade(file)
        return rows("SQLite", str(files[0]), str(files[1]), at, scale)


def on_postgresql(scale: Scale) -> list[Row]:
    """On a database each of one PostgreSQL server."""
    with postgresql() as server, folder() as at:
        one, two = (server.format(name=new_database(server)) for _ in range(2))
        return rows("PostgreSQL", one, two, at, scale)


PART = Part(
    "Bursts of answers",
    f"""\
The first burst goes through the page's own HTTP: the bot serves in one process, and another one is 500 visitors who
answer the open question, {A_SECOND} a second. Nothing is lost and each acknowledgement comes after its answer is
committed. The second is a storm of events that are delivered one to four times, in any order, to any of {PROCESSES}
processes on one database: each answer is stored once. After both, the standings equal a replay.""",
    {"sqlite": on_sqlite, "postgresql": on_postgresql},
)
