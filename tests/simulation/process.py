"""A simulated process: the real core, whose every way out (store, platform) is a place where it may die or freeze."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.app import App
from bot.ports import Adapter, Card, Listener, Message, NotSavedError, PlaceRef, Routes, Who
from bot.settings import Settings
from bot.store import Store
from bot.store.database import Trouble
from bot.store.sqlite import SqliteDatabase
from scheduler.alarm import Job
from tests.simulation.server import Server

T = TypeVar("T")
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


class FaultError(Exception):
    """The database failed, in the way that `trouble` says."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.name)
        self.trouble = trouble


@dataclass(slots=True)
class Weather:
    """How the database is, for all processes. Shares are between 0 and 1."""

    fails: float = 0.0
    down_until: float = 0.0


class SimDatabase(SqliteDatabase):
    """SQLite, which takes the simulation's faults for the database's own."""

    def trouble(self, error: BaseException) -> Trouble | None:
        """What the fault says, or what SQLite says."""
        return error.trouble if isinstance(error, FaultError) else super().trouble(error)


class SimStore(Store):
    """The real store; a write or a read is a moment at which its process may die."""

    def __init__(self, process: Process, file: Path) -> None:
        self._process = process
        super().__init__(
            SimDatabase(file), now=process.lease_clock, threads=False, virtual=True, failpoint=process.at_failpoint
        )

    async def write(self, hall: str, fn: Callable[[Connection], T], *, within: float = 2.5) -> T:
        """The store's own write, some milliseconds later."""
        await self._process.gate(0.02)
        value = await super().write(hall, fn, within=within)
        await self._process.gate(0.005)
        return value

    async def read(self, fn: Callable[[Connection], T], *, within: float = 10.0) -> T:
        """The store's own read."""
        await self._process.gate(0.005)
        if self._process.database_is_down():
            raise NotSavedError(Trouble.LOST.sentence)
        value = await super().read(fn, within=within)
        await self._process.gate(0.002)
        return value


class Client:
    """The adapter of the simulated platform: each call goes to the server and back, each with the card as sent."""

    routes = Routes()

    def __init__(self, process: Process, server: Server) -> None:
        self.name = "fake"
        self.limits = server.traits.limits
        self._process = process
        self._server = server

    async def run(self, listener: Listener) -> None:
        """Connect, and serve until cancelled."""
        await self._process.gate(0.1)
        self._process.listener = listener
        await listener.resumed(self.name)
        await asyncio.Event().wait()

    def when(self, message: str) -> datetime | None:
        """The ids of this platform do not tell."""
        return None

    async def send(self, place: PlaceRef, card: Card, stamp: str) -> str:
        """Post."""
        return str(await self._call(lambda: self._server.post(place, card, self.stamped(stamp))))

    async def edit(self, message: Message, card: Card) -> None:
        """Change a message."""
        await self._call(lambda: self._server.edit(message.id, card))

    async def reply(self, message: Message, card: Card, stamp: str) -> str:
        """Post in a thread."""
        stamped = self.stamped(stamp)
        return str(await self._call(lambda: self._server.post(message.place, card, stamped, message.id)))

    async def direct(self, who: Who, card: Card, stamp: str) -> str:
        """Post to a person."""
        place = PlaceRef(self.name, who.workspace, who.account)
        return str(await self._call(lambda: self._server.post(place, card, self.stamped(stamp))))

    async def whisper(self, place: PlaceRef, who: Who, card: Card) -> None:
        """Whispers are not kept."""

    async def react(self, message: Message, emoji: str) -> None:
        """Our own reactions are not kept; a deleted message tells."""
        await self._call(lambda: self._server.standing(message.id))

    async def home(self, who: Who, card: Card) -> None:
        """Front pages are not kept."""

    async def find(
        self, place: PlaceRef | Who, stamp: str, since: datetime, under: Message | None = None
    ) -> str | None:
        """Look for a stamp."""
        if isinstance(place, Who):
            place = PlaceRef(self.name, place.workspace, place.account)
        begin, thread = (since - self._process.began).total_seconds(), under.id if under else ""
        found: str | None = await self._call(lambda: self._server.find(place, stamp, begin, thread))
        return found

    async def reactors(self, message: Message) -> Sequence[tuple[str, Who]]:
        """Read reactions."""
        found: Sequence[tuple[str, Who]] = await self._call(lambda: self._server.reactors(message.id))
        return found

    async def close(self) -> None:
        """Nothing to let go of."""

    @staticmethod
    def stamped(stamp: str) -> str:
        """The stamp as it travels."""
        return stamp

    async def _call(self, act: Callable[[], Any]) -> Any:
        await self._process.gate(0.05)
        self._process.calling = True
        try:
            value = await self._server.call(act)
        finally:
            self._process.calling = False
        await self._process.gate(0.0)
        return value


class Process:
    """One process of the study hall. `began` is when the simulation did; `dies_in`: after so many steps (a step
    is a way out taken) it is killed.
    """

    def __init__(
        self,
        number: str,
        settings: Settings,
        file: Path,
        server: Server,
        *,
        rng: Random,
        began: datetime,
        now: Callable[[], datetime],
        lease_clock: Callable[[], datetime],
        weather: Weather,
        pace: float,
        dies_in: int | None = None,
        client: type[Client] = Client,
    ) -> None:
        self.name = number
        self.began = began
        self.lease_clock = lease_clock
        self.dead = False
        self.calling = False
        self.stopping = False
        self.listener: Listener | None = None
        self.failures: list[BaseException] = []
        self._rng = rng
        self._weather = weather
        self._pace = pace
        self._steps_left = dies_in
        self._thawed = asyncio.Event()
        self._thawed.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.store = SimStore(self, file)
        adapter = Adapter("fake", lambda _: self._open(server, client), str, server.traits.limits)
        self.app = App(
            settings,
            self.store,
            {"fake": adapter},
            environment={},
            now=now,
            token=lambda length: "".join(rng.choice(LETTERS) for _ in range(length)),
            steady=server.time,
            cache=file.with_name("bank.cache"),
        )

    def _open(self, server: Server, client: type[Client]) -> Client:
        return client(self, server)

    def begin(self) -> None:
        """Start it."""
        self.spawn(self._serve())

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something inside this process: it ends when the process is killed."""
        task = asyncio.create_task(self._shielded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # one that was killed before its first step

    def kill(self) -> None:
        """kill -9: nothing of it goes on, not even what tidies up."""
        self.dead = True
        self._thawed.set()
        for task in self._tasks:
            task.cancel()

    def bury(self) -> None:
        """Let go of the files of a process that is dead."""
        self.store._writer.close()
        self.store._database.readers.dispose()

    async def stop(self) -> None:
        """SIGTERM: what was claimed and not begun is given back."""
        self.stopping = True
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()
        await self.app.close()
        self.dead = True

    def freeze(self, seconds: float) -> None:
        """SIGSTOP, and SIGCONT so many seconds later."""
        self._thawed.clear()
        asyncio.get_running_loop().call_later(seconds, self._thawed.set)

    async def gate(self, longest: float) -> None:
        """A way out: takes up to `longest` seconds; here the process may be frozen, or die."""
        self._step()
        if longest:
            await asyncio.sleep(self._rng.random() * longest)
        await self._thawed.wait()
        self._step(0)

    def at_failpoint(self, name: str) -> None:
        """A moment of a transaction: the process may die here, or the database fail."""
        self._step()
        if self.database_is_down() or self._rng.random() < self._weather.fails:
            lasting = [Trouble.BUSY, Trouble.LOST, Trouble.LOST, Trouble.FULL]
            raise FaultError(Trouble.LOST if self.database_is_down() else self._rng.choice(lasting))

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return not self._thawed.is_set()

    def database_is_down(self) -> bool:
        """Whether nobody can reach the database now."""
        return asyncio.get_running_loop().time() < self._weather.down_until

    def _step(self, one: int = 1) -> None:
        if self._steps_left is not None and not self.dead:
            self._steps_left -= one
            if self._steps_left < 0:
                self.kill()
        if self.dead:
            raise asyncio.CancelledError

    async def _shielded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            if not self.dead and not self.stopping:
                raise
        except Exception as error:  # noqa: BLE001  looked at when the simulation ends
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        """Faults of the database are foreseen; what else is raised is a fault of the program."""
        self.failures += [each for each in _leaves(error) if not isinstance(each, NotSavedError)]

    async def _serve(self) -> None:
        """What `App.serve` does without its alarm, which lives by the real clock, and its doors, which are sockets."""
        while True:
            try:
                await self.app.settle()
                break
            except NotSavedError:
                await asyncio.sleep(1)
        jobs = self.app.jobs()
        for job in self._rng.sample(jobs, len(jobs)):  # they begin together, and none waits for another
            self.spawn(self._again_and_again(job))
        self.spawn(self.app.running["fake"].platform.run(self.app.desk))

    async def _again_and_again(self, job: Job) -> None:
        while True:
            try:
                await job.run()
            except Exception as error:  # noqa: BLE001  as the alarm does: the job goes on, the error is looked at later
                self._failed(error)
            await asyncio.sleep(job.seconds * self._pace * self._rng.uniform(0.5, 1.5))


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for each in error.exceptions for leaf in _leaves(each)]
    return [error]
