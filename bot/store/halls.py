"""Halls, places, people and schedules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.ports import PlaceRef, Who
from bot.store.columns import AnyRow
from bot.store.prepared import Prepared
from bot.store.tables import halls, identities, people, places, schedules
from bot.store.upsert import storable, upsert


@dataclass(frozen=True, slots=True)
class Place:
    """A place and what its hall says."""

    id: int
    ref: PlaceRef
    hall: str
    hall_title: str
    zone: str
    language: str
    season: str
    paused: str | None
    from_file: str | None


@dataclass(frozen=True, slots=True)
class Learner:
    """An identity and the person it is of."""

    identity: int
    person: int
    hall: str
    name: str


PLACE = (
    select(
        places.c.id,
        places.c.platform,
        places.c.workspace,
        places.c.channel,
        places.c.hall_id,
        places.c.paused,
        places.c.from_file,
        halls.c.title,
        halls.c.zone,
        halls.c.language,
        halls.c.season,
    )
    .join(halls, halls.c.id == places.c.hall_id)
    .order_by(places.c.id)
)


_PLACE_OF = Prepared(lambda _: PLACE.where(places.c.id == bindparam("place")))
_PLACE_AT = Prepared(
    lambda _: PLACE.where(*(places.c[name] == bindparam(name) for name in ("platform", "workspace", "channel")))
)


def _place(row: AnyRow) -> Place:
    ref = PlaceRef(row.platform, row.workspace, row.channel)
    return Place(row.id, ref, row.hall_id, row.title, row.zone, row.language, row.season, row.paused, row.from_file)


def place_at(connection: Connection, ref: PlaceRef) -> Place | None:
    """The place with this address, None where no hall has it."""
    values = {"platform": ref.platform, "workspace": ref.workspace, "channel": ref.channel}
    found = _PLACE_AT.found(connection, values)
    return _place(found[0]) if found else None


def place_of(connection: Connection, place_id: int) -> Place:
    """The place with this id."""
    (found,) = _PLACE_OF.found(connection, {"place": place_id})
    return _place(found)


def places_of(connection: Connection, hall: str) -> Sequence[Place]:
    """All places of a hall."""
    return [_place(row) for row in connection.execute(PLACE.where(places.c.hall_id == hall))]


def pause_place(connection: Connection, place_id: int, reason: str | None) -> None:
    """Post nothing here any more, for a reason; None goes on."""
    connection.execute(update(places).where(places.c.id == place_id).values(paused=reason))


def hall_row(connection: Connection, hall: str) -> AnyRow | None:
    """The row of a hall, None where there is none."""
    return connection.execute(select(halls).where(halls.c.id == hall)).first()


def hall_ids(connection: Connection) -> Sequence[str]:
    """The ids of all halls."""
    return connection.execute(select(halls.c.id).order_by(halls.c.id)).scalars().all()


def keep_hall(connection: Connection, row: dict[str, Any]) -> None:
    """Insert or change a hall."""
    changed = connection.execute(update(halls).where(halls.c.id == row["id"]).values(**row)).rowcount
    if not changed:
        connection.execute(insert(halls).values(**row))


def keep_place(connection: Connection, hall: str, ref: PlaceRef, where: str | None) -> int:
    """Insert a place, or give it to this hall; it is posted to again. Returns its id."""
    row = {
        "hall_id": hall,
        "platform": ref.platform,
        "workspace": ref.workspace,
        "channel": ref.channel,
        "paused": None,
        "from_file": where,
    }
    return upsert(connection, places, row, ("platform", "workspace", "channel"))


def learner(connection: Connection, hall: str, who: Who, now: datetime) -> Learner:
    """The person behind an account in a hall; made when seen for the first time, renamed when the name changed."""
    found = find_learner(connection, hall, who)
    if found is None:
        return _new_learner(connection, hall, who, now)
    name = storable(who.name)
    if name and found.name != name:
        connection.execute(update(identities).where(identities.c.id == found.identity).values(name=name))
        connection.execute(update(people).where(people.c.id == found.person).values(name=name))
    return Learner(found.identity, found.person, hall, name or found.name)


def _new_learner(connection: Connection, hall: str, who: Who, now: datetime) -> Learner:
    name = storable(who.name) or who.account
    person = connection.execute(
        insert(people).values(hall_id=hall, name=name, hidden=False, since=now).returning(people.c.id)
    ).scalar_one()
    row = {
        "hall_id": hall,
        "person_id": person,
        "platform": who.platform,
        "workspace": who.workspace,
        "account": who.account,
        "name": name,
    }
    identity = upsert(connection, identities, row, ("hall_id", "platform", "workspace", "account"))
    return Learner(identity, person, hall, name)


def find_learner(connection: Connection, hall: str, who: Who) -> Learner | None:
    """The person behind an account, None where the hall has not seen it; writes nothing."""
    values = {"hall": hall, "platform": who.platform, "workspace": who.workspace, "account": who.account}
    for identity, person, name in _LEARNER.rows(connection, values):
        return Learner(identity, person, hall, name)
    return None


_LEARNER = Prepared(
    lambda _: select(identities.c.id, identities.c.person_id, identities.c.name).where(
        identities.c.hall_id == bindparam("hall"),
        *(identities.c[name] == bindparam(name) for name in ("platform", "workspace", "account")),
    )
)


def halls_of_account(connection: Connection, who: Who) -> Sequence[str]:
    """The halls that know an account."""
    statement = select(identities.c.hall_id).where(
        identities.c.platform == who.platform,
        identities.c.workspace == who.workspace,
        identities.c.account == who.account,
    )
    return connection.execute(statement).scalars().all()


def schedules_of(connection: Connection, hall: str) -> Sequence[AnyRow]:
    """The schedules of a hall that were not removed, by name."""
    statement = select(schedules).where(schedules.c.hall_id == hall, schedules.c.removed_at.is_(None))
    return connection.execute(statement.order_by(schedules.c.name)).all()


def all_schedules(connection: Connection, hall: str) -> Sequence[AnyRow]:
    """The schedules of a hall, removed ones too, by name."""
    return connection.execute(select(schedules).where(schedules.c.hall_id == hall).order_by(schedules.c.name)).all()


def keep_schedule(connection: Connection, row: dict[str, Any], schedule_id: int | None) -> None:
    """Change the schedule with this id, or insert a new one."""
    if schedule_id is None:
        connection.execute(insert(schedules).values(**row))
    else:
        connection.execute(update(schedules).where(schedules.c.id == schedule_id).values(**row))


def change_schedule(connection: Connection, schedule_id: int, **values: Any) -> None:  # noqa: ANN401  columns
    """Change columns of a schedule."""
    connection.execute(update(schedules).where(schedules.c.id == schedule_id).values(**values))


def find_schedule(connection: Connection, hall: str, name: str) -> AnyRow | None:
    """The schedule of a hall with this name, removed or not."""
    statement = select(schedules).where(schedules.c.hall_id == hall, schedules.c.name == name)
    return connection.execute(statement).first()


def remove_schedule(connection: Connection, schedule_id: int, now: datetime) -> None:
    """A schedule asks nothing any more; its turns stay."""
    values = {"removed_at": now, "next_due": None}
    connection.execute(update(schedules).where(schedules.c.id == schedule_id).values(**values))
