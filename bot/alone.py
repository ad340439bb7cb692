"""What people were asked alone, where its key was wrong: mended and graded anew. Functions of a connection.

It brings no points, so that nothing has to be told of it; what somebody remembers, misses and takes along, how able
they are and how hard the item is follow from the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.rules.grading import RULES, Given, grade
from bot.rules.mending import UnlikeError, mended, same_key
from bot.rules.shown import Shown, shown_from_json
from bot.rules.verdicts import Graded
from bot.store.abilities import past_changed
from bot.store.columns import AnyRow
from bot.store.halls import hall_ids, hall_row
from bot.store.kept import drop, keep, kept
from bot.store.private import asked_alone, set_private_round
from bot.store.ratings import regraded_alone
from bot.store.upsert import storable
from content.bank import Bank

SOME = 25
"""So many private rounds are looked at in a transaction, which others wait for."""
_LEFT = "to-mend-alone:"
"""The items whose private rounds are being looked at are kept under this name and the hall's, with the latest id."""


def to_mend(connection: Connection, hall: str, item: str) -> None:
    """Look at all private rounds of an item from now on, as `mend_some` does."""
    if asked_alone(connection, hall, item, limit=1):
        keep(connection, _LEFT + hall, {**(kept(connection, _LEFT + hall) or {}), item: 0})


def halls_to_mend(connection: Connection) -> Sequence[str]:
    """The halls with something left to look at."""
    return [hall for hall in hall_ids(connection) if kept(connection, _LEFT + hall)]


def count_wrong(connection: Connection, hall: str, item: str, bank: Bank) -> int:
    """How many private rounds of an item have another key than it has in the bank now."""
    language = _language(connection, hall)
    return sum(_mended(row, bank, language) is not None for row in asked_alone(connection, hall, item))


def mend_some(connection: Connection, hall: str, bank: Bank, now: datetime) -> int | None:
    """Look at some more private rounds; how many had another key, None where nothing is left to look at."""
    left: dict[str, int] = kept(connection, _LEFT + hall) or {}
    if not left:
        return None
    item, done = next(iter(left.items()))
    some = asked_alone(connection, hall, item, done, SOME)
    language = _language(connection, hall)
    wrong = [(row, shown) for row in some if (shown := _mended(row, bank, language)) is not None]
    for row, shown in wrong:
        set_private_round(connection, row.id, shown=shown.to_json(), **_graded(row, shown))
    if wrong:
        past_changed(connection, {row.person_id for row, _ in wrong})
        regraded_alone(connection, hall, item, now)
    after = {item: some[-1].id} if len(some) == SOME else {}
    rest = {**{each: to for each, to in left.items() if each != item}, **after}
    if rest:
        keep(connection, _LEFT + hall, rest)
    else:
        drop(connection, _LEFT + hall)
    return len(wrong)


def worth_alone(graded: Graded) -> dict[str, Any]:
    """The columns of a private round that grading decides."""
    return {
        "verdict": graded.verdict.value,
        "why": graded.why.value,
        "detail": storable(graded.detail),
        "rules": RULES,
    }


def _language(connection: Connection, hall: str) -> str:
    row = hall_row(connection, hall)
    return row.language if row is not None else ""


def _mended(row: AnyRow, bank: Bank, language: str) -> Shown | None:
    """What was asked, with the key of the bank; None where it has that, or where it cannot be carried over."""
    before, item = shown_from_json(row.shown), bank.item(row.item_id)
    try:
        after = mended(before, item, language) if item is not None else before
    except UnlikeError:
        return None
    return None if same_key(before, after) else after


def _graded(row: AnyRow, shown: Shown) -> dict[str, Any]:
    """The columns that grading decides; none where nothing was answered."""
    if row.given is None:
        return {}
    return worth_alone(grade(shown, Given(tuple(row.given["picked"]), row.given["text"])))
