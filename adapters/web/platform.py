"""The page as a platform: what the core may ask of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from adapters.web.actions import Actions
from adapters.web.downloads import Downloads
from adapters.web.messages import OURS, Messages
from adapters.web.pages import Pages
from adapters.web.rendering import Pictures, Renderer, summary
from adapters.web.showing import Showing
from adapters.web.stream import Stream, Whispered
from adapters.web.visitors import Visitors
from bot.ports import BusyError, Card, Listener, Message, NotSavedError, Opening, PlaceRef, RefusedError, Who

WORKSPACE = "local"
"""The page has one workspace: this Studyhall."""


@contextmanager
def shelf_busy() -> Iterator[None]:
    """A shelf that takes no writes just now is a platform that is busy: stamps make the same call safe to repeat."""
    try:
        yield
    except NotSavedError as error:
        raise BusyError(str(error)) from error


class WebPlatform:
    """The platform `web`. All it keeps is on the shelf, so several processes show and change the same messages."""

    name = "web"

    def __init__(self, opening: Opening) -> None:
        pictures = Pictures()
        self._renderer = Renderer(opening.translate, pictures.address)
        self._stream = Stream(opening.shelf)
        self._messages = Messages(opening.shelf, opening.now, opening.token, self._stream.wake)
        downloads = Downloads(opening.now)
        self._actions = Actions(self._messages, self._renderer, downloads, opening.translate)
        organisers = str(opening.settings.get("visitors_are_organisers", "loopback"))
        pages = Pages(
            opening,
            actions=self._actions,
            showing=Showing(self._messages, self._renderer),
            stream=self._stream,
            visitors=Visitors(opening.shelf, opening.token, organisers),
            renderer=self._renderer,
            pictures=pictures,
            downloads=downloads,
        )
        self.routes = pages.routes()

    async def run(self, listener: Listener) -> None:
        """Serve until cancelled; open streams end then, and actions are asked to come again later."""
        await self._stream.start()
        self._actions.listener = listener
        try:
            await listener.resumed(self.name)
            await self._stream.follow()
        finally:
            self._actions.listener = None
            self._stream.end()

    def when(self, message: str) -> datetime | None:
        """Its ids do not tell: its clock is the core's own."""
        return None

    async def send(self, place: PlaceRef, card: Card, stamp: str) -> str:
        """Post; a stamp that is on the shelf already gives the id of its message."""
        if (place.platform, place.workspace) != (self.name, WORKSPACE):
            raise RefusedError(
                f"{place} is no place of the page", f"Write it as {self.name}:{WORKSPACE}:{place.channel}."
            )
        with shelf_busy():
            return await self._messages.post(f"m:{place.channel}", stamp, card=card)

    async def edit(self, message: Message, card: Card) -> None:
        """Replace a message's card; raises GoneError where there is none."""
        with shelf_busy():
            await self._messages.edit(message, card)

    async def reply(self, message: Message, card: Card, stamp: str) -> str:
        """Post beneath a message; raises GoneError where there is none."""
        with shelf_busy():
            await self._messages.existing(message)
            return await self._messages.post(f"m:{message.place.channel}", stamp, card=card, parent=message.id)

    async def direct(self, who: Who, card: Card, stamp: str) -> str:
        """Post to one visitor alone, who sees it in every place."""
        with shelf_busy():
            return await self._messages.post(f"d:{who.account}", stamp, card=card)

    async def whisper(self, place: PlaceRef, who: Who, card: Card) -> None:
        """Show to one visitor where a page of theirs is open at this process."""
        html = str(self._renderer.card(card, "whisper", who.language or "en", 3))
        told = json.dumps({"html": html, "tone": card.tone.value, "summary": summary(card)}, ensure_ascii=False)
        self._stream.whisper(Whispered(who.account, place.channel, "whisper", told))

    async def react(self, message: Message, emoji: str) -> None:
        """Put our own reaction on a message."""
        with shelf_busy():
            await self._messages.react(message, None, emoji)

    async def home(self, who: Who, card: Card) -> None:
        """Replace a visitor's front page."""
        with shelf_busy():
            await self._messages.set_home(who.account, card)

    async def find(
        self, place: PlaceRef | Who, stamp: str, since: datetime, under: Message | None = None
    ) -> str | None:
        """The id of the message with this stamp."""
        return await self._messages.find(stamp, since, under.id if under else "")

    async def reactors(self, message: Message) -> Sequence[tuple[str, Who]]:
        """All reactions of visitors on a message."""
        entries = await self._messages.reactions(message)
        return [
            (emoji, Who(self.name, message.place.workspace, account, entry["name"]))
            for account, entry in entries.items()
            if account != OURS
            for emoji in entry["emoji"]
        ]

    async def close(self) -> None:
        """End every stream."""
        self._stream.end()
