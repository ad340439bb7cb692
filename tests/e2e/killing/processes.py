"""The processes of a siege: the platform, and the workers that a zygote forks."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.e2e.killing.orders import Orders
from tests.e2e.killing.platform import Weather

ROOT = Path(__file__).parents[3]
LONGEST_START = 40.0


async def _start(log: Path, module: str, *arguments: str) -> Process:
    with log.open("ab") as errors:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=errors, limit=2**20
        )


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


class PlatformServer:
    """The platform's process."""

    def __init__(self, process: Process, port: int) -> None:
        self._process = process
        self.port = port
        self._session = aiohttp.ClientSession(f"http://127.0.0.1:{port}")

    @classmethod
    async def start(cls, log: Path, seed: int, weather: Weather) -> PlatformServer:
        """Start it and wait for its port."""
        process = await _start(log, "tests.e2e.killing.platform", str(seed), json.dumps(asdict(weather)))
        assert process.stdout is not None
        async with asyncio.timeout(LONGEST_START):
            return cls(process, int(await process.stdout.readline()))

    async def change(self, **weather: float) -> None:
        """Another weather."""
        async with self._session.post("/weather", json=weather) as response:
            assert response.status == 200

    async def look(self) -> dict[str, list[dict[str, Any]]]:
        """Its messages, events and log."""
        async with self._session.get("/") as response:
            found: dict[str, list[dict[str, Any]]] = await response.json()
            return found

    async def untaken(self) -> int:
        """How many presses are not acknowledged yet, or are to be told again."""
        async with self._session.get("/untaken") as response:
            return int(await response.text())

    async def close(self) -> None:
        """End it."""
        await self._session.close()
        await _end(self._process)


@dataclass(slots=True)
class Worker:
    """A worker's process. `ended` is when it died, by the wall clock, and `code` how (negative: by a signal)."""

    name: str
    pid: int
    orders: Orders
    ended: float = 0.0
    code: int | None = None
    frozen: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def kill(self) -> None:
        """Kill it now, with -9."""
        self.send(signal.SIGKILL)

    def send(self, number: int) -> None:
        """Send it a signal; one that is dead feels nothing."""
        if self.code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Zygote:
    """Starts workers, and tells `on_death` of each that died."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.on_death: Callable[[Worker], None] = lambda _: None
        self._begun: dict[str, asyncio.Future[int]] = {}
        self.workers: dict[int, Worker] = {}
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, log: Path) -> Zygote:
        """Start it; it has imported everything when the first worker has begun."""
        return cls(await _start(log, "tests.e2e.killing.zygote"))

    async def fork(self, orders: Orders) -> Worker:
        """Start a worker."""
        assert self._process.stdin is not None
        begun = self._begun[orders.name] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(f"{orders.to_line()}\n".encode())
        async with asyncio.timeout(LONGEST_START):
            pid = await begun
        worker = self.workers[pid]
        worker.orders = orders
        return worker

    def alive(self) -> list[Worker]:
        """The workers that live."""
        return [each for each in self.workers.values() if each.code is None]

    async def close(self) -> None:
        """End everything that lives."""
        for each in self.alive():
            each.kill()
        await asyncio.gather(*(each.gone.wait() for each in self.alive()))
        await _end(self._process)
        await self._listening

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            if "name" in told:
                unknown = Orders(told["name"], "", 0, "", "")
                self.workers[told["pid"]] = Worker(told["name"], told["pid"], unknown)
                self._begun.pop(told["name"]).set_result(told["pid"])
            else:
                worker = self.workers[told["died"]]
                worker.ended, worker.code = told["at"], told["code"]
                worker.gone.set()
                self.on_death(worker)
        for begun in self._begun.values():
            begun.set_exception(ChildProcessError("the zygote ended by itself: see processes.log"))
