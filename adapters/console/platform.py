"""The console as a platform: posts are printed and kept, and the person at it is told to the core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from adapters.console.conversation import Conversation
from adapters.console.messages import Kept, Messages
from adapters.console.screen import Screen
from adapters.console.terminal import Terminal
from bot.ports import BusyError, Card, Listener, Message, NotSavedError, Opening, PlaceRef, RefusedError, Routes, Who

NAME = "console"
USUAL_PLACE = PlaceRef(NAME, "local", "general")
SHOWN_AGAIN = 3
"""So many of the last messages are shown at start, so that an open question is in view after a restart."""


class ConsolePlatform:
    """`bot.ports.Platform` over a terminal. `run` returns when the person leaves or the input ends."""

    name = NAME
    routes = Routes()

    def __init__(self, opening: Opening, terminal: Terminal) -> None:
        self._opening = opening
        self._terminal = terminal
        self._screen = Screen(terminal)
        self._messages = Messages(opening.shelf, opening.now, opening.token)
        self._places = tuple(opening.places) or (USUAL_PLACE,)
        self._who = person(opening, self._places[0])
        self._words = partial(opening.translate, self._who.language)
        self._shown: set[str] = set()

    async def run(self, listener: Listener) -> None:
        """Greet, show the last messages, and talk."""
        self._screen.line(f"{self._opening.title} · {self._places[0].channel}")
        self._screen.line(
            self._words("Answer with a letter or a text. /study help tells more, /quit leaves; TAB completes commands.")
        )
        for kept in await self._messages.newest(SHOWN_AGAIN):
            self._show(kept)
        await listener.resumed(self.name)
        conversation = Conversation(
            listener,
            self._terminal,
            self._screen,
            self._who,
            self._places,
            self._words,
            self._opening.now,
            lambda: f"{NAME}:{self._opening.token(20)}",
        )
        await conversation.run()

    def when(self, message: str) -> datetime | None:
        """Its ids do not tell: its clock is the core's own."""
        return None

    async def send(self, place: PlaceRef, card: Card, stamp: str) -> str:
        """Keep and print; the same stamp is printed once."""
        return await self._post(place, card, stamp)

    async def edit(self, message: Message, card: Card) -> None:
        """Keep; print anew only what has become another card (a reveal), as counts would fill the screen."""
        try:
            before = await self._messages.edit(message.id, card)
        except NotSavedError as error:
            raise BusyError(str(error)) from error
        if before is None:
            return
        if (before.card.tone, before.card.title) == (card.tone, card.title):
            if not before.parent:
                self._screen.status(card)
        else:
            self._screen.status(Card("", ()))
            self._screen.card(card, message, self._heading(message.place, before.parent))

    async def reply(self, message: Message, card: Card, stamp: str) -> str:
        """Print under a heading that says so."""
        await self._messages.get(message.id)
        return await self._post(message.place, card, stamp, parent=message.id)

    async def direct(self, who: Who, card: Card, stamp: str) -> str:
        """Print: whoever sits here is the person."""
        return await self._post(PlaceRef(NAME, who.workspace, who.account), card, stamp)

    async def whisper(self, place: PlaceRef, who: Who, card: Card) -> None:
        """Print and forget."""
        self._screen.card(card)

    async def react(self, message: Message, emoji: str) -> None:
        """A terminal shows no reactions; raises GoneError as others do."""
        await self._messages.get(message.id)

    async def home(self, who: Who, card: Card) -> None:
        """Nothing is kept: `/home` asks for the front page when it is wanted."""

    async def find(
        self, place: PlaceRef | Who, stamp: str, since: datetime, under: Message | None = None
    ) -> str | None:
        """The id of the message with this stamp."""
        if isinstance(place, Who):
            place = PlaceRef(NAME, place.workspace, place.account)
        return await self._messages.find(place, stamp, since, under.id if under else "")

    async def reactors(self, message: Message) -> Sequence[tuple[str, Who]]:
        """Nobody reacts in a terminal; raises GoneError as others do."""
        await self._messages.get(message.id)
        return ()

    async def close(self) -> None:
        """Nothing is held."""

    async def _post(self, place: PlaceRef, card: Card, stamp: str, parent: str = "") -> str:
        if place.platform != NAME:
            raise RefusedError(f"{place} is no place of a terminal", "name the place console:WORKSPACE:CHANNEL")
        try:
            id_, new = await self._messages.post(place, card, stamp, parent)
        except NotSavedError as error:
            raise BusyError(str(error)) from error
        if new:
            self._show(Kept(id_, place, stamp, self._opening.now(), card, parent))
        return id_

    def _show(self, kept: Kept) -> None:
        if kept.id in self._shown:
            return
        self._shown.add(kept.id)
        self._screen.card(kept.card, Message(kept.place, kept.id), self._heading(kept.place, kept.parent))

    def _heading(self, place: PlaceRef, parent: str) -> str:
        """Where a message stands, where that is not plain: another place than the first, or a thread."""
        elsewhere = f"#{place.channel}" if place in self._places[1:] else ""
        return " ".join(filter(None, [elsewhere, "↳" if parent else ""]))


def person(opening: Opening, place: PlaceRef) -> Who:
    """Whoever sits at the terminal: the setting `name`, or the login name; the language of their locale."""
    login = next(
        (opening.environment[key] for key in ("USER", "LOGNAME", "USERNAME") if opening.environment.get(key)), ""
    )
    name = str(opening.settings.get("name") or login or "you")
    return Who(NAME, place.workspace, "local", name, admin=True, language=language_of(opening.environment))


def language_of(environment: Mapping[str, str]) -> str:
    """`de` from `LANG=de_DE.UTF-8`; "" where the locale names none."""
    named = next((environment[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(key)), "")
    language = named.partition(".")[0].partition("_")[0]
    return language if language.isalpha() and language.islower() else ""
