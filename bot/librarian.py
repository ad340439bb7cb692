"""The librarian: a key that was wrong is mended in the turns that asked its item, and their answers are graded anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.alone import count_wrong, halls_to_mend, mend_some, to_mend
from bot.cards.regrades import Mended
from bot.cards.reveal import explains
from bot.counting import post_row
from bot.each import do_each
from bot.registrar import tell_organisers
from bot.regrading import Wrong, changes, compared, counts_for_turn, grade_anew, is_forgotten, worth_now
from bot.rules.mending import UnlikeError, same_key
from bot.rules.shown import Shown, shown_from_json
from bot.store import Store
from bot.store.columns import AnyRow
from bot.store.halls import hall_row
from bot.store.posts import owe
from bot.store.recalls import recall_anew
from bot.store.regrades import (
    answers_of_turn,
    closed_rounds,
    count_answers,
    find_regrade,
    halls_asked,
    items_asked,
    mend_turn,
    people_changed,
    together,
    turns_of_item,
    unfinished,
    went_on,
)
from bot.store.turns import find_round
from content.bank import Bank

CHUNK = 25
"""At most so many answers are graded anew in a transaction, which others wait for."""

LONGEST = timedelta(milliseconds=30)
"""After so long a transaction grades no further answer: people with a long history take longer."""

AT_ONCE = 20
"""So many chunks are done before whoever asked is told; the rest goes on by itself."""

ANEW = -1_000_000_000
"""Reveals that a regrade owes are numbered down from here: answers are counted up from 1, counts of answers down."""


WITHOUT_TURNS = (Mended.SAME, Mended.NOT_ASKED)
"""Where no turn is to be mended, people may have been asked alone with another key."""


@dataclass(frozen=True, slots=True)
class Regraded:
    """What came of it: the turns whose key was wrong by their slots, how many answers they have, how many of those have
    another verdict or other points, of how many people.
    """

    came: Mended
    item: str
    slots: tuple[str, ...] = ()
    answers: int = 0
    changed: int = 0
    people: int = 0
    before: str = ""
    after: str = ""
    alone: int = 0
    """How often somebody was asked it alone with another key."""


class Librarian:
    """Mends keys. `bank` gives the bank in use."""

    def __init__(
        self, store: Store, bank: Callable[[], Bank], now: Callable[[], datetime], token: Callable[[int], str]
    ) -> None:
        self._store = store
        self._bank = bank
        self._now = now
        self._token = token

    async def items(self, hall: str) -> Sequence[str]:
        """The ids of the items that a hall was asked."""
        return await self._store.read(partial(items_asked, hall=hall))

    async def halls(self, item_id: str) -> Sequence[str]:
        """The ids of the halls that were asked an item."""
        return await self._store.read(partial(halls_asked, item_id=item_id))

    async def look(self, hall: str, item_id: str) -> Regraded:
        """What `regrade` would do now; changes nothing."""
        return await self._store.read(partial(self._look, hall=hall, item_id=item_id))

    async def regrade(self, hall: str, item_id: str, by: str, chunks: int | None = AT_ONCE) -> Regraded:
        """Give a hall's turns of an item the key that it has in the bank now, and grade their answers anew.

        The turns are mended at once, in one transaction; from then on every answer is graded by the new key. Those
        stored before are graded anew a few at a time, each with the standings that it counts on: `chunks` times before
        this returns (None: all), the rest by `resume`. What they were worth before is kept.

        Of an answer that becomes right, the bonus for a concept recalled after a miss is decided anew, by the answers
        before it. Answers given later keep the bonus that they got or did not get: nobody's points change by somebody
        mending a key of another question.
        """
        ran: list[bool] = []
        by_now = partial(self._begin, hall=hall, item_id=item_id, by=by, now=self._now(), ran=ran)
        begun = await self._store.write(hall, by_now)
        alone = await self._mend_alone(hall, chunks)
        if isinstance(begun, Regraded):
            return replace(begun, came=Mended.DONE, alone=alone) if alone and begun.came in WITHOUT_TURNS else begun
        left = chunks
        for regrade in begun:
            while (left is None or left > 0) and await self._store.write(
                hall, partial(self._go_on, regrade_id=regrade)
            ):
                left = None if left is None else left - 1
        return replace(await self._store.read(partial(self._told, regrade_id=begun[0])), alone=alone)

    async def _mend_alone(self, hall: str, chunks: int | None = None) -> int:
        """Mend what people of a hall were asked alone, so many chunks of it; how often that was another key."""
        mended, left = 0, chunks
        while left is None or left > 0:
            some = await self._store.write(hall, partial(mend_some, hall=hall, bank=self._bank(), now=self._now()))
            if some is None:
                break
            mended += some
            left = None if left is None else left - 1
        return mended

    async def resume(self) -> int:
        """Finish the regrades that were begun and not finished; returns how many there were. Safe in several processes.

        One that fails hinders no other; what it raised comes in an ExceptionGroup at the end.
        """
        found = await self._store.read(unfinished)
        await do_each("regrades to finish", found, self._finish)
        await do_each("private rounds to mend", await self._store.read(halls_to_mend), self._finish_alone)
        return len(found)

    async def _finish_alone(self, hall: str) -> None:
        await self._mend_alone(hall)

    async def _finish(self, row: AnyRow) -> None:
        while await self._store.write(row.hall_id, partial(self._go_on, regrade_id=row.id)):
            pass

    def _look(self, connection: Connection, hall: str, item_id: str) -> Regraded:
        found = self._wrong(connection, hall, item_id)
        alone = count_wrong(connection, hall, item_id, self._bank())
        if isinstance(found, Regraded):
            planned = alone and found.came in WITHOUT_TURNS
            return replace(found, came=Mended.PLANNED, alone=alone) if planned else found
        rows = [(row, each.after) for each in found for row in answers_of_turn(connection, each.turn)]
        changed = [row for row, shown in rows if _would_change(connection, shown, row)]
        slots = tuple(each.slot for each in found)
        people = len({row.person_id for row in changed})
        return Regraded(Mended.PLANNED, item_id, slots, len(rows), len(changed), people, alone=alone)

    def _wrong(self, connection: Connection, hall: str, item_id: str) -> list[Wrong] | Regraded:
        """The turns whose key is wrong, or why there is nothing to mend."""
        item = self._bank().item(item_id)
        if item is None:
            return Regraded(Mended.NO_ITEM, item_id)
        asked = turns_of_item(connection, hall, item_id)
        if not asked:
            return Regraded(Mended.NOT_ASKED, item_id)
        row = hall_row(connection, hall)
        try:
            wrong = [compared(each, item, row.language if row is not None else "") for each in asked]
        except UnlikeError as error:
            return Regraded(Mended(error.part), item_id, before=error.before, after=error.after)
        return [each for each in wrong if not same_key(each.before, each.after)] or Regraded(Mended.SAME, item_id)

    def _begin(
        self, connection: Connection, hall: str, item_id: str, by: str, now: datetime, ran: list[bool]
    ) -> list[int] | Regraded:
        """The ids of the regrades, or why there are none."""
        again = bool(ran)
        ran.append(True)
        found = self._wrong(connection, hall, item_id)
        if not isinstance(found, Regraded) or found.came in WITHOUT_TURNS:
            to_mend(connection, hall, item_id)
        if isinstance(found, Regraded):
            ours = together(connection, hall, item_id, by, now) if again else ()  # of a COMMIT in doubt
            return [row.id for row in ours] or found
        return [mend_turn(connection, _row(each, hall, by, now)) for each in found]

    def _go_on(self, connection: Connection, regrade_id: int) -> bool:
        """Grade some more answers anew; whether there may be any left."""
        regrade = find_regrade(connection, regrade_id)
        if regrade.done_at is not None:
            return False
        shown = shown_from_json(regrade.shown)
        some = answers_of_turn(connection, regrade.turn_id, regrade.handled, CHUNK)
        until, handled, changed = self._now() + LONGEST, regrade.handled, regrade.changed
        for each in some:
            if handled != regrade.handled and self._now() > until:
                break
            changed += grade_anew(connection, regrade, shown, each)
            handled = each.id
        over = len(some) < CHUNK and handled == (some[-1].id if some else handled)
        went_on(connection, regrade_id, handled=handled, changed=changed, done_at=self._now() if over else None)
        if over:
            self._end(connection, regrade, shown)
        return not over

    def _end(self, connection: Connection, regrade: AnyRow, shown: Shown) -> None:
        """Have the messages in the channels and what groups remember say what is so, and tell the organisers once all
        turns are done.
        """
        now = self._now()
        recall_anew(connection, regrade.turn_id)
        for found in closed_rounds(connection, regrade.turn_id):
            asked = find_round(connection, found)
            for kind in ("reveal", "explanation") if explains(shown) else ("reveal",):
                if asked is not None:
                    owe(connection, {**post_row(asked, kind, now, self._token), "nth": ANEW - regrade.id})
        all_of_it = together(connection, regrade.hall_id, regrade.item_id, regrade.by, regrade.at)
        if all(row.done_at for row in all_of_it):
            people = people_changed(connection, [row.id for row in all_of_it])
            facts = {"item": regrade.item_id, "count": sum(row.changed for row in all_of_it), "people": people}
            tell_organisers(connection, regrade.hall_id, "regraded", regrade.item_id, facts, now, self._token)

    def _told(self, connection: Connection, regrade_id: int) -> Regraded:
        one = find_regrade(connection, regrade_id)
        rows = together(connection, one.hall_id, one.item_id, one.by, one.at)
        turns = {row.turn_id for row in rows}
        slots = tuple(row.slot for row in turns_of_item(connection, one.hall_id, one.item_id) if row.id in turns)
        answers = count_answers(connection, sorted(turns))
        came = Mended.DONE if all(row.done_at for row in rows) else Mended.GOING_ON
        people = people_changed(connection, [row.id for row in rows])
        return Regraded(came, one.item_id, slots, answers, sum(row.changed for row in rows), people)


def _would_change(connection: Connection, shown: Shown, answer: AnyRow) -> bool:
    counts = counts_for_turn(connection, answer)
    return not is_forgotten(answer) and changes(answer, worth_now(connection, shown, answer, counts=counts))


def _row(wrong: Wrong, hall: str, by: str, now: datetime) -> dict[str, Any]:
    before, after = wrong.before.to_json(), wrong.after.to_json()
    return {"hall_id": hall, "turn_id": wrong.turn, "before": before, "after": after, "by": by, "at": now}
