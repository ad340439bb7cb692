"""What the core gives back -> the person at Slack who pressed, typed or sent something.

It goes by the `response_url` of what they did, which costs nothing of our rate; where that has expired or was used up,
by the Web API.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.blocks import blocks_of, fallback, modal
from adapters.slack.calls import Calls
from adapters.slack.files import send_file
from adapters.slack.words import FILE_NOT_SENT, FILE_SENT, TOO_LATE
from bot.ports import (
    Answered,
    Audience,
    Card,
    Edit,
    File,
    Fine,
    OpenForm,
    PlaceRef,
    PlatformError,
    RefusedError,
    Reply,
    Text,
    Tone,
    Who,
)

PATIENCE = 5.0
"""Seconds that what is still to be told gets at the end."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a payload came from, and the ways back to the person there."""

    who: Who
    place: PlaceRef
    response_url: str = ""
    trigger: str = ""
    message: str = ""
    thread: str = ""
    alone: bool = False
    """They are told in their talk with us, which nobody else sees."""


class Replies:
    """Tells people what came of what they did, each after its acknowledgement."""

    def __init__(self, calls: Calls, translate: Callable[[str, str], str]) -> None:
        self._calls = calls
        self._translate = translate
        self._after: set[asyncio.Task[None]] = set()

    def words(self, who: Who, message: str) -> str:
        """One of our own sentences, in a person's language."""
        return self._translate(who.language or "en", message)

    def give(self, spot: Spot, answered: Answered) -> None:
        """Show somebody what the core gave back, soon."""
        if answered is not None:
            self._later(self._deliver(spot, answered))

    def tell(self, spot: Spot, sentence: str) -> None:
        """Tell somebody a sentence, soon."""
        self._later(self._tell(spot, sentence))

    async def home(self, who: Who, card: Card) -> None:
        """Show a card as somebody's App Home."""
        view = {"type": "home", "blocks": blocks_of(card)}
        await self._calls.write(who.workspace, "views.publish", {"user_id": who.account, "view": view})

    async def close(self) -> None:
        """Let what people were promised be sent, a few seconds at most."""
        if self._after:
            await asyncio.wait(self._after, timeout=PATIENCE)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._after.add(task)
        task.add_done_callback(self._after.discard)

    async def _tell(self, spot: Spot, sentence: str) -> None:
        await self._deliver(spot, Reply(Card("", (Text(sentence),), Tone.NOTE, sentence)))

    async def _deliver(self, spot: Spot, answered: Answered) -> None:
        """Show a person what the core gave back."""
        try:
            match answered:
                case Reply(card, audience):
                    await self._reply(spot, card, private=audience is Audience.PRIVATE and not spot.alone)
                case Edit(card):
                    await self._edit(spot, card)
                case OpenForm(form):
                    note = json.dumps({"team": spot.place.workspace, "channel": spot.place.channel})
                    view = modal(form, note, lambda word: self.words(spot.who, word))
                    await self._calls.write(
                        spot.place.workspace, "views.open", {"trigger_id": spot.trigger, "view": view}
                    )
                case _:
                    return
        except PlatformError as error:
            log.info("a reply did not reach its reader: %s", error)
            if isinstance(answered, OpenForm):
                await self._tell(spot, self.words(spot.who, TOO_LATE))

    async def _reply(self, spot: Spot, card: Card, *, private: bool) -> None:
        card = await self._with_files_sent(spot.who, card)
        body: dict[str, Any] = {"text": fallback(card), "blocks": blocks_of(card)}
        thread = {"thread_ts": spot.thread} if spot.thread else {}
        way = {"response_type": "ephemeral" if private else "in_channel", "replace_original": False, **thread}
        if spot.response_url and await self._calls.respond(spot.response_url, {**body, **way}):
            return
        if spot.alone:
            await self._write_to(spot.who, body)
            return
        where = {"channel": spot.place.channel, **thread, **body}
        if not private:
            await self._calls.write(spot.place.workspace, "chat.postMessage", where)
            return
        try:
            await self._calls.write(spot.place.workspace, "chat.postEphemeral", {**where, "user": spot.who.account})
        except RefusedError:  # they are not in the channel, or not any more
            await self._write_to(spot.who, body)

    async def _write_to(self, who: Who, body: dict[str, Any]) -> None:
        """Write to somebody in their talk with us."""
        await self._calls.write(who.workspace, "chat.postMessage", {"channel": await self._talk(who), **body})

    async def _talk(self, who: Who) -> str:
        """The channel of somebody's talk with us."""
        talk = await self._calls.write(who.workspace, "conversations.open", {"users": who.account})
        return str(talk["channel"]["id"])

    async def _with_files_sent(self, who: Who, card: Card) -> Card:
        """The card with the files of it sent to somebody's talk with us, as what one person alone sees carries none."""
        blocks = [await self._sent(who, each) if isinstance(each, File) else each for each in card.blocks]
        return replace(card, blocks=tuple(blocks))

    async def _sent(self, who: Who, file: File) -> Fine:
        """Send a file; what stands in its place then."""
        try:
            await send_file(self._calls, who.workspace, await self._talk(who), file)
        except PlatformError as error:
            log.info("a file did not reach its reader: %s", error)
            return Fine(self.words(who, FILE_NOT_SENT))
        return Fine(self.words(who, FILE_SENT))

    async def _edit(self, spot: Spot, card: Card) -> None:
        if spot.alone:
            await self.home(spot.who, card)
            return
        body: dict[str, Any] = {"text": fallback(card), "blocks": blocks_of(card)}
        if spot.response_url and await self._calls.respond(spot.response_url, {**body, "replace_original": True}):
            return
        if spot.message:
            where = {"channel": spot.place.channel, "ts": spot.message}
            await self._calls.write(spot.place.workspace, "chat.update", {**where, **body})
        else:  # what was acted upon was seen by them alone, and can be changed by its `response_url` only
            await self._reply(spot, card, private=True)
