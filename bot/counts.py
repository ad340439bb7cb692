"""Counts: how many have answered, kept up to date in the messages of open questions."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.counting import post_row
from bot.each import do_each
from bot.ports import GoneError, Limits, Message, Platform, PlatformError, UnknownOutcomeError
from bot.sending import Sending
from bot.steady import lately
from bot.store.leases import take_in
from bot.store.posts import AT_ONCE, next_number, owe
from bot.store.telling import begin_telling, end_telling, set_told
from bot.store.turns import Round, rounds_to_tell, state_of

TOGETHER = 16
"""So many messages are changed at a time."""
MATCH_EVERY = 8.0
"""Seconds between two counts in a question of a match: it is over soon, and many of them may go on."""
LEASE = 10.0
"""In so many seconds after they were marked the edits of counts told together are begun, or not at all."""

log = logging.getLogger(__name__)


class Counts:
    """Tells the counts on the platforms that this process runs."""

    def __init__(self, sending: Sending) -> None:
        self._by = sending
        self._counted: dict[int, float] = {}

    async def tell(self, platform: str) -> None:
        """Bring the counts of answers in a platform's open questions up to date; one process at a time does it."""
        behind = await self._by.store.read(partial(rounds_to_tell, platform=platform))
        waited = [each for each in behind if not self._told_lately(each)]
        parts = [waited[start : start + TOGETHER] for start in range(0, len(waited), TOGETHER)]
        await do_each("counts to tell", parts, partial(self._tell_together, platform=platform))

    async def _tell_together(self, some: Sequence[Round], platform: str) -> None:
        since = self._by.steady()
        # Under the name under which posts are claimed: of what touches rows of all halls there is one at a time.
        mark, marked = await self._by.store.write("posts", partial(self._begin, some=some, platform=platform))
        self._counted = lately(self._counted, since) | dict.fromkeys(marked, since)
        tell = partial(self._tell_one, mark=mark, latest=since + LEASE)
        await do_each("counts to tell", [each for each in some if each.id in marked], tell, TOGETHER)

    def _begin(self, connection: Connection, some: Sequence[Round], platform: str) -> tuple[datetime, set[int]]:
        """Until when edits that are begun now may be under way, and in which rounds this process may begin them."""
        limits, now = self._by.platforms[platform][1], self._by.store.lease_now(connection)
        lease = timedelta(seconds=limits.send_timeout + LEASE)
        until = now + lease + timedelta(seconds=limits.settle)
        if not take_in(connection, f"counts {platform}", self._by.owner, now, lease):
            return until, set()
        return until, begin_telling(connection, [each.id for each in some], now, until)

    async def _tell_one(self, asked: Round, mark: datetime, latest: float) -> None:
        platform, limits = self._by.platforms[asked.place.platform]
        try:
            done = await self._tell_count(platform, limits, asked, latest)
        except (UnknownOutcomeError, TimeoutError) as error:
            log.info("the count of round %s is told later: %s", asked.id, str(error) or "no reply in time")
            doubted = partial(self._doubted, asked=asked, mark=mark, settle=limits.settle)
            await self._by.store.write(asked.hall, doubted)
        else:
            await self._by.store.write(asked.hall, partial(self._known, asked=asked, mark=mark, done=done))

    def _known(self, connection: Connection, asked: Round, mark: datetime, *, done: bool) -> None:
        """Nothing of the edit is to come. Where the round was closed meanwhile, its reveal is put back over it."""
        end_telling(connection, asked.id, mark, None)
        if done:
            set_told(connection, asked.id, asked.answered)
            self._put_back(connection, asked, AT_ONCE)

    def _doubted(self, connection: Connection, asked: Round, mark: datetime, settle: float) -> None:
        """The edit may come until it has settled."""
        settled = self._by.store.lease_now(connection) + timedelta(seconds=settle)
        end_telling(connection, asked.id, mark, settled)
        self._put_back(connection, asked, settled)

    def _put_back(self, connection: Connection, asked: Round, at: datetime) -> None:
        """Who closed the round meanwhile put its reveal back at the latest instant; now it can be done sooner."""
        if state_of(connection, asked.id, lock=True).state != "open":
            row = post_row(asked, "reveal", self._by.now(), self._by.token)
            owe(connection, {**row, "nth": next_number(connection, asked.id, "reveal"), "next_try": at})

    async def _tell_count(self, platform: Platform, limits: Limits, asked: Round, latest: float) -> bool:
        """Whether the message shows the count now, or is gone and never will; nothing is sent after `latest`. Raises
        UnknownOutcomeError or TimeoutError where that is not known.
        """
        question = await self._by.messages.question(asked)
        if self._by.steady() > latest:
            return False
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

    def _told_lately(self, asked: Round) -> bool:
        every = self._by.platforms[asked.place.platform][1].edit_every
        if asked.match is not None:
            every = max(every, MATCH_EVERY)
        return self._by.steady() - self._counted.get(asked.id, -math.inf) < every
