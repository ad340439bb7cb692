"""Many people at once and many channels at once: the whole bot over Socket Mode, against a Slack in another process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time as clock_time
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import select

from adapters.slack.tokens import APP_TOKEN, BOT_TOKEN
from benchmarks.burst import A_SECOND, HALL, PACK, check, token_of_round
from benchmarks.frame import Figure, LostError, Row, Scale
from benchmarks.pulse import longest_gap
from benchmarks.server import folder
from benchmarks.slack_beside import beside
from benchmarks.slack_pressed import slack_settings
from bot.app import App, wall_clock
from bot.installed import installed_adapters
from bot.ports import PlaceRef
from bot.settings import HallEntry, Listening, Organisers, Policy, ScheduleEntry, Selection, Settings
from bot.store import Store, schema
from bot.store.tables import posts
from content.item import Kind
from scheduler.schedule import Rule
from tests.fakes.slack.calls import Call
from tests.fakes.slack.chat import post_message
from tests.fakes.slack.facts import Json, RefusedError
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.web_api import WebApi

POSTS_A_SECOND = 5.0
"""Slack tells of "several hundred messages per minute" for a workspace: 300 are as few as that can mean."""
AT_ONCE = 20.0
AFTER = 1.0
"""Seconds in which a message that is posted twice would come."""
PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class There:
    """Where Slack is, and what is there."""

    api: str
    bot_token: str
    app_token: str
    team: str
    channels: tuple[str, ...]


class LimitedSlack(FakeSlack):
    """Takes a message a second and channel, and so many a second in the workspace, each after a small burst."""

    def __init__(self, now: Callable[[], Any] = wall_clock) -> None:
        super().__init__(now)
        self.limit_posts = True
        more = {"apps.connections.open": self.sockets.open, "chat.postMessage": self._post}
        self._web_api = WebApi(self, self.faults, more)
        self._left, self._at = AT_ONCE, 0.0

    def _post(self, call: Call) -> Json:
        now = time.monotonic()
        self._left = min(AT_ONCE, self._left + (now - (self._at or now)) * POSTS_A_SECOND)
        self._at = now
        if self._left < 1:
            raise RefusedError("ratelimited", wait="1")
        self._left -= 1
        return post_message(call)


Play = Callable[[Connection, int], Awaitable[None]]


async def storm(pipe: Connection, people: int) -> None:
    """So many people press on the open question; tells how long each acknowledgement took, in seconds."""
    async with FakeSlack.started() as slack:
        users = [slack.add_user(f"person-{number}").id for number in range(people)]
        channel = slack.add_channel("general", members=users).id
        pipe.send(There(slack.api, slack.bot_token, slack.app_token, slack.team, (channel,)))
        await until(lambda: bool(slack.messages(channel)) and slack.connections > 1)
        (question,) = slack.messages(channel)

        async def press(number: int, user: str) -> float:
            await asyncio.sleep(number / A_SECOND)
            told = await slack.press(user, channel, question.ts, number % 2)
            if not told.acknowledged:
                raise LostError(f"press {number} was not acknowledged in time")
            return told.seconds

        waits = await asyncio.gather(*(press(number, user) for number, user in enumerate(users)))
        await until(lambda: all(slack.ephemerals(user) for user in users))
        pipe.send(list(waits))
        await asyncio.to_thread(pipe.recv)


async def together(pipe: Connection, channels: int) -> None:
    """So many channels are posted to; tells when the last was (steady clock), and how many calls were refused."""
    async with LimitedSlack.started() as slack:
        places = [slack.add_channel(f"channel-{number}").id for number in range(channels)]
        pipe.send(There(slack.api, slack.bot_token, slack.app_token, slack.team, tuple(places)))
        await until(lambda: all(slack.said.get(place) for place in places))
        last = time.perf_counter()
        await asyncio.sleep(AFTER)
        if any(len(slack.messages(place)) != 1 for place in places):
            raise LostError("a channel was posted to twice")
        pipe.send((last, len(slack.refused)))
        await asyncio.to_thread(pipe.recv)


async def until(done: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(PATIENCE):
        while not done():  # noqa: ASYNC110  it is others that do it
            await asyncio.sleep(0.01)


def play(pipe: Connection, what: Play, number: int) -> None:
    """Be a Slack in which this happens."""

    async def playing() -> None:
        await what(pipe, number)

    asyncio.run(playing())


def settings_for(there: There, database: str) -> Settings:
    """A hall in these channels that asks at once, each in its own schedule."""
    places = tuple(PlaceRef("slack", there.team, channel) for channel in there.channels)
    rule = Rule((clock_time(9),), frozenset(range(7)), "UTC")
    asks = Selection(kinds=(Kind.CHOICE,)), Policy(first="at once")
    schedules = tuple(ScheduleEntry(f"s{number}", (place,), rule, *asks) for number, place in enumerate(places))
    hall = HallEntry(HALL, "A team", "UTC", "en", "quarter", Organisers(), None, places, schedules)
    platforms = {"slack": slack_settings(api=there.api)}
    return Settings((hall,), (PACK,), database, platforms, Listening(private_port=0), "a benchmark")


@dataclass(slots=True)
class Served:
    """What came of serving: when it began (by the steady clock), what Slack told, the loop's longest standstill (s)."""

    began: float
    told: Any
    gap: float


@asynccontextmanager
async def opened(there: There, at: Path) -> AsyncIterator[tuple[App, Store]]:
    """The core on a database of its own, before that Slack."""
    file = at / "bot.sqlite"
    schema.upgrade(file)
    store = Store.open(file, now=wall_clock)
    tokens = {BOT_TOKEN: there.bot_token, APP_TOKEN: there.app_token}
    app = App(
        settings_for(there, str(file)), store, installed_adapters(), environment=tokens, cache=at / "content.bank"
    )
    try:
        yield app, store
    finally:
        await app.close()
        await store.close()


async def serve(pipe: Connection, there: There, at: Path, checked: Callable[[Store], Awaitable[None]]) -> Served:
    """Serve until Slack tells what it saw, then look whether all is stored."""
    async with opened(there, at) as (app, store):
        app.library.bank()
        began = time.perf_counter()
        serving = asyncio.create_task(app.serve())
        await token_of_round(store)
        async with longest_gap() as gap:
            told = await asyncio.to_thread(_heard, pipe)
        await checked(store)
        app.stop()
        await serving
    return Served(began, told, gap.seconds)


def _heard(pipe: Connection) -> Any:  # noqa: ANN401  what the Slack beside us tells
    try:
        return pipe.recv()
    except EOFError:
        raise LostError("the Slack beside us ended before it had seen all that it waits for") from None


def before(what: Play, number: int, checked: Callable[[Store], Awaitable[None]]) -> Served:
    """Serve before a Slack in which this happens."""
    with folder() as at, beside(play, what, number) as pipe:
        return asyncio.run(serve(pipe, pipe.recv(), at, checked))


def storms(scale: Scale) -> list[Row]:
    """People press, a hundred a second, over Socket Mode."""
    people = scale.of(500, 40)
    served = before(storm, people, lambda store: check(store, people))
    waits: Sequence[float] = served.told
    slow, gap = quantiles(waits, n=100)[98] * 1e3, served.gap * 1e3
    what = f"{people} presses, {A_SECOND} a second, over Socket Mode"
    return [
        Row(f"{what}: acknowledged, 99th percentile", Figure((slow,), "ms"), most=1000),
        Row("the same, median", Figure((median(waits) * 1e3,), "ms")),
        Row("the same, slowest", Figure((max(waits) * 1e3,), "ms")),
        Row("the same, longest time that the event loop stood still", Figure((gap,), "ms"), most=250),
    ]


def all_together(scale: Scale) -> list[Row]:
    """Channels whose questions are due at the same second, in a workspace that takes a few messages a second."""
    channels = scale.of(200, 15)

    async def checked(store: Store) -> None:
        found = await store.read(lambda connection: connection.execute(select(posts.c.state)).scalars().all())
        if [*found] != ["sent"] * channels:
            raise LostError(f"of {channels} posts {[*found].count('sent')} are known to be sent")

    served = before(together, channels, checked)
    last, refused = served.told
    least = max(channels - AT_ONCE, 1) / POSTS_A_SECOND
    what = f"{channels} channels due at the same second, {POSTS_A_SECOND * 60:.0f} messages a minute and workspace"
    return [
        Row(f"{what}: until the last is out", Figure((last - served.began,), "s"), Figure((least,), "s"), 1.5),
        Row("the same, calls that Slack refused, for a message", Figure((refused / channels,), "")),
    ]
