"""Turns and their rounds."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, Text, bindparam, exists, func, select, type_coerce, update

from bot.ports import PlaceRef
from bot.rules.shown import Shown, shown_from_json
from bot.store.columns import AnyRow, Instant
from bot.store.prepared import Prepared, among
from bot.store.tables import halls, matches, places, rounds, turns

TOGETHER_WITH = "asked together with "
"""How the reason begins why a slot has no question of its own that was due at the same instant as another."""


@dataclass(frozen=True, slots=True)
class Round:
    """A round as it was read. `shown` changes with `regraded` alone; turn, place and policy never do."""

    id: int
    token: str
    hall: str
    turn: int
    schedule: int | None
    match: int | None
    nth: int | None
    unranked: bool
    slot: str
    day: str
    place_id: int
    place: PlaceRef
    state: str
    message: str | None
    opened_at: datetime | None
    closes_at: datetime | None
    answered: int
    hints: int
    late: bool
    policy: dict[str, Any]
    shown: Shown
    regraded: int
    topic: str
    concept: str
    zone: str
    language: str
    season: str
    last_seen: dict[str, Any] | None = None


_ANYWHERE = (
    select(
        rounds.c.id,
        rounds.c.token,
        rounds.c.hall_id.label("hall"),
        rounds.c.turn_id.label("turn"),
        turns.c.schedule_id.label("schedule"),
        turns.c.match_id.label("match"),
        turns.c.nth,
        turns.c.unranked,
        turns.c.slot,
        turns.c.day,
        rounds.c.place_id,
        places.c.platform,
        places.c.workspace,
        places.c.channel,
        rounds.c.state,
        rounds.c.message,
        rounds.c.opened_at,
        rounds.c.closes_at,
        rounds.c.answered,
        rounds.c.hints,
        turns.c.late,
        turns.c.policy,
        type_coerce(turns.c.shown, Text).label("shown"),
        turns.c.regraded,
        turns.c.topic,
        turns.c.concept,
        halls.c.zone,
        halls.c.language,
        halls.c.season,
        rounds.c.last_seen,
    )
    .join(turns, turns.c.id == rounds.c.turn_id)
    .join(places, places.c.id == rounds.c.place_id)
    .join(halls, halls.c.id == rounds.c.hall_id)
)
"""Rounds with all that is read of them, also those whose place went to another hall."""
ROUND = _ANYWHERE.where(places.c.hall_id == rounds.c.hall_id)


_BY_ID = Prepared(lambda _: ROUND.where(rounds.c.id == bindparam("round")))
_BY_TOKEN = Prepared(lambda _: ROUND.where(rounds.c.token == bindparam("token")))
_BY_MESSAGE = Prepared(
    lambda _: ROUND.where(rounds.c.place_id == bindparam("place"), rounds.c.message == bindparam("id"))
)


def _one(statement: Prepared, connection: Connection, values: dict[str, Any]) -> Round | None:
    found = _rounds(statement, connection, values)
    return found[0] if found else None


def _rounds(statement: Prepared, connection: Connection, values: dict[str, Any]) -> list[Round]:
    """All that a statement finds."""
    return [_round(row) for row in statement.found(connection, values)]


def _round(row: Any) -> Round:  # noqa: ANN401  a row of ROUND
    facts = row._asdict()
    place = PlaceRef(facts.pop("platform"), facts.pop("workspace"), facts.pop("channel"))
    return Round(place=place, shown=_shown(facts.pop("shown")), **facts)


@lru_cache(maxsize=256)
def _shown(text: str) -> Shown:
    """The item as shown that a column holds: every answer to a round reads the same text."""
    return shown_from_json(json.loads(text))


def round_by_token(connection: Connection, token: str) -> Round | None:
    """The round that a ref names."""
    return _one(_BY_TOKEN, connection, {"token": token})


def find_round(connection: Connection, round_id: int) -> Round | None:
    """The round with this id, None where its place went to another hall."""
    return _one(_BY_ID, connection, {"round": round_id})


def round_by_message(connection: Connection, place_id: int, message: str) -> Round | None:
    """The round whose question is this message of a place."""
    return _one(_BY_MESSAGE, connection, {"place": place_id, "id": message})


def open_round(connection: Connection, place_id: int) -> Round | None:
    """The newest open round of a place, of a match too."""
    return _one(_OPEN, connection, {"place": place_id})


def open_daily_round(connection: Connection, place_id: int) -> Round | None:
    """The newest open round of a place that a schedule asked."""
    return _one(_OPEN_DAILY, connection, {"place": place_id})


def _newest_open() -> Select[tuple[Any, ...]]:
    own = rounds.c.place_id == bindparam("place"), rounds.c.state == "open"
    return ROUND.where(*own).order_by(rounds.c.id.desc()).limit(1)


_OPEN = Prepared(lambda _: _newest_open())
_OPEN_DAILY = Prepared(lambda _: _newest_open().where(turns.c.match_id.is_(None)))
_UNCOUNTED = Prepared(
    lambda _: (
        _ANYWHERE.where(rounds.c.state == "closed", rounds.c.counted_to.is_not(None))
        .order_by(rounds.c.closes_at, rounds.c.id)
        .limit(200)
    )
)
_TO_TELL = Prepared(
    lambda _: (
        ROUND.where(rounds.c.state == "open", rounds.c.answered != rounds.c.told)
        .where(places.c.platform == bindparam("platform"))
        .order_by(rounds.c.id)
        .limit(500)
    )
)


_IN_MATCH = exists().where(matches.c.id == turns.c.match_id, matches.c.ended_at.is_(None))


@lru_cache
def _overdue(platforms: tuple[str, ...]) -> Prepared:
    return Prepared(
        lambda _: (
            ROUND.where(among(rounds.c.state, ("open", "due")), rounds.c.closes_at <= bindparam("now", type_=Instant()))
            .where(among(places.c.platform, platforms), ~_IN_MATCH)
            .order_by(rounds.c.closes_at, rounds.c.id)
            .limit(200)
        )
    )


def rounds_to_close(connection: Connection, platforms: Collection[str], now: datetime) -> Sequence[Round]:
    """Rounds on these platforms past their closing time, open ones and due ones that were never posted, but those of
    a match that is under way, which go by its clock; and closed ones whose answers do not all stand on boards yet,
    wherever their place is now.
    """
    return _rounds(_overdue(tuple(platforms)), connection, {"now": now}) + _rounds(_UNCOUNTED, connection, {})


def open_rounds(connection: Connection, platform: str) -> Sequence[Round]:
    """All open rounds on a platform."""
    return _rounds(_OPEN_ON, connection, {"platform": platform})


_OPEN_ON = Prepared(
    lambda _: ROUND.where(rounds.c.state == "open", places.c.platform == bindparam("platform")).order_by(rounds.c.id)
)


def rounds_to_tell(connection: Connection, platform: str) -> Sequence[Round]:
    """Open rounds on a platform whose message shows an older count of answers than there are."""
    return _rounds(_TO_TELL, connection, {"platform": platform})


def state_of(connection: Connection, round_id: int, *, lock: bool = False) -> AnyRow:
    """(state, reason, closes_at, message, regraded) as they are; `lock` keeps them so until the transaction ends."""
    statement = (
        select(rounds.c.state, rounds.c.reason, rounds.c.closes_at, rounds.c.message, turns.c.regraded)
        .join(turns, turns.c.id == rounds.c.turn_id)
        .where(rounds.c.id == round_id)
    )
    return connection.execute(statement.with_for_update() if lock else statement).one()


def counted_to(connection: Connection, round_id: int) -> int | None:
    """Up to which answer a closed round's answers stand on boards, None where nothing is left to count; kept so for
    the transaction.
    """
    statement = select(rounds.c.counted_to).where(rounds.c.id == round_id, rounds.c.state == "closed")
    found: int | None = connection.execute(statement.with_for_update()).scalar()
    return found


def count_to(connection: Connection, round_id: int, answer_id: int | None) -> None:
    """A round's answers stand on boards up to this one now, None: all of them."""
    connection.execute(update(rounds).where(rounds.c.id == round_id).values(counted_to=answer_id))


def shown_in(connection: Connection, turn_id: int) -> Shown:
    """The item of a turn as it is shown now."""
    return shown_from_json(connection.execute(select(turns.c.shown).where(turns.c.id == turn_id)).scalar_one())


def set_round(connection: Connection, round_id: int, states: Sequence[str], **values: Any) -> bool:  # noqa: ANN401
    """Change a round if it is in one of `states`; whether it was."""
    statement = update(rounds).where(rounds.c.id == round_id, rounds.c.state.in_(states)).values(**values)
    return connection.execute(statement).rowcount == 1


def count_answer(connection: Connection, round_id: int) -> None:
    """One more answered."""
    _count_answer.run(connection, {"round": round_id})


_count_answer = Prepared(
    lambda _: update(rounds).where(rounds.c.id == bindparam("round")).values(answered=rounds.c.answered + 1)
)


def decided_slots(connection: Connection, schedule_id: int, since: datetime) -> dict[str, str]:
    """What became of the slots of a schedule since then: by slot, `asked` or the reason it was skipped."""
    statement = select(turns.c.slot, turns.c.skipped).where(turns.c.schedule_id == schedule_id, turns.c.due_at >= since)
    return {slot: skipped or "asked" for slot, skipped in connection.execute(statement)}


def missed_since(connection: Connection, hall: str, since: datetime) -> int:
    """How many slots of a hall were skipped since then; those that another one's question was for are none of them."""
    missed = turns.c.skipped.is_not(None), ~turns.c.skipped.startswith(TOGETHER_WITH)
    statement = select(func.count()).where(turns.c.hall_id == hall, turns.c.due_at >= since, *missed)
    return int(connection.execute(statement).scalar_one())


def turn_days(connection: Connection, hall: str, since: str) -> list[str]:
    """The dates on which a hall was asked something by a schedule since a date, ascending."""
    asked = turns.c.item_id.is_not(None), turns.c.match_id.is_(None)
    statement = select(turns.c.day).where(turns.c.hall_id == hall, *asked, turns.c.day >= since)
    return list(connection.execute(statement.distinct().order_by(turns.c.day)).scalars())


def end_rounds(connection: Connection, schedule_id: int, now: datetime) -> None:
    """What a schedule has open closes now, and what is still to be sent of it is not sent any more."""
    own = select(turns.c.id).where(turns.c.schedule_id == schedule_id)
    unsettled = rounds.c.state.in_(("due", "open")), rounds.c.closes_at > now
    connection.execute(update(rounds).where(rounds.c.turn_id.in_(own), *unsettled).values(closes_at=now))


def leave_place(connection: Connection, place_id: int, reason: str) -> None:
    """What is due or open in a place ends without a word: the place belongs to another hall now."""
    statement = update(rounds).where(rounds.c.place_id == place_id, rounds.c.state.in_(("due", "open")))
    connection.execute(statement.values(state="failed", reason=reason))
