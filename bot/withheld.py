"""Answers whose verdict waits for the reveal: they stand on boards from then on. Functions of a connection."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.counting import as_counted
from bot.store.answers import answers_after, counting_answer
from bot.store.standings import count_late
from bot.store.turns import Round, count_to, counted_to

SOME = 25
"""So many answers are counted in a transaction."""


def count_some(connection: Connection, asked: Round) -> bool:
    """Count the next answers of a closed round that do not stand on boards yet; whether there may be more."""
    done = counted_to(connection, asked.id)
    if done is None:
        return False
    some = answers_after(connection, asked.id, done, SOME)
    for answer in some:
        counting = counting_answer(connection, asked.turn, answer.person_id)
        if counting is not None and counting.id == answer.id:
            count_late(connection, asked.hall, as_counted(asked, answer.person_id, answer._asdict()))
    more = len(some) == SOME
    count_to(connection, asked.id, some[-1].id if more else None)
    return more
