"""Rounds: taking answers, closing, and what the reveal says."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.cards.feedback import Told
from bot.cards.reveal import Result, explains
from bot.counting import Attempt, Taking, hand_on, mine, owe_reveal, post_row, take, unread
from bot.each import do_each
from bot.ports import GoneError, Message, NotSavedError, PlaceRef, Platform, Who
from bot.reactions import ONE_LETTER, letter_of, missed_event
from bot.registrar import tell_organisers
from bot.rules.grading import Given, grade
from bot.rules.verdicts import Verdict, Why
from bot.store import Store
from bot.store.answers import answers_of
from bot.store.events import outcome_of
from bot.store.posts import drop_posts, owe, post_state
from bot.store.stars import best_of, written_in
from bot.store.turns import (
    Round,
    open_daily_round,
    open_round,
    open_rounds,
    round_by_message,
    round_by_token,
    rounds_to_close,
    set_round,
)
from bot.withheld import count_some
from content.item import Kind

READ_FOR = timedelta(seconds=30)
"""For so long a round that was read is taken to be what it was, but for what `take` looks at."""
MOST_READ = 1_000
TOGETHER = 16
"""So many rounds are closed at a time: one whose reactions nobody gives us keeps few others waiting."""
REREAD_TIMEOUT = 15.0
REREAD_PATIENCE = timedelta(minutes=2)
"""A round whose reactions cannot be read anew is closed without them after so long."""

SETTLING = timedelta(minutes=10)
"""A question whose sending is in doubt at its closing time may be found so much later."""

TRY_AGAIN = frozenset({Why.EMPTY, Why.TOO_LONG, Why.UNREADABLE, Why.NO_NUMBER, Why.SEVERAL_NUMBERS, Why.EITHER_OR})
"""What could not be read as one answer is not counted against the person."""

log = logging.getLogger(__name__)


class Quizmaster:
    """Takes answers and closes rounds."""

    def __init__(self, store: Store, now: Callable[[], datetime], token: Callable[[int], str]) -> None:
        self._store = store
        self._now = now
        self._token = token
        self._read: OrderedDict[str, tuple[datetime, Round]] = OrderedDict()

    async def round(self, token: str, place: PlaceRef) -> Round | None:
        """The round that a ref of this place names, as it is or was a moment ago: a round is read once, not once for
        each of the many who answer it. Whether it is open is looked at again when an answer is stored.
        """
        at, found = self._read.get(token, (None, None))
        if at is None or not timedelta(0) <= self._now() - at < READ_FOR:
            found = await self._store.read(lambda connection: round_by_token(connection, token))
            if found is not None:
                self._keep(found)
        return found if found is not None and found.place == place else None

    def _keep(self, asked: Round) -> None:
        self._read[asked.token] = self._now(), asked
        self._read.move_to_end(asked.token)
        if len(self._read) > MOST_READ:
            self._read.popitem(last=False)

    async def round_of_message(self, place_id: int, message: str) -> Round | None:
        """The round whose question is this message."""
        return await self._store.read(lambda connection: round_by_message(connection, place_id, message))

    async def open_round(self, place_id: int) -> Round | None:
        """The newest open round of a place."""
        return await self._store.read(lambda connection: open_round(connection, place_id))

    async def open_daily_round(self, place_id: int) -> Round | None:
        """The newest open round of a place that a schedule asked."""
        return await self._store.read(lambda connection: open_daily_round(connection, place_id))

    async def round_of_event(self, platform: str, event: str) -> Round | None:
        """The round that an event answered which was told before."""
        return await self._store.read(partial(_answered_by, platform=platform, event=event))

    async def mine(self, asked: Round, who: Who) -> Told | None:
        """What counted for a person in a round, None before they answered."""
        return await self._store.read(lambda connection: mine(connection, asked, who))

    async def answer(self, asked: Round, attempt: Attempt) -> tuple[Round, Told]:
        """Take an answer: graded, stored and counted in one transaction, committed before this returns. What came of
        it, and the round by which it was graded: its key may have been mended since it was read.

        Raises NotSavedError where it was not stored.
        """
        shown = asked.shown
        graded = grade(shown, attempt.given)
        if graded.why in TRY_AGAIN:
            return asked, unread(attempt.given, graded)
        taking = Taking(asked, shown, attempt, graded, self._now(), self._token)
        by, told = await self._store.write(asked.hall, lambda connection: take(connection, taking))
        if by.regraded != asked.regraded:
            self._keep(by)
        return by, told

    async def close_due(self, platforms: Mapping[str, Platform]) -> int:
        """Close the rounds whose time is over, after reading their reactions anew; returns how many."""
        now = self._now()
        due = await self._store.read(partial(rounds_to_close, platforms=list(platforms), now=now))
        await do_each("rounds to close", due, partial(self._close_one, platforms=platforms, now=now), TOGETHER)
        return len(due)

    async def _close_one(self, asked: Round, platforms: Mapping[str, Platform], now: datetime) -> None:
        if asked.state == "open" and not await self._read_anew(platforms[asked.place.platform], asked, now):
            return
        if asked.state != "closed":
            await self._store.write(asked.hall, partial(self._close, asked=asked, now=now))
        while await self._store.write(asked.hall, partial(count_some, asked=asked)):
            pass

    async def reread(self, platform: Platform) -> None:
        """Count the reactions of a platform's open rounds that were missed while it was not connected."""
        for each in await self._store.read(lambda connection: open_rounds(connection, platform.name)):
            await self._read_anew(platform, each, self._now())

    async def _read_anew(self, platform: Platform, asked: Round, now: datetime) -> bool:
        """Whether the reactions could be read, or never will be; answers among them are taken."""
        overdue = asked.closes_at is not None and now - asked.closes_at > REREAD_PATIENCE
        try:
            async with asyncio.timeout(REREAD_TIMEOUT):
                reactions = await platform.reactors(Message(asked.place, asked.message or ""))
        except GoneError:
            return True
        except Exception as error:  # noqa: BLE001  an adapter's own fault must not keep rounds from closing
            log.info("the reactions on round %s cannot be read: %r", asked.id, error)
            return overdue
        try:
            for emoji, who in reactions:
                event = missed_event(asked.token, who.workspace, who.account, emoji)
                await self.reaction(asked, event, now, who, emoji, missed=True)
        except NotSavedError:
            return overdue
        return True

    async def reaction(
        self, asked: Round, event: str, at: datetime, who: Who, emoji: str, *, missed: bool = False
    ) -> tuple[Round, Told] | None:
        """Take a letter reaction as an answer, like `answer`; None where the emoji is no letter of the round's options.

        One that was `missed` and read anew has no time of its own, so it never takes the place of an answer.
        """
        index = letter_of(emoji)
        shown = asked.shown
        if who.bot or index is None or index >= len(shown.options) or shown.kind not in ONE_LETTER:
            return None
        given = Given(picked=(index,))
        return await self.answer(asked, Attempt(event, at, who, asked.place, given, "reaction", missed))

    def _close(self, connection: Connection, asked: Round, now: datetime) -> None:
        if asked.state == "due":
            self._give_up(connection, asked, now)
        elif set_round(connection, asked.id, ("open",), state="closed", closed_at=now):
            owe_reveal(connection, asked, now, self._token)
            if explains(asked.shown):
                owe(connection, post_row(asked, "explanation", now, self._token))
            if asked.shown.kind is Kind.OPEN:
                hand_on(connection, asked, self._store.lease_now(connection), self._token)

    def _give_up(self, connection: Connection, asked: Round, now: datetime) -> None:
        unsettled = post_state(connection, asked.id, "question") in ("sending", "uncertain")
        if unsettled and asked.closes_at and now - asked.closes_at < SETTLING:
            return
        reason = "it could not be sent before its closing time"
        if not set_round(connection, asked.id, ("due",), state="skipped", reason=reason):
            return  # its message was found meanwhile
        drop_posts(connection, asked.id, reason)
        facts = {"place": str(asked.place), "reason": reason}
        tell_organisers(connection, asked.hall, "late", f"round {asked.id}", facts, now, self._token)


def _answered_by(connection: Connection, platform: str, event: str) -> Round | None:
    outcome = outcome_of(connection, platform, event) or {}
    return round_by_token(connection, outcome["round"]) if outcome.get("round") else None


def result_of(connection: Connection, asked: Round, topic: str) -> Result:
    """What a round came to, from its answers: one a person, however many accounts are theirs."""
    shown = asked.shown
    rows = answers_of(connection, asked.id)
    chosen = [0] * len(shown.options)
    for row in rows:
        for index in row.given.get("picked", ()):
            chosen[index] += index < len(chosen)
    right = [row for row in rows if row.verdict == Verdict.RIGHT]
    names = tuple(row.name for row in right if not row.hidden or not row.name)  # without a name: forgotten
    liked, stars = _liked(connection, asked) if shown.kind is Kind.OPEN else ((), 0)
    return Result(topic, len(rows), tuple(chosen), names, len(right), asked.regraded > 0, liked, stars)


def _liked(connection: Connection, asked: Round) -> tuple[tuple[str, ...], int]:
    """Who wrote what the group liked best, "" for who is hidden or forgotten, and the stars of each."""
    chosen, stars = best_of(connection, asked.id)
    known = {each.id: each for each in written_in(connection, asked.id)} if chosen else {}
    return tuple(known[each].name if each in known and not known[each].hidden else "" for each in chosen), stars
