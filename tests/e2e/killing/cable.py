"""A TCP way to a PostgreSQL server that breaks at COMMIT: before the server has heard of it, or after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import make_url


@dataclass(slots=True)
class Cable:
    """`url` is the database through the cable. Each `every`th COMMIT breaks its connection, `cuts` counts them."""

    url: str
    when: Literal["before", "after"]
    every: int
    cuts: int = 0
    _socket: str = ""
    _commits: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def laid(cls, url: str, when: Literal["before", "after"], every: int) -> AsyncIterator[Cable]:
        """A cable to the server of a database, taken away at the end."""
        address = make_url(url)
        cable = cls("", when, every, _socket=f"{address.query['host']}/.s.PGSQL.{address.port or 5432}")
        server = await asyncio.start_server(cable._plug_in, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        cable.url = f"postgresql://{address.username}@127.0.0.1:{port}/{address.database}"
        try:
            yield cable
        finally:
            server.close()
            for task in cable._tasks:
                task.cancel()
            await asyncio.gather(*cable._tasks, return_exceptions=True)

    async def _plug_in(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, forth = await asyncio.open_unix_connection(self._socket)
        pumps = [asyncio.create_task(self._forth(near, forth, back)), asyncio.create_task(_copy(far, back))]
        for pump in pumps:
            self._tasks.add(pump)
            pump.add_done_callback(self._tasks.discard)

    async def _forth(self, near: asyncio.StreamReader, forth: asyncio.StreamWriter, back: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while sent := await near.read(65536):
                cut = self._cuts(sent)
                if cut:
                    back.transport.abort()
                if not cut or self.when == "after":
                    forth.write(sent)
                    await forth.drain()
                if cut:
                    break
        forth.close()

    def _cuts(self, sent: bytes) -> bool:
        self._commits += b"COMMIT" in sent
        cut = b"COMMIT" in sent and self._commits % self.every == 0
        self.cuts += cut
        return cut


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while received := await source.read(65536):
            target.write(received)
            await target.drain()
    target.close()
