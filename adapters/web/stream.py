"""Changes of the shelf, read by one poller a process and handed to every connected browser."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from bot.ports import Row, Shelf

PAGE = 200
QUEUED = 1000
"""Rows that wait for one slow browser; beyond that it is cut off, comes back and resumes where it was."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Whispered:
    """Something for one visitor that is not kept: an event's name and its JSON."""

    account: str
    channel: str
    event: str
    json: str


@dataclass(eq=False, slots=True)
class Follower:
    """A connected browser; None in the queue ends its stream."""

    account: str
    channel: str
    queue: asyncio.Queue[Row | Whispered | None] = field(default_factory=lambda: asyncio.Queue(QUEUED))

    def give(self, what: Row | Whispered | None) -> None:
        """Queue something; a full queue is emptied to end the stream, and the browser resumes."""
        try:
            self.queue.put_nowait(what)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)


class Stream:
    """Follows the shelf. `cursor` is the seq up to which all is handed out; `every` is the pause between looks."""

    def __init__(self, shelf: Shelf, every: float = 0.5) -> None:
        self.cursor = 0
        self._shelf = shelf
        self._every = every
        self._followers: set[Follower] = set()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look now: this process has just changed something."""
        self._woken.set()

    async def start(self) -> None:
        """Begin at the present: what a page shows when it loads is read from the shelf itself."""
        # A write is the one way to learn the newest seq without reading every row.
        self.cursor = (await self._shelf.put("started", {})).seq

    async def follow(self) -> None:
        """Look and hand out until cancelled. A shelf that fails is tried again: the page must come back with it."""
        while True:
            self._woken.clear()
            try:
                await self.look()
            except Exception:
                log.exception("the page cannot read its messages, trying again")
                await asyncio.sleep(self._every)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._woken.wait()

    async def look(self) -> None:
        """Hand out what changed since the last look."""
        async for row in self.since(self.cursor):
            self.cursor = row.seq
            for follower in self._followers:
                follower.give(row)

    async def since(self, after: int) -> AsyncIterator[Row]:
        """All rows that changed after `after`, in order."""
        while rows := await self._shelf.changed("", after, PAGE):
            for row in rows:
                yield row
            after = rows[-1].seq
            if len(rows) < PAGE:
                return

    async def knows(self, seq: int) -> bool:
        """Whether a browser's last seq is of this shelf's past, and not of a database that was replaced since."""
        return seq <= self.cursor or bool(await self._shelf.changed("", seq - 1, 1))

    def whisper(self, whispered: Whispered) -> None:
        """Tell one visitor's browsers at this process, now or never."""
        for follower in self._followers:
            if (follower.account, follower.channel) == (whispered.account, whispered.channel):
                follower.give(whispered)

    @contextlib.contextmanager
    def followed(self, account: str, channel: str) -> Iterator[Follower]:
        """Follow from now on, until the block ends."""
        follower = Follower(account, channel)
        self._followers.add(follower)
        try:
            yield follower
        finally:
            self._followers.discard(follower)

    def end(self) -> None:
        """End every stream."""
        for follower in self._followers:
            follower.give(None)
