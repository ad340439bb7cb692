"""A Discord of its own on the loopback: keeps state, speaks what discord.py speaks, refuses what Discord refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Self

import discord.gateway
import discord.http
import yarl
from aiohttp import web

from tests.fakes.discord.faults import Faults, What
from tests.fakes.discord.limits import GLOBAL, REAL, Limits
from tests.fakes.discord.rest import Rest, named
from tests.fakes.discord.turns import Turns

LARGEST = 25 * 1024 * 1024


def real_now() -> datetime:
    """The instant by the machine's clock."""
    return datetime.now(UTC)


@contextmanager
def pointed_at(api: str) -> Iterator[None]:
    """Within this, every client of discord.py in the process talks to the server with this API; then to Discord again.

    discord.py takes no address, so its two class attributes are set: where its REST calls go, webhooks included, and
    where a new session is begun.
    """
    whole = yarl.URL(api)
    gateway = whole.with_scheme("ws").with_path("/gateway/")
    route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, socket.DEFAULT_GATEWAY
    route.BASE, socket.DEFAULT_GATEWAY = str(whole), gateway
    try:
        yield
    finally:
        route.BASE, socket.DEFAULT_GATEWAY = before


class FakeDiscord(Turns):
    """`async with FakeDiscord.started() as fake:`; let discord.py talk to it by `with pointed_at(fake.api):`."""

    def __init__(self, now: Callable[[], datetime] = real_now) -> None:
        super().__init__(now)
        self.faults = Faults()
        self.limits = Limits(now)
        self._rest = Rest(self, self.faults, self.limits)

    @classmethod
    @asynccontextmanager
    async def started(cls, now: Callable[[], datetime] = real_now) -> AsyncIterator[Self]:
        """A server on a free port. `now` rules Discord's limits, but those of rates run by the event loop's clock."""
        fake = cls(now)
        runner = web.AppRunner(fake._routes(), access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        fake.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield fake
        finally:
            fake._rest.end()
            await fake.gateway.end()
            await runner.cleanup()

    @property
    def api(self) -> str:
        """The address of the REST API."""
        return f"{self.address}/api/v10"

    def fail(self, call: str, what: What, times: int = 1, retry_after: float = 1.0) -> None:
        """The next calls of a name, or of a `METHOD /path`, meet this. See `faults.What`."""
        self.faults.plan(named(call), what, times, retry_after)

    def weather(self, seed: int, lost_requests: float = 0.05, lost_replies: float = 0.05) -> None:
        """Of the posts, these shares are lost from now on, before or after they are done."""
        self.faults.weather(seed, lost_requests, lost_replies)

    @property
    def limit_posts(self) -> bool:
        """Whether the customary limits hold: 5 messages in 5 s a channel, 50 calls a second in all, and such."""
        return bool(self.limits.routes)

    @limit_posts.setter
    def limit_posts(self, limited: bool) -> None:
        self.limits.routes = dict(REAL) if limited else {}
        self.limits.globally = GLOBAL if limited else None

    @property
    def silent(self) -> bool:
        """Whether nothing comes from the gateway, not even an answer to a heartbeat; what is to be sent waits."""
        return self.gateway.silent

    @silent.setter
    def silent(self, silent: bool) -> None:
        self.gateway.silent = silent

    @property
    def connections(self) -> int:
        """How many connections to the gateway hold a session."""
        return sum(each.session is not None for each in self.gateway.wires)

    async def disconnect(self, kind: str = "reconnect", *, code: int = 4000, shard: int | None = None) -> None:
        """Break the connections; the kinds are told at `Gateway.disconnect`."""
        await self.gateway.disconnect(kind, code=code, shard=shard)

    def made(self, name: str) -> int:
        """How many calls of a name there were."""
        return sum(each.name == named(name) for each in self.calls)

    def _routes(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST)
        app.router.add_routes(list(self._rest.routes()))
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/resume/", self.gateway.serve)
        app.router.add_get("/attachments/{channel}/{file}/{name}", self._file)
        return app

    async def _file(self, request: web.Request) -> web.Response:
        """The content of an attachment."""
        for message in self.said.get(request.match_info["channel"], {}).values():
            for each in message.attachments:
                if each.id == request.match_info["file"] and not message.deleted:
                    return web.Response(body=each.content, content_type=each.content_type)
        return web.Response(status=404)
