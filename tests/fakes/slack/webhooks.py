"""HTTP mode: signed requests to the app, by https://docs.slack.dev/authentication/verifying-requests-from-slack."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack.facts import Json
from tests.fakes.slack.state import Workspaces

OLD = 400
"""Seconds; Slack's own advice is to refuse what is older than 300."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class Webhooks:
    """Requests to the app. `url` is "" as long as the app is reached by sockets."""

    def __init__(self, slack: Workspaces) -> None:
        self.url = ""
        self._slack = slack
        self._session: aiohttp.ClientSession | None = None

    def signed(self, body: bytes, signature: str = "right") -> dict[str, str]:
        """The headers of a request, whose signature is right, wrong, old, absent or garbled.

        The time is the real one: the library of the app compares it with its own clock.
        """
        at = str(int(time.time()) - (OLD if signature == "old" else 0))
        secret = "another secret" if signature == "wrong" else self._slack.signing_secret
        digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        if signature == "absent":
            return {}
        if signature == "garbled":
            return {"X-Slack-Request-Timestamp": "yesterday", "X-Slack-Signature": "v0=zzz"}
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}

    async def post(
        self, body: bytes, content_type: str, headers: dict[str, str], wait: float
    ) -> tuple[int, str, dict[str, str]]:
        """(status, body, headers by their names in small letters); the status is 0 where no answer came in time."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        sent = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", **headers}
        timeout = aiohttp.ClientTimeout(total=wait)
        try:
            async with self._session.post(self.url, data=body, headers=sent, timeout=timeout) as got:
                return got.status, await got.text(), {name.lower(): value for name, value in got.headers.items()}
        except (TimeoutError, aiohttp.ClientError):
            return 0, "", {}

    async def deliver(
        self, kind: str, payload: Json, wait: float, attempt: int, reason: str
    ) -> tuple[int, Json, dict[str, str]]:
        """(status, what the answer holds, its headers)."""
        content_type = JSON if kind == "events_api" else FORM
        if kind == "events_api":
            body = json.dumps(payload).encode()
        else:
            body = urlencode(payload if kind == "slash_commands" else {"payload": json.dumps(payload)}).encode()
        again = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        status, text, headers = await self.post(body, content_type, {**self.signed(body), **again}, wait)
        return status, _read(text, headers), headers

    async def end(self) -> None:
        """Let go of the connections."""
        if self._session:
            await self._session.close()


def _read(text: str, headers: dict[str, str]) -> Json:
    if not text:
        return {}
    if headers.get("content-type", "").startswith(JSON):
        found = json.loads(text)
        return found if isinstance(found, dict) else {}
    return {"text": text}
