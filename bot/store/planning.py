"""What the planner reads and writes, for many schedules at once. Instants are as the tables hold them where rows are
written, and JSON is text: a row is not taken apart only to be put together again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    Text,
    bindparam,
    exists,
    false,
    func,
    insert,
    literal_column,
    select,
    type_coerce,
    update,
)
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import TypeEngine

from bot.store.columns import AnyRow, Instant, Json
from bot.store.prepared import Prepared
from bot.store.tables import halls, places, posts, rounds, schedules, turns

BLOCK = 5_000
"""A place's history begins with a block of so many questions, and goes over one to two of them: what was asked before
counts as never asked. One that began a question later at each look would have another cycle of the selection at each
look, and items would come again before others were asked.
"""

_ZERO: ColumnElement[int] = literal_column("0")


_DUE = Prepared(
    lambda _: (
        select(schedules.c.hall_id, schedules.c.id)
        .where(schedules.c.next_due <= bindparam("now", type_=Instant()))
        .order_by(schedules.c.next_due, schedules.c.id)
    )
)
_CHOSEN = schedules.c.id.in_(bindparam("ids", expanding=True))
_STANDING = schedules.c.removed_at.is_(None), schedules.c.paused_since.is_(None)
_TO_PLAN = (
    select(
        schedules.c.id,
        schedules.c.hall_id,
        schedules.c.name,
        schedules.c.zone,
        *(type_coerce(schedules.c[name], Text).label(name) for name in ("times", "weekdays", "blackout")),
        *(type_coerce(schedules.c[name], Text).label(name) for name in ("selection", "policy", "places")),
        schedules.c.looked_until,
        halls.c.zone.label("hall_zone"),
    )
    .join(halls, halls.c.id == schedules.c.hall_id)
    .where(_CHOSEN, *_STANDING)
    .order_by(schedules.c.next_due, schedules.c.id)
)
_ASKED_ONCE = exists().where(turns.c.schedule_id == schedules.c.id, turns.c.item_id.is_not(None))
_NEVER_ASKED = select(schedules.c.id).where(_CHOSEN, ~_ASKED_ONCE)
_STILL_TO_PLAN = select(schedules.c.id, schedules.c.looked_until).where(_CHOSEN, *_STANDING)
_PLACES = (
    select(places.c.id, places.c.platform, places.c.paused, halls.c.language)
    .join(halls, halls.c.id == places.c.hall_id)
    .where(places.c.id.in_(bindparam("ids", expanding=True)))
)
_ASKED = (
    select(rounds.c.place_id, turns.c.item_id)
    .join(turns, turns.c.id == rounds.c.turn_id)
    .where(rounds.c.place_id.in_(bindparam("ids", expanding=True)), turns.c.item_id.is_not(None))
    .order_by(turns.c.due_at, turns.c.id)
)


def due_by_hall(connection: Connection, now: datetime) -> dict[str, list[int]]:
    """The ids of the schedules with a slot due by their hall, earliest first."""
    due: dict[str, list[int]] = defaultdict(list)
    for hall, schedule_id in _DUE.rows(connection, {"now": now}):
        due[hall].append(schedule_id)
    return due


def to_plan(connection: Connection, schedule_ids: Sequence[int]) -> Sequence[AnyRow]:
    """The schedules with these ids that are neither removed nor paused, earliest due first; their JSON as text."""
    return connection.execute(_TO_PLAN, {"ids": schedule_ids}).all()


def never_asked(connection: Connection, schedule_ids: Sequence[int]) -> frozenset[int]:
    """Those of these schedules that never asked a question."""
    return frozenset(connection.execute(_NEVER_ASKED, {"ids": schedule_ids}).scalars())


def places_to_ask(connection: Connection, place_ids: Sequence[int]) -> dict[int, AnyRow]:
    """(id, platform, paused, language) of places, by id."""
    return {row.id: row for row in connection.execute(_PLACES, {"ids": place_ids})}


def asked_in(connection: Connection, place_ids: Sequence[int], block: int = BLOCK) -> dict[int, list[str]]:
    """For each place, the ids of the items asked there, oldest first, in the last one to two blocks."""
    asked: dict[int, list[str]] = {place_id: [] for place_id in place_ids}
    for place_id, item_id in connection.execute(_ASKED, {"ids": place_ids}):
        asked[place_id].append(item_id)
    return {place_id: items[max(0, len(items) // block - 1) * block :] for place_id, items in asked.items()}


def still_to_plan(connection: Connection, schedule_ids: Sequence[int]) -> dict[int, datetime]:
    """Up to when the slots of these schedules are decided; those removed or paused are left out."""
    return {row.id: row.looked_until for row in connection.execute(_STILL_TO_PLAN, {"ids": schedule_ids})}


def _raw(table: Table, *names: str) -> dict[str, BindParameter[Any]]:
    """Parameters for columns whose values are as the driver takes them."""
    raw: dict[type, TypeEngine[Any]] = {Instant: BigInteger(), Json: Text()}
    kinds: dict[str, TypeEngine[Any]] = {name: table.c[name].type for name in names}
    return {name: bindparam(name, type_=raw.get(type(kind), kind)) for name, kind in kinds.items()}


_TURN = _raw(turns, "hall_id", "schedule_id", "slot", "due_at", "day", "late", "policy", "item_id", "topic") | _raw(
    turns, "concept", "shown", "skipped", "asked_in"
)
_INSERT_TURN = Prepared(
    lambda dialect: (
        dialect.insert(turns).values({**_TURN, "regraded": _ZERO, "unranked": false()}).on_conflict_do_nothing()
    )
)
_COUNTED = dict.fromkeys(("answered", "told", "hints"), _ZERO)
_ROUND = _raw(rounds, "hall_id", "turn_id", "place_id", "token", "state", "reason", "closes_at", "counted_to") | _raw(
    rounds, "last_seen"
)
_INSERT_ROUND = Prepared(lambda _: insert(rounds).values({**_ROUND, **_COUNTED}))
_POST = _raw(posts, "hall_id", "place_id", "platform", "round_id", "kind", "stamp", "state", "next_try", "made_at")
_COUNTERS = dict.fromkeys(("nth", "fence", "attempts", "looks"), _ZERO)
_INSERT_POST = Prepared(lambda _: insert(posts).values({**_POST, **_COUNTERS}))
_ADVANCE = Prepared(
    lambda _: (
        update(schedules)
        .where(schedules.c.id == bindparam("schedule", type_=BigInteger()))
        .values(_raw(schedules, "looked_until", "next_due"))
    )
)


_NEWEST_TURN = select(func.coalesce(func.max(turns.c.id), 0))
_NEWEST_ROUND = select(func.coalesce(func.max(rounds.c.id), 0))
_NEW_TURNS = select(turns.c.id, turns.c.schedule_id, turns.c.slot).where(
    turns.c.id > bindparam("newest"), turns.c.hall_id == bindparam("hall")
)
_NEW_ROUNDS = select(rounds.c.id, rounds.c.token).where(
    rounds.c.id > bindparam("newest"), rounds.c.hall_id == bindparam("hall")
)
# Whoever else writes turns and rounds of a hall waits for the transaction that does: what is newer there is its own.


def keep_turns(connection: Connection, hall: str, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[int, str], int]:
    """Store turns of a hall; the ids of those that are new, by (schedule, slot): a slot has one turn for ever."""
    newest = connection.execute(_NEWEST_TURN).scalar_one()
    _INSERT_TURN.many(connection, rows)
    new = connection.execute(_NEW_TURNS, {"newest": newest, "hall": hall})
    return {(schedule_id, slot): turn_id for turn_id, schedule_id, slot in new}


def keep_rounds(connection: Connection, hall: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Store rounds of a hall; their ids by token."""
    newest = connection.execute(_NEWEST_ROUND).scalar_one()
    _INSERT_ROUND.many(connection, rows)
    new = connection.execute(_NEW_ROUNDS, {"newest": newest, "hall": hall})
    return {token: round_id for round_id, token in new}


def keep_posts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Owe posts."""
    _INSERT_POST.many(connection, rows)


def advance(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Slots of a `schedule` due up to `looked_until` are decided; the next one is due at `next_due`."""
    _ADVANCE.many(connection, rows)
