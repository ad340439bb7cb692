"""Taking an answer: what is stored, what counts, what the person is told. Functions of a connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from bot.cards.feedback import Came, Told, told_from_json
from bot.matches.playing import plays, stands_still
from bot.ports import PlaceRef, Who
from bot.rules.boards import Counted, boards, periods_on, season_of
from bot.rules.grading import RULES, Given, grade
from bot.rules.scoring import points
from bot.rules.shown import Shown
from bot.rules.verdicts import Graded, Verdict
from bot.settings import policy_from_json
from bot.store.answers import Seen, answer_in, change_answer, keep_answer, last_verdict, look
from bot.store.columns import AnyRow
from bot.store.events import keep_outcome
from bot.store.halls import Learner, find_learner, learner
from bot.store.posts import LONGEST_WAIT, next_number, owe, owe_anew
from bot.store.recalls import recall_anew
from bot.store.standings import count, recount
from bot.store.stars import written_in
from bot.store.telling import telling_until
from bot.store.turns import Round, count_answer, shown_in
from bot.store.upsert import storable
from content.item import Kind

NOW = timedelta(0)
SETTLED = timedelta(minutes=1)
"""After so long a message that is being changed now is changed or never will be."""
HANDED_ON = 10
"""So many open answers are handed on at once, and in so many seconds the next: nobody else's messages wait for all."""
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
        """Whether the verdict waits for the reveal."""
        return policy_from_json(self.asked.policy).feedback == "at the reveal"

    @property
    def fixed(self) -> bool:
        """Whether the first answer counts, so that it cannot be changed."""
        return policy_from_json(self.asked.policy).answers == "first"


def take(connection: Connection, taking: Taking) -> tuple[Round, Told]:
    """Store an answer and count it; told before, it is told the same again. Gives the round as it is graded by now."""
    who, event = taking.attempt.who, taking.attempt.event
    seen = look(connection, taking.asked.hall, taking.asked.id, who, event)
    if seen.regraded != taking.asked.regraded:
        taking = _graded_anew(connection, taking, seen.regraded)
    if seen.outcome is not None:
        return taking.asked, _told_again(connection, taking, seen.outcome)
    if taking.attempt.missed and seen.closes_at is not None:
        # It was there before its round was closed, whose time may have been cut short since the round was read.
        taking = replace(taking, attempt=replace(taking.attempt, at=min(taking.attempt.at, seen.closes_at)))
    told = _store(connection, taking, seen)
    outcome = {**told.to_json(), "text": "", "detail": "", "round": taking.asked.token}
    keep_outcome(connection, who.platform, event, taking.now, outcome)
    return taking.asked, told


def _told_again(connection: Connection, taking: Taking, outcome: dict[str, Any]) -> Told:
    """What came of an event before. What was typed stands with the answer alone, where it can be forgotten."""
    if outcome.get("round") not in (None, taking.asked.token):
        return Told(Came.CLOSED)  # it was about another question, and says nothing of this one
    told = told_from_json(outcome)
    text, detail, why = taking.attempt.given.text, taking.graded.detail, taking.graded.why.value
    if told.came is Came.ALREADY:
        known = find_learner(connection, taking.asked.hall, taking.attempt.who)
        row = answer_in(connection, taking.asked.id, known.identity) if known else None
        text, detail, why = (row.given["text"], row.detail, row.why) if row is not None else ("", "", "")
    return replace(told, text="" if told.came is Came.CLOSED else text, detail=detail if why == told.why else "")


def unread(given: Given, graded: Graded) -> Told:
    """What is told of an answer that could not be read as one."""
    return _told(Came.UNREAD, given, graded)


def mine(connection: Connection, asked: Round, who: Who) -> Told | None:
    """What a person has answered in a round, None before they did."""
    known = find_learner(connection, asked.hall, who)
    row = answer_in(connection, asked.id, known.identity) if known else None
    policy = policy_from_json(asked.policy)
    withheld, fixed = policy.feedback == "at the reveal" and asked.state == "open", policy.answers == "first"
    return _told_row(row, withheld=withheld, fixed=fixed) if row is not None else None


def _store(connection: Connection, taking: Taking, seen: Seen) -> Told:
    asked, attempt = taking.asked, taking.attempt
    who = seen.learner
    if who is None or attempt.who.name not in ("", who.name):
        who = learner(connection, asked.hall, attempt.who, taking.now)
    before = answer_in(connection, asked.id, who.identity) if seen.own is not None else None
    if not _in_time(seen, attempt, taking.now) and not _held_up(connection, asked, seen, taking.now):
        return _told_row(before, withheld=False, fixed=True) if before is not None else Told(Came.CLOSED)
    if before is None:
        playing = asked.match is None or plays(connection, asked, who, taking.now)
        return _first(connection, taking, who, seen) if playing else Told(Came.OUT)
    if taking.fixed or attempt.missed or attempt.at < before.at:
        return _told_row(before, withheld=taking.withheld, fixed=taking.fixed)
    return _change(connection, taking, who, before, seen)


def _graded_anew(connection: Connection, taking: Taking, regraded: int) -> Taking:
    """The key was mended after the answer was graded and before it is stored."""
    shown = shown_in(connection, taking.asked.turn)
    asked = replace(taking.asked, shown=shown, regraded=regraded)
    return replace(taking, asked=asked, shown=shown, graded=grade(shown, taking.attempt.given))


def _first(connection: Connection, taking: Taking, who: Learner, seen: Seen) -> Told:
    asked = taking.asked
    recalled = seen.counting is None and recalled_after_miss(connection, taking.graded, who.person, asked.concept)
    row = _row(taking, who, recalled=recalled, quickness=quickness(asked, seen.opened_at, taking.attempt.at))
    row["id"] = keep_answer(connection, row)
    count_answer(connection, asked.id)
    if seen.state == "closed":
        _reveal_anew(connection, taking)
        if asked.shown.kind is Kind.OPEN:
            owe(connection, {**post_row(asked, "talk", taking.now, taking.token), "nth": row["id"]})
    if seen.counting is not None:
        return _said(Came.ELSEWHERE, taking, 0, recalled=False)
    if seen.counted_to is None and not asked.unranked:
        count(connection, asked.hall, as_counted(asked, who.person, row))
    return _said(Came.COUNTED, taking, row["points"], recalled=recalled)


def _change(connection: Connection, taking: Taking, who: Learner, before: AnyRow, seen: Seen) -> Told:
    asked = taking.asked
    counting = seen.counting == before.id
    recalled = counting and recalled_after_miss(connection, taking.graded, who.person, asked.concept, before.id)
    row = _row(taking, who, recalled=recalled)
    change_answer(connection, before.id, **row)
    if seen.state == "closed":
        _reveal_anew(connection, taking)
        if asked.shown.kind is Kind.OPEN:
            retell(connection, asked, before.id, taking.now, taking.token)
    if counting and (seen.counted_to is None or before.id <= seen.counted_to):
        old = as_counted(asked, who.person, before._asdict())
        recount(connection, asked.hall, old, as_counted(asked, who.person, {**row, "id": before.id}))
    return _said(Came.CHANGED, taking, row["points"], recalled=recalled)


def _reveal_anew(connection: Connection, taking: Taking) -> None:
    """An answer that was given in time and delivered after closing belongs into the reveal, sent already or not, and
    into what the group remembers.
    """
    recall_anew(connection, taking.asked.turn)
    row = post_row(taking.asked, "reveal", taking.now, taking.token)
    owe(connection, {**row, "nth": next_number(connection, taking.asked.id, "reveal")})


def owe_reveal(connection: Connection, asked: Round, now: datetime, token: Callable[[int], str]) -> None:
    """A round that was closed in this transaction is revealed; once more where a count may come over its reveal, when
    that has got through or never will.
    """
    owe(connection, post_row(asked, "reveal", now, token))
    until = telling_until(connection, asked.id)
    if until is not None:
        again = {**post_row(asked, "reveal", now, token), "nth": next_number(connection, asked.id, "reveal")}
        owe(connection, {**again, "next_try": until})


def hand_on(connection: Connection, asked: Round, now: datetime, token: Callable[[int], str]) -> None:
    """The open answers of a round that closes are talked over: each goes into its thread under its author's name, in
    their sequence. Questions of other places that are due meanwhile go first.
    """
    for number, each in enumerate(written_in(connection, asked.id)):
        wait = timedelta(seconds=number // HANDED_ON * HANDED_ON)
        row = {**post_row(asked, "talk", now, token), "nth": each.id}
        owe(connection, {**row, "next_try": now + min(wait, LONGEST_WAIT)})


def retell(
    connection: Connection,
    asked: Round,
    answer_id: int,
    now: datetime,
    token: Callable[[int], str],
    wait: timedelta = NOW,
) -> None:
    """Bring the message of an open answer up to date after a while: its text, and how many starred it."""
    row = {**post_row(asked, "retold", now, token), "nth": answer_id}
    owe_anew(connection, row, now + wait, now + SETTLED)


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


def _in_time(seen: Seen, attempt: Attempt, now: datetime) -> bool:
    """Also what was given in time and comes late, but not what is read anew: that was read before the round was closed,
    and what is there later may have been given after the reveal. A match's question on its way, and one without a
    clock, have no closing time yet.
    """
    waits = seen.closes_at is not None and not attempt.missed
    if seen.state not in (("due", "open", "closed") if waits else ("due", "open")):
        return False
    if seen.closes_at is None:
        return True
    return attempt.at <= seen.closes_at and now - seen.closes_at <= LATE_DELIVERY


def _held_up(connection: Connection, asked: Round, seen: Seen, now: datetime) -> bool:
    """Whether it is the open question of a match that nobody looked after for a while: its clock is set again."""
    return asked.match is not None and seen.state == "open" and stands_still(connection, asked.match, now)


def recalled_after_miss(
    connection: Connection, graded: Graded, person: int, concept: str, before: int | None = None
) -> bool:
    """Whether it is right and the person's last answer on the concept was wrong, of those before the id `before`.

    That is looked up for a wrong answer too: how long it takes must not tell a verdict that is withheld.
    """
    missed = last_verdict(connection, person, concept, before) == Verdict.WRONG
    return missed and graded.verdict is Verdict.RIGHT


def quickness(asked: Round, opened_at: datetime | None, at: datetime) -> float:
    """The share of the clock that was left in a match, by the platform's instants of question and answer; 0 anywhere
    else. Whoever answers before we know that the question is there has all of it left.
    """
    clock = policy_from_json(asked.policy).open_for if asked.match is not None else None
    if clock is None:
        return 0.0
    return min(1.0, max(0.0, 1.0 - (at - opened_at) / clock)) if opened_at is not None else 1.0


def worth(shown: Shown, graded: Graded, *, recalled: bool, quickness: float = 0.0) -> dict[str, Any]:
    """The columns of an answer that grading decides."""
    gained = points(graded.verdict, graded.share, shown.difficulty, recalled_after_miss=recalled, quickness=quickness)
    return {
        "verdict": graded.verdict.value,
        "why": graded.why.value,
        "detail": storable(graded.detail),
        "points": gained,
        "rules": RULES,
    }


def _row(taking: Taking, who: Learner, *, recalled: bool, quickness: float = 0.0) -> dict[str, Any]:
    asked, attempt = taking.asked, taking.attempt
    return {
        "hall_id": asked.hall,
        "turn_id": asked.turn,
        "round_id": asked.id,
        "identity_id": who.identity,
        "given": {"picked": list(attempt.given.picked), "text": attempt.given.text},
        "via": attempt.via,
        **worth(taking.shown, taking.graded, recalled=recalled, quickness=quickness),
        "board_date": asked.day,
        "season": _season(asked.day, asked.season),
        "at": attempt.at,
        "stored_at": taking.now,
    }


def as_counted(asked: Round, person: int, row: Mapping[str, Any]) -> Counted:
    """A row of `answers` in a round, by this person, as boards count it."""
    return Counted(
        person_id=person,
        answer_id=row["id"],
        points=row["points"],
        right=row["verdict"] == Verdict.RIGHT,
        boards=boards(asked.place_id, asked.topic),
        periods=periods_on(row["board_date"], row["season"]),
    )


@lru_cache(maxsize=256)
def _season(day: str, kind: str) -> str:
    return season_of(date.fromisoformat(day), kind)


def _told(came: Came, given: Given, graded: Graded, *more: Any) -> Told:  # noqa: ANN401  the rest of Told
    return Told(came, given.picked, given.text, graded.verdict.value, graded.why.value, graded.detail, *more)


def _told_row(row: AnyRow, *, withheld: bool, fixed: bool) -> Told:
    given = Given(tuple(row.given["picked"]), row.given["text"])
    told = Told(Came.ALREADY, given.picked, given.text, row.verdict, row.why, row.detail, row.points)
    return replace(told, withheld=withheld, fixed=fixed)


def _said(came: Came, taking: Taking, gained: int, *, recalled: bool) -> Told:
    return _told(came, taking.attempt.given, taking.graded, gained, recalled, taking.withheld, taking.fixed)
