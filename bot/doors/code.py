"""The code that is asked for where others than this machine can reach the page."""

from __future__ import annotations

import hmac
import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.doors.checks import Handler

COOKIE = "studyhall_code"
DAYS = 30 * 24 * 3600
FORM, STYLE = "/code", "/code.css"
FREE = {FORM, STYLE, "/health", "/metrics"}
FREE_TRIES = 5
LONGEST_WAIT = 900.0
MOST_DOUBLINGS = 10
"""A wait that was doubled so often is longer than the longest."""
TRIES_A_MINUTE = 60
REMEMBERED = 4096
KEYS_KEPT = 10_000


@dataclass(slots=True)
class Tries:
    """How often a wrong code came, from each address and from all. `clock` counts seconds.

    After `FREE_TRIES` an address waits, twice as long each time; all together have `TRIES_A_MINUTE`.
    """

    clock: Callable[[], float]
    wrong: dict[str, int] = field(default_factory=dict)
    until: dict[str, float] = field(default_factory=dict)
    minute: int = 0
    in_minute: int = 0

    def wait(self, address: str) -> float:
        """Seconds until the address may try again; 0 if it may now."""
        now = self.clock()
        if self.in_minute >= TRIES_A_MINUTE and self.minute == now // 60:
            return 60 - now % 60
        return max(0.0, self.until.get(address, 0.0) - now)

    def failed(self, address: str) -> None:
        """Count a wrong code."""
        now = self.clock()
        self.in_minute = self.in_minute + 1 if self.minute == now // 60 else 1
        self.minute = int(now // 60)
        count = self.wrong.pop(address, 0) + 1
        self.wrong[address] = count
        if count >= FREE_TRIES:
            self.until[address] = now + min(LONGEST_WAIT, 2.0 ** min(count - FREE_TRIES + 1, MOST_DOUBLINGS))
        if len(self.wrong) > REMEMBERED:
            oldest = next(iter(self.wrong))
            del self.wrong[oldest]
            self.until.pop(oldest, None)

    def succeeded(self, address: str) -> None:
        """Forget the wrong ones of an address."""
        self.wrong.pop(address, None)
        self.until.pop(address, None)


class Code:
    """Asks every browser for `code` once and then knows it by a cookie, until the process ends."""

    def __init__(
        self, *, token: Callable[[int], str], clock: Callable[[], float], title: str, say: Callable[[str], str]
    ) -> None:
        self.code = f"{token(5)}-{token(5)}"
        self._token = token
        self._title = title
        self._say = say
        self._tries = Tries(clock)
        self._keys: dict[str, None] = {}

    def middleware(self) -> Middleware:
        """Let through who has entered the code; send others to the form."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path in FREE or self.knows(request):
                return await handler(request)
            if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
                raise web.HTTPSeeOther(FORM)
            _ = self._say
            raise web.HTTPUnauthorized(text=_("Enter the code first: open the page anew."))

        return check

    def knows(self, request: web.Request) -> bool:
        """Whether the browser has entered the code."""
        return request.cookies.get(COOKIE, "") in self._keys

    def routes(self) -> tuple[tuple[str, str, Handler], ...]:
        """The form, its style, and what the form is sent to."""
        return (("GET", FORM, self.form), ("GET", STYLE, self.style), ("POST", FORM, self.entered))

    async def form(self, _: web.Request) -> web.Response:
        """The page that asks for the code."""
        return self._page("", 200)

    async def style(self, _: web.Request) -> web.Response:
        """The look of that page."""
        return web.Response(text=(files("bot.doors") / "code.css").read_text("utf-8"), content_type="text/css")

    async def entered(self, request: web.Request) -> web.Response:
        """Check an entered code; a right one sets the cookie and leads to the page."""
        _, address = self._say, request.remote or ""
        wait = self._tries.wait(address)
        if wait:
            sentence = _("Too many wrong codes. Try again in %(seconds)d seconds.")
            return self._page(sentence % {"seconds": round(wait) + 1}, 429)
        given = re.sub(r"[^a-z0-9]", "", str((await request.post()).get("code", "")).lower())
        if not hmac.compare_digest(given.encode(), self.code.replace("-", "").encode()):
            self._tries.failed(address)
            return self._page(_("That is not the code. It stands in the log of Studyhall's last start."), 403)
        self._tries.succeeded(address)
        return self._known(request)

    def _known(self, request: web.Request) -> web.Response:
        key = self._token(32)
        self._keys[key] = None
        if len(self._keys) > KEYS_KEPT:
            del self._keys[next(iter(self._keys))]
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(COOKIE, key, max_age=DAYS, httponly=True, samesite="Strict", secure=request.secure)
        return response

    def _page(self, fault: str, status: int) -> web.Response:
        _ = self._say
        text = (files("bot.doors") / "code.html").read_text("utf-8")
        words = {
            "language": _("en"),
            "title": self._title,
            "heading": _("Enter the code"),
            "why": _("Studyhall can be reached from other machines, so it asks once for a code. The log shows it."),
            "label": _("Code"),
            "enter": _("Enter"),
            "fault": fault,
            "state": "true" if fault else "false",
        }
        filled = re.sub(r"\{(\w+)\}", lambda match: html.escape(words[match[1]]), text)
        return web.Response(text=filled, status=status, content_type="text/html")
