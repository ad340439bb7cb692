"""A siege: workers on one database that are killed while slots come due and people press buttons."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, or_, select

from bot.app import wall_clock
from bot.ports import NotSavedError, PlaceRef
from bot.registrar import Registrar
from bot.settings import Policy, Selection
from bot.store import Store
from bot.store.halls import find_schedule, keep_schedule, place_at
from bot.store.posts import NEVER
from bot.store.tables import posts, rounds, schedules
from tests.e2e.killing.checks import Besieged, Findings, check
from tests.e2e.killing.orders import HALLS, PLACES, Asked, Orders, settings_of
from tests.e2e.killing.platform import Weather
from tests.e2e.killing.points import some_point
from tests.e2e.killing.processes import PlatformServer, Worker, Zygote
from tests.e2e.killing.scale import LEASE
from tests.hall import choice_pack

SHORT_LIVED = timedelta(seconds=75)
"""Such a round closes in the run where its slot's minute is nearly over."""
PATIENCE = 90.0
RAISED = re.compile(r"(\w+\.)*\w+(Error|Exception|Group|Interrupt)\b")
"""The last line of a traceback: it names what was raised."""
FORESEEN = re.compile(r"(bot\.ports\.error\.NotSavedError|(sqlite3|psycopg|sqlalchemy\.exc)\.|psycopg\.errors\.)")
"""The database is locked or away."""


@dataclass(slots=True)
class Siege:
    """Workers, the platform, the driver's own way to the database, and what happened so far.

    `orphans` has for each question that a dead worker had claimed the last such worker.
    """

    url: str
    folder: Path
    rng: Random
    store: Store
    platform: PlatformServer
    zygote: Zygote
    without: str = ""
    crash_share: float = 0.0
    keep: int = 0
    deaths: list[Worker] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)
    asked: list[Asked] = field(default_factory=list)
    orphans: dict[int, Worker] = field(default_factory=dict)
    quiet_since: datetime = field(default_factory=lambda: datetime.now(UTC))
    """What was to be done by then is done."""
    peace: float = field(default_factory=time.time)
    """From then on nobody is killed, in seconds since the epoch."""
    _names: Any = field(default_factory=count)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def kills(self) -> int:
        """How many workers died of -9."""
        return sum(each.code == -signal.SIGKILL for each in self.deaths)

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return time.monotonic() - self.since

    async def start(self, **changes: Any) -> Worker:
        """Start a worker."""
        orders = Orders(
            name=f"worker-{next(self._names):05d}",
            url=self.url,
            port=self.platform.port,
            pack=str(self.folder / "pack.yaml"),
            log=str(self.folder / "workers.log"),
            without=self.without,
        )
        return await self.zygote.fork(replace(orders, **changes))

    async def man(self, workers: int, crash_share: float = 0.0) -> None:
        """Keep so many workers alive from now on; a share of them dies at a named moment by itself."""
        self.keep, self.crash_share = workers, crash_share
        for _ in range(workers - len(self.zygote.alive())):
            await self._start_another()

    async def calm(self) -> None:
        """Kill all, and start none again."""
        self.keep = 0
        while self._tasks or self.zygote.alive():
            alive = self.zygote.alive()
            for each in alive:
                each.kill()
            await asyncio.gather(*(each.gone.wait() for each in alive))
            await asyncio.gather(*self._tasks)

    async def ask(self, slots: int) -> None:
        """Let so many slots come due now, each in a place or two."""
        by_hall: dict[str, list[tuple[dict[str, Any], list[PlaceRef]]]] = {hall: [] for hall in HALLS}
        for _ in range(slots):
            hall = self.rng.choice(HALLS)
            places = self.rng.sample(PLACES[hall], self.rng.choice((1, 1, 1, 2)))
            policy = Policy(open_for=SHORT_LIVED if self.rng.random() < 0.3 else None)
            row = _schedule_row(hall, f"slot-{len(self.asked):05d}", policy)
            by_hall[hall].append((row, places))
            self.asked.append(Asked(row["name"], hall, len(places)))
        for hall, rows in by_hall.items():
            await insist(partial(self.store.write, hall, partial(_keep, rows=rows)))

    def unforeseen(self) -> list[str]:
        """The errors that workers logged with their tracebacks; that a database is away is foreseen."""
        log = self.folder / "workers.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        ends = [n for n, line in enumerate(lines) if RAISED.match(line)]
        return [lines[n] for n in ends if not FORESEEN.match(lines[n])]

    async def kill_one(self) -> None:
        """Kill any worker that is not frozen."""
        awake = [each for each in self.zygote.alive() if not each.frozen]
        if awake:
            worker = self.rng.choice(awake)
            worker.kill()
            await worker.gone.wait()

    async def freeze_one(self) -> None:
        """Freeze any worker for longer than its lease, and let it go on for a moment before anything else hits it."""
        awake = [each for each in self.zygote.alive() if not each.frozen]
        if not awake:
            return
        worker = self.rng.choice(awake)
        worker.frozen = True
        worker.send(signal.SIGSTOP)
        await asyncio.sleep(LEASE * 1.5)
        worker.send(signal.SIGCONT)
        await asyncio.sleep(0.7)
        worker.frozen = False

    async def quiet(self, within: float = PATIENCE) -> None:
        """Return when nothing is owed from before, and every press was taken; TimeoutError after `within` seconds."""
        self.quiet_since = before = datetime.now(UTC)
        until = time.monotonic() + within
        while left := await self.left(before):
            if time.monotonic() > until:
                raise TimeoutError(f"after {within} s there is still {left}")
            await asyncio.sleep(0.2)

    async def left(self, before: datetime) -> list[str]:
        """What is owed from before and not settled, and what was not taken."""
        owed: list[str] = await insist(lambda: self.store.read(partial(_owed, before=before)))
        untaken = await self.platform.untaken()
        return owed + [f"{untaken} presses"] * bool(untaken)

    async def _start_another(self) -> None:
        crash = some_point(self.rng) if self.rng.random() < self.crash_share else ""
        await self.start(kill=crash)

    def died(self, worker: Worker) -> None:
        """Note what a dead worker has left, and start the next."""
        self.deaths.append(worker)
        for coroutine in (self._find_orphans(worker), self._replace()):
            task = asyncio.create_task(coroutine)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _replace(self) -> None:
        if len(self.zygote.alive()) < self.keep:
            await self._start_another()

    async def _find_orphans(self, worker: Worker) -> None:
        try:
            left = await self.store.read(partial(_claimed_by, owner=worker.name))
        except NotSavedError:
            return
        self.orphans |= dict.fromkeys(left, worker)


async def findings(siege: Siege) -> Findings:
    """Check everything, and say the figures; nobody is at work any more."""
    done = Besieged(siege.asked, siege.orphans, siege.quiet_since, siege.peace)
    found = await check(siege.store, siege.url, await siege.platform.look(), done)
    without = f"without {siege.without}, " * bool(siege.without)
    print(f"{without}{siege.kills} kills in {siege.seconds:.0f} s; {found}")  # noqa: T201  pytest -s or -rP shows it
    return found


async def insist(do: Callable[[], Any]) -> Any:
    """Do it until the database lets it be done."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await do()
            except NotSavedError:
                await asyncio.sleep(0.1)


@asynccontextmanager
async def besieged(
    url: str, folder: Path, seed: int, weather: Weather | None = None, without: str = ""
) -> AsyncIterator[Siege]:
    """A settled database with a platform and nobody at work yet."""
    pack, log = folder / "pack.yaml", folder / "processes.log"
    pack.write_text(choice_pack(), encoding="utf-8")
    store = Store.open(url, now=wall_clock)
    numbers = count()
    await Registrar(store, wall_clock, lambda length: f"{next(numbers):x}".rjust(length, "t")).settle(
        settings_of(pack).halls
    )
    platform = await PlatformServer.start(log, seed, weather or Weather())
    zygote = await Zygote.start(log)
    siege = Siege(url, folder, Random(seed), store, platform, zygote, without)
    zygote.on_death = siege.died
    try:
        yield siege
        await siege.calm()
    finally:
        siege.keep = 0
        await zygote.close()
        await platform.close()
        await store.close()


def _schedule_row(hall: str, name: str, policy: Policy) -> dict[str, Any]:
    now = datetime.now(UTC)
    minute = now.replace(second=0, microsecond=0)
    return {
        "hall_id": hall,
        "name": name,
        "zone": "UTC",
        "times": [minute.strftime("%H:%M")],
        "weekdays": list(range(7)),
        "blackout": [],
        "selection": Selection().to_json(),
        "policy": policy.to_json(),
        "made_at": now,
        "looked_until": minute - timedelta(seconds=1),
        "timed_from": minute - timedelta(seconds=1),
        "next_due": minute,
    }


def _keep(connection: Connection, rows: list[tuple[dict[str, Any], list[PlaceRef]]]) -> None:
    for row, refs in rows:
        if find_schedule(connection, row["hall_id"], row["name"]) is None:
            found = [place_at(connection, ref) for ref in refs]
            keep_schedule(connection, row | {"places": sorted(each.id for each in found if each)}, None)


def _owed(connection: Connection, before: datetime) -> list[str]:
    unsettled = posts.c.state.in_(("due", "sending", "uncertain")), posts.c.next_try < NEVER
    ended = posts.c.round_id.in_(select(rounds.c.id).where(rounds.c.closes_at <= before))
    counted = or_(posts.c.kind == "question", posts.c.made_at < before, ended)
    due = select(schedules.c.name).where(schedules.c.next_due <= before)
    owed = select(posts.c.stamp, posts.c.state, posts.c.reason, posts.c.attempts).where(*unsettled, counted)
    # A post is given up at its round's closing time; the next look at rounds to close says why in the round.
    unnamed = select(rounds.c.id, rounds.c.state).where(
        rounds.c.state == "due", rounds.c.closes_at <= datetime.now(UTC)
    )
    unclosed = select(rounds.c.id, rounds.c.state).where(rounds.c.state == "open", rounds.c.closes_at <= before)
    return [str(row) for statement in (due, owed, unnamed, unclosed) for row in connection.execute(statement)]


def _claimed_by(connection: Connection, owner: str) -> list[int]:
    statement = select(posts.c.id).where(posts.c.state == "sending", posts.c.owner == owner, posts.c.kind == "question")
    return list(connection.execute(statement).scalars())
