"""Sends what is owed, once: claim, send with the stamp, settle; an unknown outcome is looked up before a resend."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.breaks import Breaks
from bot.mail import Alone, Change, Later, Mail, React, Send, Under, Way
from bot.matches.course import opening
from bot.matches.lobby import lobby_stands
from bot.ports import (
    BusyError,
    CannotLookError,
    GoneError,
    Limits,
    NotSavedError,
    Platform,
    PlatformError,
    RefusedError,
)
from bot.registrar import tell_organisers
from bot.sending import Sending
from bot.steady import lately
from bot.store.halls import pause_place
from bot.store.notes import resolve_notes
from bot.store.posts import LONGEST_WAIT, NEVER, Claimed, claim, drop_posts, owe, put_back, settle
from bot.store.reminders import stop_reminder
from bot.store.turns import set_round

LEASE = timedelta(seconds=45)
"""Longer than a send may take and an unknown outcome needs to settle (DESIGN section 5)."""

AGAIN = timedelta(seconds=5)
"""So long a change waits for the message that it changes, before it looks again."""

LOOKS = 2
"""So often a message is looked for before it is taken to be missing."""

TOGETHER = 16
"""So many places are posted to at a time."""

SHORTEST_WAIT = 1.0
MOST_WAIT = 300.0
SLOW = timedelta(minutes=4)
"""A message that has not got out for so long is told to the organisers."""
CLOCKS_DIFFER = timedelta(hours=2)
"""A message is looked for from so long before its first try on: our clock need not be the platform's."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try: the post's new state, and what else is to be written about it."""

    state: str
    message: str | None = None
    reason: str | None = None
    remedy: str = ""
    wait: timedelta | None = None
    looks: int = 0


class Poster:
    """Sends the posts of the platforms that this process runs."""

    def __init__(
        self,
        sending: Sending,
        lease: timedelta = LEASE,
    ) -> None:
        self._by = sending
        self._lease = lease
        self._breaks = Breaks(sending.steady)
        self._tried: dict[int, float] = {}
        self._held: dict[int, Claimed] = {}

    async def post(self, platform: str) -> int:
        """Send what is due on a platform; returns how many posts were claimed. Safe in several processes at once."""
        since = self._by.steady()
        claimed = await self._by.store.write("posts", partial(self._claim, platform=platform))
        lanes: dict[str | tuple[int, int | None], list[Claimed]] = defaultdict(list)
        for each in claimed:
            lanes[each.place.workspace if self._breaks.lately(each.place) else each.reader].append(each)
        self._held |= {each.id: each for each in claimed}
        room = asyncio.Semaphore(TOGETHER)
        async with asyncio.TaskGroup() as group:
            for owed in lanes.values():
                group.create_task(self._one_after_another(room, owed, since))
        return len(claimed)

    async def give_back(self) -> None:
        """At the end of a process: what it claimed and did not begin to send may be taken by another at once."""
        for each in list(self._held.values()):
            await self._put_back(each)

    async def _put_back(self, post: Claimed) -> None:
        self._held.pop(post.id, None)
        try:
            await self._by.store.write(post.hall, partial(put_back, claimed=post))
        except NotSavedError as error:
            log.warning("post %s could not be given back, so its claim has to run out: %s", post.stamp, error)

    def _claim(self, connection: Connection, platform: str) -> list[Claimed]:
        now = self._by.store.lease_now(connection)
        return claim(connection, self._by.owner, platform, now, self._lease)

    async def _one_after_another(self, room: asyncio.Semaphore, owed: Sequence[Claimed], since: float) -> None:
        posted = set()
        async with room:
            for each in owed:
                platform, limits = self._by.platforms[each.place.platform]
                if each.reader in posted and limits.post_every and not self._breaks.left(each.place):
                    await asyncio.sleep(limits.post_every)
                posted.add(each.reader)
                # A send that is begun later could outlast the lease. How long a lease has run is told by the steady
                # clock: the wall clock may be set meanwhile.
                latest = since + self._lease.total_seconds() - limits.send_timeout
                if self._by.steady() + limits.send_timeout > latest:
                    await self._put_back(each)
                    continue
                self._held.pop(each.id, None)
                await self._do(platform, limits, each, latest)

    async def _do(self, platform: Platform, limits: Limits, post: Claimed, latest: float) -> None:
        try:
            outcome = await self._try(platform, limits, post, latest)
        except Exception as error:
            # A fault of an adapter's or of ours must not stop the posts of others; whether it got through is not known.
            log.exception("post %s failed in an unforeseen way", post.stamp)
            wait = timedelta(seconds=limits.settle + min(MOST_WAIT, 2.0 ** min(post.attempts, 9)))
            outcome = Outcome("uncertain", reason=repr(error), wait=wait)
        if outcome is None:
            await self._put_back(post)
            return
        try:
            await self._by.store.write(post.hall, partial(self._settle, post=post, outcome=outcome))
        except NotSavedError as error:
            # The claim runs out and the post is looked up then, so nothing is lost and nothing is sent twice.
            log.warning("post %s: its outcome could not be saved: %s", post.stamp, error)

    async def _try(self, platform: Platform, limits: Limits, post: Claimed, latest: float) -> Outcome | None:
        """What became of it; None where nothing was sent: the database is away, or this process stood still long."""
        try:
            mail = await self._by.messages.of(post)
        except NotSavedError as error:
            log.warning("post %s: what it says cannot be read: %s", post.stamp, error)
            return None
        if not isinstance(mail, Mail):
            return _nothing_said(mail)
        over = mail.until is not None and self._by.now() >= mail.until
        if (
            post.doubtful
            and isinstance(mail.way, Send | Alone | Under)
            and (over or not self._remembered(limits, post))
        ):
            found = await self._look(platform, limits, post, mail.way, again=not over)
            if found is not None:
                return found
        if over:
            return Outcome("skipped", reason="it could not be sent before its time was over")
        if self._by.steady() > latest:
            return None
        if not post.doubtful:
            now = self._by.steady()
            self._tried = lately(self._tried, now) | {post.id: now}
        return await self._attempt(platform, limits, post, mail.way)

    async def _attempt(self, platform: Platform, limits: Limits, post: Claimed, way: Way) -> Outcome:
        told = self._breaks.left(post.place)
        if told:
            return _not_now(post, told)
        try:
            async with asyncio.timeout(limits.send_timeout):
                return Outcome("sent", await _send(platform, way, post.stamp))
        except BusyError as error:
            if error.wide:
                self._breaks.begin(post.place, error)
            return _not_now(post, error, SHORTEST_WAIT)
        except RefusedError as error:
            return Outcome("failed", reason=error.reason, remedy=error.remedy)
        except GoneError:
            gone = Outcome("skipped", reason="the message was deleted")
            return Outcome("failed", reason="they are gone") if isinstance(way, Alone) else gone
        except (PlatformError, TimeoutError) as error:
            reason = str(error) or "no reply in time"
            return Outcome("uncertain", reason=reason, wait=timedelta(seconds=limits.settle))

    def _remembered(self, limits: Limits, post: Claimed) -> bool:
        """Whether this process tried first, and the platform knows that stamp even at the end of this claim."""
        end = self._by.steady() + self._lease.total_seconds()
        return post.id in self._tried and end - self._tried[post.id] < limits.trusts_stamp_for

    def _surely_remembered(self, limits: Limits, post: Claimed) -> bool:
        """So it is by the clock too, as far as clocks are to be trusted: it matters where nobody can look."""
        return timedelta(0) <= post.taken_at - post.first_try < timedelta(seconds=limits.trusts_stamp_for) - self._lease

    async def _look(
        self, platform: Platform, limits: Limits, post: Claimed, way: Send | Alone | Under, *, again: bool
    ) -> Outcome | None:
        """What a look-up settles: found, to be looked for again, not to be looked for; None: surely not there, or it is
        to be sent `again` and the platform will know the stamp. A look that broke off counts for nothing.
        """
        settled = timedelta(seconds=limits.settle)
        since = min(post.first_try, self._by.now()) - CLOCKS_DIFFER
        where = way.who if isinstance(way, Alone) else post.place
        under = way.message if isinstance(way, Under) else None
        try:
            async with asyncio.timeout(limits.send_timeout):
                message = await platform.find(where, post.stamp, since, under)
        except CannotLookError:
            if again and self._surely_remembered(limits, post):
                return None
            return Outcome("uncertain", reason="may have been posted; the bot is not allowed to look")
        except BusyError as error:
            wait = max(settled, min(LONGEST_WAIT, timedelta(seconds=error.retry_after)))
            return Outcome("uncertain", reason=error.reason, wait=wait, looks=post.looks)
        except (PlatformError, TimeoutError) as error:
            return Outcome("uncertain", reason=str(error) or "no reply in time", wait=settled, looks=post.looks)
        if message is not None:
            return Outcome("sent", message)
        return None if post.looks + 1 >= LOOKS else Outcome("uncertain", wait=settled, looks=post.looks + 1)

    def _settle(self, connection: Connection, post: Claimed, outcome: Outcome) -> None:
        now = self._by.store.lease_now(connection)
        values = {
            "message": outcome.message,
            "reason": outcome.reason,
            "next_try": NEVER if outcome.wait is None else now + outcome.wait,
            "looks": outcome.looks,
        }
        if post.identity is not None:
            self._settle_alone(connection, post, outcome, values)
            return
        if not settle(connection, post, outcome.state, **values):
            return
        if outcome.state == "sent":
            self._sent(connection, post, outcome.message, now)
        elif outcome.state == "failed":
            self._failed(connection, post, outcome, now)
        elif outcome.state == "uncertain" and outcome.wait is None:
            self._tell(connection, post, "uncertain", {"place": str(post.place)}, now)
        elif outcome.wait is not None and post.kind != "note" and now + outcome.wait - post.made_at > SLOW:
            self._tell(connection, post, "slow", {"place": str(post.place), "reason": outcome.reason or ""}, now)

    def _settle_alone(self, connection: Connection, post: Claimed, outcome: Outcome, values: dict[str, Any]) -> None:
        """What became of a message to one person is nobody else's business. One of which it will never be known whether
        it got through is not sent again; who cannot be written to, is not any more: but for what organisers can mend.
        """
        unknown = outcome.state == "uncertain" and outcome.wait is None
        settled = settle(connection, post, "skipped" if unknown else outcome.state, **values)
        if settled and outcome.state == "failed" and not outcome.remedy and post.identity is not None:
            stop_reminder(connection, post.identity, outcome.reason or "")

    def _sent(self, connection: Connection, post: Claimed, message: str | None, now: datetime) -> None:
        for kind in ("slow", "uncertain"):
            resolve_notes(connection, post.hall, kind, str(post.place), now)
        resolve_notes(connection, post.hall, "left-out", _part(post), now)
        if post.kind == "lobby" and post.match_id is not None and message is not None:
            lobby_stands(connection, post.match_id, message, now)
        if post.kind != "question" or post.round_id is None:
            return
        opened = {"state": "open", "message": message, "opened_at": now}
        if post.match_id is not None and message is not None:
            platform, _ = self._by.platforms[post.place.platform]
            opened |= opening(connection, post.match_id, platform.when(message), now)
        # A round that was given up at its closing time, but whose question did get out, is closed and revealed.
        if set_round(connection, post.round_id, ("due", "skipped"), **opened):
            for row in self._by.messages.seeds(connection, post, now, self._by.token):
                owe(connection, row)

    def _failed(self, connection: Connection, post: Claimed, outcome: Outcome, now: datetime) -> None:
        if post.round_id is not None and post.kind == "question":
            set_round(connection, post.round_id, ("due",), state="failed", reason=outcome.reason)
            drop_posts(connection, post.round_id, outcome.reason or "")
        facts = {"place": str(post.place), "reason": outcome.reason, "remedy": outcome.remedy}
        if post.kind in ("question", "note"):
            pause_place(connection, post.place_id, outcome.reason)
            self._tell(connection, post, "refused", facts, now)
        else:
            facts["part"] = post.kind
            tell_organisers(connection, post.hall, "left-out", _part(post), facts, now, self._by.token)

    def _tell(self, connection: Connection, post: Claimed, kind: str, facts: dict[str, Any], now: datetime) -> None:
        tell_organisers(connection, post.hall, kind, str(post.place), facts, now, self._by.token)


def _not_now(post: Claimed, error: BusyError, least: float = 0.0) -> Outcome:
    """Busy says nothing of an earlier try whose outcome is in doubt."""
    wait = min(LONGEST_WAIT, timedelta(seconds=max(least, error.retry_after)))
    return Outcome("uncertain" if post.doubtful else "due", reason=error.reason, wait=wait)


def _nothing_said(mail: Later | None) -> Outcome:
    if mail is None:
        return Outcome("skipped", reason="there is nothing to say any more")
    return Outcome("due", reason="an earlier message there is in doubt", wait=AGAIN)


def _part(post: Claimed) -> str:
    """What a note on something that was left out is about: it is over when the place takes one of the kind."""
    return f"{post.place} {post.kind}"


async def _send(platform: Platform, way: Way, stamp: str) -> str | None:
    """Go the way at its platform; the new message's id where there is one."""
    match way:
        case Send():
            return await platform.send(way.place, way.card, stamp)
        case Alone():
            return await platform.direct(way.who, way.card, stamp)
        case Under():
            return await platform.reply(way.message, way.card, stamp)
        case Change():
            await platform.edit(way.message, way.card)
        case React():
            await platform.react(way.message, way.emoji)
    return None
