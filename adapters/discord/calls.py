"""Calls of Discord's API: discord.py keeps its rate limits and tries again; each failure is told as what is known then.

discord.py repeats a post after a 5xx with the same nonce, of which Discord makes one message. What cannot be told by
its errors is whether a request went out at all, so each call keeps track of its own requests.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
import discord
from aiolimiter import AsyncLimiter

from adapters.discord.errors import error_of, looking_error_of
from bot.ports import BusyError, PlatformError, RefusedError, UnknownOutcomeError

T = TypeVar("T")

WRITE_TIMEOUT = 12.0
"""Seconds; with what comes before and after well within the send timeout that the core allows."""
READ_TIMEOUT = 30.0
A_SECOND, AT_ONCE = 44.0, 4.0
"""Requests a second, and so many of them together: in no second are there more than the 50 that Discord takes from one
bot. One more, and discord.py holds up every call, acknowledgements of presses too.
"""
MOST_REFUSALS = 20
"""So many refusals in a channel within `REFUSED_FOR` seconds, and it is left alone for that time: Discord bans an
address that is refused 10,000 times in ten minutes.
"""
REFUSED_FOR = 600.0
MOST_CHANNELS = 5000
UNAUTHORIZED, FORBIDDEN, TOO_MANY, SERVER_FAILED = 401, 403, 429, 500


@dataclass(slots=True)
class Attempt:
    """A call's requests: whether one is out without a reply, whether one may have been done though it failed, and
    whether Discord asked with one of them to be left alone altogether.
    """

    out: bool = False
    doubtful: bool = False
    wide: bool = False


_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


def trace() -> aiohttp.TraceConfig:
    """What discord.py's session is to be made with, so that calls see their requests."""
    config = aiohttp.TraceConfig()

    async def started(*_: object) -> None:
        if attempt := _attempt.get():
            attempt.out = True

    async def ended(_: object, __: object, told: aiohttp.TraceRequestEndParams) -> None:
        if attempt := _attempt.get():
            attempt.doubtful |= told.response.status >= SERVER_FAILED
            attempt.wide |= told.response.status == TOO_MANY and _is_wide(told.response)
            attempt.out = told.response.ok  # its body is still to come

    async def broke(_: object, __: object, told: aiohttp.TraceRequestExceptionParams) -> None:
        if attempt := _attempt.get():
            attempt.doubtful |= not isinstance(told.exception, aiohttp.ClientConnectorError)
            attempt.out = False

    config.on_request_start.append(started)
    config.on_request_end.append(ended)
    config.on_request_exception.append(broke)
    return config


class Calls:
    """Makes calls with whatever client is logged in. `client` raises a PlatformError where none can be."""

    def __init__(self, client: Callable[[], Awaitable[discord.AutoShardedClient]]) -> None:
        self._client = client
        self._limiter = AsyncLimiter(AT_ONCE, AT_ONCE / A_SECOND)
        self._refusals: OrderedDict[str, deque[float]] = OrderedDict()

    async def write(self, channel: str, work: Callable[[discord.AutoShardedClient], Awaitable[T]]) -> T:
        """Do something that changes something in a channel. Raises a PlatformError that says what is known."""
        return await self._do(channel, work, WRITE_TIMEOUT, looking=False)

    async def read(
        self, channel: str, work: Callable[[discord.AutoShardedClient], Awaitable[T]], *, looking: bool = False
    ) -> T:
        """Do something that only reads; `looking`: for a message of ours. Raises a PlatformError."""
        return await self._do(channel, work, READ_TIMEOUT, looking=looking)

    async def _do(
        self,
        channel: str,
        work: Callable[[discord.AutoShardedClient], Awaitable[T]],
        timeout: float,  # noqa: ASYNC109  the budget of the whole call, the wait for its turn included
        *,
        looking: bool,
    ) -> T:
        self._check(channel)
        client, attempt = None, Attempt()
        _attempt.set(attempt)
        try:
            async with asyncio.timeout(timeout):
                client = await self._client()
                await self._limiter.acquire()
                return await work(client)
        except Exception as error:
            if isinstance(error, discord.HTTPException) and error.status in (UNAUTHORIZED, FORBIDDEN):
                self._refused(channel)
            raise known_after(error, attempt, looking=looking) from error
        finally:
            _attempt.set(None)
            if attempt.wide and client is not None:
                # discord.py holds all calls back while one waits for a limit on all; broken off, it does so for ever.
                client.http._global_over.set()  # noqa: SLF001  nothing public does it

    def _check(self, channel: str) -> None:
        """Raises BusyError where a channel is left alone."""
        refusals = self._refusals.get(channel)
        if refusals and len(refusals) >= MOST_REFUSALS:
            wait = refusals[-1] + REFUSED_FOR - asyncio.get_running_loop().time()
            if wait > 0:
                raise BusyError("Discord refused too often there, so it is left alone for a while", wait)
            self._refusals.pop(channel)

    def _refused(self, channel: str) -> None:
        now = asyncio.get_running_loop().time()
        refusals = self._refusals.setdefault(channel, deque(maxlen=MOST_REFUSALS))
        refusals.append(now)
        while refusals[0] < now - REFUSED_FOR:
            refusals.popleft()
        self._refusals.move_to_end(channel)
        if len(self._refusals) > MOST_CHANNELS:
            self._refusals.popitem(last=False)


def known_after(error: Exception, attempt: Attempt, *, looking: bool = False) -> PlatformError:
    """What is known after a call failed. That nothing was done is known only where no request is in doubt."""
    known = _known(error, attempt, looking=looking)
    if attempt.doubtful and isinstance(known, BusyError | RefusedError):
        return UnknownOutcomeError(f"an earlier try of the same call was not answered; then: {known}")
    return known


def _known(error: Exception, attempt: Attempt, *, looking: bool) -> PlatformError:
    match error:
        case PlatformError():
            return error
        case discord.RateLimited():
            return BusyError("Discord asks us to be slower", error.retry_after, wide=attempt.wide)
        case discord.HTTPException():
            return _after_answer(error, looking=looking)
        case aiohttp.ClientConnectorError():
            return BusyError(f"Discord cannot be reached ({type(error).__name__})")
    if isinstance(error, TimeoutError) and not attempt.out and not attempt.doubtful:
        return BusyError("Discord's rate limits left no time for it", wide=attempt.wide)
    why = "it did not answer in time" if isinstance(error, TimeoutError) else type(error).__name__
    return UnknownOutcomeError(f"the connection to Discord broke ({why})")


def _after_answer(error: discord.HTTPException, *, looking: bool) -> PlatformError:
    if error.status == TOO_MANY:
        wide = _is_wide(error.response)
        return BusyError("Discord asks us to be slower", _seconds(error.response), wide=wide)
    if error.status >= SERVER_FAILED:
        return UnknownOutcomeError(f"Discord failed while it worked (HTTP {error.status})")
    return (looking_error_of if looking else error_of)(error.code, error.status)


def _is_wide(response: Any) -> bool:  # noqa: ANN401  aiohttp's response
    """Whether a 429 is meant for all that we ask: by Discord's own word, or as it does not come from Discord itself.

    https://docs.discord.com/developers/topics/rate-limits (Global Rate Limit, Invalid Request Limit).
    """
    headers = response.headers
    everywhere = "X-RateLimit-Global" in headers or headers.get("X-RateLimit-Scope") == "global"
    return everywhere or "Via" not in headers


def _seconds(response: Any) -> float:  # noqa: ANN401  aiohttp's response
    """The wait that a 429 asks for; half a minute where it asks for none."""
    try:
        return min(max(float(response.headers.get("Retry-After", "")), 1.0), 3600.0)
    except ValueError:
        return 30.0
