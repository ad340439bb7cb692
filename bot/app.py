"""The composition root: the only module that knows all parts. It finds the adapters, opens all and closes all."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import secrets
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.cards.paging import Whole
from bot.clerk import Clerk
from bot.counts import Counts
from bot.desk import Desk
from bot.doors import Doors
from bot.frontpage import FrontPage
from bot.host import Host
from bot.inspector import Inspector
from bot.installed import installed_adapters
from bot.jobs import Jobs
from bot.languages import translate
from bot.librarian import Librarian
from bot.library import Library
from bot.messages import Messages
from bot.pace import Pace
from bot.people import People
from bot.planner import Planner
from bot.porter import Porter
from bot.ports import Adapter, Limits, NotSavedError, Platform, Routes
from bot.poster import LEASE, Poster
from bot.printer import Printer
from bot.proposals import Proposals
from bot.quizmaster import Quizmaster
from bot.rater import Rater
from bot.reader import Reader
from bot.recalling import TeamMemory
from bot.registrar import Registrar
from bot.reminders import Reminders
from bot.restorer import Restorer
from bot.running import Running, keep_running, open_platform
from bot.scorekeeper import Scorekeeper
from bot.sending import Sending
from bot.settings import Settings
from bot.stars import Stars
from bot.steady import steady
from bot.store import Store, schema
from bot.store.address import find_address
from bot.store.processes import Process, stopped
from bot.sweeper import Sweeper
from bot.timetable import Timetable
from bot.tutor import Tutor
from scheduler.alarm import Alarm, Job

LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
"""A letter for each byte, all alike often."""
GIVEN_UP = 3
"""The exit code where no platform can run before a person mends its set-up: that of wrong settings."""
ENOUGH = 8.0
"""Seconds that an end in good order may take before what is left is cut off; lost claims are taken over."""

log = logging.getLogger(__name__)


def wall_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def random_token(length: int) -> str:
    """So many unguessable characters of `[a-z2-7]`."""
    return secrets.token_bytes(length).translate(LETTERS).decode()


class App:
    """A study hall in one process: `serve`, or `run_due` for one look at the clock; `close` at the end."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        adapters: Mapping[str, Adapter],
        *,
        environment: Mapping[str, str],
        now: Callable[[], datetime] = wall_clock,
        token: Callable[[int], str] = random_token,
        cache: Path | None = None,
        steady: Callable[[], float] = steady,
        lease: timedelta = LEASE,
    ) -> None:
        self._settings, self._store, self._now = settings, store, now
        self._stop = asyncio.Event()
        self.library = Library(settings.packs, cache)
        self.running = {
            name: Running(adapters[name], open_platform(adapters[name], settings, store, environment, now, token))
            for name in settings.platforms
        }
        platforms = {name: each.platform for name, each in self.running.items()}
        bank = self.library.bank
        self.process = Process(token(12), tuple(platforms), now())
        self.registrar = Registrar(store, now, token)
        self.planner = Planner(store, bank, now, token)
        self.quizmaster = Quizmaster(store, now, token)
        self.scorekeeper = Scorekeeper(store, now)
        self.timetable = Timetable(store, now, token)
        self.librarian = Librarian(store, bank, now, token)
        self.people = People(store, now, token, adapters)
        self.inspector = Inspector(store, bank, self.up, now, token)
        self.sweeper = Sweeper(store, now, token)
        self.rater = Rater(store, bank, now)
        self.restorer = Restorer(store, now, token)
        self.tutor = Tutor(store, self.registrar, bank, now, token, self._wholes())
        self.host = Host(store, self.registrar, bank, now, token, settings.halls)
        self.stars = Stars(store, now, token)
        self.reminders = Reminders(store, self.registrar, self.tutor, now, token)
        self.team_memory = TeamMemory(store, now)
        messages = Messages(store, bank, now, self._wholes())
        sending = Sending(store, messages, self._limited(), self.process.id, now, token, steady)
        self.poster, self.counts = Poster(sending, lease), Counts(sending)
        self._jobs = self._again_and_again(platforms)
        self.desk = self._front(store, messages, Printer(store, bank, now, adapters), Pace(now))
        self.porter = Porter(self.desk, token, _language(settings))
        self.doors = Doors(
            settings.listening,
            [each.platform.routes for each in self.running.values()] or [Routes()],
            self.inspector.health,
            self.inspector.metrics,
            token=token,
            clock=time.monotonic,
            say=partial(translate, _language(settings)),
        )

    def _again_and_again(self, platforms: Mapping[str, Platform]) -> Jobs:
        """The jobs with all who do them."""
        return Jobs(
            platforms=platforms,
            process=self.process,
            planner=self.planner,
            reminders=self.reminders,
            team_memory=self.team_memory,
            quizmaster=self.quizmaster,
            host=self.host,
            librarian=self.librarian,
            stars=self.stars,
            poster=self.poster,
            counts=self.counts,
            library=self.library,
            registrar=self.registrar,
            inspector=self.inspector,
            sweeper=self.sweeper,
            rater=self.rater,
        )

    def _wholes(self) -> Mapping[str, Whole | None]:
        """What each platform says of a card: whether it shows all of it."""
        return {name: each.adapter.whole for name, each in self.running.items()}

    def _front(self, store: Store, messages: Messages, printer: Printer, pace: Pace) -> Desk:
        """The desk with all who work behind it."""
        bank = self.library.bank
        clerk = Clerk(
            store,
            registrar=self.registrar,
            planner=self.planner,
            printer=printer,
            quizmaster=self.quizmaster,
            scorekeeper=self.scorekeeper,
            timetable=self.timetable,
            inspector=self.inspector,
            librarian=self.librarian,
            people=self.people,
            tutor=self.tutor,
            host=self.host,
            reminders=self.reminders,
            messages=messages,
            bank=bank,
            now=self._now,
        )
        return Desk(
            registrar=self.registrar,
            quizmaster=self.quizmaster,
            scorekeeper=self.scorekeeper,
            clerk=clerk,
            front_page=FrontPage(
                self.registrar, self.scorekeeper, self.people, self.tutor, printer, self.reminders, bank
            ),
            proposals=Proposals(store, self.registrar, pace, self._now),
            tutor=self.tutor,
            host=self.host,
            stars=self.stars,
            reminders=self.reminders,
            messages=messages,
            reader=Reader(self.quizmaster, self.tutor, messages, self._wholes()),
            platforms={name: each.platform for name, each in self.running.items()},
            pace=pace,
        )

    def _limited(self) -> dict[str, tuple[Platform, Limits]]:
        return {name: (each.platform, each.adapter.limits) for name, each in self.running.items()}

    def up(self) -> dict[str, bool]:
        """Which platforms of this process are connected."""
        return {name: each.up for name, each in self.running.items()}

    async def run_due(self) -> None:
        """Do everything that is due now: ask, close, go on with matches, send, tell the counts."""
        await self._jobs.run_due()

    def jobs(self) -> list[Job]:
        """What is done again and again."""
        return self._jobs.listed()

    async def settle(self) -> None:
        """Make the store say what the settings say, and decide what a restored database cannot know."""
        await self.restorer.restore()
        await self.registrar.settle(self._settings.halls)
        await self.timetable.retime()
        await self.registrar.all_well("bank", "bank")
        await self.inspector.beat(self.process)

    async def serve(self) -> int:
        """Serve until `stop` is called, a platform has nothing more to do (its person left the terminal), or none is
        left that can run. Returns the exit code.
        """
        await self.settle()
        await self.doors.open()
        # What is due already is there before anybody can say a word.
        try:
            await self.run_due()
        except Exception as error:  # noqa: BLE001  it is tried again within a second
            self._failed("the first look", error)
        alarm = Alarm(self.jobs(), self._failed)
        tasks = [asyncio.create_task(self._keep_running(each)) for each in self.running.values()]
        ticking = asyncio.create_task(alarm.run())
        await self._stop.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ENOUGH):
                await alarm.stop()
        for task in (ticking, *tasks):
            task.cancel()
        await asyncio.gather(ticking, *tasks, return_exceptions=True)
        return GIVEN_UP if self._none_left() else 0

    def stop(self) -> None:
        """Have `serve` end in good order."""
        self._stop.set()

    async def close(self) -> None:
        """Let go of everything; what was claimed and not sent may be taken over at once."""
        await self.doors.close()
        for each in self.running.values():
            with contextlib.suppress(Exception):
                await each.platform.close()
        with contextlib.suppress(NotSavedError):
            await self.poster.give_back()
            ended = partial(stopped, process_id=self.process.id, now=self._now())
            await self._store.write("processes", ended)

    async def _keep_running(self, running: Running) -> None:
        """The process ends with a platform that has nothing more to do, and with the last one that can run."""
        try:
            await keep_running(running, self.porter, self.registrar, self._now)
            if not running.given_up:
                self.stop()
        finally:
            if self._none_left():
                self.stop()

    def _failed(self, name: str, error: Exception) -> None:
        self.inspector.failed(error)
        _report(name, error)

    def _none_left(self) -> bool:
        """Whether every platform of this process is given up."""
        return bool(self.running) and all(each.given_up for each in self.running.values())


async def run(settings: Settings, environment: Mapping[str, str]) -> int:
    """Serve these settings until SIGTERM or SIGINT; returns the exit code."""
    schema.upgrade(settings.database)
    async with AsyncExitStack() as stack:
        store = Store.open(settings.database, now=wall_clock)
        stack.push_async_callback(store.close)
        app = App(settings, store, installed_adapters(), environment=environment, cache=cache_beside(settings.database))
        stack.push_async_callback(app.close)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(name, app.stop)
        gc.freeze()  # what is there now stays
        gc.enable()
        return await app.serve()


def _language(settings: Settings) -> str:
    """The language of whom nobody knows one."""
    return settings.halls[0].language if settings.halls else "en"


def cache_beside(database: str) -> Path | None:
    """Where the compiled bank is kept: beside a SQLite file; None for other databases."""
    file = find_address(database).file
    return file.with_suffix(".bank") if file else None


def _report(name: str, error: Exception) -> None:
    log.warning("%s failed and is tried again: %s", name, error, exc_info=not isinstance(error, NotSavedError))
