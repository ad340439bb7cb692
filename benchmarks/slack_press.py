"""A press at Slack, from what a socket brings until its acknowledgement, against Bolt alone and the same SQL alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
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
from benchmarks import pressing
from benchmarks.answers import NOW, token_of
from benchmarks.frame import Figure, LostError, Row, Scale, in_turn
from benchmarks.pressing import Door, Ground, Pressed
from benchmarks.server import folder
from benchmarks.slack_pressed import OK, PLACE, TEAM, TOKENS, authorize, bolt_alone, prepare, slack_settings
from benchmarks.study import name_of
from bot.app import App
from bot.ports import Answered, Opening
from bot.settings import Listening, Settings
from bot.store import Store

DISPATCH = 1.05
"""So much of Bolt's own work may a press cost."""
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


class SocketDoor:
    """Bolt, with what is told by the front behind it where there is one."""

    def __init__(self, bolt: AsyncApp, held: Held | None = None) -> None:
        self._bolt = bolt
        self._held = held

    @property
    def told(self) -> int:
        """How many people would be told what came of their press."""
        return self._held.told if self._held else 0

    async def press(self, text: str) -> None:
        """Hand Bolt what a socket brought; LostError unless it is acknowledged."""
        request = SocketModeRequest.from_dict(json.loads(text))
        answer = await run_async_bolt_app(self._bolt, request)  # type: ignore[arg-type]
        if answer.status != OK:
            raise LostError(f"a press was answered with {answer.status} {answer.body}")


@asynccontextmanager
async def opened(store: Store, pressed: Pressed) -> AsyncIterator[Door]:
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
        yield SocketDoor(front.bolt_app(authorize), front.held)
    finally:
        await front.close()
        await app.close()
        await store.close()


@asynccontextmanager
async def alone(_: Pressed) -> AsyncIterator[Door]:
    """Bolt with one listener that does nothing."""
    yield SocketDoor(bolt_alone())


def ground(at: Path, name: str, people: int, rounds: int) -> Ground:
    """The product and its floors on a database in a folder."""
    return Ground(prepare(at, name, people, rounds), opened, alone)


def in_flight(scale: Scale) -> list[Row]:
    """64 presses in flight: the processor that they take, with one open round and with a thousand."""
    alone = "Bolt alone, with one listener that does nothing"
    return pressing.in_flight(scale, ground, pressing.Told("acknowledged", alone, DISPATCH))


def at_rest(scale: Scale) -> list[Row]:
    """One press at a time: how long until it is acknowledged."""
    with folder() as at:
        one = ground(at, "one", scale.of(400, 20), 1)
        groups = one.record()
        ours, bolt, sql = in_turn(
            scale.runs,
            lambda: median(one.product_one_by_one()) * 1e6,
            lambda: median(one.alone_one_by_one()) * 1e6,
            lambda: median(one.sql_one_by_one(groups)) * 1e6,
        )
    floor = Figure(tuple(a + b for a, b in zip(bolt, sql, strict=True)), "µs")
    return [
        Row("one press alone, until it is acknowledged, median", Figure(tuple(ours), "µs"), floor, 1.5, WAITS),
        Row("of that floor: Bolt alone", Figure(tuple(bolt), "µs")),
        Row("of that floor: the same SQL through the bare driver, in one durable commit", Figure(tuple(sql), "µs")),
    ]
