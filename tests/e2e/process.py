"""A real Studyhall process for tests: started as a person would, spoken to over HTTP, ended by a signal."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import aiohttp

from tests.watch import WATCH

PAGE = re.compile(r"the page is at (http://\S+)")


@dataclass(slots=True)
class Running:
    """A process that serves, its page's address and what it has logged so far."""

    process: Process
    address: str
    log: list[str]
    reader: asyncio.Task[None]
    visitor: aiohttp.ClientSession = field(repr=False)

    async def get(self, path: str) -> str:
        """The text of a page."""
        async with self.visitor.get(self.address + path) as response:
            assert response.status == 200, await response.text()
            return await response.text()

    async def stop(self, how: int = signal.SIGTERM) -> int:
        """Send a signal; returns the exit code. Raises TimeoutError where it takes over 10 s."""
        if self.process.returncode is None:
            self.process.send_signal(how)
        async with asyncio.timeout(10):
            code = await self.process.wait()
        await self.reader
        await self.visitor.close()
        WATCH.read("\n".join(self.log), "studyhall run")
        return code


async def start(folder: Path, *options: str, seconds: float = 40.0, **environment: str) -> Running:
    """Start `studyhall run` in a folder on a free port and wait for its page."""
    arguments = [sys.executable, "-m", "bot", "run", "--port", "0", *options]
    own = {key: value for key, value in os.environ.items() if not key.startswith(("STUDYHALL", "DATABASE"))}
    process = await asyncio.create_subprocess_exec(
        *arguments, cwd=folder, env={**own, **environment}, stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=PIPE
    )
    log: list[str] = []
    found = asyncio.get_running_loop().create_future()
    reader = asyncio.create_task(_read(process, log, found))
    try:
        async with asyncio.timeout(seconds):
            address = await found
    except TimeoutError:
        process.kill()
        raise AssertionError("the process did not open its page:\n" + "\n".join(log)) from None
    jar = aiohttp.CookieJar(unsafe=True)
    return Running(process, address, log, reader, aiohttp.ClientSession(cookie_jar=jar))


class Start(Protocol):
    """`start`, whose processes end with the test at the latest."""

    async def __call__(self, folder: Path, *options: str) -> Running:
        """Start a process."""


@asynccontextmanager
async def starting() -> AsyncIterator[Start]:
    """Gives `start`; kills at the end what the test left running."""
    begun: list[Running] = []

    async def one(folder: Path, *options: str) -> Running:
        begun.append(await start(folder, *options))
        return begun[-1]

    try:
        yield one
    finally:
        for each in begun:
            await each.stop(signal.SIGKILL)


async def _read(process: Process, log: list[str], found: asyncio.Future[str]) -> None:
    assert process.stderr is not None
    async for raw in process.stderr:
        line = raw.decode(errors="replace").rstrip()
        log.append(line)
        if (told := PAGE.search(line)) and not found.done():
            found.set_result(told[1])
    if not found.done():
        found.set_exception(AssertionError("the process ended:\n" + "\n".join(log)))
