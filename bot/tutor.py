"""The tutor: questions for one person alone, one after another.

What is asked and answered is stored at each step, so that a session goes on where it was left, in any process and on
any device.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.cards.feedback import Came, Told, unknown_card
from bot.cards.private import (
    Step,
    private_feedback_card,
    private_form,
    private_question_card,
    summary_card,
    unread_card,
)
from bot.cards.question import topic_title
from bot.cards.replies import nothing_left_card
from bot.cards.words import Words
from bot.languages import words
from bot.look import candidates_of
from bot.ports import Answered, Card, Edit, FieldErrors, OpenForm, Picture, Press, Reply, Submission, Text, Who
from bot.quizmaster import TRY_AGAIN
from bot.refs import JOT, NEXT, RATE, STOP, Ref, read_ref
from bot.registrar import Registrar
from bot.rules.grading import RULES, Given, Graded, grade, read_choice
from bot.rules.picking import Pool
from bot.rules.shown import Shown, show
from bot.settings import Selection
from bot.store import Store
from bot.store.halls import Learner, Place, find_learner, learner
from bot.store.private import (
    PrivateRound,
    Session,
    Tally,
    ask_privately,
    begin_session,
    end_session,
    find_session,
    keep_private_answer,
    keep_stars,
    last_private_round,
    open_session,
    private_round,
    seen_items,
    tally,
    under_way,
)
from bot.store.upsert import storable
from content.bank import Bank
from content.item import CHOSEN_KINDS
from content.markup import plain

PRACTICE, REVIEW, MISSED = "practice", "review", "missed"
USUAL, MOST = 5, 50
"""Questions of a session."""
RESTED = timedelta(hours=12)
"""A session that rested so long is over: what is asked next belongs to another day."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for. `queue`: the concepts or items to go through, () where each is picked anew."""

    kind: str
    wanted: int
    topic: str | None = None
    queue: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be asked: the `nth` round of a session, or the first of a new one in the place of `ends`.

    Nothing, where `shown` is None.
    """

    wish: Wish
    session: Session | None
    nth: int
    shown: Shown | None
    ends: Session | None


@dataclass(frozen=True, slots=True)
class Found:
    """A private round with what belongs to it."""

    round: PrivateRound
    session: Session


class Tutor:
    """Asks one person alone. `bank` gives the bank in use, `token(n)` n unguessable characters."""

    def __init__(
        self,
        store: Store,
        registrar: Registrar,
        bank: Callable[[], Bank],
        now: Callable[[], datetime],
        token: Callable[[int], str],
    ) -> None:
        self._store = store
        self._registrar = registrar
        self._bank = bank
        self._now = now
        self._token = token

    async def practise(self, place: Place, who: Who, topic: str, count: str) -> Card:
        """The question at which somebody's practice is: that of the session which they left, or of a new one.

        A topic or a count that differs from the session's begins a new one. Raises nothing but NotSavedError.
        """
        wanted = min(max(int(count), 1), MOST) if count.isdigit() else 0
        return await self._asked(place, who, Wish(PRACTICE, wanted, topic or None))

    async def pressed(self, press: Press, ref: Ref) -> Answered:
        """An answer, the next question, the end of a session, or a rating of one's own answer."""
        place = await self._registrar.place(press.place)
        found = await self._found(place, press.who, ref.subject) if place else None
        if place is None or found is None:
            return Reply(unknown_card(words(place.language if place else press.who.language)))
        match ref.verb:
            case verb if verb == JOT and found.round.given is None:
                return OpenForm(private_form(words(place.language), found.round.shown, ref.subject))
            case verb if verb == STOP:
                return Edit(await self._ended(place, found))
            case verb if verb == NEXT and found.round.given is not None:
                return Edit(await self._onward(place, press.who, found))
            case verb if verb == RATE and ref.index is not None:
                return Edit(await self._rated(place, found, ref.index))
            case _:
                return await self._chosen(place, press, ref, found)

    async def submitted(self, sent: Submission, ref: Ref) -> Answered:
        """A typed answer."""
        place = await self._registrar.place(sent.place)
        found = await self._found(place, sent.who, ref.subject) if place else None
        if place is None or found is None:
            return Reply(unknown_card(words(place.language if place else sent.who.language)))
        shown, text = found.round.shown, sent.values.get("answer", "")
        picked = read_choice(shown, text) if shown.kind in CHOSEN_KINDS else None
        given = Given(picked or (), text)
        graded = grade(shown, given)
        if graded.why in TRY_AGAIN:
            return FieldErrors({"answer": _sentence(unread_card(words(place.language), _told(given, graded)))})
        return Edit(await self._kept(place, found, given, graded, "form", sent.at))

    # Steps.

    async def _asked(self, place: Place, who: Who, wish: Wish) -> Card:
        """The question that a session is at; one that was left goes on where the wish says nothing else."""
        plan = await self._store.read(partial(self._plan, place=place, who=who, wish=wish))
        if isinstance(plan, Found):
            return self._card(place, plan)
        found = await self._store.write(place.hall, partial(self._put, place=place, who=who, plan=plan))
        return self._card(place, found) if found else nothing_left_card(words(place.language))

    async def _onward(self, place: Place, who: Who, found: Found) -> Card:
        """The round after one; asked once, however often the button is pressed."""
        plan = await self._store.read(partial(self._following, place=place, who=who, found=found))
        if isinstance(plan, Found):
            return self._card(place, plan)
        following = await self._store.write(place.hall, partial(self._put, place=place, who=who, plan=plan))
        return self._card(place, following) if following else await self._ended(place, found)

    def _plan(self, connection: Connection, place: Place, who: Who, wish: Wish) -> Found | Plan:
        """Where a session of somebody's is, or what is to be asked next in it or in a new one."""
        mine = find_learner(connection, place.hall, who)
        session = open_session(connection, mine.identity, wish.kind) if mine else None
        last = last_private_round(connection, session.id) if session else None
        if session is not None and last is not None and self._goes_on(session, last, wish):
            if last.given is None:
                return Found(last, session)
            return self._planned(connection, place, mine, Wish(*_wish_of(session)), session, last.nth + 1)
        return self._planned(connection, place, mine, wish, None, 0, ends=session)

    def _goes_on(self, session: Session, last: PrivateRound, wish: Wish) -> bool:
        same = wish.topic in (None, session.topic) and wish.wanted in (0, session.wanted) and not wish.queue
        unfinished = last.given is None or last.nth + 1 < session.wanted
        return same and unfinished and self._now() - last.asked_at < RESTED

    def _following(self, connection: Connection, place: Place, who: Who, found: Found) -> Found | Plan:
        """The round after one where it was asked already, or the plan for it."""
        session, last = find_session(connection, found.session.id), last_private_round(connection, found.session.id)
        if last is not None and last.nth > found.round.nth:
            return Found(last, session)
        mine = find_learner(connection, place.hall, who)
        return self._planned(connection, place, mine, Wish(*_wish_of(session)), session, found.round.nth + 1)

    def _planned(
        self,
        connection: Connection,
        place: Place,
        mine: Learner | None,
        wish: Wish,
        session: Session | None,
        nth: int,
        *,
        ends: Session | None = None,
    ) -> Plan:
        over = session is not None and (session.ended_at is not None or nth >= session.wanted)
        seed = self._token(8)
        shown = None if over else self._pick(connection, place, mine, wish, nth, seed)
        return Plan(wish, session, nth, shown, ends)

    def _pick(
        self, connection: Connection, place: Place, mine: Learner | None, wish: Wish, nth: int, seed: str
    ) -> Shown | None:
        """An item that the person has not met, or met longest ago; what a hall is being asked is left out."""
        bank, secret = self._bank(), under_way(connection, place.hall)
        topics = (wish.topic,) if wish.topic else ()
        known = [each for each in candidates_of(bank, Selection(topics=topics)) if each.item_id not in secret]
        seen = seen_items(connection, mine.person) if mine else {}
        found = Pool(known).pick([sorted(seen, key=seen.__getitem__)], seed)
        return show(bank.items[found.item_id], seed, place.language) if found else None

    def _put(self, connection: Connection, place: Place, who: Who, plan: Plan) -> Found | None:
        """Ask what was planned, unless somebody went on meanwhile; None where nothing is left to ask."""
        now = self._now()
        if plan.shown is None:
            for over in filter(None, (plan.session, plan.ends)):
                end_session(connection, over.id, now)
            return None
        mine = learner(connection, place.hall, who, now)
        session = plan.session or self._begun(connection, place, mine, plan)
        last = last_private_round(connection, session.id)
        if last is not None and last.nth >= plan.nth:
            return Found(last, session)
        shown, token = plan.shown, self._token(16)
        ask_privately(
            connection,
            hall_id=place.hall,
            session_id=session.id,
            identity_id=session.identity,
            nth=plan.nth,
            token=token,
            item_id=shown.item_id,
            topic=shown.topic,
            concept=shown.concept,
            shown=shown.to_json(),
            asked_at=now,
        )
        asked = private_round(connection, token)
        return Found(asked, session) if asked else None

    def _begun(self, connection: Connection, place: Place, mine: Learner, plan: Plan) -> Session:
        """A new session; one that began meanwhile by the same wish is gone on with."""
        wish, now = plan.wish, self._now()
        there = open_session(connection, mine.identity, wish.kind)
        if there is not None and (plan.ends is None or there.id != plan.ends.id):
            return there
        if plan.ends is not None:
            end_session(connection, plan.ends.id, now)
        return find_session(
            connection,
            begin_session(
                connection,
                hall_id=place.hall,
                identity_id=mine.identity,
                kind=wish.kind,
                topic=wish.topic,
                wanted=wish.wanted or USUAL,
                queue=list(wish.queue),
                began_at=now,
                ended_at=None,
            ),
        )

    async def _chosen(self, place: Place, press: Press, ref: Ref, found: Found) -> Answered:
        picked = _picked(ref, press.picked, found.round)
        if picked is None:
            return Reply(unknown_card(words(place.language)))
        given = Given(picked=picked)
        return Edit(await self._kept(place, found, given, grade(found.round.shown, given), "press", press.at))

    async def _kept(self, place: Place, found: Found, given: Given, graded: Graded, via: str, at: datetime) -> Card:
        """Store an answer and show what came of it; the first one stays."""
        values: dict[str, Any] = {
            "given": {"picked": list(given.picked), "text": given.text, "via": via},
            "verdict": graded.verdict.value,
            "why": graded.why.value,
            "detail": storable(graded.detail),
            "rules": RULES,
            "at": at,
        }
        kept = await self._store.write(place.hall, partial(self._keep, token=found.round.token, values=values))
        return self._card(place, Found(kept or found.round, found.session))

    def _keep(self, connection: Connection, token: str, values: dict[str, Any]) -> PrivateRound | None:
        keep_private_answer(connection, token, **values)
        return private_round(connection, token)

    async def _rated(self, place: Place, found: Found, stars: int) -> Card:
        def rate(connection: Connection) -> PrivateRound | None:
            if found.round.given is not None and 1 <= stars <= 5:  # noqa: PLR2004  the lines of a rubric
                keep_stars(connection, found.round.token, stars)
            return private_round(connection, found.round.token)

        rated = await self._store.write(place.hall, rate)
        return self._card(place, Found(rated or found.round, found.session))

    async def _ended(self, place: Place, found: Found) -> Card:
        def end(connection: Connection) -> Tally:
            end_session(connection, found.session.id, self._now())
            return tally(connection, found.session.id)

        came = await self._store.write(place.hall, end)
        return _summary(words(place.language), found.session.kind, came)

    async def _found(self, place: Place, who: Who, token: str) -> Found | None:
        """The private round that a ref names, if it is this person's."""

        def look(connection: Connection) -> Found | None:
            mine, asked = find_learner(connection, place.hall, who), private_round(connection, token)
            if mine is None or asked is None or asked.identity != mine.identity:
                return None
            return Found(asked, find_session(connection, asked.session))

        return await self._store.read(look)

    # What is shown.

    def _card(self, place: Place, found: Found) -> Card:
        asked, language = found.round, words(place.language)
        step = self._step(language, found)
        if asked.given is None:
            return private_question_card(language, asked.shown, step)
        given = Given(tuple(asked.given["picked"]), asked.given["text"])
        told = Told(Came.COUNTED, given.picked, given.text, asked.verdict or "", asked.why or "", asked.detail or "")
        return private_feedback_card(language, asked.shown, told, step, asked.stars)

    def _step(self, language: Words, found: Found) -> Step:
        asked, bank = found.round, self._bank()
        picture = bank.picture(asked.shown.item_id)
        shown = Picture(picture.content, picture.mime, asked.shown.picture_alt) if picture else None
        topic, title = topic_title(bank.topics, asked.shown.topic), _title(language, found.session.kind)
        return Step(asked.token, asked.nth + 1, found.session.wanted, topic, title, shown)


def _wish_of(session: Session) -> tuple[str, int, str | None, tuple[str, ...]]:
    return session.kind, session.wanted, session.topic, session.queue


def _title(language: Words, kind: str) -> str:
    return {PRACTICE: language("Practice"), REVIEW: language("Review"), MISSED: language("Missed")}[kind]


def _summary(language: Words, kind: str, came: Tally) -> Card:
    rows = (
        (language("Answered"), came.answered),
        (language("Right"), came.right),
        (language("Partly right"), came.partly),
    )
    more = language("`/practice` goes on with other questions.")
    return summary_card(language, f"{_title(language, kind)} · {language('Summary')}", rows, more)


def _told(given: Given, graded: Graded) -> Told:
    return Told(Came.UNREAD, given.picked, given.text, graded.verdict.value, graded.why.value, graded.detail)


def _picked(ref: Ref, picked: tuple[str, ...], asked: PrivateRound) -> tuple[int, ...] | None:
    """The options that a press names, None where one of them is none of this round's."""
    refs = [read_ref(each) for each in picked] if ref.index is None else [ref]
    indexes = [each.index for each in refs if each and each.subject == asked.token and each.index is not None]
    known = bool(indexes) and len(indexes) == len(refs) == len(set(indexes))
    return tuple(indexes) if known and max(indexes) < len(asked.shown.options) else None


def _sentence(card: Card) -> str:
    return " ".join(plain(block.markdown) for block in card.blocks if isinstance(block, Text))
