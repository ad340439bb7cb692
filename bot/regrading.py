"""Grading the answers of a turn anew, with the standings that they count on. Functions of a connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from bot.counting import recalled_after_miss, worth
from bot.rules.boards import Counted, boards, periods
from bot.rules.grading import Given, grade
from bot.rules.mending import mended
from bot.rules.shown import Shown, shown_from_json
from bot.rules.verdicts import Verdict
from bot.store.abilities import past_changed
from bot.store.answers import change_answer, counting_answer
from bot.store.columns import AnyRow
from bot.store.regrades import MARKED, keep_mark
from bot.store.standings import recount
from content.item import Item

CHANGES = ("verdict", "points")
"""What makes a graded answer another one for the person who gave it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A turn with its item as it was shown, and as it would be with the key of the bank."""

    turn: int
    slot: str
    before: Shown
    after: Shown


def compared(row: AnyRow, item: Item, language: str) -> Wrong:
    """A row of `turns` beside its item as it is now. Raises UnlikeError where the key cannot be carried over."""
    before = shown_from_json(row.shown)
    return Wrong(row.id, row.slot, before, mended(before, item, language))


def worth_now(connection: Connection, shown: Shown, answer: AnyRow, *, counts: bool) -> dict[str, Any]:
    """The columns that grading decides, as they are by `shown`, of an answer with its person_id.

    An answer that stays right keeps its points, with the bonus for a concept recalled after a miss or without it. For
    one that becomes right, and that counts, the bonus is decided by the answers before it.
    """
    graded = grade(shown, Given(tuple(answer.given["picked"]), answer.given["text"]))
    if graded.verdict is Verdict.RIGHT and answer.verdict == Verdict.RIGHT:
        return {**worth(shown, graded, recalled=False), "points": answer.points}
    recalled = counts and recalled_after_miss(connection, graded, answer.person_id, shown.concept, answer.id)
    return worth(shown, graded, recalled=recalled)


def stands(answer: AnyRow) -> bool:
    """Whether an answer that counts stands on boards yet."""
    return answer.counted_to is None or bool(answer.id <= answer.counted_to)


def is_forgotten(answer: AnyRow) -> bool:
    """Whether nothing is left of what the answer said."""
    return not answer.given["picked"] and not answer.given["text"]


def changes(answer: AnyRow, now: dict[str, Any], columns: tuple[str, ...] = CHANGES) -> bool:
    """Whether the answer was worth something else in one of these columns."""
    return any(now[name] != getattr(answer, name) for name in columns)


def counts_for_turn(connection: Connection, answer: AnyRow) -> bool:
    """Whether it is the answer that counts for its person and turn."""
    counting = counting_answer(connection, answer.turn_id, answer.person_id)
    return counting is not None and bool(counting.id == answer.id)


def grade_anew(connection: Connection, regrade: AnyRow, shown: Shown, answer: AnyRow) -> bool:
    """Grade an answer by `shown`, keep what it was worth, and bring the standings along; whether it changed.

    One whose text was forgotten with its person stays as it is: nobody can tell any more what it said.
    """
    if is_forgotten(answer):
        return False
    counts = counts_for_turn(connection, answer)
    now = worth_now(connection, shown, answer, counts=counts)
    if not changes(answer, now, MARKED):
        return False
    keep_mark(connection, regrade.id, answer)
    change_answer(connection, answer.id, **now)
    past_changed(connection, [answer.person_id])
    if counts and changes(answer, now) and stands(answer) and not regrade.unranked:
        old = _counted(answer, regrade.topic, answer.verdict, answer.points)
        new = _counted(answer, regrade.topic, now["verdict"], now["points"])
        recount(connection, regrade.hall_id, old, new)
    return changes(answer, now)


def _counted(answer: AnyRow, topic: str, verdict: str, points: int) -> Counted:
    return Counted(
        person_id=answer.person_id,
        answer_id=answer.id,
        points=points,
        right=verdict == Verdict.RIGHT,
        boards=boards(answer.place_id, topic),
        periods=periods(date.fromisoformat(answer.board_date), answer.season),
    )
