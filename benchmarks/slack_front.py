"""The HTTP front for Slack's signed requests, against Bolt's own server and against one made by hand."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation
from yarl import URL

from adapters.slack.http import Http
from adapters.slack.installs import Installs, Seal
from adapters.slack.manifest import EVENTS_PATH
from adapters.slack.tokens import CLIENT_ID, CLIENT_SECRET, KEY, SIGNING_SECRET
from benchmarks.answers import CALLERS
from benchmarks.beside import beside
from benchmarks.frame import Figure, LostError, Row, Scale, in_turn
from benchmarks.server import folder
from benchmarks.slack_pressed import OK, PLACE, TEAM, TOKENS, bolt_alone, press_of, slack_settings
from benchmarks.study import name_of, shown_items
from bot.app import random_token, wall_clock
from bot.commands import COMMANDS
from bot.languages import translate
from bot.ports import Opening, Press
from bot.refs import VERBS
from bot.store import Store, schema
from content.item import Kind

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
PEOPLE = 100
FRESH = 300
"""Seconds for which Slack's signatures are good."""
PROFILE = """\
Nearly all is Bolt's, on both sides; what the adapter adds (the press as the core takes it, the installation by its
workspace) is as much as the middleware that it leaves out. More than half of a dispatch is the decoding of the form by
`urllib`: a front by hand decodes it in C."""
Front = Callable[[], Any]


class Nobody:
    """A core that does nothing: the front alone is measured."""

    async def pressed(self, press: Press) -> None:
        """Take a press."""

    async def resumed(self, platform: str) -> None:
        """Take that the platform is there."""


@asynccontextmanager
async def ours() -> AsyncIterator[web.Application]:
    """The adapter's own way: its routes, its look at the signature, Bolt, and what hands a press to the core."""
    key = Fernet.generate_key().decode()
    with folder() as at:
        schema.upgrade(at / "shelf.sqlite")
        store = Store.open(at / "shelf.sqlite", now=wall_clock)
        shelf = store.shelf("slack")
        installed = Installation(user_id="U1", team_id=TEAM, bot_token="xoxb-1", bot_id="B1", bot_user_id="U0")
        await Installs(shelf, Seal(key)).async_save(installed)
        environment = TOKENS | {SIGNING_SECRET: SECRET, CLIENT_ID: "1.2", CLIENT_SECRET: "secret", KEY: key}
        http = Http(
            Opening(
                settings=slack_settings(mode="http"),
                environment=environment,
                shelf=shelf,
                verbs=VERBS,
                commands=COMMANDS,
                places=[PLACE],
                organiser_places=frozenset(),
                now=wall_clock,
                token=random_token,
                translate=translate,
            )
        )
        for number in range(1, PEOPLE + 1):
            http.reception.people.learn(TEAM, {"id": f"U{number}", "name": name_of(number), "team_id": TEAM})
        nobody: Any = Nobody()
        running = asyncio.create_task(http.run(nobody))
        front = web.Application()
        for method, path, answer in http.routes.public:
            front.router.add_route(method, path, answer)
        yield front
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await http.reception.close()
        await store.close()


@asynccontextmanager
async def bolts() -> AsyncIterator[web.Application]:
    """Bolt's own server and its own look at the signature, before one listener that does nothing."""
    yield bolt_alone(signing_secret=SECRET).web_app(EVENTS_PATH)


@asynccontextmanager
async def by_hand() -> AsyncIterator[web.Application]:
    """The least that any front does: signature, form (decoded in C), JSON, a table, an empty answer."""
    table: dict[str, Callable[[dict[str, Any]], None]] = {"block_actions": lambda _: None}

    async def answer(request: web.Request) -> web.Response:
        body, stamp = await request.read(), request.headers["X-Slack-Request-Timestamp"]
        digest = hmac.new(SECRET.encode(), b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256).hexdigest()
        signed = hmac.compare_digest(f"v0={digest}", request.headers["X-Slack-Signature"])
        if not signed or abs(time.time() - int(stamp)) > FRESH:
            return web.Response(status=401)
        payload = json.loads(URL.build(query_string=body.decode(), encoded=True).query["payload"])
        table[payload["type"]](payload)
        return web.Response()

    front = web.Application()
    front.router.add_post(EVENTS_PATH, answer)
    yield front


FRONTS: dict[str, Front] = {"ours": ours, "bolts": bolts, "by_hand": by_hand}


def serve(pipe: Connection, name: str) -> None:
    """Serve a front in this process until told to end; its port goes through the pipe."""
    asyncio.run(_serve(name, pipe))


async def _serve(name: str, pipe: Connection) -> None:
    async with FRONTS[name]() as front:
        front.router.add_get("/processor", _processor)
        runner = web.AppRunner(front, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        pipe.send(runner.addresses[0][1])
        await asyncio.to_thread(pipe.recv)
        await runner.cleanup()


async def _processor(_: web.Request) -> web.Response:
    return web.Response(text=str(time.process_time()))


def signed_presses(number: int) -> list[tuple[bytes, dict[str, str]]]:
    """Bodies and headers as Slack sends them."""
    shown = next(each for each in shown_items() if each.kind is Kind.CHOICE)
    found = []
    for nth in range(number):
        payload = press_of(nth, nth % PEOPLE + 1, shown, "round0")
        body, stamp = urlencode({"payload": json.dumps(payload)}).encode(), str(int(time.time()))
        digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}", "Content-Type": FORM}
        found.append((body, headers))
    return found


async def load(port: int, presses: Sequence[tuple[bytes, dict[str, str]]]) -> float:
    """Send all, 64 at a time: processor seconds of the server for each. LostError unless all are acknowledged."""
    connector = aiohttp.TCPConnector(limit=CALLERS)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=connector) as session:

        async def processor() -> float:
            async with session.get("/processor") as got:
                return float(await got.text())

        async def caller() -> None:
            for body, headers in left:
                async with session.post(EVENTS_PATH, data=body, headers=headers) as got:
                    if got.status != OK:
                        raise LostError(f"a press was answered with {got.status}")

        left = iter(presses)
        before = await processor()
        await asyncio.gather(*(caller() for _ in range(CALLERS)))
        return (await processor() - before) / len(presses)


def fronts(scale: Scale) -> list[Row]:
    """Each front in a process of its own, under load in turn."""
    presses = signed_presses(scale.of(2_000, 100))
    with ExitStack() as stack:
        ports = [stack.enter_context(beside(serve, name)).recv() for name in FRONTS]

        def measure(port: int) -> float:
            return asyncio.run(load(port, presses)) * 1e6

        for port in ports:
            measure(port)  # what is made once is made
        results = in_turn(scale.runs, *(partial(measure, port) for port in ports))
    found = {name: Figure(tuple(runs), "µs CPU") for name, runs in zip(FRONTS, results, strict=True)}
    what = f"a signed press over HTTP, {CALLERS} connections, nothing behind the front: processor of the server"
    return [
        Row(f"{what}, beside Bolt's own server", found["ours"], found["bolts"], 1.0, PROFILE),
        Row("the same, beside a front made by hand", found["ours"], found["by_hand"]),
        *(Row(f"so many requests a second and core: {title}", _rate(found[name])) for name, title in TITLES.items()),
    ]


TITLES = {"ours": "ours", "bolts": "Bolt's own server", "by_hand": "a front made by hand"}


def _rate(figure: Figure) -> Figure:
    return Figure(tuple(1e6 / each for each in figure.runs), "requests/s")
