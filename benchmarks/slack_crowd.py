"""Many people at once and many channels at once: the whole bot over Socket Mode, against a Slack in another process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from statistics import median, quantiles
from typing import Any

from adapters.slack.tokens import APP_TOKEN, BOT_TOKEN
from benchmarks.burst import A_SECOND, check
from benchmarks.crowd import AFTER, There, all_posted, before, until
from benchmarks.frame import Figure, LostError, Row, Scale
from benchmarks.slack_pressed import slack_settings
from bot.app import wall_clock
from bot.ports import PlaceRef
from tests.fakes.slack.calls import Call
from tests.fakes.slack.chat import post_message
from tests.fakes.slack.facts import Json, RefusedError
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.web_api import WebApi

POSTS_A_SECOND = 5.0
"""Slack tells of "several hundred messages per minute" for a workspace: 300 are as few as that can mean."""
AT_ONCE = 20.0


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


def there(slack: FakeSlack, channels: Sequence[str]) -> There:
    """Where a Slack is, with these channels for the bot."""
    tokens = {BOT_TOKEN: slack.bot_token, APP_TOKEN: slack.app_token}
    places = tuple(PlaceRef("slack", slack.team, channel) for channel in channels)
    return There(slack_settings(api=slack.api), tokens, places)


async def storm(pipe: Connection, people: int) -> None:
    """So many people press on the open question; tells how long each acknowledgement took, in seconds."""
    async with FakeSlack.started() as slack:
        users = [slack.add_user(f"person-{number}").id for number in range(people)]
        channel = slack.add_channel("general", members=users).id
        pipe.send(there(slack, [channel]))
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
        pipe.send(there(slack, places))
        await until(lambda: all(slack.said.get(place) for place in places))
        last = time.perf_counter()
        await asyncio.sleep(AFTER)
        if any(len(slack.messages(place)) != 1 for place in places):
            raise LostError("a channel was posted to twice")
        pipe.send((last, len(slack.refused)))
        await asyncio.to_thread(pipe.recv)


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
    seconds, refused = all_posted(together, channels)
    least = max(channels - AT_ONCE, 1) / POSTS_A_SECOND
    what = f"{channels} channels due at the same second, {POSTS_A_SECOND * 60:.0f} messages a minute and workspace"
    return [
        Row(f"{what}: until the last is out", Figure((seconds,), "s"), Figure((least,), "s"), 1.5),
        Row("the same, calls that Slack refused, for a message", Figure((refused / channels,), "")),
    ]
