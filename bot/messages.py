"""What a post says, composed when it is sent: question, reveal, explanation, an open answer, a note, a reminder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.cards.feedback import Told, feedback_card
from bot.cards.notes import note_card
from bot.cards.paging import Part, Whole, begun
from bot.cards.question import Asked, question_card, topic_title
from bot.cards.reminders import reminder_card
from bot.cards.reveal import explanation_card, reveal_card
from bot.cards.talk import star_ref, talk_card, unsaid_card
from bot.counting import mine, post_row
from bot.languages import words
from bot.mail import Alone, Change, Later, Mail, React, Send, Under
from bot.matches import spans
from bot.matches.messages import MatchMessages
from bot.ports import Card, Message, Picture, Who
from bot.quizmaster import result_of
from bot.reactions import ONE_LETTER, letter_emoji
from bot.rules.team import last_seen_from_json
from bot.settings import policy_from_json
from bot.store import Store
from bot.store.answers import people_in
from bot.store.columns import AnyRow
from bot.store.halls import place_of
from bot.store.posts import NEVER, UNSETTLED, Claimed, find_post
from bot.store.reminders import find_reminder
from bot.store.stars import count_stars, written
from bot.store.turns import Round, find_round
from content.bank import Bank


class Messages:
    """Composes what is owed. `bank` gives the bank in use (for topics' titles and pictures), `wholes` each platform's
    `Adapter.whole`: of a card that is too long the beginning is sent, and all of it is read page by page.
    """

    def __init__(
        self, store: Store, bank: Callable[[], Bank], now: Callable[[], datetime], wholes: Mapping[str, Whole | None]
    ) -> None:
        self._store = store
        self._wholes = wholes
        self._bank = bank
        self._now = now
        self._matches = MatchMessages(self._topic, now)

    async def of(self, post: Claimed) -> Mail | Later | None:
        """What a post does at its platform now; None where there is nothing to say any more."""
        return await self._store.read(lambda connection: self._compose(connection, post))

    async def question(self, asked: Round) -> Card:
        """The open question of a round as its message shows it now."""
        return await self._store.read(lambda connection: self._question_begun(connection, asked))

    async def reading(self, asked: Round, part: Part, who: Who) -> Card | None:
        """All that somebody may read of a part of a round; None where that is nothing yet."""
        return await self._store.read(lambda connection: self._reading(connection, asked.id, part, who))

    def feedback(self, asked: Round, told: Told) -> Card:
        """What came of an answer, for whoever gave it."""
        return self._begun(asked, feedback_card(words(asked.language), asked.shown, told), Part.FEEDBACK)

    def _reading(self, connection: Connection, round_id: int, part: Part, who: Who) -> Card | None:
        asked = find_round(connection, round_id)
        if asked is None:
            return None
        language, shown = words(asked.language), asked.shown
        match part:
            case Part.QUESTION:
                return self._question(connection, asked)
            case Part.REVEAL if asked.state == "closed":
                return self._reveal(connection, asked)
            case Part.WHY if asked.state == "closed":
                return explanation_card(language, shown)
            case Part.FEEDBACK:
                told = mine(connection, asked, who)
                return feedback_card(language, shown, told) if told else None
            case _:
                return None

    def _begun(self, asked: Round, card: Card, part: Part) -> Card:
        """As much of a card as the round's platform shows."""
        return begun(words(asked.language), card, self._wholes.get(asked.place.platform), asked.token, part)

    def _question_begun(self, connection: Connection, asked: Round) -> Card:
        return self._begun(asked, self._question(connection, asked), Part.QUESTION)

    def _why_begun(self, asked: Round) -> Card:
        return self._begun(asked, explanation_card(words(asked.language), asked.shown), Part.WHY)

    def _question(self, connection: Connection, asked: Round) -> Card:
        shown, policy = asked.shown, policy_from_json(asked.policy)
        closes_at = asked.closes_at
        if closes_at is None and asked.match is not None and policy.open_for is not None:
            closes_at = self._now() + policy.open_for  # its clock runs from when it is there
        facts = Asked(
            token=asked.token,
            topic=self._topic(shown.topic),
            answered=people_in(connection, asked.id) if asked.answered > 1 else asked.answered,
            closes_at=closes_at,
            late=asked.late,
            by_reaction=policy.answer_by == "reactions",
            last_seen=last_seen_from_json(asked.last_seen),
            picture=self._picture(shown.item_id, shown.picture_alt),
        )
        if asked.match is None:
            return question_card(words(asked.language), shown, facts)
        return self._matches.question(connection, asked, facts)

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
        if post.match_id is not None and post.round_id is None:
            return self._matches.of(connection, post)
        if post.kind == "note":
            language = words(place_of(connection, post.place_id).language)
            return Mail(Send(post.place, note_card(language, post.body["kind"], post.body["facts"])))
        if post.identity is not None:
            return _reminder(connection, post, post.identity)
        asked = find_round(connection, post.round_id or 0)
        if asked is None:
            return None
        if post.kind == "question":
            until = asked.closes_at if asked.match is None else post.made_at + spans.UNSENT
            return Mail(Send(post.place, self._question_begun(connection, asked)), until)
        return self._follow_up(connection, post, asked) if asked.message else None

    def _follow_up(self, connection: Connection, post: Claimed, asked: Round) -> Mail | Later | None:
        message = Message(asked.place, asked.message or "")
        match post.kind:
            case "reveal" | "hint" | "best":
                card = self._question_now(connection, post, asked)
                return Mail(Change(message, card)) if card else None
            case "explanation" if post.nth:  # the key was mended
                return _changed(connection, asked, "explanation", 0, self._why_begun(asked))
            case "explanation":
                return Mail(Under(message, self._why_begun(asked)))
            case "talk" | "unsaid" | "retold":
                return _talk(connection, post, asked, message)
            case _:
                return Mail(React(message, letter_emoji(post.nth)))

    def _question_now(self, connection: Connection, post: Claimed, asked: Round) -> Card | None:
        """What a question's message becomes; None where that stands already, or not yet."""
        if asked.state == "open":  # a reveal may be owed in case it closes meanwhile
            return self._question_begun(connection, asked) if post.kind == "hint" else None
        # A hint that may have got through, or may yet, must not cover the reveal.
        if post.kind == "hint" and not post.doubtful:
            return None
        return self._begun(asked, self._reveal(connection, asked), Part.REVEAL)

    def _reveal(self, connection: Connection, asked: Round) -> Card:
        shown = asked.shown
        result = result_of(connection, asked, self._topic(shown.topic))
        picture = self._picture(shown.item_id, shown.picture_alt)
        if asked.match is None:
            return reveal_card(words(asked.language), shown, result, picture)
        return self._matches.reveal(connection, asked, result, picture)

    def _topic(self, topic: str) -> str:
        return topic_title(self._bank().topics, topic)

    def _picture(self, item_id: str, alt: str) -> Picture | None:
        found = self._bank().picture(item_id)
        return Picture(found.content, found.mime, alt) if found else None


def _talk(connection: Connection, post: Claimed, asked: Round, message: Message) -> Mail | Later | None:
    """An open answer beneath its question, after the reveal; or its message as it should be now."""
    said = _written(connection, asked, post.nth)
    card = said or unsaid_card(words(asked.language))
    if post.kind != "talk":
        return _changed(connection, asked, "talk", post.nth, card)
    if not post.doubtful and _unrevealed(connection, asked):
        return Later()
    return Mail(Under(message, card), until=None if said else post.made_at)  # taken back: only found


def _written(connection: Connection, asked: Round, answer_id: int) -> Card | None:
    """An open answer as its message shows it now; None where it was taken back."""
    found = written(connection, asked.id, answer_id)
    if found is None or not found.text:
        return None
    stars = count_stars(connection, [answer_id]).get(answer_id, 0)
    return talk_card(words(asked.language), found.name, found.text, star_ref(asked.token, answer_id), stars)


def _unrevealed(connection: Connection, asked: Round) -> bool:
    """Whether the reveal, or the explanation beneath it, is still on its way."""
    earlier = (find_post(connection, asked.id, kind) for kind in ("reveal", "explanation"))
    return any(found is not None and _awaited(found) for found in earlier)


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
        return Mail(Change(Message(asked.place, found.message, under=asked.message or ""), card))
    return Later() if found is not None and _awaited(found) else None


def _awaited(found: AnyRow) -> bool:
    """Whether it will be known what becomes of a post."""
    return found.state in UNSETTLED and bool(found.next_try < NEVER)
