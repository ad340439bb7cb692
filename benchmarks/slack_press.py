"""A press at Slack, from what a socket brings until its acknowledgement, against Bolt alone and the same SQL alone."""

from __future__ import annotations

import asyncio
import gc
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack import adapter
from adapters.slack.inbound import Inbound
from adapters.slack.platform import SlackPlatform
from adapters.slack.reception import Reception
from adapters.slack.replies import Replies, Spot
from adapters.slack.tokens import BOT_TOKEN
from benchmarks.answers import CALLERS, NOW, Batches, Watched, contents, run_floor, token_of
from benchmarks.frame import Figure, LostError, Row, Scale, Spent, cpu_of, in_turn, timed
from benchmarks.recorded import Statement, open_driver, recording, replay
from benchmarks.server import folder
from benchmarks.slack_pressed import OK, PLACE, TEAM, TOKENS, Pressed, authorize, bolt_alone, prepare, slack_settings
from benchmarks.study import HALL, name_of
from bot.app import App
from bot.ports import Answered, Opening
from bot.settings import Listening, Settings
from bot.store import Store

DISPATCH, SQL = 1.05, 1.5
"""So much of Bolt's own work, and of the database's, may a press cost."""
MANY = 1_000
"""Open rounds."""
PROFILE = """\
A round is read once for all who press, so what is beyond the floor is that of *Durable answers*, which is near one and
a half of its own SQL without any platform (grading, the threads, the making of cards), and besides it the look at every
text that comes in and some 20 µs of the adapter's own."""
FLAT = """\
At least half of what grows is the database's own, as the row below shows: each answer raises the count in another
round's row, so that a commit writes many more pages."""
WAITS = """\
Beyond Bolt and the statements themselves, the answer goes to the writer's thread and comes back, and what the person is
told is made; each change of thread waits for the interpreter and for a core. A press on a round that nobody pressed
lately has the look for it besides, a transaction of its own on a reader's thread."""


class Held(Replies):
    """Keeps what people are told instead of telling them: a press ends with its acknowledgement."""

    told: int = 0

    def give(self, spot: Spot, answered: Answered) -> None:
        """Count what would be told."""
        self.told += answered is not None


class Front(Reception):
    """The reception as it is, but for what follows an acknowledgement."""

    def __init__(self, opening: Opening) -> None:
        async def token_of(_: str) -> str:
            return TOKENS[BOT_TOKEN]

        super().__init__(opening, token_of)
        self.held = Held(self.calls, opening.translate)
        self._inbound = Inbound(self.halls, self.held, opening.verbs, opening.now)


@asynccontextmanager
async def opened(store: Store, pressed: Pressed) -> AsyncIterator[tuple[AsyncApp, Front]]:
    """Bolt as the adapter builds it, before the whole core; everybody's name is known, as after their first press."""
    openings: list[Opening] = []

    def open_slack(opening: Opening) -> SlackPlatform:
        openings.append(replace(opening, places=[PLACE]))
        return SlackPlatform(opening)

    settings = Settings((), (), "", {"slack": slack_settings()}, Listening(private_port=0), "a benchmark")
    slack = {"slack": replace(adapter, open=open_slack)}
    app = App(settings, store, slack, environment=TOKENS, now=lambda: NOW, token=token_of(count()))
    front = Front(openings[0])
    for number in range(1, pressed.people + 1):
        front.people.learn(TEAM, {"id": f"U{number}", "name": name_of(number), "team_id": TEAM, "locale": "en-US"})
    front.open(app.porter)
    try:
        yield front.bolt_app(authorize), front
    finally:
        await front.close()
        await app.close()
        await store.close()


async def press(app: AsyncApp, text: str) -> None:
    """Hand Bolt what a socket brought; LostError unless it is acknowledged."""
    answer = await run_async_bolt_app(app, SocketModeRequest.from_dict(json.loads(text)))  # type: ignore[arg-type]
    if answer.status != OK:
        raise LostError(f"a press was answered with {answer.status} {answer.body}")


async def press_all(app: AsyncApp, texts: Sequence[str], callers: int = CALLERS) -> None:
    """All of them, so many in flight."""
    left = iter(texts)

    async def caller() -> None:
        for text in left:
            await press(app, text)

    await asyncio.gather(*(caller() for _ in range(callers)))


async def _each_timed(app: AsyncApp, texts: Sequence[str]) -> list[float]:
    """One after another: seconds until each is acknowledged."""
    took = []
    for text in texts:
        start = time.perf_counter()
        await press(app, text)
        took.append(time.perf_counter() - start)
    return took


@dataclass(frozen=True, slots=True)
class Run:
    """What the presses took, how many answers each commit held, and how long each waited (seconds)."""

    spent: Spent
    sizes: tuple[int, ...]
    waits: tuple[float, ...]


class Ground:
    """Runs of product and floors on one set of presses, each on a database of its own."""

    def __init__(self, at: Path, name: str, people: int, rounds: int) -> None:
        self.pressed = prepare(at, name, people, rounds)
        self._numbers = count()

    def fresh(self) -> str:
        """A copy of the database before anybody pressed."""
        file = self.pressed.template.with_name(f"{self.pressed.template.stem}-{next(self._numbers)}.sqlite")
        shutil.copyfile(self.pressed.template, file)
        return f"sqlite:///{file}"

    def product(self, *, one_by_one: bool = False) -> Run:
        """Everybody presses at the product; LostError unless each answer is stored, counted once, and told of."""
        batches, waits, url = Batches(), list[float](), self.fresh()
        store = Watched.open(url, now=lambda: NOW, failpoint=batches.at)
        if isinstance(store, Watched):
            store.batches = batches

        async def all_of_them() -> Run:
            async with opened(store, self.pressed) as (bolt, front):
                gc.collect()
                wall, cpu = time.perf_counter(), time.process_time()
                if one_by_one:
                    waits.extend(await _each_timed(bolt, self.pressed.texts))
                else:
                    await press_all(bolt, self.pressed.texts)
                spent = Spent(time.perf_counter() - wall, time.process_time() - cpu)
                if front.held.told != self.pressed.people:
                    raise LostError(f"of {self.pressed.people} people {front.held.told} would be told what came of it")
                return Run(spent, tuple(batches.sizes), tuple(waits))

        run = asyncio.run(all_of_them())
        self._check(url)
        return run

    def bolt(self) -> Spent:
        """The same presses at Bolt alone."""
        app = bolt_alone()
        return timed(lambda: asyncio.run(press_all(app, self.pressed.texts)))

    def sql(self, groups: Sequence[Sequence[Statement]], sizes: Sequence[int]) -> Spent:
        """The same statements through the bare driver, in batches of these sizes."""
        spent = run_floor(url := self.fresh(), groups, sizes)
        self._check(url)
        return spent

    def record(self) -> list[list[Statement]]:
        """The statements of each press, one press at a time: those of its transaction, then the next one's look."""

        async def take_all() -> list[list[Statement]]:
            store = Store.open(self.fresh(), now=lambda: NOW, runner="inline", failpoint=begun)
            await store.write(HALL, lambda _: None)
            recorder.groups.clear()
            async with opened(store, self.pressed) as (bolt, _):
                await press_all(bolt, self.pressed.texts, 1)
                return recorder.groups[:]

        with recording() as recorder:

            def begun(moment: str) -> None:
                if moment == "before-begin":
                    recorder.begin()

            groups = asyncio.run(take_all())
        return [[each for each in group if each.text != "BEGIN"] for group in groups]

    def sql_one_by_one(self, groups: Sequence[Sequence[Statement]]) -> list[float]:
        """The same statements, each press's in a durable commit of its own: seconds of each."""
        driver = open_driver(self.fresh())
        took = []
        for group in groups:
            start = time.perf_counter()
            replay(driver, [group], [1])
            took.append(time.perf_counter() - start)
        driver.close()
        return took

    def bolt_one_by_one(self) -> list[float]:
        """The same presses at Bolt alone, one after another: seconds of each."""
        return asyncio.run(_each_timed(bolt_alone(), self.pressed.texts))

    def _check(self, url: str) -> None:
        stored = len(contents(url)[0])
        if stored != self.pressed.people:
            raise LostError(f"of {self.pressed.people} presses {stored} are stored")


def in_flight(scale: Scale) -> list[Row]:
    """64 presses in flight: the processor that they take, with one open round and with a thousand."""
    people, rounds = scale.of(2_000, 40), scale.of(MANY, 8)
    with folder() as at:
        grounds = Ground(at, "one", people, 1), Ground(at, "many", people, rounds)
        measures: list[Callable[[], Spent]] = [grounds[0].bolt]
        for ground in grounds:
            measures += _both(ground)
        bolt, ours, sql, ours_of_many, sql_of_many = in_turn(scale.runs, *measures)
    least = tuple((DISPATCH * a.cpu + SQL * b.cpu) / people * 1e6 for a, b in zip(bolt, sql, strict=True))
    one, many = cpu_of(ours, people), cpu_of(ours_of_many, people)
    return [
        Row(f"a press with {CALLERS} in flight, until it is acknowledged", one, Figure(least, "µs CPU"), 1.0, PROFILE),
        Row("of that floor: Bolt alone, with one listener that does nothing", cpu_of(bolt, people)),
        Row("of that floor: the same SQL through the bare driver, in the same batches", cpu_of(sql, people)),
        Row(f"a press where {rounds:,} rounds are open, beside one where one is", many, one, 1.1, FLAT),
        Row("the same of the SQL alone", cpu_of(sql_of_many, people), cpu_of(sql, people)),
    ]


def _both(ground: Ground) -> tuple[Callable[[], Spent], Callable[[], Spent]]:
    """The product on a ground, and after it the same SQL in batches of its sizes."""
    groups, runs = ground.record(), list[Run]()

    def product() -> Spent:
        runs.append(ground.product())
        return runs[-1].spent

    return product, lambda: ground.sql(groups, runs[-1].sizes)


def at_rest(scale: Scale) -> list[Row]:
    """One press at a time: how long until it is acknowledged."""
    with folder() as at:
        ground = Ground(at, "one", scale.of(400, 20), 1)
        groups = ground.record()
        ours, bolt, sql = in_turn(
            scale.runs,
            lambda: median(ground.product(one_by_one=True).waits) * 1e6,
            lambda: median(ground.bolt_one_by_one()) * 1e6,
            lambda: median(ground.sql_one_by_one(groups)) * 1e6,
        )
    floor = Figure(tuple(a + b for a, b in zip(bolt, sql, strict=True)), "µs")
    return [
        Row("one press alone, until it is acknowledged, median", Figure(tuple(ours), "µs"), floor, 1.5, WAITS),
        Row("of that floor: Bolt alone", Figure(tuple(bolt), "µs")),
        Row("of that floor: the same SQL through the bare driver, in one durable commit", Figure(tuple(sql), "µs")),
    ]
