"""What is checked of every request and put on every response."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware
from multidict import CIMultiDict

from bot.doors.listening import is_loopback

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Health = Callable[[], Awaitable[Mapping[str, Any]]]


class Metrics(Protocol):
    """The page of metrics and its content type; not `whole`, what strangers may know."""

    def __call__(self, *, whole: bool) -> Awaitable[tuple[bytes, str]]:
        """Measure."""


PRIVATE_BODY = 64 * 1024
PUBLIC_BODY = 1024 * 1024
BODY_SECONDS = 10.0
SAFE = frozenset({"GET", "HEAD"})
LOOPBACK = "X-Studyhall-Loopback"
"""A header that a route finds where only this machine can reach the listener; nobody else can send it."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with that, browsers send `Origin: null` with a form, which could not be told from a strange one.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


async def secure(_: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on a response; a route may have set its own Cache-Control."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Server", None)


def bounded(size: int, seconds: float = BODY_SECONDS) -> Middleware:
    """Read the body before the route does: at most `size` bytes, within `seconds`."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.body_exists:
            if (request.content_length or 0) > size:
                raise web.HTTPRequestEntityTooLarge(size, request.content_length or 0)
            try:
                async with asyncio.timeout(seconds):
                    await request.read()
            except TimeoutError:
                raise web.HTTPRequestTimeout(text="The request did not arrive in time.") from None
        return await handler(request)

    return check


def own_page_only(loopback: bool, forms: frozenset[str] = frozenset()) -> Middleware:  # noqa: FBT001  a fact of the listener
    """Let in what comes from our own page: Host names this machine (on loopback), changes come from the same origin as
    JSON; only the paths in `forms` take an HTML form.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        request = request.clone(headers=trusted(request, loopback))
        if loopback and not is_loopback(host_name(request.headers.get("Host", ""))):
            raise web.HTTPForbidden(text="This page answers to localhost and 127.0.0.1 only.")
        if request.method not in SAFE:
            if not same_origin(request.headers):
                raise web.HTTPForbidden(text="This request does not come from the page itself.")
            wanted = "application/x-www-form-urlencoded" if request.path in forms else "application/json"
            if request.content_type != wanted:
                raise web.HTTPUnsupportedMediaType(text=f"Send it as {wanted}.")
        return await handler(request)

    return check


def trusted(request: web.Request, loopback: bool) -> CIMultiDict[str]:  # noqa: FBT001  the same
    """The headers of a request, with ours as the only one of its name."""
    headers = CIMultiDict(request.headers)
    headers.popall(LOOPBACK, None)
    if loopback:
        headers[LOOPBACK] = "yes"
    return headers


def host_name(host: str) -> str:
    """The name in a Host header, without its port; "" where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether Origin names the Host that is asked (the scheme may differ behind a proxy that ends TLS)."""
    scheme, _, origin = headers.get("Origin", "").partition("://")
    return scheme in {"http", "https"} and bool(origin) and origin == headers.get("Host")


def health_route(health: Health, *, whole: bool) -> Handler:
    """`/health`: what `health` says as JSON, with status 503 unless its "status" is "ok". Only that word is told to
    strangers (not `whole`).
    """

    async def answer(_: web.Request) -> web.Response:
        told = await health()
        shown = dict(told) if whole else {"status": told["status"]}
        return web.Response(
            text=json.dumps(shown, ensure_ascii=False, default=str),
            status=200 if told["status"] == "ok" else 503,
            content_type="application/json",
        )

    return answer


def metrics_route(metrics: Metrics, *, whole: bool) -> Handler:
    """`/metrics` for Prometheus, under the rules of `/health`."""

    async def answer(_: web.Request) -> web.Response:
        page, content_type = await metrics(whole=whole)
        return web.Response(body=page, headers={"Content-Type": content_type})

    return answer
