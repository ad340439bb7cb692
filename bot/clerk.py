"""The clerk: does what slash commands say. Each answer is a card for whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from difflib import get_close_matches

from bot.cards.board import board_card
from bot.cards.feedback import feedback_card
from bot.cards.question import topic_title
from bot.cards.replies import asked_card, not_allowed_card, not_asked_card
from bot.cards.schedules import Listed, changed_card, schedules_card
from bot.cards.status import help_card, puzzled_card, status_card
from bot.cards.words import Words
from bot.commands import COMMANDS, find
from bot.inspector import Inspector
from bot.languages import words
from bot.messages import Messages
from bot.planner import Planner
from bot.ports import Card, Commanded, PlaceRef, Suggestion, Who, card_from_json, card_to_json
from bot.quizmaster import Quizmaster, shown_of
from bot.registrar import Registrar
from bot.scorekeeper import Scorekeeper
from bot.store import Store
from bot.store.events import keep_outcome, outcome_of
from bot.store.halls import Place
from bot.timetable import Timetable
from content.bank import Bank


class Clerk:
    """Answers commands with the use cases of the others."""

    def __init__(
        self,
        store: Store,
        *,
        registrar: Registrar,
        planner: Planner,
        quizmaster: Quizmaster,
        scorekeeper: Scorekeeper,
        timetable: Timetable,
        inspector: Inspector,
        messages: Messages,
        bank: Callable[[], Bank],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._registrar = registrar
        self._planner = planner
        self._quizmaster = quizmaster
        self._scorekeeper = scorekeeper
        self._timetable = timetable
        self._inspector = inspector
        self._messages = messages
        self._bank = bank
        self._now = now

    async def do(self, place: Place, commanded: Commanded) -> Card:
        """Do a command in a place of a hall; one that changes something, told again, is answered and not done again."""
        command = find(commanded.path)
        if command is None or not command.organisers_only:
            return await self._do(place, commanded)
        if not await self._registrar.is_organiser(commanded.who, place.hall):
            return not_allowed_card(words(place.language))
        told = (commanded.who.platform, commanded.event)
        known = await self._store.read(lambda connection: outcome_of(connection, *told))
        if known is not None:
            return card_from_json(known)
        card = await self._do(place, commanded)
        await self._store.write(
            place.hall, lambda connection: keep_outcome(connection, *told, self._now(), card_to_json(card))
        )
        return card

    async def _do(self, place: Place, commanded: Commanded) -> Card:
        match commanded.path:
            case ("daily",):
                return await self._daily(place, commanded.who)
            case ("leaderboard",):
                return await self._leaderboard(place, commanded)
            case ("study", "status"):
                return await self._status(place, commanded.who)
            case ("study", "help"):
                return help_card(words(place.language), COMMANDS)
            case ("study", "schedule", word):
                return await self._schedule(place, commanded, word)
            case path:
                return puzzled_card(words(place.language), "/" + " ".join(path), "/study help")

    async def _daily(self, place: Place, who: Who) -> Card:
        language = words(place.language)
        asked = await self._quizmaster.open_round(place.id)
        if asked is None:
            return status_card(language, await self._inspector.status(place), self._now())
        told = await self._quizmaster.mine(asked, who)
        return self._messages.question(asked) if told is None else feedback_card(language, shown_of(asked), told)

    async def _leaderboard(self, place: Place, commanded: Commanded) -> Card:
        language = words(place.language)
        period, topic = commanded.options.get("period", "week"), commanded.options.get("topic", "")
        if puzzled := self._no_topic(language, "/leaderboard", topic):
            return puzzled
        board = f"topic:{topic}" if topic else "hall"
        lines, mine = await self._scorekeeper.board(place.hall, board, period, commanded.who)
        scope = topic_title(self._bank().topics, topic) if topic else place.hall_title
        return board_card(language, scope, period, lines, mine)

    def _no_topic(self, language: Words, command: str, topic: str) -> Card | None:
        """What a topic that the bank does not have is answered with; None for one that it has, and for none."""
        known = [each.value for each in self.topics()]
        if not topic or topic in known:
            return None
        near = next((each for each in known if topic in each), "") or "".join(get_close_matches(topic, known, 1))
        return puzzled_card(language, f"{command} {topic}", f"{command} {near}" if near else "")

    async def _status(self, place: Place, who: Who) -> Card:
        status = await self._inspector.status(place)
        account = f"{who.platform}:{who.workspace}:{who.account}"
        return status_card(words(place.language), status, self._now(), account)

    async def _schedule(self, place: Place, commanded: Commanded, word: str) -> Card:
        language, given = words(place.language), commanded.options
        if word == "list":
            return schedules_card(language, await self._listed(place))
        if word == "now":
            return await self._ask_now(place)
        if puzzled := self._no_topic(language, "/study schedule add", given.get("topic", "")):
            return puzzled
        if word == "add":
            changed = await self._timetable.add(place, **given)
        else:
            do = {"pause": self._timetable.pause, "resume": self._timetable.resume, "remove": self._timetable.remove}
            changed = await do[word](place.hall, given["name"])
        return changed_card(language, changed.change, changed.name, changed.detail)

    async def _ask_now(self, place: Place) -> Card:
        language = words(place.language)
        schedule = await self._registrar.schedule_of(place)
        slot = await self._planner.ask_now(schedule) if schedule is not None else None
        return not_asked_card(language) if slot is None else asked_card(language)

    async def _listed(self, place: Place) -> list[Listed]:
        rows = await self._timetable.all(place.hall)
        return [
            Listed(row.name, tuple(row.times), row.zone, row.next_due, row.paused_since, row.from_file or "")
            for row in rows
        ]

    async def schedules(self, ref: PlaceRef) -> list[Suggestion]:
        """The schedules of a place's hall, as completions."""
        place = await self._registrar.place(ref)
        rows = await self._timetable.all(place.hall) if place else ()
        return [Suggestion(row.name, ", ".join(row.times)) for row in rows]

    def topics(self) -> list[Suggestion]:
        """The topics of the bank, as completions."""
        bank = self._bank()
        topics = sorted({item.topic for item in bank.items.values()})
        return [Suggestion(topic, topic_title(bank.topics, topic)) for topic in topics]
