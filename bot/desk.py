"""The desk: hears what platforms tell, finds the use case, and gives back what the person is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.cards.board import PERIODS, board_card, period_title
from bot.cards.feedback import Came, Told, answer_form, unknown_card
from bot.cards.replies import no_hall_card, nothing_open_card
from bot.cards.status import puzzled_card
from bot.cards.trouble import wait_card
from bot.cards.words import Words
from bot.clerk import Clerk, WrongOptionError
from bot.counting import Attempt
from bot.frontpage import FrontPage
from bot.host import Host
from bot.languages import words
from bot.lines import Line, PuzzledError, check, complete, read_line
from bot.messages import Messages
from bot.pace import Pace
from bot.ports import (
    Answered,
    Card,
    Commanded,
    FieldErrors,
    OpenForm,
    Page,
    PlaceRef,
    Platform,
    Press,
    Proposed,
    Reaction,
    Reply,
    Said,
    Submission,
    Suggestion,
    Text,
    Typed,
    Who,
)
from bot.proposals import Proposals
from bot.quizmaster import Quizmaster
from bot.reader import Reader
from bot.refs import (
    ANSWER,
    BEGIN,
    FILL,
    HIDE,
    JOT,
    MATCH,
    PRIVATE,
    PROPOSE,
    READING,
    REMINDING,
    SHOW,
    STAR,
    TAKE,
    Ref,
    read_ref,
)
from bot.registrar import Registrar
from bot.reminders import Reminders
from bot.rules.grading import Given, read_choice
from bot.scorekeeper import Scorekeeper
from bot.stars import Stars
from bot.store.halls import Place
from bot.store.people import account_of
from bot.store.turns import Round
from bot.tutor import Tutor
from content.item import CHOSEN_KINDS
from content.markup import plain


class Desk:
    """A `bot.ports.Listener`, but for what nobody foresaw: `bot.porter.Porter` stands before it."""

    def __init__(
        self,
        *,
        registrar: Registrar,
        quizmaster: Quizmaster,
        scorekeeper: Scorekeeper,
        clerk: Clerk,
        front_page: FrontPage,
        proposals: Proposals,
        tutor: Tutor,
        host: Host,
        stars: Stars,
        reminders: Reminders,
        messages: Messages,
        reader: Reader,
        platforms: Mapping[str, Platform],
        pace: Pace,
    ) -> None:
        self._registrar = registrar
        self._quizmaster = quizmaster
        self._scorekeeper = scorekeeper
        self._clerk = clerk
        self._front_page = front_page
        self._proposals = proposals
        self._tutor = tutor
        self._host = host
        self._stars = stars
        self._messages = messages
        self._theirs: dict[str, Callable[[Press, Ref], Awaitable[Answered]]] = {
            **dict.fromkeys((HIDE, SHOW, TAKE, BEGIN), front_page.pressed),
            **dict.fromkeys(PRIVATE, tutor.pressed),
            **dict.fromkeys(MATCH, host.pressed),
            **dict.fromkeys(REMINDING, reminders.pressed),
            **dict.fromkeys(READING, reader.pressed),
        }
        self._platforms = platforms
        self._pace = pace

    async def pressed(self, press: Press) -> Answered:
        """Answer with an option, open the form for a typed answer, or star what somebody else wrote."""
        ref = read_ref(press.ref)
        if ref is not None and ref.verb in self._theirs and not press.who.bot:
            return await self._theirs[ref.verb](press, ref)
        asked = await self._quizmaster.round(ref.subject, press.place) if ref else None
        if ref is None or asked is None or press.who.bot:
            return Reply(unknown_card(await self._words(press.place)))
        return await self._pressed(press, ref, asked)

    async def _pressed(self, press: Press, ref: Ref, asked: Round) -> Answered:
        """A press that is about a round."""
        if ref.verb == STAR and ref.index is not None:
            return await self._stars.pressed(asked, press, ref.index)
        if ref.verb != ANSWER:
            return OpenForm(answer_form(words(asked.language), asked.shown, asked.token))
        picked = _picked(ref, press.picked, asked)
        if picked is None:
            return Reply(unknown_card(words(asked.language)))
        attempt = Attempt(press.event, press.at, press.who, press.place, Given(picked=picked), "press")
        return await self._answer(asked, attempt)

    async def reacted(self, reaction: Reaction) -> Answered:
        """Answer with a letter reaction; other reactions and other messages are none of ours."""
        place = await self._registrar.place(reaction.message.place)
        asked = await self._quizmaster.round_of_message(place.id, reaction.message.id) if place else None
        if asked is None:
            return None
        came = await self._quizmaster.reaction(asked, reaction.event, reaction.at, reaction.who, reaction.emoji)
        return self._feedback(*came) if came else None

    async def unreacted(self, reaction: Reaction) -> Answered:
        """A reaction taken away takes no answer back: the first one counts, or the last one given."""
        return None

    async def said(self, said: Said) -> Answered:
        """Answer with a typed text: to the bot alone, or in the thread of the question. Other talk is none of ours."""
        place = await self._registrar.place(said.place)
        if place is None or said.who.bot:
            return None
        asked = await self._asked(place, said)
        if asked is None:
            return Reply(nothing_open_card(words(place.language))) if said.direct else None
        return await self._answer(asked, _typed(asked, said.event, said.at, said.who, said.text, "text"))

    async def submitted(self, submission: Submission) -> Answered:
        """Answer with a form."""
        ref = read_ref(submission.ref)
        if ref is not None and ref.verb == FILL:
            return await self._filled(submission, tuple(ref.subject.split(".")))
        if ref is not None and ref.verb == PROPOSE:
            return await self._proposals.sent(submission, ref)
        if ref is not None and ref.verb == JOT and not submission.who.bot:
            return await self._tutor.submitted(submission, ref)
        asked = await self._quizmaster.round(ref.subject, submission.place) if ref else None
        if asked is None or submission.who.bot:
            return Reply(unknown_card(await self._words(submission.place)))
        text = submission.values.get("answer", "")
        attempt = _typed(asked, submission.event, submission.at, submission.who, text, "form")
        by, told = await self._quizmaster.answer(asked, attempt)
        reply = self._feedback(by, told)
        return FieldErrors({"answer": _sentence(reply.card)}) if told.came is Came.UNREAD else reply

    async def typed(self, typed: Typed) -> Answered:
        """Understand a command line and do what it says."""
        told = Commanded(typed.event, typed.at, typed.who, typed.place, (), {})
        return await self._command(told, lambda: read_line(typed.line))

    async def commanded(self, commanded: Commanded) -> Answered:
        """Do a command."""
        return await self._command(commanded, lambda: check(commanded.path, commanded.options))

    async def _filled(self, sent: Submission, path: tuple[str, ...]) -> Answered:
        """Do a command whose options came by a form."""
        told = Commanded(sent.event, sent.at, sent.who, sent.place, path, sent.values)
        return await self._command(told, lambda: check(path, sent.values), filled=True)

    async def _command(self, told: Commanded, read: Callable[[], Line], *, filled: bool = False) -> Answered:
        """Do what was read, at a person's pace in a hall; a form that was `filled` wrongly stays open."""
        place = await self._registrar.place(told.place)
        if place is None:
            return Reply(no_hall_card(words(told.who.language)))
        wait = self._pace.wait((account_of(told.who), place.hall))
        if wait:
            return Reply(wait_card(words(place.language), wait))
        try:
            line = read()
            return await self._clerk.do(place, replace(told, path=line.path, options=line.options))
        except PuzzledError as error:
            return Reply(puzzled_card(words(place.language), error.line, error.nearest))
        except WrongOptionError as error:
            return FieldErrors({error.option: _sentence(error.card)}) if filled else Reply(error.card)

    async def suggested(
        self, who: Who, place: PlaceRef, path: tuple[str, ...], option: str, prefix: str
    ) -> Sequence[Suggestion]:
        """Complete an option: topics by id or title, schedules by name, items by id."""
        typed = prefix.casefold()
        known = (await self._clerk.completions(who, place)).get(option, ())
        return [each for each in known if typed in each.value or typed in each.label.casefold()][:25]

    async def completed(self, who: Who, place: PlaceRef, line: str) -> Sequence[Suggestion]:
        """Complete a command line."""
        language = await self._words(place)
        found = complete(line, await self._clerk.completions(who, place))
        return [Suggestion(each.value, language(each.label) if each.label else "") for each in found][:25]

    async def proposed(self, proposed: Proposed) -> Answered:
        """Open the form that makes a proposal of a message."""
        return await self._proposals.form(proposed)

    async def opened(self, who: Who, place: PlaceRef | None) -> Card:
        """A person's front page."""
        return await self._front_page.card(who, place)

    async def viewed(self, who: Who, view: str) -> Page:
        """The boards of all halls that know a person; `view` is a period (today, week, month, season, all)."""
        period = view if view in PERIODS else "season"
        language = words(who.language)
        cards = []
        for hall in await self._registrar.halls_of(who):
            lines, mine = await self._scorekeeper.board(hall.id, "hall", period, who)
            cards.append(board_card(words(hall.language), hall.title, period, lines, mine))
        return Page(period_title(language, period), tuple(cards))

    async def resumed(self, platform: str) -> None:
        """Count what was missed while a platform was not connected."""
        for kind in ("platform", "given-up"):
            await self._registrar.all_well(kind, platform)
        await self._quizmaster.reread(self._platforms[platform])

    async def renamed(self, who: Who) -> None:
        """Show a person under another name."""
        await self._registrar.rename(who)

    async def removed(self, place: PlaceRef, reason: str) -> None:
        """Post nothing more in a place that is gone."""
        await self._registrar.remove(place, reason)

    async def returned(self, place: PlaceRef) -> None:
        """Post in a place again."""
        await self._registrar.take_back(place)

    async def _answer(self, asked: Round, attempt: Attempt) -> Answered:
        return self._feedback(*await self._quizmaster.answer(asked, attempt))

    def _feedback(self, asked: Round, told: Told) -> Reply:
        return Reply(self._messages.feedback(asked, told))

    async def _asked(self, place: Place, said: Said) -> Round | None:
        if said.thread is not None:
            return await self._quizmaster.round_of_message(place.id, said.thread.id)
        if not said.direct:
            return None
        # Delivered again, it is still about the question of its time.
        told = await self._quizmaster.round_of_event(said.place.platform, said.event)
        return told or await self._quizmaster.open_round(place.id)

    async def _words(self, ref: PlaceRef) -> Words:
        place = await self._registrar.place(ref)
        return words(place.language if place else "en")


def _picked(ref: Ref, picked: Sequence[str], asked: Round) -> tuple[int, ...] | None:
    """The options that a press names, None where one of them is not an option of the round."""
    refs = [read_ref(each) for each in picked] if ref.index is None else [ref]
    options = len(asked.shown.options)
    indexes = [each.index for each in refs if each and each.subject == asked.token and each.index is not None]
    known = len(indexes) == len(refs) == len(set(indexes)) and all(index < options for index in indexes)
    return tuple(indexes) if known else None


def _typed(asked: Round, event: str, at: datetime, who: Who, text: str, via: str) -> Attempt:
    shown = asked.shown
    picked = read_choice(shown, text) if shown.kind in CHOSEN_KINDS else None
    return Attempt(event, at, who, asked.place, Given(picked or (), text), via)


def _sentence(card: Card) -> str:
    return " ".join(plain(block.markdown) for block in card.blocks if isinstance(block, Text))
