"""Taking an answer: what is stored, what counts, what the person is told. Functions of a connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.cards.feedback import Came, Told, told_from_json
from bot.ports import PlaceRef, Who
from bot.rules.boards import Counted, boards, periods, season_of
from bot.rules.grading import RULES, Given
from bot.rules.scoring import points
from bot.rules.shown import Shown
from bot.rules.verdicts import Graded, Verdict
from bot.settings import policy_from_json
from bot.store.answers import answer_in, change_answer, counting_answer, keep_answer, last_verdict
from bot.store.events import keep_outcome, outcome_of
from bot.store.halls import Learner, find_learner, learner
from bot.store.posts import owe
from bot.store.standings import count, recount
from bot.store.tables import AnyRow
from bot.store.turns import Round, count_answer, state_of
from bot.store.upsert import storable

LATE_DELIVERY = timedelta(minutes=10)
"""An answer given in time counts though it is delivered so long after closing."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An answer as a platform told it. `via`: press, reaction, text, form."""

    event: str
    at: datetime
    who: Who
    place: PlaceRef
    given: Given
    via: str
    missed: bool = False
    """Read anew after it was missed: when it was given is not known."""


@dataclass(frozen=True, slots=True)
class Taking:
    """An attempt at a round, graded and ready to be stored."""

    asked: Round
    shown: Shown
    attempt: Attempt
    graded: Graded
    now: datetime
    token: Callable[[int], str]

    @property
    def withheld(self) -> bool:
        """Whether the verdict waits for the reveal, because the last answer counts."""
        return policy_from_json(self.asked.policy).feedback == "at the reveal"


def take(connection: Connection, taking: Taking) -> Told:
    """Store an answer and count it; told before, it is told the same again."""
    platform, event = taking.attempt.who.platform, taking.attempt.event
    known = outcome_of(connection, platform, event)
    if known is not None:
        return told_from_json(known)
    told = _store(connection, taking)
    keep_outcome(connection, platform, event, taking.now, told.to_json())
    return told


def unread(given: Given, graded: Graded) -> Told:
    """What is told of an answer that could not be read as one."""
    return _told(Came.UNREAD, given, graded)


def mine(connection: Connection, asked: Round, who: Who) -> Told | None:
    """What a person has answered in a round, None before they did."""
    known = find_learner(connection, asked.hall, who)
    row = answer_in(connection, asked.id, known.identity) if known else None
    withheld = policy_from_json(asked.policy).feedback == "at the reveal" and asked.state == "open"
    return _told_row(row, withheld=withheld) if row is not None else None


def _store(connection: Connection, taking: Taking) -> Told:
    asked, attempt = taking.asked, taking.attempt
    state = state_of(connection, asked.id, lock=True)
    who = learner(connection, asked.hall, attempt.who, taking.now)
    before = answer_in(connection, asked.id, who.identity)
    if not _in_time(state, attempt.at, taking.now):
        return _told_row(before, withheld=False) if before is not None else Told(Came.CLOSED)
    if before is None:
        return _first(connection, taking, who, late=state.state == "closed")
    if not taking.withheld or attempt.missed or attempt.at < before.at:
        return _told_row(before, withheld=taking.withheld)
    return _change(connection, taking, who, before, late=state.state == "closed")


def _first(connection: Connection, taking: Taking, who: Learner, *, late: bool) -> Told:
    asked = taking.asked
    counts = counting_answer(connection, asked.turn, who.person)
    recalled = counts is None and _recalled(connection, taking, who, None)
    row = _row(taking, who, recalled=recalled)
    row["id"] = keep_answer(connection, row)
    count_answer(connection, asked.id)
    if late:
        _reveal_anew(connection, taking, row["id"])
    if taking.attempt.given.text and taking.graded.verdict is Verdict.NOTED:
        _hand_on(connection, taking, who, row["id"])
    if counts is not None:
        return _said(Came.ELSEWHERE, taking, 0, recalled=False)
    count(connection, asked.hall, _counted(asked, who, row))
    return _said(Came.COUNTED, taking, row["points"], recalled=recalled)


def _change(connection: Connection, taking: Taking, who: Learner, before: AnyRow, *, late: bool) -> Told:
    asked = taking.asked
    counts = counting_answer(connection, asked.turn, who.person)
    counting = counts is not None and counts.id == before.id
    recalled = counting and _recalled(connection, taking, who, before.id)
    row = _row(taking, who, recalled=recalled)
    change_answer(connection, before.id, **row)
    if late:
        _reveal_anew(connection, taking, before.id)
    if counting:
        old, new = _counted(asked, who, before._asdict()), _counted(asked, who, {**row, "id": before.id})
        recount(connection, asked.hall, old, new)
    return _said(Came.CHANGED, taking, row["points"], recalled=recalled)


def _reveal_anew(connection: Connection, taking: Taking, answer_id: int) -> None:
    """An answer that was given in time and delivered after closing belongs into the reveal, sent already or not."""
    owe(connection, {**post_row(taking.asked, "reveal", taking.now, taking.token), "nth": answer_id})


def _hand_on(connection: Connection, taking: Taking, who: Learner, answer_id: int) -> None:
    """An open answer is talked over: it goes into the round's thread under its author's name."""
    body = {"name": who.name, "text": taking.attempt.given.text}
    row = post_row(taking.asked, "talk", taking.now, taking.token)
    owe(connection, {**row, "nth": answer_id, "body": body})


def post_row(asked: Round, kind: str, now: datetime, token: Callable[[int], str]) -> dict[str, Any]:
    """A post that a round owes to its place."""
    return {
        "hall_id": asked.hall,
        "place_id": asked.place_id,
        "platform": asked.place.platform,
        "round_id": asked.id,
        "kind": kind,
        "stamp": f"{kind[0]}-{token(16)}",
        "made_at": now,
    }


def _in_time(state: AnyRow, at: datetime, now: datetime) -> bool:
    if state.state not in ("due", "open", "closed") or state.closes_at is None:
        return False
    return bool(at <= state.closes_at and now - state.closes_at <= LATE_DELIVERY)


def _recalled(connection: Connection, taking: Taking, who: Learner, before: int | None) -> bool:
    if taking.graded.verdict is not Verdict.RIGHT:
        return False
    return last_verdict(connection, who.person, taking.asked.concept, before) == Verdict.WRONG


def _row(taking: Taking, who: Learner, *, recalled: bool) -> dict[str, Any]:
    asked, attempt, graded = taking.asked, taking.attempt, taking.graded
    day = asked.day
    return {
        "hall_id": asked.hall,
        "turn_id": asked.turn,
        "round_id": asked.id,
        "identity_id": who.identity,
        "given": {"picked": list(attempt.given.picked), "text": attempt.given.text},
        "via": attempt.via,
        "verdict": graded.verdict.value,
        "why": graded.why.value,
        "detail": storable(graded.detail),
        "points": points(graded.verdict, graded.share, taking.shown.difficulty, recalled_after_miss=recalled),
        "rules": RULES,
        "board_date": day,
        "season": season_of(date.fromisoformat(day), asked.season),
        "at": attempt.at,
        "stored_at": taking.now,
    }


def _counted(asked: Round, who: Learner, row: dict[str, Any]) -> Counted:
    return Counted(
        person_id=who.person,
        answer_id=row["id"],
        points=row["points"],
        right=row["verdict"] == Verdict.RIGHT,
        boards=boards(asked.place_id, asked.topic),
        periods=periods(date.fromisoformat(row["board_date"]), row["season"]),
    )


def _told(came: Came, given: Given, graded: Graded) -> Told:
    return Told(came, given.picked, given.text, graded.verdict.value, graded.why.value, graded.detail)


def _told_row(row: AnyRow, *, withheld: bool) -> Told:
    given = Given(tuple(row.given["picked"]), row.given["text"])
    told = Told(Came.ALREADY, given.picked, given.text, row.verdict, row.why, row.detail, row.points)
    return replace(told, withheld=withheld)


def _said(came: Came, taking: Taking, gained: int, *, recalled: bool) -> Told:
    told = _told(came, taking.attempt.given, taking.graded)
    return replace(told, points=gained, recalled=recalled, withheld=taking.withheld)
