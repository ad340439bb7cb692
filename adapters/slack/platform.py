"""Slack as a platform: what the core may ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from adapters.slack.blocks import blocks_of, fallback
from adapters.slack.calls import Calls
from adapters.slack.emoji import emoji_of, name_of
from adapters.slack.history import History, stamped
from adapters.slack.pictures import uploaded
from adapters.slack.reception import Reception
from bot.ports import CannotLookError, Card, Listener, Message, Opening, PlaceRef, RefusedError, Routes, Who

NAME = "slack"
PEOPLE = ("U", "W")
"""Accounts begin so; what begins otherwise is a channel."""


class Hosting(Protocol):
    """How Slack reaches us."""

    reception: Reception
    routes: Routes

    async def run(self, listener: Listener) -> None:
        """Serve until cancelled."""

    async def our_account(self, workspace: str) -> str:
        """Our own account in a workspace."""


class SlackPlatform:
    """The platform `slack`. Messages are found again at Slack itself, by the stamp in their metadata."""

    name = NAME

    def __init__(self, opening: Opening) -> None:
        self._hosting: Hosting = _hosting(opening)
        self._calls: Calls = self._hosting.reception.calls
        self._history = History(self._calls)
        self.routes = self._hosting.routes

    async def run(self, listener: Listener) -> None:
        """Serve until cancelled."""
        await self._hosting.run(listener)

    def when(self, message: str) -> datetime | None:
        """The instant that a `ts` is."""
        try:
            return datetime.fromtimestamp(float(message), UTC)
        except ValueError:
            return None

    async def send(self, place: PlaceRef, card: Card, stamp: str) -> str:
        """Post; returns the message's `ts`."""
        return await self._post(place, card, stamp)

    async def edit(self, message: Message, card: Card) -> None:
        """Replace a message's content; its metadata stays."""
        workspace, channel = self._address(message.place)
        body = await self._body(workspace, card)
        await self._calls.write(workspace, "chat.update", {"channel": channel, "ts": message.id, **body})

    async def reply(self, message: Message, card: Card, stamp: str) -> str:
        """Post in the thread of a message."""
        return await self._post(message.place, card, stamp, thread_ts=message.id)

    async def direct(self, who: Who, card: Card, stamp: str) -> str:
        """Post to a person alone."""
        return await self._post(PlaceRef(NAME, who.workspace, who.account), card, stamp)

    async def whisper(self, place: PlaceRef, who: Who, card: Card) -> None:
        """Show to one person in a channel, now or never."""
        workspace, channel = self._address(place)
        body = await self._body(workspace, card)
        await self._calls.write(workspace, "chat.postEphemeral", {"channel": channel, "user": who.account, **body})

    async def react(self, message: Message, emoji: str) -> None:
        """Put our own reaction on a message; an emoji that Slack does not have is left out."""
        workspace, channel = self._address(message.place)
        name = name_of(emoji)
        if name is not None:
            reaction = {"channel": channel, "timestamp": message.id, "name": name}
            await self._calls.write(workspace, "reactions.add", reaction, fine=frozenset({"already_reacted"}))

    async def home(self, who: Who, card: Card) -> None:
        """Replace a person's App Home."""
        await self._hosting.reception.replies.home(who, card)

    async def find(
        self, place: PlaceRef | Who, stamp: str, since: datetime, under: Message | None = None
    ) -> str | None:
        """The message with this stamp, looked for in the channel, in one thread alone, or in our talk with a person."""
        if isinstance(place, Who):
            place = PlaceRef(NAME, place.workspace, place.account)
        workspace, channel = self._address(place)
        try:
            channel = await self._opened(workspace, channel)
        except RefusedError as error:
            raise CannotLookError(f"Slack does not open our talk with them ({error.reason})") from error
        method, where = ("conversations.replies", {"ts": under.id}) if under else ("conversations.history", {})
        listed = {"channel": channel, "oldest": f"{since.timestamp():.6f}", "inclusive": True, **where}
        return await self._history.find(workspace, method, listed, stamp)

    async def reactors(self, message: Message) -> Sequence[tuple[str, Who]]:
        """All reactions on a message that the core knows, ours and those of bots left out."""
        workspace, channel = self._address(message.place)
        asked = {"channel": channel, "timestamp": message.id, "full": True}
        found = await self._calls.read(workspace, "reactions.get", asked)
        put = [
            (emoji, str(account))
            for reaction in (found.get("message") or {}).get("reactions") or ()
            if (emoji := emoji_of(str(reaction.get("name") or "")))
            for account in reaction.get("users") or ()
            if account != await self._hosting.our_account(workspace)
        ]
        people = {account: await self._hosting.reception.people.who(workspace, account) for _, account in put}
        return [(emoji, people[account]) for emoji, account in put if not people[account].bot]

    async def close(self) -> None:
        """Let go of connections."""
        await self._hosting.reception.close()

    async def _post(self, place: PlaceRef, card: Card, stamp: str, **where: str) -> str:
        workspace, channel = self._address(place)
        channel = await self._opened(workspace, channel)
        body = await self._body(workspace, card)
        message = {
            "channel": channel,
            "metadata": stamped(stamp),
            "unfurl_links": False,
            "unfurl_media": False,
            **body,
            **where,
        }
        found = await self._calls.write(workspace, "chat.postMessage", message)
        return str(found["ts"])

    async def _body(self, workspace: str, card: Card) -> dict[str, Any]:
        files = await uploaded(self._calls, workspace, card)
        return {"text": fallback(card), "blocks": blocks_of(card, files)}

    def _address(self, place: PlaceRef) -> tuple[str, str]:
        if place.platform != NAME:
            raise RefusedError(
                f"{place} is no place of Slack", f"Write it as {NAME}:WORKSPACE:CHANNEL, with Slack's ids."
            )
        return place.workspace, place.channel

    async def _opened(self, workspace: str, channel: str) -> str:
        """The channel's id; where an account is meant, that of our talk with it."""
        if not channel.startswith(PEOPLE):
            return channel
        found = await self._calls.write(workspace, "conversations.open", {"users": channel})
        return str(found["channel"]["id"])


def _hosting(opening: Opening) -> Hosting:
    """As the settings say. Raises NotSetUpError where a secret is missing."""
    if opening.settings["mode"] == "http":
        from adapters.slack.http import Http  # noqa: PLC0415  what is for many workspaces is large

        return Http(opening)
    from adapters.slack.sockets import Sockets  # noqa: PLC0415  the same

    return Sockets(opening)
