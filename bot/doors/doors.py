"""Opening and closing the two doors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from aiohttp import web

from bot.doors.checks import (
    PRIVATE_BODY,
    PUBLIC_BODY,
    Health,
    Metrics,
    bounded,
    health_route,
    metrics_route,
    own_page_only,
    secure,
)
from bot.doors.code import FORM, Code
from bot.doors.listening import PORTS_TRIED, Listener, address, is_loopback
from bot.ports import Routes
from bot.settings.values import Listening

log = logging.getLogger(__name__)


def as_it_is(message: str) -> str:
    """The message untranslated."""
    return message


class Doors:
    """The listeners for what platforms handed over, from `open` to `close`.

    `health` gives the facts of `/health`; its "status" is "ok" or the 503 follows. `metrics` gives the page of
    `/metrics`. `token(n)` gives n unguessable
    characters, `clock` seconds that only grow, `say` translates a message.
    """

    def __init__(
        self,
        listening: Listening,
        routes: Sequence[Routes],
        health: Health,
        metrics: Metrics,
        *,
        token: Callable[[int], str],
        clock: Callable[[], float],
        title: str = "Studyhall",
        say: Callable[[str], str] = as_it_is,
    ) -> None:
        loopback = is_loopback(listening.private_host)
        self._code = None if loopback else Code(token=token, clock=clock, title=title, say=say)
        private = private_app(routes, health, metrics, self._code)
        self._private = Listener(private, listening.private_host, listening.private_port)
        self._public: Listener | None = None
        if any(each.public for each in routes):
            self._public = Listener(public_app(routes, health, metrics), listening.public_host, listening.public_port)

    @property
    def address(self) -> str:
        """Where the page is, once open."""
        return address(self._private.host, self._private.port)

    @property
    def public_address(self) -> str | None:
        """Where platforms' servers reach us; None where no platform needs that."""
        return address(self._public.host, self._public.port) if self._public else None

    @property
    def code(self) -> str | None:
        """The code that the page asks for; None on loopback."""
        return self._code.code if self._code else None

    async def open(self) -> None:
        """Listen; raises DoorError. A taken private port leads to the next free one, a taken public port does not."""
        await self._private.open(tries=PORTS_TRIED)
        log.info("the page is at %s", self.address)
        if self._code:
            log.warning("others can reach the page: it asks for the code %s", self._code.code)
        if self._public:
            try:
                await self._public.open()
            except OSError:
                await self._private.close()
                raise
            log.info("platforms' servers are answered at %s", self.public_address)

    async def close(self) -> None:
        """Stop listening on both, within a few seconds even where streams are open."""
        for listener in (self._private, self._public):
            if listener:
                await listener.close()


def private_app(routes: Sequence[Routes], health: Health, metrics: Metrics, code: Code | None) -> web.Application:
    """The application behind the private door."""
    checks = [own_page_only(code is None, frozenset({FORM})), bounded(PRIVATE_BODY)]
    if code:
        checks.append(code.middleware())
    app = web.Application(middlewares=checks, client_max_size=PRIVATE_BODY)
    app.on_response_prepare.append(secure)
    app.router.add_get("/health", health_route(health, whole=code is None))
    app.router.add_get("/metrics", metrics_route(metrics, whole=code is None))
    for method, path, handler in (*(code.routes() if code else ()), *(each for one in routes for each in one.private)):
        app.router.add_route(method, path, handler)
    return app


def public_app(routes: Sequence[Routes], health: Health, metrics: Metrics) -> web.Application:
    """The application behind the public door."""
    app = web.Application(middlewares=[bounded(PUBLIC_BODY)], client_max_size=PUBLIC_BODY)
    app.on_response_prepare.append(secure)
    app.router.add_get("/health", health_route(health, whole=False))
    app.router.add_get("/metrics", metrics_route(metrics, whole=False))
    for method, path, handler in (each for one in routes for each in one.public):
        app.router.add_route(method, path, handler)
    return app
