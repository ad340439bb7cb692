"""The tutor: questions for one person alone, one after another.

What is asked and answered is stored at each step, so that a session goes on where it was left, in any process and on
any device.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.alone import worth_alone
from bot.cards.feedback import Came, Told, unknown_card
from bot.cards.paging import Part, Whole, begun
from bot.cards.private import (
    STARS,
    Rated,
    Step,
    found_card,
    missed_card,
    nothing_due_card,
    private_feedback_card,
    private_form,
    private_question_card,
    session_title,
    summary_card,
    unread_card,
)
from bot.cards.question import topic_title
from bot.cards.replies import being_asked_card, nothing_left_card
from bot.cards.words import Words
from bot.languages import words
from bot.ports import Answered, Card, Edit, FieldErrors, OpenForm, Picture, Press, Reply, Submission, Text, Who
from bot.quizmaster import TRY_AGAIN
from bot.refs import AGAIN, ASK, JOT, NEXT, PRACTISING, RATE, STOP, Ref, read_ref
from bot.registrar import Registrar
from bot.rules.grading import Given, Graded, grade, read_choice
from bot.rules.memory import stars_for
from bot.sessions import FOUND, MISSED, MOST, PRACTICE, REVIEW, Found, Plan, Sessions, Wish, mark_of
from bot.store import Store
from bot.store.halls import Place, find_learner, places_of
from bot.store.private import (
    PrivateRound,
    Tally,
    end_session,
    find_session,
    hall_of_round,
    keep_private_answer,
    keep_stars,
    private_round,
    tally,
    under_way,
)
from content.bank import Bank
from content.item import CHOSEN_KINDS
from content.markup import plain


class Tutor:
    """Asks one person alone. `bank` gives the bank in use, `token(n)` n unguessable characters, `wholes` what each
    platform says of a card, `Adapter.whole`.
    """

    def __init__(
        self,
        store: Store,
        registrar: Registrar,
        bank: Callable[[], Bank],
        now: Callable[[], datetime],
        token: Callable[[int], str],
        wholes: Mapping[str, Whole | None],
    ) -> None:
        self._store = store
        self._registrar = registrar
        self._bank = bank
        self._now = now
        self._wholes = wholes
        self._sessions = Sessions(bank, now, token)

    async def practise(self, place: Place, who: Who, topic: str, count: str) -> Card:
        """The question at which somebody's practice is: that of the session which they left, or of a new one.

        A topic or a count that differs from the session's begins a new one. Raises nothing but NotSavedError.
        """
        wanted = min(max(int(count), 1), MOST) if count.isdigit() else 0
        asked = await self._asked(place, who, Wish(PRACTICE, wanted, topic or None))
        return asked or nothing_left_card(words(place.language))

    async def review(self, place: Place, who: Who) -> Card:
        """The question at which somebody's review is; where nothing is due, when the next concept will be."""
        asked = await self._asked(place, who, Wish(REVIEW))
        if asked is not None:
            return asked
        due_at = await self._store.read(partial(self._sessions.next_review, place=place, who=who))
        return nothing_due_card(words(place.language), due_at)

    async def missed(self, place: Place, who: Who) -> Card:
        """What somebody missed lately, and a button that asks it again."""
        items = await self._store.read(partial(self._missed, place=place, who=who))
        stems = [plain(self._bank().items[item].stem) for item in items]
        return missed_card(words(place.language), place.hall, stems)

    async def search(self, place: Place, text: str) -> Card:
        """The questions that a text finds, none of which is open in the hall, and a button for each that asks it."""
        items = await self._store.read(partial(self._sessions.found, place=place, text=text))
        topics = self._bank().topics
        found = [(mark_of(item.id), plain(item.stem), topic_title(topics, item.topic)) for item in items]
        return found_card(words(place.language), text, found)

    async def due(self, place: Place, who: Who) -> int:
        """How many concepts of a place's hall somebody should review today."""
        return await self._store.read(partial(self._due, place=place, who=who))

    def due_of(self, connection: Connection, place: Place, person: int) -> int:
        """The same for a person, in a transaction."""
        return len(self._sessions.due(connection, place, person))

    async def pressed(self, press: Press, ref: Ref) -> Answered:
        """An answer, the next question, the end of a session, or a rating of one's own answer."""
        place = await self._registrar.place(press.place)
        if ref.verb in (AGAIN, ASK):
            return await self._wished(place, press.who, ref)
        place = await self._place_of(place, ref.subject)
        found = await self._found(place, press.who, ref.subject) if place else None
        if place is None or found is None:
            return Reply(unknown_card(words(place.language if place else press.who.language)))
        if ref.verb == JOT and found.round.given is None:
            return OpenForm(private_form(words(place.language), found.round.shown, ref.subject))
        if ref.verb in (STOP, NEXT, RATE):
            return Edit(await self._stepped(place, press.who, ref, found))
        if await self._is_asked(place, found):
            return Reply(being_asked_card(words(place.language)))
        return await self._chosen(place, press, ref, found)

    async def _wished(self, place: Place | None, who: Who, ref: Ref) -> Answered:
        """What a button of a list leads to: all that was missed, or one question that was found."""
        if ref.verb == AGAIN and (there := await self._place_in(place, who, ref.subject)):
            asked = await self._asked(there, who, Wish(PRACTICE if ref.index == PRACTISING else MISSED))
            return Edit(asked or nothing_left_card(words(there.language)))
        if ref.verb == ASK and place is not None:
            item = await asyncio.to_thread(self._sessions.marked, ref.subject)
            asked = await self._asked(place, who, Wish(FOUND, 1, item=item)) if item else None
            return Reply(asked or nothing_left_card(words(place.language)))
        return Reply(unknown_card(words(place.language if place else who.language)))

    async def _stepped(self, place: Place, who: Who, ref: Ref, found: Found) -> Card:
        """What a button beside the answers leads to; the same round where it leads nowhere."""
        if ref.verb == STOP:
            return await self._ended(place, found)
        if ref.verb == NEXT and found.round.given is not None:
            return await self._onward(place, who, found)
        if ref.verb == RATE and ref.index is not None:
            found = await self._rated(place, found, ref.index)
        return self._begun(place, who, found)

    async def submitted(self, sent: Submission, ref: Ref) -> Answered:
        """A typed answer."""
        place = await self._place_of(await self._registrar.place(sent.place), ref.subject)
        found = await self._found(place, sent.who, ref.subject) if place else None
        if place is None or found is None:
            return Reply(unknown_card(words(place.language if place else sent.who.language)))
        if await self._is_asked(place, found):
            return Reply(being_asked_card(words(place.language)))
        shown, text = found.round.shown, sent.values.get("answer", "")
        picked = read_choice(shown, text) if shown.kind in CHOSEN_KINDS else None
        given = Given(picked or (), text)
        graded = grade(shown, given)
        if graded.why in TRY_AGAIN:
            return FieldErrors({"answer": _sentence(unread_card(words(place.language), _told(given, graded)))})
        kept = await self._kept(place, found, given, graded, "form", sent.at)
        return Edit(self._begun(place, sent.who, kept))

    async def reading(self, press: Press, token: str) -> tuple[str, Card | None]:
        """The language of a private round, and all that it shows; None where it is another's or is being asked."""
        place = await self._place_of(await self._registrar.place(press.place), token)
        found = await self._found(place, press.who, token) if place else None
        if place is None or found is None or await self._is_asked(place, found):
            return place.language if place else press.who.language, None
        return place.language, self._card(place, found)

    # Steps.

    async def _asked(self, place: Place, who: Who, wish: Wish) -> Card | None:
        """The question that a session is at; one that was left goes on where the wish says nothing else."""
        plan = await self._store.read(partial(self._sessions.plan, place=place, who=who, wish=wish))
        found = await self._put(place, who, plan)
        return self._begun(place, who, found) if found else None

    async def _onward(self, place: Place, who: Who, found: Found) -> Card:
        """The round after one; asked once, however often the button is pressed."""
        plan = await self._store.read(partial(self._sessions.following, place=place, who=who, found=found))
        following = await self._put(place, who, plan)
        return self._begun(place, who, following) if following else await self._ended(place, found)

    async def _put(self, place: Place, who: Who, plan: Found | Plan) -> Found | None:
        if isinstance(plan, Found):
            return plan
        return await self._store.write(place.hall, partial(self._sessions.put, place=place, who=who, plan=plan))

    def _due(self, connection: Connection, place: Place, who: Who) -> int:
        mine = find_learner(connection, place.hall, who)
        return self.due_of(connection, place, mine.person) if mine else 0

    def _missed(self, connection: Connection, place: Place, who: Who) -> tuple[str, ...]:
        mine = find_learner(connection, place.hall, who)
        return self._sessions.missed(connection, place, mine.person) if mine else ()

    async def _chosen(self, place: Place, press: Press, ref: Ref, found: Found) -> Answered:
        picked = _picked(ref, press.picked, found.round)
        if picked is None:
            return Reply(unknown_card(words(place.language)))
        given = Given(picked=picked)
        kept = await self._kept(place, found, given, grade(found.round.shown, given), "press", press.at)
        return Edit(self._begun(place, press.who, kept))

    async def _kept(self, place: Place, found: Found, given: Given, graded: Graded, via: str, at: datetime) -> Found:
        """Store an answer; the first one stays. Gives the round as it is then."""
        values: dict[str, Any] = {
            "given": {"picked": list(given.picked), "text": given.text, "via": via},
            "at": at,
        }
        keep = partial(self._keep, asked=found.round, given=given, graded=graded, values=values)
        kept = await self._store.write(place.hall, keep)
        return Found(kept or found.round, found.session)

    def _keep(
        self, connection: Connection, asked: PrivateRound, given: Given, graded: Graded, values: dict[str, Any]
    ) -> PrivateRound | None:
        now = private_round(connection, asked.token)
        if now is not None and now.shown != asked.shown:  # its key was mended since it was read
            graded = grade(now.shown, given)
        keep_private_answer(connection, asked.token, **values, **worth_alone(graded))
        return private_round(connection, asked.token)

    async def _rated(self, place: Place, found: Found, said: int) -> Found:
        rating = _rating(found.round, said)

        def rate(connection: Connection) -> PrivateRound | None:
            if rating is not None:
                keep_stars(connection, found.round.token, *rating)
            return private_round(connection, found.round.token)

        rated = await self._store.write(place.hall, rate)
        return Found(rated or found.round, found.session)

    async def _ended(self, place: Place, found: Found) -> Card:
        def end(connection: Connection) -> Tally:
            end_session(connection, found.session.id, self._now())
            return tally(connection, found.session.id)

        came = await self._store.write(place.hall, end)
        return summary_card(
            words(place.language), place.hall, found.session.kind, came.answered, came.right, came.partly
        )

    async def _found(self, place: Place, who: Who, token: str) -> Found | None:
        """The private round that a ref names, if it is this person's."""

        def look(connection: Connection) -> Found | None:
            mine, asked = find_learner(connection, place.hall, who), private_round(connection, token)
            if mine is None or asked is None or asked.identity != mine.identity:
                return None
            return Found(asked, find_session(connection, asked.session))

        return await self._store.read(look)

    async def _place_of(self, here: Place | None, token: str) -> Place | None:
        """Where a private round goes on: here, or in its own hall, as a talk with the bot alone tells of no hall."""

        def look(connection: Connection) -> Place | None:
            hall = hall_of_round(connection, token)
            if hall is None or (here is not None and here.hall == hall):
                return here
            return next(iter(places_of(connection, hall)), here)

        return await self._store.read(look)

    async def _place_in(self, here: Place | None, who: Who, hall: str) -> Place | None:
        """Where somebody goes on in a hall: here, or in a talk with the bot alone any place of it, if it knows them."""

        def look(connection: Connection) -> Place | None:
            known = find_learner(connection, hall, who) is not None
            return next(iter(places_of(connection, hall)), None) if known else None

        return here if here is not None and here.hall == hall else await self._store.read(look)

    async def _is_asked(self, place: Place, found: Found) -> bool:
        """Whether the hall is being asked the same now, so that nothing of its key may be told before the reveal."""
        secret = await self._store.read(partial(under_way, hall=place.hall))
        return found.round.given is None and found.round.shown.item_id in secret

    # What is shown.

    def _begun(self, place: Place, who: Who, found: Found) -> Card:
        """A private round as much of it as the person's platform shows."""
        whole = self._wholes.get(who.platform)
        return begun(words(place.language), self._card(place, found), whole, found.round.token, Part.ALONE)

    def _card(self, place: Place, found: Found) -> Card:
        asked, language = found.round, words(place.language)
        step = self._step(language, found)
        if asked.given is None:
            return private_question_card(language, asked.shown, step)
        given = Given(tuple(asked.given["picked"]), asked.given["text"])
        told = Told(Came.COUNTED, given.picked, given.text, asked.verdict or "", asked.why or "", asked.detail or "")
        return private_feedback_card(language, asked.shown, told, step, Rated(asked.stars, asked.met))

    def _step(self, language: Words, found: Found) -> Step:
        asked, bank = found.round, self._bank()
        picture = bank.picture(asked.shown.item_id)
        shown = Picture(picture.content, picture.mime, asked.shown.picture_alt) if picture else None
        topic, title = topic_title(bank.topics, asked.shown.topic), session_title(language, found.session.kind)
        return Step(asked.token, asked.nth + 1, found.session.wanted, topic, title, shown)


def _told(given: Given, graded: Graded) -> Told:
    return Told(Came.UNREAD, given.picked, given.text, graded.verdict.value, graded.why.value, graded.detail)


def _picked(ref: Ref, picked: tuple[str, ...], asked: PrivateRound) -> tuple[int, ...] | None:
    """The options that a press names, None where one of them is none of this round's."""
    refs = [read_ref(each) for each in picked] if ref.index is None else [ref]
    indexes = [each.index for each in refs if each and each.subject == asked.token and each.index is not None]
    known = bool(indexes) and len(indexes) == len(refs) == len(set(indexes))
    return tuple(indexes) if known and max(indexes) < len(asked.shown.options) else None


def _rating(asked: PrivateRound, said: int) -> tuple[int, tuple[int, ...] | None] | None:
    """The stars of an open answer and the lines of the rubric that it has, by what a press says of it: those lines, a
    bit each, or the stars where there is no rubric. None where it says nothing.
    """
    if asked.given is None or asked.shown.open is None:
        return None
    lines = len(asked.shown.open.rubric)
    if not lines:
        return (said, None) if 1 <= said <= STARS else None
    met = tuple(number for number in range(lines) if said >> number & 1)
    return (stars_for(len(met), lines), met) if said < 1 << lines else None


def _sentence(card: Card) -> str:
    return " ".join(plain(block.markdown) for block in card.blocks if isinstance(block, Text))
