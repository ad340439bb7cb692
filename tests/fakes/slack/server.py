"""A Slack of its own on the loopback: keeps state, speaks what the real clients speak, refuses what Slack refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Self

from aiohttp import web

from tests.fakes.slack.faults import Faults, What
from tests.fakes.slack.turns import Turns
from tests.fakes.slack.ways import Ways
from tests.fakes.slack.web_api import WebApi

LARGEST = 32 * 1024 * 1024


def real_now() -> datetime:
    """The instant by the machine's clock."""
    return datetime.now(UTC)


class FakeSlack(Turns):
    """`async with FakeSlack.started() as slack:`; give the clients `slack.api`."""

    def __init__(self, now: Callable[[], datetime] = real_now) -> None:
        super().__init__(now)
        self.faults = Faults(now)
        self._web_api = WebApi(self, self.faults, {"apps.connections.open": self.sockets.open})
        self._ways = Ways(self, self.faults)

    @classmethod
    @asynccontextmanager
    async def started(cls, now: Callable[[], datetime] = real_now) -> AsyncIterator[Self]:
        """A server on a free port. `now` rules every limit of Slack's that is not about the network."""
        slack = cls(now)
        runner = web.AppRunner(slack._routes(), access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        slack.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield slack
        finally:
            await slack.delivery.end()
            await slack.sockets.end()
            await slack.webhooks.end()
            await runner.cleanup()

    @property
    def api(self) -> str:
        """The address of the Web API."""
        return f"{self.address}/api/"

    def fail(self, method: str, what: What, times: int = 1, retry_after: str | None = "1") -> None:
        """The next calls of a method meet this; `response_url` is a method too. See `faults.What`."""
        self.faults.plan(method, what, times, retry_after)

    def weather(self, seed: int, lost_requests: float = 0.05, lost_replies: float = 0.05) -> None:
        """Of the posts, these shares are lost from now on, before or after they are done."""
        self.faults.weather(seed, lost_requests, lost_replies)

    @property
    def limit_posts(self) -> bool:
        """Whether a channel takes one message a second, after a small burst."""
        return self.faults.limit_posts

    @limit_posts.setter
    def limit_posts(self, limited: bool) -> None:
        self.faults.limit_posts = limited

    @property
    def short_history(self) -> bool:
        """Whether what was said is given as to apps that are sold outside the marketplace: a short page a minute."""
        return self.faults.short_history

    @short_history.setter
    def short_history(self, short: bool) -> None:
        self.faults.short_history = short

    @property
    def silent(self) -> bool:
        """Whether nothing comes over the sockets, not even an answer to a ping."""
        return self.sockets.silent

    @silent.setter
    def silent(self, silent: bool) -> None:
        self.sockets.silent = silent

    @property
    def connections(self) -> int:
        """How many sockets the app holds."""
        return len(self.sockets.connections)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew: `warning`, `refresh_requested` or `link_disabled`."""
        await self.sockets.disconnect(reason)

    def deliver_to(self, url: str) -> None:
        """Reach the app by HTTP from now on."""
        self.webhooks.url = url

    async def settled(self) -> None:
        """Wait until no event is to be told again."""
        await self.delivery.settled()

    def _routes(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/api/{method}", self._web_api.answer)
        app.router.add_get("/link/", self.sockets.serve)
        app.router.add_post("/actions/{team}/{way}/secret", self._ways.answer)
        app.router.add_post("/upload/{file}", self._upload)
        return app

    async def _upload(self, request: web.Request) -> web.Response:
        """A file's content, as it is or as a form."""
        self.calls.append(("upload", {"file": request.match_info["file"]}, ""))
        file = self.files.get(request.match_info["file"])
        if file is None:
            return web.Response(status=404, text="no such upload")
        if request.content_type == "multipart/form-data":
            sent = [each for each in (await request.post()).values() if isinstance(each, web.FileField)]
            file.content = sent[0].file.read() if sent else b""
        else:
            file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content)}")
