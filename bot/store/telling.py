"""Telling the count of answers in the message of an open question.

Such an edit is no post, so nobody claims it. That it may be under way is written down before it is begun, on its round;
who closes the round reads there until when an older text may come over the reveal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, or_, select, update

from bot.store.tables import answers, rounds

NOTHING = -1
"""What a message shows of its count, where that is to be told anew."""


def begin_telling(connection: Connection, ids: Collection[int], now: datetime, until: datetime) -> set[int]:
    """Mark that the messages of these rounds may be edited until then; those that may be edited now.

    Left out are rounds that are not open any more, those of which an earlier edit may be under way yet, and those that
    somebody changes at this moment: waiting for them could cross another transaction. The mark lasts as long for all;
    one that is to last longer was made by a clock that has been set back since, and is over.
    """
    mark = rounds.c.telling_until
    free = or_(mark.is_(None), mark <= now, mark > until)
    found = select(rounds.c.id).where(rounds.c.id.in_(ids), rounds.c.state == "open", free)
    mine = set(connection.execute(found.with_for_update(skip_locked=True)).scalars())
    connection.execute(update(rounds).where(rounds.c.id.in_(mine)).values(telling_until=until))
    return mine


def end_telling(connection: Connection, round_id: int, mine: datetime, until: datetime | None) -> None:
    """The edit that was marked `mine` may be under way until then, None: no more. Another one's mark stays."""
    own = rounds.c.id == round_id, rounds.c.telling_until == mine
    connection.execute(update(rounds).where(*own).values(telling_until=until))


def telling_until(connection: Connection, round_id: int) -> datetime | None:
    """Until when an edit of a round's message may be under way, None: none is. By the clock of leases."""
    return connection.execute(select(rounds.c.telling_until).where(rounds.c.id == round_id)).scalar()


def set_told(connection: Connection, round_id: int, count: int) -> None:
    """The message of a round shows this count now."""
    connection.execute(update(rounds).where(rounds.c.id == round_id).values(told=count))


def tell_anew(connection: Connection, hall: str, identities: Sequence[int]) -> None:
    """Open questions that these identities answered are told anew: how many people that are has changed."""
    own = exists().where(answers.c.round_id == rounds.c.id, answers.c.identity_id.in_(identities))
    open_there = rounds.c.hall_id == hall, rounds.c.state == "open", own
    connection.execute(update(rounds).where(*open_there).values(told=NOTHING))
