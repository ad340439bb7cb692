"""What has to be true of the rows of a hall whatever happened. Each function gives a line for each fault: what, where.

They stream: a line at a time, and nothing but the faults leaves the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, and_, func, or_, select, update

from bot.store.outdated import POSTS_KEPT
from bot.store.processes import ALIVE, living
from bot.store.tables import (
    abilities,
    answers,
    identities,
    links,
    marks,
    matches,
    people,
    places,
    players,
    posts,
    private_rounds,
    proposals,
    regrades,
    reminders,
    rounds,
    schedules,
    sessions,
    standings,
    stars,
    turns,
)

ROUND_PATIENCE = timedelta(minutes=30)
"""A round is closed, and a message sent, well before so long after its time while a process runs its platform."""
SCHEDULE_PATIENCE = timedelta(minutes=10)
REVEALS_KEPT = POSTS_KEPT - timedelta(days=1)
"""So long the reveal of a round that was closed is there."""
INSTANT = "%Y-%m-%d %H:%M UTC"

OF_ANSWERS: tuple[tuple[Column[Any], Table], ...] = (
    (answers.c.round_id, rounds),
    (answers.c.turn_id, turns),
    (answers.c.identity_id, identities),
)
OF_OTHERS: tuple[tuple[Column[Any], Table], ...] = (
    (identities.c.person_id, people),
    (links.c.identity_id, identities),
    (links.c.from_person, people),
    (links.c.to_person, people),
    (turns.c.schedule_id, schedules),
    (turns.c.match_id, matches),
    (matches.c.host_id, identities),
    (players.c.match_id, matches),
    (players.c.identity_id, identities),
    (posts.c.match_id, matches),
    (rounds.c.turn_id, turns),
    (posts.c.round_id, rounds),
    (posts.c.identity_id, identities),
    (regrades.c.turn_id, turns),
    (stars.c.answer_id, answers),
    (stars.c.identity_id, identities),
    (proposals.c.identity_id, identities),
    (reminders.c.identity_id, identities),
    (abilities.c.person_id, people),
    (sessions.c.identity_id, identities),
    (private_rounds.c.session_id, sessions),
    (private_rounds.c.identity_id, identities),
    (standings.c.person_id, people),
)
"""Which columns refer to rows of the same hall. A place is none of them: the file may give it to another hall."""


def answers_count_once(connection: Connection, hall: str, _: datetime) -> Iterator[str]:
    """A round says how many answered it; nobody answered it twice; an answer is of its round's turn and hall."""
    told = "round {id}: answered {answered}, but {stored} answers are stored"
    yield from _lines(connection, told, _miscounted(hall))
    key = answers.c.round_id, answers.c.identity_id
    twice = select(*key, func.count().label("times")).where(answers.c.hall_id == hall).group_by(*key)
    told = "round {round_id}: identity {identity_id} answered {times} times"
    yield from _lines(connection, told, twice.having(func.count() > 1))
    elsewhere = select(answers.c.id, answers.c.turn_id, rounds.c.turn_id.label("right"))
    elsewhere = elsewhere.join(rounds, rounds.c.id == answers.c.round_id)
    elsewhere = elsewhere.where(answers.c.hall_id == hall, answers.c.turn_id != rounds.c.turn_id)
    yield from _lines(connection, "answer {id}: of turn {turn_id}, but its round is of turn {right}", elsewhere)
    for column, parent in OF_ANSWERS:
        yield from _foreign(connection, hall, column, parent)


def count_anew(connection: Connection, hall: str) -> None:
    """Have each round of a hall say how many answers it has."""
    for round_id, _, stored in connection.execute(_miscounted(hall)).all():
        connection.execute(update(rounds).where(rounds.c.id == round_id).values(answered=stored))


def rounds_are_settled(connection: Connection, hall: str, now: datetime) -> Iterator[str]:
    """A turn has a reason, or a round for each place that it was asked in; a round agrees with its question's post, has
    its message or its reason, and its reveal once it is closed.
    """
    asked = select(func.count()).where(rounds.c.turn_id == turns.c.id).scalar_subquery()
    of_turn = select(turns.c.id, turns.c.slot, turns.c.asked_in, asked.label("stored")).where(turns.c.hall_id == hall)
    told = "turn {id} of the slot {slot}: it has neither a round nor a reason"
    yield from _lines(connection, told, of_turn.where(turns.c.skipped.is_(None), asked == 0))
    told = "turn {id} of the slot {slot}: it was asked in {asked_in} places and has rounds for {stored}"
    yield from _lines(connection, told, of_turn.where(turns.c.asked_in != asked, asked > 0))
    revealed = select(posts.c.id).where(posts.c.round_id == rounds.c.id, posts.c.kind == "reveal").exists()
    closed = select(rounds.c.id, rounds.c.closed_at).where(rounds.c.hall_id == hall, rounds.c.state == "closed")
    unrevealed = closed.where(rounds.c.closed_at >= now - REVEALS_KEPT, ~revealed)
    yield from _lines(connection, f"round {{id}}: closed at {{closed_at:{INSTANT}}}, and no reveal is owed", unrevealed)
    told = "round {id} of the slot {slot}: it is {state}, its question {post}, message {message}, reason {reason}"
    yield from _lines(connection, told, _unsettled(hall))


def nothing_is_overdue(connection: Connection, hall: str, now: datetime) -> Iterator[str]:
    """While a process runs its platform, nothing stays open, owed or undecided long after its time."""
    until, platforms = now - ROUND_PATIENCE, _run_since(connection, now, ROUND_PATIENCE)
    late = select(rounds.c.id, rounds.c.state, rounds.c.closes_at).join(places, places.c.id == rounds.c.place_id)
    late = late.where(rounds.c.hall_id == hall, rounds.c.state.in_(("due", "open")), rounds.c.closes_at < until)
    told = f"round {{id}}: still {{state}}, though it was to close at {{closes_at:{INSTANT}}}"
    yield from _lines(connection, told, late.where(places.c.platform.in_(platforms)))
    owed = select(posts.c.id, posts.c.kind, posts.c.state, posts.c.made_at).where(posts.c.hall_id == hall)
    told = f"post {{id}} ({{kind}}): still {{state}}, though it is owed since {{made_at:{INSTANT}}}"
    yield from _lines(connection, told, owed.where(posts.c.platform.in_(platforms), _stuck(until)))
    if _run_since(connection, now, SCHEDULE_PATIENCE):
        due = select(schedules.c.name, schedules.c.next_due).where(schedules.c.hall_id == hall)
        told = f"schedule {{name}}: due since {{next_due:{INSTANT}}}, and nobody has looked at it"
        yield from _lines(connection, told, due.where(schedules.c.next_due < now - SCHEDULE_PATIENCE))


def nothing_crosses_halls(connection: Connection, hall: str, _: datetime) -> Iterator[str]:
    """What a hall has refers to what the same hall has."""
    for column, parent in OF_OTHERS:
        yield from _foreign(connection, hall, column, parent)
    marked = select(marks.c.regrade_id, marks.c.answer_id, answers.c.hall_id)
    marked = marked.join(regrades, regrades.c.id == marks.c.regrade_id).join(answers, answers.c.id == marks.c.answer_id)
    told = "marks {regrade_id}: its answer_id {answer_id} is of the hall {hall_id}"
    yield from _lines(connection, told, marked.where(regrades.c.hall_id == hall, answers.c.hall_id != hall))
    mine = set(connection.execute(select(places.c.id).where(places.c.hall_id == hall)).scalars())
    asking = select(schedules.c.name, schedules.c.places).where(schedules.c.removed_at.is_(None))
    for name, asked in connection.execute(asking.where(schedules.c.hall_id == hall)):
        if strange := sorted(set(asked) - mine):
            yield f"schedule {name}: it asks in places of other halls, {', '.join(map(str, strange))}"


def file_is_sound(connection: Connection) -> Iterator[str]:
    """SQLite finds its file sound and every reference leading somewhere; PostgreSQL sees to that itself."""
    if connection.dialect.name != "sqlite":
        return
    for (line,) in connection.exec_driver_sql("PRAGMA quick_check"):
        if line != "ok":
            yield line
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"{table} {row}: it refers to a row of {parent} that is not there"


def _miscounted(hall: str) -> Select[int, int, int]:
    stored = select(func.count()).where(answers.c.round_id == rounds.c.id).scalar_subquery()
    statement = select(rounds.c.id, rounds.c.answered, stored.label("stored"))
    return statement.where(rounds.c.hall_id == hall, rounds.c.answered != stored)


def _unsettled(hall: str) -> Select[*tuple[Any, ...]]:
    shown = rounds.c.state.in_(("open", "closed"))
    post = func.coalesce(posts.c.state, "")
    wrong = or_(
        and_(shown, or_(post != "sent", rounds.c.message.is_(None), rounds.c.message != posts.c.message)),
        and_(rounds.c.state == "due", post.in_(("", "sent", "failed"))),
        and_(rounds.c.state == "skipped", post == "sent"),
        and_(rounds.c.state.in_(("skipped", "failed")), func.coalesce(rounds.c.reason, "") == ""),
    )
    columns = rounds.c.id, rounds.c.state, rounds.c.reason, rounds.c.message, turns.c.slot, posts.c.state.label("post")
    return (
        select(*columns)
        .join(turns, turns.c.id == rounds.c.turn_id)
        .outerjoin(posts, and_(posts.c.round_id == rounds.c.id, posts.c.kind == "question"))
        .where(rounds.c.hall_id == hall, wrong)
    )


def _stuck(until: datetime) -> ColumnElement[bool]:
    waits = and_(posts.c.state.in_(("due", "uncertain")), posts.c.next_try < until)
    return and_(posts.c.made_at < until, or_(waits, and_(posts.c.state == "sending", posts.c.lease_until < until)))


def _run_since(connection: Connection, now: datetime, span: timedelta) -> set[str]:
    """The platforms that a living process has run for so long that nothing of theirs may be late any more."""
    grown = [row for row in living(connection, now - ALIVE) if row.started_at <= now - span]
    return {platform for row in grown for platform in row.platforms}


def _foreign(connection: Connection, hall: str, column: Column[Any], parent: Table) -> Iterator[str]:
    child = column.table
    name = child.c.id if "id" in child.c else column
    statement = select(name.label("id"), column.label("to"), parent.c.hall_id).join(parent, parent.c.id == column)
    statement = statement.where(child.c.hall_id == hall, parent.c.hall_id != hall).distinct()
    yield from _lines(
        connection, f"{child.name} {{id}}: its {column.name} {{to}} is of the hall {{hall_id}}", statement
    )


def _lines(connection: Connection, told: str, statement: Select[*tuple[Any, ...]]) -> Iterator[str]:
    """What is told of each row that a statement finds."""
    for row in connection.execute(statement):
        yield told.format_map(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for a row as a mapping
