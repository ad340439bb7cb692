"""One call of the Web API: whose it is, and its arguments from wherever they came."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.slack.facts import Channel, Json, RefusedError, Team
from tests.fakes.slack.faults import Faults
from tests.fakes.slack.scopes import READS_NO_JSON, needed
from tests.fakes.slack.state import Workspaces

OPEN = ("oauth.v2.access",)
"""Methods that need no token."""
FOR_APP_TOKENS = ("apps.connections.open",)


@dataclass(slots=True)
class Call:
    """A call that may be made: its token was checked."""

    slack: Workspaces
    faults: Faults
    method: str
    arguments: Json
    token: str
    login: tuple[str, str] = ("", "")

    @property
    def team(self) -> Team:
        """The workspace of the token."""
        return self.slack.teams[self.slack.tokens[self.token].team]

    @property
    def bot(self) -> str:
        """The account that calls."""
        return self.team.bot_user

    def text(self, name: str, missing: str = "") -> str:
        """An argument as a text. Raises RefusedError with the code `missing` where it is empty."""
        found = self.arguments.get(name)
        if missing and not found:
            raise RefusedError(missing)
        return "" if found is None else str(found)

    def flag(self, name: str) -> bool:
        """An argument as true or false."""
        return str(self.arguments.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, otherwise: int) -> int:
        """An argument as a whole number. Raises RefusedError."""
        found = self.arguments.get(name) or otherwise
        try:
            return int(found)
        except ValueError:
            raise RefusedError("invalid_arguments", [f"[ERROR] {name} must be an integer"]) from None

    def parsed(self, name: str, otherwise: Any, broken: str = "invalid_arguments") -> Any:
        """An argument that is JSON, as a value or as a text of it. Raises RefusedError with the code `broken`."""
        found = self.arguments.get(name)
        if found is None or found == "":
            return otherwise
        try:
            return json.loads(found) if isinstance(found, str) else found
        except ValueError:
            raise RefusedError(broken) from None

    def channel(self, name: str = "channel", *, member: bool = True, active: bool = True) -> Channel:
        """The channel asked for, as far as the bot may know of it. Raises RefusedError."""
        asked = self.text(name, "channel_not_found")
        user = self.slack.users.get(asked)
        opens = user is not None and self.method == "chat.postMessage"
        found = self.slack.open_im(asked, self.team.id) if opens else self.slack.channel_named(asked, self.team.id)
        self.need(found.kind)
        if self.bot not in found.members:
            if found.kind != "public":
                raise RefusedError("channel_not_found")
            if member:
                raise RefusedError("not_in_channel")
        if active and found.archived:
            raise RefusedError("is_archived")
        return found

    def need(self, kind: str = "") -> None:
        """Raises RefusedError where the scope is missing."""
        scopes = needed(self.method, kind)
        if scopes and not self.slack.scopes & set(scopes):
            raise RefusedError("missing_scope", needed=scopes[0], provided=",".join(sorted(self.slack.scopes)))

    def check_token(self) -> None:
        """Raises RefusedError where the token is none, no longer one, or of another kind."""
        if self.method in OPEN:
            return
        if not self.token:
            raise RefusedError("not_authed")
        for_app = self.token.startswith("xapp-")
        if for_app != (self.method in FOR_APP_TOKENS) and self.token in (self.slack.app_token, *self.slack.tokens):
            raise RefusedError("not_allowed_token_type")
        if for_app and self.token == self.slack.app_token:
            return
        token = self.slack.tokens.get(self.token)
        if token is None:
            raise RefusedError("invalid_auth")
        if token.revoked or not self.slack.teams[token.team].installed:
            raise RefusedError("token_revoked" if token.revoked else "account_inactive")
        if token.expires and token.expires <= self.slack.now():
            raise RefusedError("token_expired")
        self.need()


async def read_call(slack: Workspaces, faults: Faults, request: web.Request) -> Call:
    """The call that a request makes. JSON counts only where the method reads it."""
    method = request.match_info["method"]
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        try:
            sent = json.loads(body) if body else {}
        except ValueError:
            sent = {}
        arguments |= sent if isinstance(sent, dict) and method not in READS_NO_JSON else {}
    else:
        arguments |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    told = str(arguments.pop("token", ""))
    login = ("", "")
    if kind == "Basic":
        name, _, password = base64.b64decode(secret).decode().partition(":")
        login, secret = (name, password), ""
    return Call(slack, faults, method, arguments, secret.strip() or told, login)
