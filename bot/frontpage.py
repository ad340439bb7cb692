"""The front page: what a person sees of themselves in all their halls, with the settings that are theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import refs
from bot.cards.feedback import unknown_card
from bot.cards.front import front_card
from bot.cards.people import Wished, hidden_card
from bot.cards.replies import no_hall_card
from bot.languages import words
from bot.people import People
from bot.ports import Answered, Card, Edit, PlaceRef, Press, Reply, Who
from bot.printer import APKG, Printer
from bot.refs import BEGIN, HIDE, TAKE, Ref
from bot.registrar import Registrar
from bot.reminders import Reminders
from bot.scorekeeper import Scorekeeper
from bot.tutor import Tutor
from content.bank import Bank

MOST_HALLS = 4


class FrontPage:
    """Shows the page, and does what its buttons say."""

    def __init__(
        self,
        registrar: Registrar,
        scorekeeper: Scorekeeper,
        people: People,
        tutor: Tutor,
        printer: Printer,
        reminders: Reminders,
        bank: Callable[[], Bank],
    ) -> None:
        self._registrar = registrar
        self._scorekeeper = scorekeeper
        self._people = people
        self._tutor = tutor
        self._printer = printer
        self._reminders = reminders
        self._bank = bank

    async def card(self, who: Who, place: PlaceRef | None) -> Card:
        """The page of somebody who looks from a place: that place's hall first, then others that know them."""
        halls = await self._halls(who, place)
        if not halls:
            return no_hall_card(words(who.language))
        fronts = [await self._scorekeeper.front(hall, who) for hall in halls[:MOST_HALLS]]
        here = await self._registrar.place(place) if place else None
        if here is not None:
            mine = await self._reminders.status(here.hall, who)
            fronts[0] = replace(fronts[0], due=await self._tutor.due(here, who), reminding=mine, here=True)
        return front_card(words, fronts[0].language, fronts, self._bank().topics)

    async def pressed(self, press: Press, ref: Ref) -> Answered:
        """Leave the boards of a hall, or be on them again; the page shows it. Or take one's cards along, or begin
        something alone, which comes beside the page.
        """
        halls = await self._halls(press.who, press.place)
        if ref.subject not in halls or press.who.bot:
            return Reply(no_hall_card(words(press.who.language)))
        if ref.verb == TAKE:
            return Reply(await self._printer.card(ref.subject, press.who, APKG))
        if ref.verb == BEGIN:
            return Reply(await self._begun(press, ref))
        do = self._people.hide if ref.verb == HIDE else self._people.show
        if await do(ref.subject, press.who, press.event) is Wished.PUT_OFF:
            return Reply(hidden_card(words(press.who.language), Wished.PUT_OFF))
        return Edit(await self.card(press.who, press.place))

    async def _begun(self, press: Press, ref: Ref) -> Card:
        place = await self._registrar.place(press.place)
        if place is None or place.hall != ref.subject:
            return no_hall_card(words(press.who.language))
        match ref.index:
            case refs.PRACTISING:
                return await self._tutor.practise(place, press.who, "", "")
            case refs.REVIEWING:
                return await self._tutor.review(place, press.who)
            case refs.MISSING:
                return await self._tutor.missed(place, press.who)
        return unknown_card(words(place.language))

    async def _halls(self, who: Who, place: PlaceRef | None) -> list[str]:
        here = await self._registrar.place(place) if place else None
        known = [row.id for row in await self._registrar.halls_of(who)]
        return list(dict.fromkeys([*([here.hall] if here else []), *known]))
