"""Sessions of one person alone, and their private rounds. Functions of a connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.rules.shown import Shown, shown_from_json
from bot.store.abilities import past_changed
from bot.store.columns import AnyRow
from bot.store.people import identity_ids
from bot.store.tables import answers, identities, private_rounds, rounds, sessions, turns


@dataclass(frozen=True, slots=True)
class Session:
    """A session. `wanted`: so many rounds; `queue`: the concepts or items that it goes through, if it was given any."""

    id: int
    identity: int
    kind: str
    topic: str | None
    wanted: int
    queue: tuple[str, ...]
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PrivateRound:
    """A private round and what was answered; `given` and what follows from it are None before that."""

    id: int
    session: int
    identity: int
    nth: int
    token: str
    shown: Shown
    asked_at: datetime
    given: dict[str, Any] | None
    verdict: str | None
    why: str | None
    detail: str | None
    at: datetime | None
    stars: int | None
    met: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a session came to."""

    asked: int
    answered: int
    right: int
    partly: int


def begin_session(connection: Connection, **values: Any) -> int:  # noqa: ANN401  columns
    """Insert a session; returns its id."""
    found: int = connection.execute(insert(sessions).values(**values).returning(sessions.c.id)).scalar_one()
    return found


def find_session(connection: Connection, session_id: int) -> Session:
    """A session."""
    return _session(connection.execute(select(sessions).where(sessions.c.id == session_id)).one())


def open_session(connection: Connection, identity: int, kind: str) -> Session | None:
    """The session of a kind that an identity has not ended."""
    own = sessions.c.identity_id == identity, sessions.c.kind == kind, sessions.c.ended_at.is_(None)
    found = connection.execute(select(sessions).where(*own).order_by(sessions.c.id.desc()).limit(1)).first()
    return _session(found) if found else None


def end_session(connection: Connection, session_id: int, now: datetime) -> None:
    """A session is over; one that was stays so since then."""
    own = sessions.c.id == session_id, sessions.c.ended_at.is_(None)
    connection.execute(update(sessions).where(*own).values(ended_at=now))


def ask_privately(
    connection: Connection, hall: str, session: Session, nth: int, token: str, shown: Shown, now: datetime
) -> None:
    """Insert a private round."""
    row = {
        "hall_id": hall,
        "session_id": session.id,
        "identity_id": session.identity,
        "nth": nth,
        "token": token,
        "item_id": shown.item_id,
        "topic": shown.topic,
        "concept": shown.concept,
        "kind": shown.kind.value,
        "difficulty": shown.difficulty.value,
        "shown": shown.to_json(),
        "asked_at": now,
    }
    connection.execute(insert(private_rounds).values(row))


def private_round(connection: Connection, token: str) -> PrivateRound | None:
    """The private round that a ref names."""
    found = connection.execute(select(private_rounds).where(private_rounds.c.token == token)).first()
    return _private_round(found) if found else None


def hall_of_round(connection: Connection, token: str) -> str | None:
    """The hall of the private round that a ref names; None where there is none."""
    found: str | None = connection.execute(
        select(private_rounds.c.hall_id).where(private_rounds.c.token == token)
    ).scalar()
    return found


def last_private_round(connection: Connection, session_id: int) -> PrivateRound | None:
    """The latest round of a session."""
    own = select(private_rounds).where(private_rounds.c.session_id == session_id)
    found = connection.execute(own.order_by(private_rounds.c.nth.desc()).limit(1)).first()
    return _private_round(found) if found else None


def keep_private_answer(connection: Connection, token: str, **values: Any) -> bool:  # noqa: ANN401  columns
    """Store what was answered, if nothing was before; whether it was stored."""
    own = private_rounds.c.token == token, private_rounds.c.given.is_(None)
    return connection.execute(update(private_rounds).where(*own).values(**values)).rowcount == 1


def keep_stars(connection: Connection, token: str, stars: int, met: Sequence[int] | None) -> None:
    """How a person rates their own open answer, and which lines of the rubric it has; the last word counts."""
    own = private_rounds.c.token == token
    connection.execute(update(private_rounds).where(own).values(stars=stars, met=met))
    who = select(identities.c.person_id).join(private_rounds, private_rounds.c.identity_id == identities.c.id)
    past_changed(connection, connection.execute(who.where(own)).scalars().all())


def tally(connection: Connection, session_id: int) -> Tally:
    """What a session came to so far."""
    statement = (
        select(private_rounds.c.verdict, func.count())
        .where(private_rounds.c.session_id == session_id)
        .group_by(private_rounds.c.verdict)
    )
    counts: dict[str | None, int] = {row[0]: row[1] for row in connection.execute(statement)}
    asked = sum(counts.values())
    return Tally(asked, asked - counts.get(None, 0), counts.get("right", 0), counts.get("partly", 0))


def under_way(connection: Connection, hall: str) -> frozenset[str]:
    """The items of a hall's rounds that are due or open: nobody meets them elsewhere until they are revealed."""
    statement = (
        select(turns.c.item_id)
        .join(rounds, rounds.c.turn_id == turns.c.id)
        .where(rounds.c.hall_id == hall, rounds.c.state.in_(("due", "open")))
    )
    return frozenset(connection.execute(statement.distinct()).scalars())


def seen_items(connection: Connection, person: int) -> dict[str, datetime]:
    """When a person met each item last, in public or alone."""
    own = identity_ids(person)
    alone = select(private_rounds.c.item_id, func.max(private_rounds.c.asked_at)).where(
        private_rounds.c.identity_id.in_(own)
    )
    public = (
        select(turns.c.item_id, func.max(answers.c.at))
        .join(turns, turns.c.id == answers.c.turn_id)
        .where(answers.c.identity_id.in_(own))
    )
    seen: dict[str, datetime] = {}
    for statement in (alone.group_by(private_rounds.c.item_id), public.group_by(turns.c.item_id)):
        for item, at in connection.execute(statement):
            seen[item] = max(at, seen.get(item, at))
    return seen


def private_rounds_of(connection: Connection, person: int) -> Sequence[AnyRow]:
    """What a person was asked alone, the oldest first."""
    own = identity_ids(person)
    statement = select(private_rounds).where(private_rounds.c.identity_id.in_(own))
    return connection.execute(statement.order_by(private_rounds.c.id)).all()


def asked_alone(
    connection: Connection, hall: str, item: str, after: int = 0, limit: int | None = None
) -> Sequence[AnyRow]:
    """The private rounds of a hall that asked an item, with an id above `after`, ascending, each with its person_id."""
    statement = (
        select(private_rounds, identities.c.person_id)
        .join(identities, identities.c.id == private_rounds.c.identity_id)
        .where(private_rounds.c.hall_id == hall, private_rounds.c.item_id == item, private_rounds.c.id > after)
        .order_by(private_rounds.c.id)
        .limit(limit)
    )
    return connection.execute(statement).all()


def set_private_round(connection: Connection, round_id: int, **values: Any) -> None:  # noqa: ANN401  columns
    """Change a private round."""
    connection.execute(update(private_rounds).where(private_rounds.c.id == round_id).values(**values))


def drop_private(connection: Connection, identity: int) -> None:
    """Take away the sessions of an identity and all of their rounds."""
    connection.execute(delete(private_rounds).where(private_rounds.c.identity_id == identity))
    connection.execute(delete(sessions).where(sessions.c.identity_id == identity))


def _session(row: AnyRow) -> Session:
    return Session(
        row.id, row.identity_id, row.kind, row.topic, row.wanted, tuple(row.queue), row.began_at, row.ended_at
    )


def _private_round(row: AnyRow) -> PrivateRound:
    return PrivateRound(
        id=row.id,
        session=row.session_id,
        identity=row.identity_id,
        nth=row.nth,
        token=row.token,
        shown=shown_from_json(row.shown),
        asked_at=row.asked_at,
        given=row.given,
        verdict=row.verdict,
        why=row.why,
        detail=row.detail,
        at=row.at,
        stars=row.stars,
        met=None if row.met is None else tuple(row.met),
    )
