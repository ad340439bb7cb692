"""Calls of Slack's Web API: each workspace by its own token, and each failure as what is known after it."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import error_of, looking_error_of
from bot.ports import BusyError, PlatformError, UnknownOutcomeError

Answer = dict[str, Any]
TokenOf = Callable[[str], Awaitable[str]]
"""The bot's token in a workspace; raises RefusedError where the app is not installed."""

WRITE_TIMEOUT = 12.0
"""Seconds; with what comes before and after well within the send timeout that the core allows."""
READ_TIMEOUT = 30.0
PAGE = 200
SERVER_FAILED = 500
TOO_MANY = 429
LONGEST_WAIT = 3600.0
SHORT_WAIT = 10.0
LIMITED = "chat.postMessage"
"""Slack limits each method in a workspace, and this one in a channel too: a message a second, which the core keeps by
itself. Which of the two was passed a refusal does not say. https://docs.slack.dev/apis/web-api/rate-limits
"""
_SECONDS = re.compile(r"\d{1,6}")
REFUSED = re.compile(r'"ok"\s*:\s*false')

log = logging.getLogger(__name__)


class ShortWaits(AsyncRateLimitErrorRetryHandler):
    """Waits as long as Slack asks, where that is short; a longer wait is the caller's."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        return response is not None and response.status_code == TOO_MANY and _wait(response) <= SHORT_WAIT

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        """Wait."""
        state.next_attempt_requested = True
        await asyncio.sleep(_wait(response) if response else 0.0)
        state.increment_current_attempt()


def _wait(response: HttpResponse) -> float:
    told = [value for name, value in response.headers.items() if name.lower() == "retry-after"]
    return wait_of(told[0][0] if told and isinstance(told[0], list) else str(told[0]) if told else "")


class Calls:
    """The Web API. `write` never tries again by itself; `read` waits for a rate limit once or twice."""

    def __init__(self, token_of: TokenOf, base_url: str) -> None:
        self._token_of = token_of
        self._session: aiohttp.ClientSession | None = None
        self._writing = AsyncWebClient(base_url=base_url, timeout=int(WRITE_TIMEOUT), retry_handlers=[])
        self._reading = AsyncWebClient(
            base_url=base_url,
            timeout=int(READ_TIMEOUT),
            retry_handlers=[AsyncConnectionErrorRetryHandler(), ShortWaits(max_retry_count=2)],
        )

    async def write(
        self, workspace: str, method: str, arguments: Mapping[str, Any], fine: frozenset[str] = frozenset()
    ) -> Answer:
        """Call a method that changes something, once; an error code of `fine` means that it was so already.

        Raises a PlatformError that says what is known.
        """
        token = await self._token_of(workspace)
        client = self._on_session(self._writing)
        try:
            async with asyncio.timeout(WRITE_TIMEOUT):
                found = await client.api_call(method, json=dict(arguments), headers=_bearer(token))
        except SlackApiError as error:
            if _code(error) in fine:
                return {}
            raise known_after(error, wide=method == LIMITED) from error
        except Exception as error:
            raise known_after(error) from error
        return _body(found.data)

    async def read(self, workspace: str, method: str, arguments: Mapping[str, Any], *, looking: bool = False) -> Answer:
        """Call a method that only reads; `looking`: for a message of ours. Raises a PlatformError."""
        token = await self._token_of(workspace)
        client = self._on_session(self._reading)
        given = {name: _parameter(value) for name, value in arguments.items() if value is not None}
        try:
            async with asyncio.timeout(READ_TIMEOUT):
                found = await client.api_call(method, http_verb="GET", params=given, headers=_bearer(token))
        except Exception as error:
            raise known_after(error, looking=looking) from error
        return _body(found.data)

    async def messages(
        self, workspace: str, method: str, arguments: Mapping[str, Any], cursor: str = ""
    ) -> tuple[Sequence[Answer], str]:
        """A page of the messages that a method lists, and the cursor of the next one, "" where there is none."""
        asked = {**arguments, "include_all_metadata": True, "limit": PAGE, "cursor": cursor or None}
        found = await self.read(workspace, method, asked, looking=True)
        following = str((found.get("response_metadata") or {}).get("next_cursor") or "")
        return found.get("messages") or (), following

    async def respond(self, url: str, body: Mapping[str, Any]) -> bool:
        """Answer by a `response_url`; False where it has expired or was used up."""
        try:
            async with self._session_now().post(
                url, json=dict(body), timeout=aiohttp.ClientTimeout(WRITE_TIMEOUT)
            ) as got:
                said = await got.text(errors="replace")
                return got.ok and not REFUSED.search(said)
        except (TimeoutError, aiohttp.ClientError) as error:
            log.info("Slack did not take a reply: %s", type(error).__name__)
            return False

    async def upload(self, url: str, content: bytes, within: float = WRITE_TIMEOUT) -> None:
        """Send a file's content to where Slack wants it, `within` seconds. Raises a PlatformError."""
        try:
            async with self._session_now().post(url, data=content, timeout=aiohttp.ClientTimeout(within)) as got:
                if not got.ok:
                    raise UnknownOutcomeError(f"Slack did not take a file (HTTP {got.status})")
        except (TimeoutError, aiohttp.ClientError) as error:
            raise known_after(error) from error

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session:
            await self._session.close()

    def _session_now(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))
        return self._session

    def _on_session(self, client: AsyncWebClient) -> AsyncWebClient:
        client.session = self._session_now()
        return client


def known_after(error: Exception, *, looking: bool = False, wide: bool = False) -> PlatformError:
    """What is known after a call failed; `wide`: its rate limit is one of the whole workspace.

    Only a connection that never came about, and Slack's own word, mean that surely nothing was done.
    """
    match error:
        case PlatformError():
            return error
        case SlackApiError():
            return _after_answer(error, looking=looking, wide=wide)
        case aiohttp.ClientConnectorError() | SlackRequestError():
            return BusyError(f"Slack cannot be reached ({type(error).__name__})")
        case TimeoutError():
            return UnknownOutcomeError("Slack did not answer in time")
        case _:
            return UnknownOutcomeError(f"the connection to Slack broke ({type(error).__name__})")


def _after_answer(error: SlackApiError, *, looking: bool, wide: bool) -> PlatformError:
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    code = _code(error)
    if status == TOO_MANY or code in ("ratelimited", "rate_limited"):
        wait = wait_of(getattr(response, "headers", {}).get("Retry-After", ""))
        return BusyError("Slack asks us to be slower", wait, wide=wide)
    if code:
        return looking_error_of(code) if looking else error_of(code)
    if status >= SERVER_FAILED:
        return UnknownOutcomeError(f"Slack failed while it worked (HTTP {status})")
    return UnknownOutcomeError(f"Slack's answer cannot be read (HTTP {status})")


def _code(error: SlackApiError) -> str:
    """Slack's error code, "" where there is none: where the answer was no JSON the library gives aiohttp's response."""
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def wait_of(told: str) -> float:
    """Seconds of a `Retry-After`; what is none is half a minute."""
    return min(float(told), LONGEST_WAIT) if _SECONDS.fullmatch(told.strip()) else 30.0


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _parameter(value: Any) -> Any:  # noqa: ANN401  any JSON
    return str(value).lower() if isinstance(value, bool) else value


def _body(data: Any) -> Answer:  # noqa: ANN401  the library's
    if not isinstance(data, dict):
        raise UnknownOutcomeError("Slack's answer cannot be read")
    return data
