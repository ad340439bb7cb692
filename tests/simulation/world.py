"""A run of a plan: processes come and go, the platform and the database fail, people press, until the world heals."""

from __future__ import annotations

import asyncio
from bisect import bisect
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from bot.ports import Listener, Options, PlaceRef, Press, Reaction, Typed, Who
from bot.ports import Message as PortMessage
from bot.reactions import letter_emoji
from bot.refs import read_ref
from bot.settings import Settings
from bot.store import Store
from scheduler.schedule import next_slot
from tests.hall import settings_for, text_of
from tests.simulation.plan import Plan
from tests.simulation.process import Client, Process, Weather
from tests.simulation.server import Sent, Server

HEALING = timedelta(minutes=45)
"""Longer than any round of a plan is open, and than any grace or back-off that matters then."""
HEALING_PACE = 45.0
STEADY = 90.0
"""So long after a process died the clock is not set: docs/promises.md says what is not promised there."""

MOMENT = timedelta(seconds=5)
"""What is said at an instant is at the platform well before so much later."""
LOOKED_EVERY = 5.0
"""So many seconds apart it is noted whether all is well."""
MILD = 0.15
"""Where a platform fails no larger share of the requests, a message gets through it in minutes."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An answer that the bot took: whose, in which round (its token), given and taken when, and what was said to it."""

    account: str
    token: str
    at: datetime
    taken_at: datetime
    told: str


class World:
    """Everything that a run is made of, and what happened in it, for the checks."""

    doomed = 0.35
    """The share of processes that die by themselves at some moment."""
    server_kind = Server

    def __init__(self, plan: Plan, file: Path, pack: Path, client: type[Client] = Client) -> None:
        self.plan = plan
        self.rng = Random(plan.seed + 1)
        self.file = file
        self.settings: Settings = settings_for(plan.halls, [pack])
        self.server = self.server_kind(Random(plan.seed + 2), plan.traits, self.time)
        self.weather = Weather()
        self.processes: list[Process] = []
        self.acknowledged: dict[str, Acknowledged] = {}
        """By event, for all that the bot took and said something to."""
        self.kills = 0
        self.closed_to_us: set[PlaceRef] = set()
        """Rooms that the bot was ever put out of."""
        self.well: list[datetime] = []
        """True instants, `LOOKED_EVERY` apart, at which some process could do all that was due."""
        self.failures: list[BaseException] = []
        self.logged: list[str] = []
        """What the program logged as an error: a fault that was foreseen by nobody and got no farther."""
        self._client = client
        self._jumped = 0.0
        self._skews, self._sets = [0.0], [0.0]
        self._set = 0.0
        self._died_at = -STEADY
        self._numbers, self._events = count(1), count(1)
        self._over = False
        self._tasks: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------------------------------------------------ the time

    def time(self) -> float:
        """Seconds of true time since the start."""
        return asyncio.get_running_loop().time() + self._jumped

    def true_now(self) -> datetime:
        """The true instant."""
        return self.plan.start + timedelta(seconds=self.time())

    def well_between(self, start: datetime, end: datetime) -> timedelta:
        """For how long, of this span, all was well."""
        found = bisect(self.well, end) - bisect(self.well, start)
        return timedelta(seconds=LOOKED_EVERY * max(0, found))

    def _clock(self, off: float) -> Callable[[], datetime]:
        self._skews.append(off)
        return lambda: self.true_now() + timedelta(seconds=off + self._set)

    @property
    def ahead(self) -> float:
        """By no more seconds any clock ever was before the true time."""
        return max(self._skews) + max(self._sets)

    @property
    def off(self) -> float:
        """By no more seconds any clock ever was off the true time."""
        return max(self.ahead, -min(self._skews) - min(self._sets))

    async def _watch(self) -> None:
        traits = self.plan.traits
        mild = traits.lost_requests + traits.lost_replies + traits.busy <= MILD
        while True:
            down = self.time() < self.server.down_until or self.weather.down_until > asyncio.get_running_loop().time()
            works = any(each.listener is not None and not each.frozen for each in self.alive())
            if works and not down and (mild or self.server.healed):
                self.well.append(self.true_now())
            await asyncio.sleep(LOOKED_EVERY)

    # ------------------------------------------------------------------------------------------------------- the run

    async def run(self) -> None:
        """From the start to the end of the healing."""
        for _ in range(self.plan.processes):
            self.start_one()
        self._begin(self._people())
        self._begin(self._watch())
        self._begin(self.trouble())
        while self.true_now() < self.plan.until:
            await (self._jump() if self.plan.jumps else asyncio.sleep(5))
        self._over = True
        await self._heal()
        for each in self.processes:
            self._put_away(each)

    def start_one(self) -> None:
        """Start a process."""
        number = next(self._numbers)
        rng = Random(f"{self.plan.seed}/{number}")
        skewed = self.plan.hosts > 1
        doomed = rng.random() < self.doomed and not self._over
        process = Process(
            f"p{number}",
            self.settings,
            self.file,
            self.server,
            rng=rng,
            began=self.plan.start,
            now=self._clock(rng.uniform(-120, 120) if skewed else 0.0),
            lease_clock=self.true_now if skewed else self._clock(0.0),
            weather=self.weather,
            pace=HEALING_PACE if self._over else self.plan.pace,
            dies_in=rng.randrange(1, 400) if doomed else None,
            client=self._client,
        )
        self.processes.append(process)
        process.begin()

    def alive(self) -> list[Process]:
        """Processes that run."""
        return [each for each in self.processes if not each.dead]

    def opened(self) -> Store:
        """The database, to be looked at after the run."""
        return Store.open(self.file, now=self.true_now, runner="inline", virtual=True)

    async def _jump(self) -> None:
        """Be there for a while, then sleep until shortly before the next slot, as a laptop does."""
        await asyncio.sleep(self.rng.uniform(100, 200))
        while self.server.busy or self.time() - self._died_at < STEADY:
            await asyncio.sleep(5)
        now = self.true_now()
        slots = (next_slot(each.rule, now) for hall in self.plan.halls for each in hall.schedules)
        coming = min((slot.due_at for slot in slots if slot), default=self.plan.until)
        overslept = self.rng.choice([-3.0, -3.0, 30.0, 4000.0])
        self._jumped += max(0.0, (coming - now).total_seconds() + overslept)

    async def _heal(self) -> None:
        """Nothing fails any more, all clocks are right, and one process does what is left to do."""
        self.server.heal()
        self.weather.fails = self.weather.down_until = 0.0
        self._set = 0.0
        for each in self.alive():
            each.kill()
        await asyncio.sleep(60)
        self.start_one()
        await asyncio.sleep(HEALING.total_seconds())
        await self.server.quiet()

    def _put_away(self, process: Process) -> None:
        process.kill()
        process.bury()
        self.failures += process.failures

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --------------------------------------------------------------------------------------------------- the trouble

    async def trouble(self) -> None:
        """What goes wrong, and when."""
        doings: tuple[Callable[[], Awaitable[None]], ...] = (
            self._kill,
            self._kill,
            self._freeze,
            self._end_one,
            self._platform_down,
            self._database_down,
            self._database_fails,
            self._set_clock,
            self._moderate,
            self._deploy,
            self._refuse,
            self._ask_now,
        )
        while not self._over:
            await asyncio.sleep(self.rng.uniform(5, 60))
            if not self._over:
                await self.rng.choice(doings)()
            if not self.alive() and not self._over:
                await asyncio.sleep(self.rng.choice([1, 1, 5, 5, 20, 20, 400]))
                if not self._over:
                    self.start_one()

    async def _kill(self) -> None:
        for process in self.alive()[:1]:
            process.kill()
            self.kills += 1
            self._died_at = self.time()

    async def _freeze(self) -> None:
        for process in self.alive()[-1:]:
            process.freeze(self.rng.choice([3, 20, 44, 50, 100]))
            self._died_at = self.time() + 100

    async def _end_one(self) -> None:
        for process in self.alive()[:1]:
            await process.stop()

    async def _deploy(self) -> None:
        if len(self.alive()) < 4:
            self.start_one()

    async def _platform_down(self) -> None:
        self.server.down_until = self.time() + self.rng.choice([3, 60, 400])

    async def _database_down(self) -> None:
        self.weather.down_until = asyncio.get_running_loop().time() + self.rng.choice([3, 40, 120])

    async def _database_fails(self) -> None:
        self.weather.fails = self.rng.choice([0.0, 0.01, 0.05])

    async def _set_clock(self) -> None:
        """Somebody, or a time server, sets the clock of the one host."""
        if self.time() - self._died_at > STEADY and (self.plan.processes == 1 or not self.server.busy):
            self.set_clock(self.rng.choice([0.0, 60.0, -60.0, 3600.0, -3600.0]))

    def set_clock(self, seconds: float) -> None:
        """From now on the clock of the one host is so far ahead."""
        self._set = seconds
        self._sets.append(seconds)

    async def _refuse(self) -> None:
        """Somebody puts the bot out of a room, or lets it in again."""
        places = sorted(place for hall in self.plan.halls for place in hall.places)
        self.server.refused = {self.rng.choice(places)} if self.rng.random() < 0.3 else set()
        self.closed_to_us |= self.server.refused

    async def _ask_now(self) -> None:
        """An organiser wants the next question at once."""
        who = Who("fake", "team", "olga", "Olga", admin=True)
        hall = self.rng.choice(self.plan.halls)
        for process in self.alive()[:1]:
            if process.listener is not None:
                line = Typed(f"e{next(self._events)}", self.true_now(), who, hall.places[0], "/study schedule now")
                process.spawn(self._type(process.listener, line))

    @staticmethod
    async def _type(listener: Listener, line: Typed) -> None:
        await listener.typed(line)

    async def _moderate(self) -> None:
        """A moderator deletes the newest message."""
        for sent in self.server.messages[-1:]:
            sent.deleted = self.rng.random() < 0.5 or sent.deleted

    # ---------------------------------------------------------------------------------------------------- the people

    async def _people(self) -> None:
        while True:
            await asyncio.sleep(self.rng.uniform(1, 20))
            open_now = [each for each in self.server.messages[-4:] if options_of(each) and not each.deleted]
            if open_now:
                sent = self.rng.choice(open_now)
                self._begin(self._answer(sent, f"person{self.rng.randrange(6)}"))

    async def _answer(self, sent: Sent, account: str) -> None:
        """Press once; the platform delivers it up to four times, until the bot has taken it, to whichever process."""
        options = options_of(sent)
        assert options is not None
        index = self.rng.randrange(len(options.choices))
        who = Who("fake", "team", account, account.capitalize())
        event, at = f"e{next(self._events)}", self.true_now()
        by_reaction = self.rng.random() < 0.3
        if by_reaction:
            sent.reactions.append((letter_emoji(index), who))
            sent.reacted.append((at, account))
        reaction = Reaction(event, at, who, PortMessage(sent.place, sent.id), letter_emoji(index))
        press = Press(event, at, who, sent.place, options.choices[index].ref)
        for _ in range(self.rng.randint(1, 4)):
            await asyncio.sleep(self.rng.choice([0.1, 0.5, 2.0, 60.0]))
            listening = [each for each in self.alive() if each.listener is not None]
            if listening:
                process = self.rng.choice(listening)
                process.spawn(self._deliver(process, reaction if by_reaction else press, token_of(press)))

    async def _deliver(self, process: Process, told: Press | Reaction, token: str) -> None:
        assert process.listener is not None
        listener = process.listener
        answered = await (listener.pressed(told) if isinstance(told, Press) else listener.reacted(told))
        if answered is not None:
            said = text_of(answered)
            self.acknowledged[told.event] = Acknowledged(told.who.account, token, told.at, self.true_now(), said)


def token_of(press: Press) -> str:
    """The round that a button belongs to."""
    ref = read_ref(press.ref)
    assert ref is not None
    return ref.subject


def options_of(sent: Sent) -> Options | None:
    """The options that a message shows now."""
    return next((block for block in sent.cards[-1][1].blocks if isinstance(block, Options)), None)
