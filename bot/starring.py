"""Starring: a press on an answer's star, the messages that have to tell other stars, and which answer is named as the
best. Functions of a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.cards.talk import Starred
from bot.counting import post_row, retell
from bot.ports import Who
from bot.rules.liking import best
from bot.store.halls import learner
from bot.store.posts import owe
from bot.store.stars import (
    closed_at,
    count_stars,
    drop_star,
    star,
    starred_between,
    stars_given,
    written,
    written_in,
)
from bot.store.turns import Round, find_round, state_of

Token = Callable[[int], str]

GATHERED = timedelta(seconds=5)
"""So long after a star the message tells it, with all that came meanwhile."""
VOTING = timedelta(days=1)
"""So long after the reveal stars decide which answer is named as the best."""
SOME = 40
"""So many stars are taken back in a transaction."""


def press(connection: Connection, asked: Round, who: Who, answer_id: int, now: datetime, token: Token) -> Starred:
    """Star an answer of a closed round, or take that back."""
    found = written(connection, asked.id, answer_id)
    if found is None or not found.text or state_of(connection, asked.id).state != "closed":
        return Starred.GONE
    mine = learner(connection, asked.hall, who, now)
    if mine.person == found.person:
        return Starred.OWN
    liked = star(connection, answer_id, mine, now)
    retell(connection, asked, answer_id, now, token, GATHERED)
    return Starred.STARRED if liked else Starred.TAKEN_BACK


def retell_between(
    connection: Connection, some: Sequence[int], others: Sequence[int], now: datetime, token: Token
) -> None:
    """Bring the stars up to date that count otherwise as some identities and the others became one person, or two."""
    for each in starred_between(connection, some, others):
        _retell(connection, each.round_id, each.id, now, token)


def take_stars(connection: Connection, person: int, now: datetime, token: Token, limit: int | None = SOME) -> bool:
    """Take some of the stars away that a person gave; whether there may be more."""
    given = stars_given(connection, person, limit)
    for each in given:
        drop_star(connection, each)
        _retell(connection, each.round_id, each.answer_id, now, token)
    return len(given) == limit


def name_best(connection: Connection, round_id: int, now: datetime, token: Token) -> None:
    """Decide, once, which answers of a closed round are named as the best in its reveal, if any are."""
    asked, closed = find_round(connection, round_id), closed_at(connection, round_id)
    if asked is None or closed is None:
        return
    counted = count_stars(connection, [each.id for each in written_in(connection, round_id)], closed + VOTING)
    chosen = best(counted)
    row = post_row(asked, "best", now, token)
    if chosen:
        owe(connection, {**row, "body": {"answers": chosen, "stars": counted[chosen[0]]}})
    else:
        owe(connection, {**row, "state": "skipped", "reason": "no answer was liked best"})


def _retell(connection: Connection, round_id: int, answer_id: int, now: datetime, token: Token) -> None:
    asked = find_round(connection, round_id)
    if asked is not None:
        retell(connection, asked, answer_id, now, token)
