"""Forgetting: what is emptied of a person. Answers keep verdict and points, so that everything counts as before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Text, delete, or_, select, type_coerce, update

from bot.rules.verdicts import Verdict
from bot.store.abilities import past_changed
from bot.store.columns import AnyRow
from bot.store.people import account_of, identity_ids
from bot.store.tables import answers, identities, links, marks, people, players, posts, regrades, rounds, turns

NO_TEXT = '%"text":""}'
"""How `given` ends, as it is stored, where nothing was typed."""


def texts_of(connection: Connection, of: Sequence[int], limit: int | None) -> Sequence[AnyRow]:
    """(id, round_id, given) of the answers of identities that hold a text, ascending."""
    statement = select(answers.c.id, answers.c.round_id, answers.c.given).where(
        answers.c.identity_id.in_(of), type_coerce(answers.c.given, Text).not_like(NO_TEXT)
    )
    return connection.execute(statement.order_by(answers.c.id).limit(limit)).all()


def empty_answer(connection: Connection, answer: AnyRow) -> None:
    """Take the text out of an answer, and what grading quotes of it."""
    given = {**answer.given, "text": ""}
    connection.execute(update(answers).where(answers.c.id == answer.id).values(given=given, detail=""))
    connection.execute(update(marks).where(marks.c.answer_id == answer.id).values(detail=""))


def talk_of(connection: Connection, answer: AnyRow) -> AnyRow | None:
    """(id, round_id, nth, state) of the post that handed an answer on to its question's thread."""
    own = posts.c.kind == "talk", posts.c.round_id == answer.round_id, posts.c.nth == answer.id
    return connection.execute(select(posts.c.id, posts.c.round_id, posts.c.nth, posts.c.state).where(*own)).first()


def people_left(connection: Connection, person: int) -> Sequence[int]:
    """The people whose identities all went to this person by links, so that nobody else is who they were."""
    mine = identity_ids(person)
    alive = select(identities.c.person_id)
    statement = select(links.c.from_person).where(links.c.identity_id.in_(mine), links.c.from_person.not_in(alive))
    return connection.execute(statement.distinct()).scalars().all()


def open_tokens(connection: Connection, identity: int) -> Sequence[str]:
    """The tokens of the rounds that are open and have an answer of an identity."""
    statement = select(rounds.c.token).join(answers, answers.c.round_id == rounds.c.id)
    own = statement.where(answers.c.identity_id == identity, rounds.c.state.in_(("due", "open")))
    return connection.execute(own.order_by(rounds.c.id)).scalars().all()


def forget_identity(connection: Connection, identity: AnyRow, token: str) -> None:
    """Nothing tells any more whose account an identity was."""
    connection.execute(update(identities).where(identities.c.id == identity.id).values(account=token, name=""))
    connection.execute(delete(links).where(links.c.identity_id == identity.id))
    own = regrades.c.hall_id == identity.hall_id, regrades.c.by == account_of(identity)
    connection.execute(update(regrades).where(*own).values(by=token))


def forget_person(connection: Connection, person: int, now: datetime) -> None:
    """Nothing tells any more who a person was. What they were asked alone is gone, so that their past is another."""
    past_changed(connection, [person])
    values = {"name": "", "hidden": True, "forgotten_at": now}
    connection.execute(update(people).where(people.c.id == person).values(**values))


def reveals_naming(connection: Connection, of: Sequence[int]) -> Sequence[int]:
    """The ids of the revealed rounds in which these identities may be named: they were right, or among those who wrote
    where the best answer is named, or the round stood in a match of theirs.
    """
    best = select(posts.c.id).where(posts.c.round_id == answers.c.round_id, posts.c.kind == "best").exists()
    named_there = or_(answers.c.verdict == Verdict.RIGHT.value, best)
    right = select(answers.c.round_id).where(answers.c.identity_id.in_(of), named_there)
    played = select(players.c.match_id).where(players.c.identity_id.in_(of))
    of_match = select(rounds.c.id).join(turns, turns.c.id == rounds.c.turn_id).where(turns.c.match_id.in_(played))
    revealed = rounds.c.state == "closed", rounds.c.message.is_not(None)
    named = or_(rounds.c.id.in_(right), rounds.c.id.in_(of_match))
    return connection.execute(select(rounds.c.id).where(named, *revealed).order_by(rounds.c.id)).scalars().all()


def reveal_now(connection: Connection, hall: str, nth: int, now: datetime) -> None:
    """The reveals that are owed under this number are due now, again where they were sent."""
    own = posts.c.hall_id == hall, posts.c.kind == "reveal", posts.c.nth == nth
    connection.execute(update(posts).where(*own, posts.c.state != "sending").values(state="due", next_try=now))
