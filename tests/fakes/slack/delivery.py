"""How the app is told of what happens: by sockets or by HTTP, and again where it did not say that it heard."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from tests.fakes.slack.facts import Json, Told
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.webhooks import Webhooks

OK = 200


class Delivery:
    """`ack_within`: seconds for an acknowledgement; `retries`: seconds before each time that an event is told again."""

    def __init__(self, sockets: Sockets, webhooks: Webhooks) -> None:
        self.ack_within = 3.0
        self.retries: tuple[float, ...] = (0.0, 60.0, 300.0)
        self._sockets = sockets
        self._webhooks = webhooks
        self._again: set[asyncio.Task[None]] = set()

    async def tell(self, kind: str, payload: Json) -> Told:
        """Tell the app something, and wait for the first attempt. An event is told again later, in the background."""
        told = Told(kind, payload)
        reason = await self.attempt(told, 0, "")
        if reason and kind == "events_api":
            self._later(self._tell_again(told, reason))
        return told

    async def attempt(self, told: Told, number: int, reason: str) -> str:
        """Tell once; gives why it failed, "" where it was acknowledged, and "no retry" where the app wants no other."""
        begun = asyncio.get_running_loop().time()
        failed = await (self._by_http if self._webhooks.url else self._by_socket)(told, number, reason)
        told.attempts += 1
        if not failed and not told.acknowledged:
            told.acknowledged = True
            told.seconds = asyncio.get_running_loop().time() - begun
        return failed

    async def settled(self) -> None:
        """Wait until nothing is to be told again."""
        while self._again:
            await asyncio.wait(self._again)

    async def end(self) -> None:
        """Tell nothing any more."""
        for task in self._again:
            task.cancel()
        await asyncio.gather(*self._again, return_exceptions=True)

    async def _by_socket(self, told: Told, number: int, reason: str) -> str:
        answer = await self._sockets.deliver(told.kind, told.payload, self.ack_within, number, reason)
        if answer is None:
            return "timeout"
        told.ack_payload = answer
        return ""

    async def _by_http(self, told: Told, number: int, reason: str) -> str:
        status, answer, headers = await self._webhooks.deliver(told.kind, told.payload, self.ack_within, number, reason)
        told.statuses.append(status)
        if status == OK:
            told.ack_payload = answer
            return ""
        if headers.get("x-slack-no-retry") == "1":
            return "no retry"
        return "http_error" if status else "http_timeout"

    async def _tell_again(self, told: Told, reason: str) -> None:
        for number, wait in enumerate(self.retries, 1):
            if reason in ("", "no retry"):
                return
            await asyncio.sleep(wait)
            reason = await self.attempt(told, number, reason)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._again.add(task)
        task.add_done_callback(self._again.discard)
