"""What is done again and again, by whom and how often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.counts import Counts
from bot.host import Host
from bot.inspector import Inspector
from bot.librarian import Librarian
from bot.library import Library
from bot.planner import Planner
from bot.ports import Platform
from bot.poster import Poster
from bot.quizmaster import Quizmaster
from bot.rater import Rater
from bot.recalling import TeamMemory
from bot.registrar import Registrar
from bot.reminders import Reminders
from bot.stars import Stars
from bot.store.processes import Process
from bot.sweeper import Sweeper
from scheduler.alarm import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """The jobs of a process, done by those who are named here, on the `platforms` that it runs."""

    platforms: Mapping[str, Platform]
    process: Process
    planner: Planner
    reminders: Reminders
    team_memory: TeamMemory
    quizmaster: Quizmaster
    host: Host
    librarian: Librarian
    stars: Stars
    poster: Poster
    counts: Counts
    library: Library
    registrar: Registrar
    inspector: Inspector
    sweeper: Sweeper
    rater: Rater

    async def run_due(self) -> None:
        """Do everything that is due now: ask, close, go on with matches, send, tell the counts."""
        await self._ask()
        await self._remind()
        for name in self.platforms:
            await self._close_due(name)
            await self.host.look(name)
        await self._amend()
        await self._recall()
        for name in self.platforms:
            await self._post(name)
        for name in self.platforms:
            await self.counts.tell(name)

    def listed(self) -> list[Job]:
        """What the alarm wakes; each goes on when another fails or waits, and each platform has its own."""
        return [
            Job("ask", 1.0, self._ask),
            Job("remind", 1.0, self._remind),
            Job("recall", 5.0, self._recall),
            Job("amend reveals", 5.0, self._amend),
            *(job for name in self.platforms for job in self._of(name)),
            Job("reload", 2.0, self._reload),
            Job("sweep", 600.0, self._sweep),
            Job("rate", 3600.0, self.rater.rate),
        ]

    def _of(self, platform: str) -> list[Job]:
        each: list[tuple[str, Callable[[str], Awaitable[None]]]] = [
            ("close on", self._close_due),
            ("matches on", self._go_on),
            ("post to", self._post),
            ("count on", self.counts.tell),
        ]
        return [Job(f"{what} {platform}", 1.0, partial(do, platform)) for what, do in each]

    async def _ask(self) -> None:
        await self.planner.plan()
        await self.inspector.beat(self.process)

    async def _remind(self) -> None:
        while await self.reminders.remind():
            pass

    async def _recall(self) -> None:
        while await self.team_memory.take_in():
            pass

    async def _close_due(self, platform: str) -> None:
        await self.quizmaster.close_due({platform: self.platforms[platform]})

    async def _go_on(self, platform: str) -> None:
        """Matches do not wait for the next look at what is owed."""
        if await self.host.look(platform):
            await self._post(platform)

    async def _amend(self) -> None:
        """What changes in reveals that are there: a key that was wrong, and whom the group liked best."""
        await self.librarian.resume()
        await self.stars.name_best()

    async def _post(self, platform: str) -> None:
        while await self.poster.post(platform):
            pass

    async def _reload(self) -> None:
        await self.library.reload(self.registrar)

    async def _sweep(self) -> None:
        await self.sweeper.sweep_if_due()
