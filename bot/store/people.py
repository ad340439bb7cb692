"""People: their identities, linking them, and what is stored of them. Codes are rows of `shelf`, a namespace a hall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, or_, select, update

from bot.ports import Who
from bot.store.abilities import past_changed
from bot.store.columns import AnyRow
from bot.store.halls import hall_ids
from bot.store.tables import answers, identities, links, people, shelf, standings, turns

CODES = "link-codes:"
GUESSES = "link-guesses:"


def account_of(who: Who | AnyRow) -> str:
    """An account as settings, codes and regrades name it; of a row of `identities` too."""
    return f"{who.platform}:{who.workspace}:{who.account}"


def identity_ids(person: int) -> Select[int]:
    """The ids of a person's identities, to be named in a statement."""
    return select(identities.c.id).where(identities.c.person_id == person)


def person_row(connection: Connection, person: int) -> AnyRow | None:
    """The row of a person, None where there is none."""
    return connection.execute(select(people).where(people.c.id == person)).first()


def set_hidden(connection: Connection, person: int, *, hides: bool | None = None, put_off: bool | None = None) -> None:
    """Change the person's own wish to be left out of boards and reveals, or an operator's; either does."""
    changed = {"hides": hides, "put_off": put_off}
    own = update(people).where(people.c.id == person)
    connection.execute(own.values({name: wish for name, wish in changed.items() if wish is not None}))
    connection.execute(own.values(hidden=or_(people.c.hides, people.c.put_off)))


def identities_of(connection: Connection, person: int) -> Sequence[AnyRow]:
    """The identities of a person, oldest first."""
    return connection.execute(select(identities).where(identities.c.person_id == person).order_by("id")).all()


def identity_row(connection: Connection, identity: int) -> AnyRow | None:
    """The row of an identity, None where there is none."""
    return connection.execute(select(identities).where(identities.c.id == identity)).first()


def people_of(connection: Connection, hall: str) -> Sequence[AnyRow]:
    """The people of a hall with an identity or more, each with the number of their `answers`, by id."""
    statement = (
        select(people, func.count(answers.c.id).label("answers"))
        .join(identities, identities.c.person_id == people.c.id)
        .outerjoin(answers, answers.c.identity_id == identities.c.id)
        .where(people.c.hall_id == hall)
        .group_by(people.c.id)
        .order_by(people.c.id)
    )
    return connection.execute(statement).all()


def accounts_of(connection: Connection, hall: str) -> dict[int, list[str]]:
    """The accounts of a hall by person."""
    found: dict[int, list[str]] = {}
    for row in connection.execute(select(identities).where(identities.c.hall_id == hall).order_by(identities.c.id)):
        found.setdefault(row.person_id, []).append(account_of(row))
    return found


def give_identity(connection: Connection, identity: int, person: int) -> None:
    """From now on an identity is of this person, and the past of both is another."""
    former = select(identities.c.person_id).where(identities.c.id == identity)
    past_changed(connection, {person, *connection.execute(former).scalars()})
    connection.execute(update(identities).where(identities.c.id == identity).values(person_id=person))


def keep_link(connection: Connection, identity: AnyRow, person: int, now: datetime) -> None:
    """Keep that an identity became another person's."""
    row = {"hall_id": identity.hall_id, "identity_id": identity.id, "from_person": identity.person_id}
    connection.execute(insert(links).values(**row, to_person=person, at=now))


def last_link(connection: Connection, identity: int) -> AnyRow | None:
    """The latest link of an identity that was not undone, None where it has none."""
    statement = select(links).where(links.c.identity_id == identity, links.c.ended_at.is_(None))
    return connection.execute(statement.order_by(links.c.id.desc()).limit(1)).first()


def end_link(connection: Connection, link: int, now: datetime) -> None:
    """A link is undone."""
    connection.execute(update(links).where(links.c.id == link).values(ended_at=now))


def links_of(connection: Connection, person: int) -> Sequence[AnyRow]:
    """The links by which identities came to a person or left it, undone ones too, oldest first."""
    about = or_(links.c.from_person == person, links.c.to_person == person)
    return connection.execute(select(links).where(about).order_by(links.c.id)).all()


def answers_of_person(connection: Connection, person: int) -> Sequence[AnyRow]:
    """All answers of a person, each with its turn's slot and item_id, in the order stored."""
    statement = (
        select(answers, turns.c.slot, turns.c.item_id)
        .join(identities, identities.c.id == answers.c.identity_id)
        .join(turns, turns.c.id == answers.c.turn_id)
        .where(identities.c.person_id == person)
        .order_by(answers.c.id)
    )
    return connection.execute(statement).all()


def standings_of_person(connection: Connection, person: int) -> Sequence[AnyRow]:
    """All standings of a person, by board and period."""
    statement = select(standings).where(standings.c.person_id == person)
    return connection.execute(statement.order_by(standings.c.board, standings.c.period)).all()


# ------------------------------------------------------------------------------------------------------- codes to link


def keep_code(connection: Connection, hall: str, code: str, identity: int, until: datetime) -> None:
    """Keep the code by which another account may join an identity's person; the identity's former one goes."""
    drop_codes(connection, hall, [identity])
    _keep(connection, CODES + hall, code, {"identity": identity, "until": until.isoformat()})


def find_code(connection: Connection, code: str) -> AnyRow | None:
    """The row of a code (namespace, value), of whichever hall; None where there is no such code."""
    namespaces = [CODES + hall for hall in hall_ids(connection)]
    statement = select(shelf.c.namespace, shelf.c.value).where(shelf.c.namespace.in_(namespaces))
    return connection.execute(statement.where(shelf.c.key == code)).first()


def drop_codes(connection: Connection, hall: str, of: Sequence[int], now: datetime | None = None) -> None:
    """Take away the codes of these identities, and those that were good until before `now`."""
    for key, value in _rows(connection, CODES + hall):
        if value["identity"] in of or (now is not None and datetime.fromisoformat(value["until"]) < now):
            _drop(connection, CODES + hall, key)


def wrong_guesses(connection: Connection, hall: str, account: str, since: datetime) -> int:
    """How many wrong codes an account has typed since then; who typed none since then is taken off the list."""
    for key, value in _rows(connection, GUESSES + hall):
        if all(datetime.fromisoformat(at) < since for at in value):
            _drop(connection, GUESSES + hall, key)
    return sum(datetime.fromisoformat(at) >= since for at in _guesses(connection, hall, account))


def keep_guess(connection: Connection, hall: str, account: str, now: datetime) -> None:
    """An account typed a wrong code."""
    before = _guesses(connection, hall, account)
    _drop(connection, GUESSES + hall, account)
    _keep(connection, GUESSES + hall, account, [*before, now.isoformat()])


def drop_guesses(connection: Connection, hall: str, account: str) -> None:
    """Take an account off the list of those who typed wrong codes."""
    _drop(connection, GUESSES + hall, account)


def _guesses(connection: Connection, hall: str, account: str) -> list[str]:
    found: list[str] = dict(_rows(connection, GUESSES + hall)).get(account, [])
    return found


def _rows(connection: Connection, namespace: str) -> list[tuple[str, Any]]:
    statement = select(shelf.c.key, shelf.c.value).where(shelf.c.namespace == namespace)
    return [(key, value) for key, value in connection.execute(statement)]


def _keep(connection: Connection, namespace: str, key: str, value: Any) -> None:  # noqa: ANN401  any JSON
    last = select(func.coalesce(func.max(shelf.c.seq), 0) + 1).where(shelf.c.namespace == namespace)
    seq = connection.execute(last).scalar_one()
    connection.execute(insert(shelf).values(namespace=namespace, key=key, value=value, seq=seq))


def _drop(connection: Connection, namespace: str, key: str) -> None:
    connection.execute(delete(shelf).where(shelf.c.namespace == namespace, shelf.c.key == key))
