"""Visitors: each browser is an account by a random cookie, with a name that is a label only."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.ports import Shelf, Who
from content.markup import visible

COOKIE = "studyhall_visitor"
COOKIE_DAYS = 400 * 24 * 3600
NAME_LIMIT = 40
LOOPBACK = "X-Studyhall-Loopback"
"""The header that our listeners put on a request where only this machine reaches them."""
SECRET = re.compile(r"[a-z2-7]{32}")
LANGUAGE = re.compile(r"\s*([a-zA-Z]{2,3})(?:-[a-zA-Z0-9]+)*\b")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a browser is: its cookie's `secret`, the `account` made from it, the `name` it picked ("" before it did)."""

    secret: str
    account: str
    name: str
    language: str
    organiser: bool
    known: bool = True

    @property
    def who(self) -> Who:
        """The visitor as the core knows accounts."""
        name = self.name or f"Guest {self.account[:4]}"
        return Who("web", "local", self.account, name, admin=self.organiser, language=self.language)


def account_of(secret: str) -> str:
    """The account of a cookie: it appears in settings and logs, so it must not be the cookie itself."""
    return base64.b32encode(hashlib.sha256(secret.encode()).digest()).decode().lower()[:16]


def clean_name(text: str) -> str:
    """A name as it is kept: one line, nothing invisible in it, at most `NAME_LIMIT` characters; "" without a letter."""
    shown = visible(re.sub(r"[\x00-\x1f\x7f]", " ", text))
    plain = "".join(sign for sign in shown if unicodedata.category(sign) != "Cf")
    name = re.sub(r"\s+", " ", plain).strip()[:NAME_LIMIT].strip()
    return name if any(sign.isalnum() or unicodedata.category(sign).startswith("S") for sign in name) else ""


def same_name(one: str, other: str) -> bool:
    """Whether two names read the same, whatever their case, width and spaces."""
    folded = ["".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in (one, other)]
    return folded[0] == folded[1]


def language_of(request: web.Request) -> str:
    """The language that the browser prefers, as its first two or three letters; "en" where it names none."""
    found = LANGUAGE.match(request.headers.get("Accept-Language", ""))
    return found[1].lower() if found else "en"


class Visitors:
    """Knows visitors by their cookie. `organisers` is "loopback", "always" or "never"."""

    def __init__(self, shelf: Shelf, token: Callable[[int], str], organisers: str) -> None:
        self._shelf = shelf
        self._token = token
        self._organisers = organisers

    async def of(self, request: web.Request) -> Visitor:
        """The visitor of a request; one without a cookie of ours gets a new account."""
        secret = request.cookies.get(COOKIE, "")
        known = bool(SECRET.fullmatch(secret))
        secret = secret if known else self._token(32)
        account = account_of(secret)
        row = await self._shelf.get(f"v:{account}") if known else None
        name = row.value["name"] if row else ""
        return Visitor(secret, account, name, language_of(request), self._organiser(request), known)

    async def rename(self, visitor: Visitor, name: str) -> None:
        """Keep the name that a visitor picked."""
        await self._shelf.put(f"v:{visitor.account}", {"name": name})

    def remember(self, request: web.Request, response: web.Response, visitor: Visitor) -> None:
        """Set the cookie. It is Lax: with Strict, who follows a link from elsewhere would come as somebody new."""
        response.set_cookie(
            COOKIE, visitor.secret, max_age=COOKIE_DAYS, httponly=True, samesite="Lax", secure=request.secure
        )

    def _organiser(self, request: web.Request) -> bool:
        return self._organisers == "always" or (self._organisers == "loopback" and LOOPBACK in request.headers)
