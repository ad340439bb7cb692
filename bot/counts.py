"""Counts: how many have answered, kept up to date in the messages of open questions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from bot.counting import post_row
from bot.each import do_each
from bot.ports import GoneError, Limits, Message, Platform, PlatformError, UnknownOutcomeError
from bot.sending import Sending
from bot.steady import lately
from bot.store.leases import take
from bot.store.posts import next_number, owe
from bot.store.turns import Round, rounds_to_tell, set_told, state_of

TOGETHER = 16
"""So many messages are changed at a time."""
MATCH_EVERY = 8.0
"""Seconds between two counts in a question of a match: it is over soon, and many of them may go on."""
LEASE = 10.0
"""Seconds that counts told together may take besides the wait for their platform."""

log = logging.getLogger(__name__)


class Counts:
    """Tells the counts on the platforms that this process runs."""

    def __init__(self, sending: Sending) -> None:
        self._by = sending
        self._counted: dict[int, float] = {}

    async def tell(self, platform: str) -> None:
        """Bring the counts of answers in a platform's open questions up to date; one process at a time does it."""
        behind = await self._by.store.read(partial(rounds_to_tell, platform=platform))
        parts = [behind[start : start + TOGETHER] for start in range(0, len(behind), TOGETHER)]
        await do_each("counts to tell", parts, partial(self._tell_together, platform=platform))

    async def _tell_together(self, some: Sequence[Round], platform: str) -> None:
        lease = self._by.platforms[platform][1].send_timeout + LEASE
        if await take(self._by.store, f"counts {platform}", self._by.owner, lease):
            await do_each("counts to tell", some, self._tell_one, TOGETHER)

    async def _tell_one(self, asked: Round) -> None:
        platform, limits = self._by.platforms[asked.place.platform]
        every = limits.edit_every if asked.match is None else max(limits.edit_every, MATCH_EVERY)
        if self._told_lately(asked.id, every):
            return
        try:
            done = await self._tell_count(platform, limits, asked)
        except (UnknownOutcomeError, TimeoutError) as error:
            log.info("the count of round %s is told later: %s", asked.id, str(error) or "no reply in time")
            await self._by.store.write(asked.hall, partial(self._doubted, asked=asked, settle=limits.settle))
        else:
            if done:
                await self._by.store.write(asked.hall, partial(self._told, asked=asked))

    def _told(self, connection: Connection, asked: Round) -> None:
        """The count is in the message now; where the round was closed meanwhile, its reveal is put back over it."""
        set_told(connection, asked.id, asked.answered)
        if state_of(connection, asked.id, lock=True).state != "open":
            owe(connection, {**post_row(asked, "reveal", self._by.now(), self._by.token), "nth": -asked.answered})

    def _doubted(self, connection: Connection, asked: Round, settle: float) -> None:
        """A count may yet come over the reveal of a round that closes meanwhile: once it has settled the reveal is put
        back. Of a round that is open then nothing is said.
        """
        row = post_row(asked, "reveal", self._by.now(), self._by.token)
        at = self._by.store.lease_now(connection) + timedelta(seconds=settle)
        owe(connection, {**row, "nth": next_number(connection, asked.id, "reveal"), "next_try": at})

    async def _tell_count(self, platform: Platform, limits: Limits, asked: Round) -> bool:
        """Whether the message shows the count now, or is gone and never will. Raises UnknownOutcomeError or
        TimeoutError where that is not known.
        """
        question = await self._by.messages.question(asked)
        try:
            async with asyncio.timeout(limits.send_timeout):
                await platform.edit(Message(asked.place, asked.message or ""), question)
        except GoneError:
            return True
        except (UnknownOutcomeError, TimeoutError):
            raise
        except PlatformError as error:
            log.info("the count of round %s is told later: %s", asked.id, error)
            return False
        return True

    def _told_lately(self, round_id: int, every: float) -> bool:
        now = self._by.steady()
        if now - self._counted.get(round_id, -every) < every:
            return True
        self._counted = lately(self._counted, now) | {round_id: now}
        return False
