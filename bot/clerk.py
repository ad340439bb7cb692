"""The clerk: does what slash commands say. Each answer is a card for whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from difflib import get_close_matches
from functools import partial

from bot.cards.board import board_card
from bot.cards.forms import command_form
from bot.cards.people import code_card, forget_card, forgotten_card, hidden_card, linked_card, mydata_card
from bot.cards.question import topic_title
from bot.cards.regrades import regraded_card
from bot.cards.replies import asked_card, not_allowed_card, not_asked_card
from bot.cards.schedules import Listed, changed_card, schedules_card
from bot.cards.status import help_card, no_topic_card, puzzled_card, status_card
from bot.cards.words import Words
from bot.commands import COMMANDS, find
from bot.host import Host
from bot.inspector import Inspector
from bot.languages import words
from bot.librarian import Librarian
from bot.lines import lacking
from bot.messages import Messages
from bot.people import People
from bot.planner import Planner
from bot.ports import Card, Commanded, OpenForm, PlaceRef, Reply, Suggestion, Who, card_from_json, card_to_json
from bot.printer import APKG, Printer
from bot.quizmaster import Quizmaster
from bot.registrar import Registrar
from bot.reminders import Reminders
from bot.scorekeeper import Scorekeeper
from bot.store import Store
from bot.store.events import once, outcome_of
from bot.store.halls import Place
from bot.store.people import account_of
from bot.timetable import Timetable
from bot.tutor import Tutor
from content.bank import Bank
from scheduler.schedule import zone_names


class WrongOptionError(Exception):
    """What was given for an option is at fault; `card` says why."""

    def __init__(self, option: str, card: Card) -> None:
        super().__init__(option)
        self.option = option
        self.card = card


class Clerk:
    """Answers commands with the use cases of the others."""

    def __init__(
        self,
        store: Store,
        *,
        registrar: Registrar,
        planner: Planner,
        printer: Printer,
        quizmaster: Quizmaster,
        scorekeeper: Scorekeeper,
        timetable: Timetable,
        inspector: Inspector,
        librarian: Librarian,
        people: People,
        tutor: Tutor,
        host: Host,
        reminders: Reminders,
        messages: Messages,
        bank: Callable[[], Bank],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._registrar = registrar
        self._planner = planner
        self._quizmaster = quizmaster
        self._printer = printer
        self._scorekeeper = scorekeeper
        self._timetable = timetable
        self._inspector = inspector
        self._librarian = librarian
        self._people = people
        self._tutor = tutor
        self._host = host
        self._reminders = reminders
        self._messages = messages
        self._bank = bank
        self._now = now

    async def do(self, place: Place, commanded: Commanded) -> Reply | OpenForm:
        """Do a command in a place of a hall; one that changes something, told again, is answered and not done again.

        Raises WrongOptionError where a value that was given is at fault; nothing was done then.
        """
        command = find(commanded.path)
        if command is None:
            return Reply(await self._do(place, commanded))
        if command.organisers_only and not await self._registrar.is_organiser(commanded.who, place.hall):
            return Reply(not_allowed_card(words(place.language)))
        if lacking(command, commanded.options):
            known = await self.completions(commanded.who, place.ref)
            return OpenForm(command_form(words(place.language), commanded.path, command, commanded.options, known))
        return Reply(await (self._do_once if command.organisers_only else self._do)(place, commanded))

    async def _do_once(self, place: Place, commanded: Commanded) -> Card:
        platform, event = commanded.who.platform, commanded.event
        known = await self._store.read(partial(outcome_of, platform=platform, event=event))
        if known is not None:
            return card_from_json(known)
        card = card_to_json(await self._do(place, commanded))
        keep = partial(once, platform=platform, event=event, now=self._now(), do=lambda _: card)
        return card_from_json(await self._store.write(place.hall, keep))

    async def _do(self, place: Place, commanded: Commanded) -> Card:
        does = {
            ("daily",): self._daily,
            ("leaderboard",): self._leaderboard,
            ("practice",): self._practise,
            ("review",): self._review,
            ("missed",): self._missed,
            ("quiz", commanded.path[-1]): self._quiz,
            ("study", "status"): self._status,
            ("study", "help"): self._help,
            ("study", "link"): self._link,
            ("study", "unlink"): self._unlink,
            ("study", "search"): self._search,
            ("study", "mydata"): self._mydata,
            ("study", "cards"): self._cards,
            ("study", "forget"): self._forget,
            ("study", "remind"): self._remind,
            ("study", "hide"): self._hide,
            ("study", "show"): self._hide,
            ("study", "regrade"): self._regrade,
            ("study", "schedule"): self._schedule,
        }
        do = does.get(commanded.path[:2])
        if do is None:
            return puzzled_card(words(place.language), "/" + " ".join(commanded.path), "/study help")
        return await do(place, commanded)

    async def _help(self, place: Place, commanded: Commanded) -> Card:
        return help_card(words(place.language), COMMANDS)

    async def _daily(self, place: Place, commanded: Commanded) -> Card:
        language = words(place.language)
        asked = await self._quizmaster.open_daily_round(place.id)
        if asked is None:
            return status_card(language, await self._inspector.status(place), self._now())
        told = await self._quizmaster.mine(asked, commanded.who)
        return await self._messages.question(asked) if told is None else self._messages.feedback(asked, told)

    async def _leaderboard(self, place: Place, commanded: Commanded) -> Card:
        language = words(place.language)
        period, topic = commanded.options.get("period", "week"), commanded.options.get("topic", "")
        if puzzled := self._no_topic(language, "/leaderboard", topic):
            return puzzled
        board = f"topic:{topic}" if topic else "hall"
        lines, mine = await self._scorekeeper.board(place.hall, board, period, commanded.who)
        scope = topic_title(self._bank().topics, topic) if topic else place.hall_title
        return board_card(language, scope, period, lines, mine)

    async def _practise(self, place: Place, commanded: Commanded) -> Card:
        topic, count = commanded.options.get("topic", ""), commanded.options.get("count", "")
        if puzzled := self._no_topic(words(place.language), "/practice", topic):
            return puzzled
        return await self._tutor.practise(place, commanded.who, topic, count)

    async def _review(self, place: Place, commanded: Commanded) -> Card:
        return await self._tutor.review(place, commanded.who)

    async def _quiz(self, place: Place, commanded: Commanded) -> Card:
        given = commanded.options
        if commanded.path[-1] != "start":
            return await self._host.lead(place, commanded)
        if puzzled := self._no_topic(words(place.language), "/quiz start", given.get("topic", "")):
            return puzzled
        if puzzled := self._no_pack(words(place.language), given.get("pack", "")):
            return puzzled
        return await self._host.start(place, commanded)

    async def _missed(self, place: Place, commanded: Commanded) -> Card:
        return await self._tutor.missed(place, commanded.who)

    def _no_topic(self, language: Words, command: str, topic: str) -> Card | None:
        """What a topic that the bank does not have is answered with; None for one that it has, and for none."""
        known = [each.value for each in self.topics()]
        if not topic or topic in known:
            return None
        near = next((each for each in known if topic in each), "") or "".join(get_close_matches(topic, known, 1))
        return no_topic_card(language, topic, f"{command} {near}" if near else "", known)

    def _no_pack(self, language: Words, pack: str) -> Card | None:
        """What a pack that there is not is answered with."""
        known = [each.value for each in self.packs()]
        if not pack or pack in known:
            return None
        near = "".join(get_close_matches(pack, known, 1))
        return puzzled_card(language, f"/quiz start pack:{pack}", f"/quiz start pack:{near}" if near else "")

    async def _status(self, place: Place, commanded: Commanded) -> Card:
        status = await self._inspector.status(place)
        return status_card(words(place.language), status, self._now(), account_of(commanded.who))

    async def _link(self, place: Place, commanded: Commanded) -> Card:
        code = commanded.options.get("code")
        if code is None:
            return code_card(words(place.language), await self._people.code(place.hall, commanded.who, commanded.event))
        came = await self._people.link(place.hall, commanded.who, code, commanded.event)
        return linked_card(words(place.language), came)

    async def _unlink(self, place: Place, commanded: Commanded) -> Card:
        came = await self._people.unlink(place.hall, commanded.who, commanded.event)
        return linked_card(words(place.language), came)

    async def _search(self, place: Place, commanded: Commanded) -> Card:
        return await self._tutor.search(place, commanded.options["words"])

    async def _mydata(self, place: Place, commanded: Commanded) -> Card:
        return mydata_card(words(place.language), await self._people.accounts(place.hall, commanded.who))

    async def _cards(self, place: Place, commanded: Commanded) -> Card:
        kind = commanded.options.get("format", APKG)
        return await self._printer.card(place.hall, commanded.who, kind)

    async def _forget(self, place: Place, commanded: Commanded) -> Card:
        if "sure" not in commanded.options:
            return forget_card(words(place.language))
        came = await self._people.forget(place.hall, commanded.who, commanded.event)
        return forgotten_card(words(place.language), came)

    async def _remind(self, place: Place, commanded: Commanded) -> Card:
        given = commanded.options
        wished = await self._reminders.wish(
            place, commanded.who, commanded.event, given.get("time", ""), given.get("zone", "")
        )
        if wished.option:
            raise WrongOptionError(wished.option, wished.card)
        return wished.card

    async def _hide(self, place: Place, commanded: Commanded) -> Card:
        do = self._people.hide if commanded.path[1] == "hide" else self._people.show
        return hidden_card(words(place.language), await do(place.hall, commanded.who, commanded.event))

    async def _regrade(self, place: Place, commanded: Commanded) -> Card:
        did = await self._librarian.regrade(place.hall, commanded.options["item"], account_of(commanded.who))
        facts = {"before": did.before, "after": did.after}
        language, turns = words(place.language), len(did.slots) + did.alone
        return regraded_card(language, did.came, did.item, turns, did.changed, did.people, **facts)

    async def _schedule(self, place: Place, commanded: Commanded) -> Card:
        language, given, word = words(place.language), commanded.options, commanded.path[2]
        if word == "list":
            return schedules_card(language, await self._listed(place))
        if word == "now":
            return await self._ask_now(place, commanded.at)
        if puzzled := self._no_topic(language, "/study schedule add", given.get("topic", "")):
            raise WrongOptionError("topic", puzzled)
        if word == "add":
            changed = await self._timetable.add(place, **given)
        else:
            do = {"pause": self._timetable.pause, "resume": self._timetable.resume, "remove": self._timetable.remove}
            changed = await do[word](place.hall, given["name"])
        card = changed_card(language, changed.change, changed.name, changed.detail)
        if changed.option:
            raise WrongOptionError(changed.option, card)
        return card

    async def _ask_now(self, place: Place, at: datetime) -> Card:
        language = words(place.language)
        await self._registrar.take_back(place.ref)
        schedule = await self._registrar.schedule_of(place)
        slot = await self._planner.ask_now(schedule, at) if schedule is not None else None
        return not_asked_card(language) if slot is None else asked_card(language)

    async def _listed(self, place: Place) -> list[Listed]:
        rows = await self._timetable.all(place.hall)
        return [
            Listed(row.name, tuple(row.times), row.zone, row.next_due, row.paused_since, row.from_file or "")
            for row in rows
        ]

    async def completions(self, who: Who, ref: PlaceRef) -> dict[str, list[Suggestion]]:
        """The values of options by their names: topics, zones, schedules of a place's hall, and for organisers its
        items.
        """
        place = await self._registrar.place(ref)
        rows = await self._timetable.all(place.hall) if place else ()
        organises = place is not None and await self._registrar.is_organiser(who, place.hall)
        items = await self._librarian.items(place.hall) if place and organises else ()
        zones = dict.fromkeys((*((place.zone,) if place else ()), *zone_names()))
        return {
            "topic": self.topics(),
            "pack": self.packs(),
            "name": [Suggestion(row.name, ", ".join(row.times)) for row in rows],
            "item": [Suggestion(each, "") for each in items],
            "zone": [Suggestion(each.casefold(), each) for each in zones],
        }

    def packs(self) -> list[Suggestion]:
        """The packs of the bank, as completions."""
        return [Suggestion(pack.id, pack.title) for pack in self._bank().packs]

    def topics(self) -> list[Suggestion]:
        """The topics of the bank, as completions."""
        bank = self._bank()
        titles = bank.topics
        return [Suggestion(topic, topic_title(titles, topic)) for topic in bank.used_topics]
