"""A platform in a process of its own: `python -m tests.e2e.killing.platform SEED WEATHER`; it says its port.

It keeps its own list of messages. It is slow, loses requests, loses replies to what it has accepted, and asks to wait.
People press buttons on what stands there; each press is told until it is acknowledged, and often again after that.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from aiohttp import web

from tests.e2e.killing.scale import REMEMBERS, SEND_TIMEOUT, SETTLE

TOGETHER = 8
POLLED_FOR = 0.4
TOLD_AGAIN = 0.6
RECENT = 40
PEOPLE = 40


@dataclass(slots=True)
class Weather:
    """What the platform does to requests. Shares are between 0 and 1, times in seconds."""

    slowest: float = 0.3
    lost_requests: float = 0.05
    lost_replies: float = 0.05
    busy: float = 0.03
    busy_at_first: bool = False
    """The first send with each stamp is refused: to be tried again in a moment."""
    remembers: float = REMEMBERS
    presses: float = 0.0
    """Presses a second."""


@dataclass(slots=True)
class Sent:
    """A message. `refs` are what its buttons carried at first, `pressable` whether they still do."""

    id: str
    platform: str
    place: str
    stamp: str
    body: dict[str, Any]
    at: float
    seen_at: float
    refs: list[str]
    under: str = ""
    pressable: bool = True


@dataclass(slots=True)
class Event:
    """A press. `again`: so often it is told once more though it was acknowledged, for the first time at `taken_at`."""

    id: str
    platform: str
    at: float
    account: str
    place: str
    ref: str
    message: str
    again: int
    due: float
    told: int = 0
    acknowledged: bool = False
    taken_at: float = 0.0

    @property
    def over(self) -> bool:
        """Whether it is told no more."""
        return self.acknowledged and self.told > self.again


@dataclass(slots=True)
class Server:
    """The platforms `remembers` and `forgets`. `waiting` are the events that are still to be told."""

    rng: Random
    weather: Weather
    messages: list[Sent] = field(default_factory=list)
    by_id: dict[str, Sent] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    waiting: dict[str, Event] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def call(self, request: web.Request) -> web.Response:
        """A request of a bot, carried out or not, answered or not."""
        platform, action, wanted = request.match_info["platform"], request.match_info["action"], await request.json()
        act = getattr(self, f"do_{action}")
        fate, weather = self.rng.random(), self.weather
        await asyncio.sleep(self.rng.uniform(0, weather.slowest))
        # What `Limits.settle` promises: later than that no request is carried out any more.
        too_late = time.time() - wanted["sent_at"] > SEND_TIMEOUT + SETTLE / 2
        if fate < weather.lost_requests or too_late:
            return self._drop(request, action, wanted, "too late" if too_late else "lost request")
        if fate < weather.lost_requests + weather.busy or self._refuses(action, wanted):
            self._note(action, wanted, "busy")
            return web.json_response({}, status=429, headers={"Retry-After": f"{self.rng.uniform(0.1, 1.0):.1f}"})
        told = act(platform, wanted)
        if fate > 1 - weather.lost_replies:
            return self._drop(request, action, wanted, "lost reply")
        self._note(action, wanted, "")
        return web.json_response(told, status=200 if told is not None else 404)

    def do_send(self, platform: str, wanted: dict[str, Any]) -> dict[str, Any]:
        """Keep a message; while the stamp is remembered, the message that has it already is told."""
        now = time.time()
        if platform == "remembers":
            for each in reversed(self.messages):
                if each.stamp == wanted["stamp"] and now - each.at < self.weather.remembers:
                    return {"id": each.id}
        fields = {name: wanted[name] for name in ("place", "stamp", "body")}
        seen, refs, under = now + self.rng.uniform(0, SETTLE / 2), refs_in(wanted["body"]), wanted.get("message", "")
        sent = Sent(f"m{len(self.messages)}", platform, at=now, seen_at=seen, refs=refs, under=under, **fields)
        self.messages.append(sent)
        self.by_id[sent.id] = sent
        return {"id": sent.id}

    do_reply = do_send

    def do_edit(self, platform: str, wanted: dict[str, Any]) -> dict[str, Any] | None:
        """Change a message."""
        found = self._message(wanted["message"])
        if found is not None:
            found.body = wanted["body"]
            found.pressable = bool(refs_in(found.body))
        return None if found is None else {}

    def do_react(self, platform: str, wanted: dict[str, Any]) -> dict[str, Any] | None:
        """Reactions are not kept."""
        return None if self._message(wanted["message"]) is None else {}

    def do_reactors(self, platform: str, wanted: dict[str, Any]) -> dict[str, Any] | None:
        """Nobody reacts here."""
        return self.do_react(platform, wanted)

    def do_find(self, platform: str, wanted: dict[str, Any]) -> dict[str, Any]:
        """The message with a stamp, once it shows in the history of its place or thread."""
        now, sought = time.time(), (platform, wanted["place"], wanted["under"], wanted["stamp"])
        found = (
            each.id
            for each in self.messages
            if (each.platform, each.place, each.under, each.stamp) == sought
            and each.at >= wanted["since"]
            and each.seen_at <= now
        )
        return {"id": next(found, None)}

    async def tell(self, request: web.Request) -> web.Response:
        """The presses that are due to be told, waiting a moment for the first."""
        platform, until = request.match_info["platform"], time.time() + POLLED_FOR
        while not (due := self._due(platform)) and time.time() < until:
            await asyncio.sleep(0.05)
        for each in due:
            each.told += 1
            each.due = time.time() + (TOLD_AGAIN if each.told > each.again else 0.0)
            self._tell_no_more(each)
        return web.json_response([asdict(each) for each in due])

    async def acknowledge(self, request: web.Request) -> web.Response:
        """A press was taken; the platform may tell it again all the same."""
        event = self.events[(await request.json())["event"]]
        event.taken_at = event.taken_at or time.time()
        event.acknowledged = True
        event.due = time.time() + self.rng.uniform(0, TOLD_AGAIN)
        self._tell_no_more(event)
        return web.json_response({})

    async def change(self, request: web.Request) -> web.Response:
        """Another weather."""
        for name, value in (await request.json()).items():
            setattr(self.weather, name, value)
        return web.json_response({})

    async def look(self, request: web.Request) -> web.Response:
        """Everything that is known here."""
        messages = [asdict(each) for each in self.messages]
        events = [asdict(each) for each in self.events.values()]
        return web.json_response({"messages": messages, "events": events, "log": self.log})

    async def count(self, _: web.Request) -> web.Response:
        """How many presses are not acknowledged yet, or are to be told again."""
        return web.json_response(len(self.waiting))

    async def people(self, _: web.Application) -> AsyncIterator[None]:
        """Press buttons while the server runs."""
        task = asyncio.create_task(self._press_on())
        yield
        task.cancel()

    async def _press_on(self) -> None:
        while True:
            await asyncio.sleep(1 / self.weather.presses if self.weather.presses else 0.1)
            pressable = [each for each in self.messages[-RECENT:] if each.refs and each.pressable]
            if self.weather.presses and pressable:
                self._press(self.rng.choice(pressable))

    def _press(self, message: Sent) -> None:
        now, account = time.time(), f"p{self.rng.randrange(PEOPLE)}"
        ref, again = self.rng.choice(message.refs), self.rng.choice((0, 0, 1, 3))
        event_id = f"e{len(self.events)}"
        where = (message.platform, now, account, message.place, ref, message.id)
        self.events[event_id] = self.waiting[event_id] = Event(event_id, *where, again, due=now)

    def _tell_no_more(self, event: Event) -> None:
        if event.over:
            self.waiting.pop(event.id, None)

    def _due(self, platform: str) -> list[Event]:
        now = time.time()
        return [each for each in self.waiting.values() if each.platform == platform and each.due <= now][:TOGETHER]

    def _message(self, message_id: str) -> Sent | None:
        return self.by_id.get(message_id)

    def _refuses(self, action: str, wanted: dict[str, Any]) -> bool:
        if not self.weather.busy_at_first or action != "send" or wanted["stamp"] in self.refused:
            return False
        self.refused.add(wanted["stamp"])
        return True

    def _drop(self, request: web.Request, action: str, wanted: dict[str, Any], fault: str) -> web.Response:
        self._note(action, wanted, fault)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _note(self, action: str, wanted: dict[str, Any], fault: str) -> None:
        entry = {"at": time.time(), "by": wanted["by"], "action": action, "stamp": wanted.get("stamp", "")}
        self.log.append(entry | {"fault": fault})


def refs_in(body: dict[str, Any]) -> list[str]:
    """What the buttons of a message carry."""
    blocks = (block for block in body["blocks"] if block["block"] == "options" and block["pressable"])
    return [choice["ref"] for block in blocks for choice in block["choices"]]


async def serve(seed: int, weather: Weather) -> None:
    """Serve until the process is ended; the port is the first line said."""
    server = Server(Random(seed), weather)
    app = web.Application(client_max_size=2**24)
    app.cleanup_ctx.append(server.people)
    app.router.add_post("/{platform}/events", server.tell)
    app.router.add_post("/{platform}/ack", server.acknowledge)
    app.router.add_post("/{platform}/{action}", server.call)
    app.router.add_post("/weather", server.change)
    app.router.add_get("/", server.look)
    app.router.add_get("/untaken", server.count)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)  # noqa: T201  what the driver reads
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Weather(**json.loads(sys.argv[2]))))
