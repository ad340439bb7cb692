"""Whether what people gave is stored: what was acknowledged, and the reactions that stand on a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, select

from bot.counting import LATE_DELIVERY
from bot.quizmaster import REREAD_PATIENCE
from bot.store.columns import AnyRow
from bot.store.tables import answers, events, identities, rounds
from tests.simulation.world import MOMENT, Acknowledged, World


def answers_kept(connection: Connection, world: World) -> Iterator[str]:
    """Whoever was told that an answer counts has it in that round, once; who was told that it is closed was late."""
    kept = dict(tuple(row) for row in connection.execute(select(events.c.event, events.c.outcome)))
    asked = {row.token: row for row in connection.execute(select(rounds.c.token, rounds.c.closes_at))}
    stored = _stored(connection)
    yield from (f"{key}: {number} answers" for key, number in stored.items() if number > 1)
    for event, taken in world.acknowledged.items():
        outcome = kept.get(event)
        if outcome is None:
            yield f"{event} of {taken.account} was taken and is not stored: {taken.told[:60]!r}"
        elif outcome["came"] == "closed":
            if not _was_late(world, taken, asked[taken.token]):
                yield f"{event} of {taken.account} at {taken.at} was told that {taken.token} is closed"
        elif not stored[taken.token, taken.account]:
            yield f"{event} of {taken.account} came {outcome['came']} and no answer to {taken.token} is there"


def _stored(connection: Connection) -> Counter[tuple[str, str]]:
    """How many answers there are by round (its token) and account."""
    query = select(rounds.c.token, identities.c.account).select_from(answers)
    query = query.join(identities, identities.c.id == answers.c.identity_id)
    query = query.join(rounds, rounds.c.id == answers.c.round_id)
    return Counter((row.token, row.account) for row in connection.execute(query))


def _was_late(world: World, taken: Acknowledged, asked: AnyRow) -> bool:
    """Whether it was given after the closing, or came long after it by the clock that was farthest ahead."""
    came = taken.taken_at + timedelta(seconds=world.ahead)
    return bool(taken.at > asked.closes_at or came > asked.closes_at + LATE_DELIVERY)


def reactions_counted(connection: Connection, world: World) -> Iterator[str]:
    """Who reacted on a question in time has an answer in its round, told or not: they are read anew at its closing."""
    stored = _stored(connection)
    messages = {sent.id: sent for sent in world.server.messages}
    closed = select(rounds).where(rounds.c.state == "closed", rounds.c.message.is_not(None))
    for row in connection.execute(closed):
        sent = messages[row.message]
        if sent.deleted or row.closed_at - row.closes_at > REREAD_PATIENCE:
            continue
        until = row.closes_at - timedelta(seconds=world.ahead) - MOMENT
        for at, account in sent.reacted:
            if at < until and not stored[row.token, account]:
                yield f"{account} reacted at {at} on {row.token}, which closed at {row.closes_at}: no answer is there"
