"""Discord as a platform: what the core may ask of it."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import aiohttp
import discord

from adapters.discord.calls import Calls
from adapters.discord.commands import application_commands
from adapters.discord.drawn import Drawn, drawn
from adapters.discord.errors import THREAD_IS_CLOSED, THREAD_IS_THERE, UNKNOWN_CHANNEL
from adapters.discord.events import Events
from adapters.discord.halls import NAME, Halls, who_of
from adapters.discord.inbound import Inbound
from adapters.discord.replies import Replies
from adapters.discord.session import Session
from adapters.discord.stamps import Ids, carries, ids_of, numbered, stamp_ids, stamped
from adapters.discord.sync import sync
from adapters.discord.talks import Talks
from bot.ports import (
    CannotLookError,
    Card,
    Listener,
    Message,
    NotSetUpError,
    Opening,
    PlaceRef,
    PlatformError,
    RefusedError,
    Routes,
    Who,
)

THREAD_NAME = 100
MOST_STAMPS = 10_000
WRITTEN = f"write it as {NAME}:SERVER:CHANNEL, with Discord's ids, which are numbers (docs/discord.md)"
A_DAY: Literal[1440] = 1440
"""Minutes after which a thread that rests is put away."""

log = logging.getLogger(__name__)
Client = discord.AutoShardedClient


class DiscordPlatform:
    """The platform `discord`. A message is found again at Discord itself, by its stamp in the ids of its components."""

    name = NAME
    routes = Routes()

    def __init__(self, opening: Opening) -> None:
        for place in opening.places:
            if not (place.workspace.isdigit() and place.channel.isdigit()):
                raise NotSetUpError(f"{place} in studyhall.yaml: {WRITTEN}.")
        self._halls = Halls(opening.places)
        self._replies = Replies(self._halls, opening.translate)
        self._calls = Calls(self._client)
        talks = Talks(self._halls, self._calls)
        inbound = Inbound(self._halls, talks, self._replies, opening.verbs, opening.commands)
        self._events = Events(self._halls, talks, self._replies, opening.now)
        self._session = Session(opening, {"on_interaction": inbound.heard, **self._events.heard()})
        self._stamps: OrderedDict[str, Ids | None] = OrderedDict()
        self._commands = application_commands(opening.commands, opening.translate)

    async def run(self, listener: Listener) -> None:
        """Serve until cancelled."""
        await self._sync(await self._session.enter())
        self._halls.listener = listener
        try:
            await self._session.run()
        finally:
            self._events.shut()
            self._halls.listener = None
            await self._replies.close()
            await self._session.close()

    def when(self, message: str) -> datetime | None:
        """The instant in a snowflake."""
        return discord.utils.snowflake_time(int(message)) if message.isdecimal() else None

    async def send(self, place: PlaceRef, card: Card, stamp: str) -> str:
        """Post; returns the message's id."""
        return await self._post(_channel(place), card, stamp)

    async def edit(self, message: Message, card: Card) -> None:
        """Replace a message's content; its stamp stays. A thread that has gone to sleep wakes for it."""
        channel = _channel(message.place)
        if not message.under:
            await self._edit(channel, message, card)
            return
        thread = _number(message.under)
        try:
            await self._edit(thread, message, card)
        except RefusedError as error:
            if _code(error) != THREAD_IS_CLOSED:
                raise
            await self._wake(thread)
            await self._edit(thread, message, card)

    async def _edit(self, channel: int, message: Message, card: Card) -> None:
        async def edited(client: Client) -> None:
            meant = client.get_partial_messageable(channel).get_partial_message(_number(message.id))
            if message.id not in self._stamps:
                self._remember(message.id, await _ids_in(meant))
            components, files = drawn(card)
            ids = self._stamps[message.id]
            view = Drawn(numbered(components, ids) if ids else components)
            await meant.edit(view=view, attachments=files, allowed_mentions=client.allowed_mentions)

        await self._calls.write(str(channel), edited)

    async def reply(self, message: Message, card: Card, stamp: str) -> str:
        """Post in the thread of a message, which has the message's own id; where there is none it is begun."""
        _channel(message.place)
        thread = _number(message.id)
        try:
            return await self._post(thread, card, stamp)
        except RefusedError as error:
            if _code(error) != UNKNOWN_CHANNEL:
                raise
        await self._begin_thread(message, card)
        return await self._post(thread, card, stamp)

    async def direct(self, who: Who, card: Card, stamp: str) -> str:
        """Post to a person alone."""
        return await self._post(await self._talk(who), card, stamp)

    async def whisper(self, place: PlaceRef, who: Who, card: Card) -> None:
        """Show to one person: Discord does so in a channel only as an answer, so it is written to them alone."""
        _channel(place)
        await self.direct(who, card, "")

    async def react(self, message: Message, emoji: str) -> None:
        """Put our own reaction on a message."""
        channel = _channel(message.place)

        async def put(client: Client) -> None:
            await client.get_partial_messageable(channel).get_partial_message(_number(message.id)).add_reaction(emoji)

        await self._calls.write(str(channel), put)

    async def home(self, who: Who, card: Card) -> None:
        """Discord has no front pages."""

    async def find(
        self, place: PlaceRef | Who, stamp: str, since: datetime, under: Message | None = None
    ) -> str | None:
        """The message with this stamp in a channel, in the thread `under` a message, or in our talk with a person."""
        if isinstance(place, Who):
            channel, above = await self._known_talk(place), None
        else:
            channel, above = _number(under.id) if under else _channel(place), _channel(place)

        async def found(client: Client) -> str | None:
            seen = None
            async for message in client.get_partial_messageable(channel).history(limit=None, after=since):
                seen = message
                if message.author == client.user and carries(_components(message), stamp):
                    return str(message.id)
            if seen is None and above is not None:  # what stands in a talk with us we may always read
                await _check_reading(client, channel, above)
            return None

        try:
            return await self._calls.read(str(above or channel), found, looking=True)
        except CannotLookError as error:
            if under is not None and _code(error) == UNKNOWN_CHANNEL:
                return None  # no thread was begun, so nothing was posted in it
            raise

    async def reactors(self, message: Message) -> Sequence[tuple[str, Who]]:
        """All reactions on a message by people."""
        channel = _channel(message.place)
        server = _number(message.place.workspace)

        async def read(client: Client) -> list[tuple[str, Who]]:
            found = await client.get_partial_messageable(channel).fetch_message(_number(message.id))
            kinds = [
                (reaction, kind)
                for reaction in found.reactions
                for kind, count in (
                    (discord.ReactionType.normal, reaction.normal_count),
                    (discord.ReactionType.burst, reaction.burst_count),
                )
                if count and isinstance(reaction.emoji, str)
            ]
            return [
                (str(reaction.emoji), who_of(user, server))
                for reaction, kind in kinds
                async for user in reaction.users(limit=None, type=kind)
                if not user.bot
            ]

        return list(dict.fromkeys(await self._calls.read(str(channel), read)))

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()

    async def _client(self) -> Client:
        return await self._session.client()

    async def _talk(self, who: Who) -> int:
        """The channel of our talk with a person."""

        async def opened(client: Client) -> int:
            return (await client.create_dm(discord.Object(_number(who.account)))).id

        return await self._calls.write(who.account, opened)

    async def _known_talk(self, who: Who) -> int:
        """The same, to look into it."""
        try:
            return await self._talk(who)
        except RefusedError as error:
            raise CannotLookError(f"Discord does not open our talk with them ({error.reason})") from error

    async def _post(self, channel: int, card: Card, stamp: str) -> str:
        async def sent(client: Client) -> str:
            components, files = drawn(card)
            view = Drawn(stamped(components, stamp) if stamp else components)
            more: dict[str, Any] = {"nonce": stamp} if stamp else {}
            message = await client.get_partial_messageable(channel).send(view=view, files=files, **more)
            self._remember(str(message.id), stamp_ids(stamp) if stamp else None)
            return str(message.id)

        return await self._calls.write(str(channel), sent)

    async def _wake(self, thread: int) -> None:
        """Open a thread again that Discord closed because nobody wrote in it; one that was locked stays so."""

        async def woken(client: Client) -> None:
            await client.http.edit_channel(thread, archived=False)

        await self._calls.write(str(thread), woken)

    async def _begin_thread(self, message: Message, card: Card) -> None:
        channel = _channel(message.place)
        name = " ".join(card.title.split())[:THREAD_NAME] or "Studyhall"

        async def begun(client: Client) -> None:
            await client.http.start_thread_with_message(
                channel, _number(message.id), name=name, auto_archive_duration=A_DAY
            )

        try:
            await self._calls.write(str(channel), begun)
        except RefusedError as error:
            if _code(error) != THREAD_IS_THERE:
                raise

    def _remember(self, message: str, ids: Ids | None) -> None:
        """The numbers of a message's stamp, so that an edit need not ask for them."""
        self._stamps[message] = ids
        self._stamps.move_to_end(message)
        if len(self._stamps) > MOST_STAMPS:
            self._stamps.popitem(last=False)

    async def _sync(self, client: Client) -> None:
        """Tell Discord our commands, where it has others; without them it goes on, as buttons are answered too."""
        try:
            if await sync(client.http, _application(client), self._commands):
                log.info("Discord was told the commands anew")
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.warning("the commands could not be told to Discord (%s)", type(error).__name__)


async def _check_reading(client: Client, channel: int, above: int) -> None:
    """Raises CannotLookError where nothing was seen in a channel, or in a thread of the channel `above`, and it is not
    sure that we may read its history.

    Discord gives an empty list to those who may not: https://docs.discord.com/developers/resources/message.
    """
    known = client.get_channel(channel) or client.get_channel(above)
    if isinstance(known, discord.abc.GuildChannel | discord.Thread):
        may = known.permissions_for(known.guild.me)
        if may.view_channel and may.read_message_history:
            return
        raise CannotLookError("the bot may not read the channel's history")
    async for _ in client.get_partial_messageable(channel).history(limit=1):
        return
    raise CannotLookError("it is not known whether the bot may read the channel's history")


async def _ids_in(message: discord.PartialMessage) -> Ids | None:
    """The numbers of a message's stamp; None where it has none, or we may not read it."""
    try:
        return ids_of(_components(await message.fetch()))
    except discord.Forbidden:
        return None


def _components(message: discord.Message) -> list[Any]:
    return [each.to_dict() for each in message.components]


def _application(client: Client) -> int:
    if client.application_id is None:
        raise RefusedError("Discord does not say which application the bot is")
    return client.application_id


def _channel(place: PlaceRef) -> int:
    if place.platform != NAME:
        raise RefusedError(f"{place} is no place of Discord", f"{WRITTEN.capitalize()}.")
    return _number(place.channel)


def _number(snowflake: str) -> int:
    if not (snowflake.isascii() and snowflake.isdigit()):
        raise RefusedError(f"{snowflake!r} is no id of Discord's", "Copy the id by Developer Mode; it is a number.")
    return int(snowflake)


def _code(error: PlatformError) -> int:
    """Discord's own code of what it answered; 0 where it gave none."""
    return error.__cause__.code if isinstance(error.__cause__, discord.HTTPException) else 0
