"""What a post says, composed when it is sent: question, reveal, explanation, an open answer, a note, a reminder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.cards.notes import note_card
from bot.cards.question import Asked, question_card, topic_title
from bot.cards.reminders import reminder_card
from bot.cards.reveal import explanation_card, reveal_card
from bot.cards.talk import talk_card, unsaid_card
from bot.counting import post_row
from bot.languages import words
from bot.ports import Card, Message, Picture, PlaceRef, Who
from bot.quizmaster import result_of
from bot.reactions import ONE_LETTER, letter_emoji
from bot.rules.team import last_seen_from_json
from bot.settings import policy_from_json
from bot.store import Store
from bot.store.answers import people_in
from bot.store.halls import place_of
from bot.store.posts import NEVER, UNSETTLED, Claimed, find_post
from bot.store.reminders import find_reminder
from bot.store.turns import Round, find_round
from content.bank import Bank


@dataclass(frozen=True, slots=True)
class Send:
    """A new message in a place."""

    place: PlaceRef
    card: Card


@dataclass(frozen=True, slots=True)
class Alone:
    """A new message to one person alone."""

    who: Who
    card: Card


@dataclass(frozen=True, slots=True)
class Under:
    """A new message in the thread of another."""

    message: Message
    card: Card


@dataclass(frozen=True, slots=True)
class Change:
    """A message becomes another card; doing it twice changes nothing."""

    message: Message
    card: Card


@dataclass(frozen=True, slots=True)
class React:
    """Our own reaction on a message; doing it twice changes nothing."""

    message: Message
    emoji: str


Way = Send | Alone | Under | Change | React


@dataclass(frozen=True, slots=True)
class Mail:
    """What a post does at its platform, and until when it makes sense to begin.

    Of one that may have got through, a message whose time is over is looked for, and never sent.
    """

    way: Way
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing yet: the message that is to be changed is on its way, or it is not known whether it got there."""


class Messages:
    """Composes what is owed. `bank` gives the bank in use (for topics' titles and pictures)."""

    def __init__(self, store: Store, bank: Callable[[], Bank]) -> None:
        self._store = store
        self._bank = bank

    async def of(self, post: Claimed) -> Mail | Later | None:
        """What a post does at its platform now; None where there is nothing to say any more."""
        return await self._store.read(lambda connection: self._compose(connection, post))

    async def question(self, asked: Round) -> Card:
        """The open question of a round as its message shows it now."""
        return await self._store.read(lambda connection: self._question(connection, asked))

    def _question(self, connection: Connection, asked: Round) -> Card:
        shown, policy = asked.shown, policy_from_json(asked.policy)
        return question_card(
            words(asked.language),
            shown,
            Asked(
                token=asked.token,
                topic=self._topic(shown.topic),
                answered=people_in(connection, asked.id) if asked.answered > 1 else asked.answered,
                closes_at=asked.closes_at,
                late=asked.late,
                by_reaction=policy.answer_by == "reactions",
                last_seen=last_seen_from_json(asked.last_seen),
                picture=self._picture(shown.item_id, shown.picture_alt),
            ),
        )

    def seeds(
        self, connection: Connection, post: Claimed, now: datetime, token: Callable[[int], str]
    ) -> list[dict[str, Any]]:
        """The posts that put a letter reaction for each option on a question that is answered by reactions."""
        asked = find_round(connection, post.round_id or 0)
        if asked is None:
            return []
        shown = asked.shown
        if policy_from_json(asked.policy).answer_by != "reactions" or shown.kind not in ONE_LETTER:
            return []
        return [{**post_row(asked, "seed", now, token), "nth": index} for index in range(len(shown.options))]

    def _compose(self, connection: Connection, post: Claimed) -> Mail | Later | None:
        if post.kind == "note":
            language = words(place_of(connection, post.place_id).language)
            return Mail(Send(post.place, note_card(language, post.body["kind"], post.body["facts"])))
        if post.identity is not None:
            return _reminder(connection, post, post.identity)
        asked = find_round(connection, post.round_id or 0)
        if asked is None:
            return None
        if post.kind == "question":
            return Mail(Send(post.place, self._question(connection, asked)), asked.closes_at)
        early = post.kind == "reveal" and asked.state == "open"  # owed in case it closes meanwhile
        return self._follow_up(connection, post, asked) if asked.message and not early else None

    def _follow_up(self, connection: Connection, post: Claimed, asked: Round) -> Mail | Later | None:
        message = Message(asked.place, asked.message or "")
        language, shown = words(asked.language), asked.shown
        match post.kind:
            case "reveal":
                result = result_of(connection, asked, self._topic(shown.topic))
                picture = self._picture(shown.item_id, shown.picture_alt)
                return Mail(Change(message, reveal_card(language, shown, result, picture)))
            case "explanation" if post.nth:  # the key was mended
                return _changed(connection, asked, "explanation", 0, explanation_card(language, shown))
            case "explanation":
                return Mail(Under(message, explanation_card(language, shown)))
            case "talk":
                said = talk_card(language, **post.body) if post.body else unsaid_card(language)
                return Mail(Under(message, said), until=None if post.body else post.made_at)  # taken back: only found
            case "unsaid":
                return _changed(connection, asked, "talk", post.nth, unsaid_card(language))
            case _:
                return Mail(React(message, letter_emoji(post.nth)))

    def _topic(self, topic: str) -> str:
        return topic_title(self._bank().topics, topic)

    def _picture(self, item_id: str, alt: str) -> Picture | None:
        found = self._bank().picture(item_id)
        return Picture(found.content, found.mime, alt) if found else None


def _reminder(connection: Connection, post: Claimed, identity: int) -> Mail | None:
    """The reminder that an identity asked for; None where it has ended since, or whose it was is forgotten."""
    row, place = find_reminder(connection, identity), place_of(connection, post.place_id)
    if row is None or row.next_due is None or place.hall != post.hall:
        return None
    card = reminder_card(words(place.language), place.hall, place.hall_title, post.body["due"])
    who = Who(row.platform, row.workspace, row.account, row.name)
    return Mail(Alone(who, card), datetime.fromisoformat(post.body["until"]))


def _changed(connection: Connection, asked: Round, kind: str, nth: int, card: Card) -> Mail | Later | None:
    """A message beneath the question becomes another card; None where it was not sent, or nobody will ever know."""
    found = find_post(connection, asked.id, kind, nth)
    if found is not None and found.state == "sent":
        return Mail(Change(Message(asked.place, found.message), card))
    unsettled = found is not None and found.state in UNSETTLED and found.next_try < NEVER
    return Later() if unsettled else None
