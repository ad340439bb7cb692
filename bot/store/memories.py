"""What a person remembers of each concept: made of their answers whenever it is asked for, never kept.

So it follows links, regrades and forgetting by itself, and equals a replay because it is one: 13 µs an answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.rules.memory import Memory, Rating, rating_of, rating_of_self, replay
from bot.rules.verdicts import Verdict
from bot.store.answers import closed_answers
from bot.store.columns import AnyRow
from bot.store.people import identity_ids
from bot.store.tables import answers, private_rounds, rounds, sessions, turns
from content.item import Difficulty, Kind


def memories_of(connection: Connection, person: int) -> dict[str, Memory]:
    """What a person remembers, by concept: from the rounds that are closed, and from those they had alone."""
    told: dict[str, list[tuple[Rating, datetime]]] = defaultdict(list)
    for concept, rating, at in (*_public(connection, person), *_private(connection, person)):
        if rating is not None:
            told[concept].append((rating, at))
    return {concept: found for concept, given in told.items() if (found := replay(given)) is not None}


def reviewed_since(connection: Connection, person: int, since: datetime) -> int:
    """How many private rounds of reviews a person answered since then."""
    own = identity_ids(person)
    statement = (
        select(func.count())
        .select_from(private_rounds.join(sessions, sessions.c.id == private_rounds.c.session_id))
        .where(private_rounds.c.identity_id.in_(own), private_rounds.c.at >= since, sessions.c.kind == "review")
    )
    return int(connection.execute(statement).scalar_one())


def missed_since(connection: Connection, person: int, since: datetime) -> list[str]:
    """The items whose latest answer of a person's was not right, and was given since then; the latest first."""
    own = identity_ids(person)
    public = (
        select(turns.c.item_id, answers.c.verdict, answers.c.at)
        .join_from(answers, turns, turns.c.id == answers.c.turn_id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .where(answers.c.identity_id.in_(own), rounds.c.state == "closed", answers.c.at >= since)
    )
    alone = select(private_rounds.c.item_id, private_rounds.c.verdict, private_rounds.c.at).where(
        private_rounds.c.identity_id.in_(own), private_rounds.c.at >= since
    )
    latest: dict[str, tuple[datetime, str]] = {}
    for item, verdict, at in (*connection.execute(public), *connection.execute(alone)):
        if item not in latest or at >= latest[item][0]:
            latest[item] = at, verdict
    missed = [item for item, (_, verdict) in latest.items() if verdict in (Verdict.WRONG, Verdict.PARTLY)]
    return sorted(missed, key=lambda item: latest[item][0], reverse=True)


def _public(connection: Connection, person: int) -> Iterator[tuple[str, Rating | None, datetime]]:
    """When a question is answered in public tells no speed."""
    for row in closed_answers(connection, person):
        yield row.concept, rating_of(Verdict(row.verdict), None, Kind.CHOICE, Difficulty.MEDIUM), row.at


def _private(connection: Connection, person: int) -> Iterator[tuple[str, Rating | None, datetime]]:
    own = identity_ids(person)
    columns = ("concept", "kind", "difficulty", "verdict", "stars", "asked_at", "at")
    statement = select(*(private_rounds.c[name] for name in columns)).where(
        private_rounds.c.identity_id.in_(own), private_rounds.c.at.is_not(None)
    )
    for row in connection.execute(statement.order_by(private_rounds.c.id)):
        yield row.concept, _rating(row), row.at


def _rating(row: AnyRow) -> Rating | None:
    if row.stars is not None:
        return rating_of_self(row.stars)
    seconds = max((row.at - row.asked_at) / timedelta(seconds=1), 0.0)
    return rating_of(Verdict(row.verdict), seconds, Kind(row.kind), Difficulty(row.difficulty))
