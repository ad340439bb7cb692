"""Forgetting a person, in parts that are short and safe to repeat. Functions of a connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.cards.feedback import Came, Told
from bot.counting import SETTLED, post_row, retell
from bot.matches.owing import show_anew
from bot.reactions import LETTERS, letter_emoji, missed_event
from bot.starring import take_stars
from bot.store.columns import AnyRow
from bot.store.events import keep_outcome
from bot.store.forgetting import (
    empty_answer,
    forget_identity,
    forget_person,
    open_tokens,
    people_left,
    reveal_now,
    talk_of,
    texts_of,
)
from bot.store.people import account_of, drop_codes, drop_guesses, identities_of, person_row
from bot.store.posts import find_post, owe
from bot.store.private import drop_private
from bot.store.proposals import drop_proposals
from bot.store.reminders import drop_reminder
from bot.store.turns import find_round

Token = Callable[[int], str]

NAMED = 40
"""So many reveals are owed anew in a transaction."""

SOME = 40
"""So many texts are taken out in a transaction."""

ANEW = -1_500_000_000
"""Reveals that forgetting owes are numbered down from here, a number a person; see also `bot.librarian.ANEW`."""


def take_texts(connection: Connection, person: int, now: datetime, token: Token, limit: int | None = SOME) -> bool:
    """Take what a person typed out of some answers and messages; whether there may be more."""
    own = [each.id for each in identities_of(connection, person)]
    some = texts_of(connection, own, limit)
    for answer in some:
        empty_answer(connection, answer)
        talk = talk_of(connection, answer)
        if talk is not None:
            _unsay(connection, talk, now, token)
    return len(some) == limit


def owe_reveals(connection: Connection, person: int, some: Sequence[int], now: datetime, token: Token) -> None:
    """Owe the reveals of some rounds anew, for the time when the person's name is gone."""
    for found in some:
        asked = find_round(connection, found)
        if asked is not None:
            row = post_row(asked, "reveal", now, token)
            owe(connection, {**row, "nth": ANEW - person, "next_try": now + SETTLED})


def forgotten(connection: Connection, hall: str, person: int, now: datetime, token: Token) -> bool:
    """Forget a person of a hall, their texts and reveals being taken care of; False where there is nobody to forget."""
    row, own = person_row(connection, person), identities_of(connection, person)
    if row is None or row.hall_id != hall or row.forgotten_at is not None or not own:
        return False
    take_texts(connection, person, now, token, None)
    take_stars(connection, person, now, token, None)
    gone = [person, *people_left(connection, person)]
    drop_codes(connection, hall, [each.id for each in own])
    for each in own:
        _ignore_reactions(connection, each, now)
        drop_guesses(connection, hall, account_of(each))
        drop_proposals(connection, each.id)
        drop_private(connection, each.id)
        drop_reminder(connection, each.id)
        forget_identity(connection, each, f"forgotten-{token(20)}")
    for each_person in gone:
        forget_person(connection, each_person, now)
    reveal_now(connection, hall, ANEW - person, now)
    for identity in own:
        show_anew(connection, identity.id, now, token)
    return True


def _ignore_reactions(connection: Connection, identity: AnyRow, now: datetime) -> None:
    """A reaction that still stands under an open question is no answer of somebody new when it is read anew."""
    outcome = Told(Came.CLOSED).to_json()
    for token in open_tokens(connection, identity.id):
        for index in range(LETTERS):
            event = missed_event(token, identity.workspace, identity.account, letter_emoji(index))
            keep_outcome(connection, identity.platform, event, now, outcome)


def _unsay(connection: Connection, talk: AnyRow, now: datetime, token: Token) -> None:
    """An open answer that stands in its question's thread, or may be on its way there, is taken back."""
    asked = find_round(connection, talk.round_id)
    if asked is not None and talk.state in ("sent", "sending", "uncertain"):
        owe(connection, {**post_row(asked, "unsaid", now, token), "nth": talk.nth})
        if find_post(connection, asked.id, "retold", talk.nth):  # on its way, it could come after what takes it back
            retell(connection, asked, talk.nth, now, token)
