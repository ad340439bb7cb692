"""What happens at Discord besides interactions -> the core: reactions, texts to us alone, servers and channels.

Events by https://docs.discord.com/developers/events/gateway-events. Each comes once: discord.py resumes a session by
the number of the last event that it took.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import discord

from adapters.discord.halls import NAME, Halls, who_of
from adapters.discord.permissions import ALL
from adapters.discord.replies import Replies
from adapters.discord.talks import Talks
from adapters.discord.words import NO_HALL
from bot.ports import Message, NotSavedError, PlaceRef, Reaction, Said, Who

DELETED = "The channel was deleted"
REMOVED = "The bot was taken out of the server"
SHUT = "The bot may no longer see the channel or post in it"
TRIES = 3
BETWEEN = 2.0
"""Seconds."""

log = logging.getLogger(__name__)


class Events:
    """Hears events; those of other channels mean nothing here."""

    def __init__(self, halls: Halls, talks: Talks, replies: Replies, now: Callable[[], datetime]) -> None:
        self._halls = halls
        self._talks = talks
        self._replies = replies
        self._now = now
        self._rereading: asyncio.Task[None] | None = None
        self._unread = False

    def heard(self) -> dict[str, Callable[..., Any]]:
        """What hears which event, by discord.py's names."""
        return {
            "on_shard_ready": self.began,
            "on_raw_reaction_add": self.reacted,
            "on_raw_reaction_remove": self.unreacted,
            "on_message": self.said,
            "on_guild_remove": self.left,
            "on_guild_join": self.joined,
            "on_guild_channel_delete": self.deleted,
            "on_guild_channel_update": self.changed,
            "on_guild_role_update": self.role_changed,
            "on_member_update": self.member_changed,
        }

    async def began(self, shard: int) -> None:
        """A new session: what happened before it was not told, so it is read anew."""
        self._unread = True
        if self._rereading is None or self._rereading.done():
            self._rereading = asyncio.create_task(self._reread())

    def shut(self) -> None:
        """Read nothing anew any more."""
        if self._rereading:
            self._rereading.cancel()

    async def reacted(self, found: discord.RawReactionActionEvent) -> None:
        """A reaction was put on a message."""
        place = self._place(found)
        if place is None or not found.emoji.is_unicode_emoji() or (found.member and found.member.bot):
            return
        who = who_of(found.member, found.guild_id) if found.member else _known(place, found.user_id)
        await self._told(lambda: self._halls.heard_by.reacted(self._reaction(found, place, who)))

    async def unreacted(self, found: discord.RawReactionActionEvent) -> None:
        """A reaction was taken off; who did it has no name here, as Discord tells none."""
        place = self._place(found)
        if place is not None and found.emoji.is_unicode_emoji():
            told = self._reaction(found, place, _known(place, found.user_id))
            await self._told(lambda: self._halls.heard_by.unreacted(told))

    async def said(self, message: discord.Message) -> None:
        """A text to us alone."""
        if message.author.bot or message.guild is not None:
            return
        try:
            talker = await self._talks.talker(message.author)
            if talker is None:
                await self._replies.explain(message.channel, NO_HALL)
                return
            told = Said(f"m:{message.id}", message.created_at, talker.who, talker.place, message.content, direct=True)
            await self._replies.say(message.channel, await self._halls.heard_by.said(told))
        except NotSavedError as error:
            await self._replies.explain(message.channel, str(error))

    async def left(self, guild: discord.Guild) -> None:
        """We were put out of a server; one that Discord has lost for a while is told otherwise."""
        for place in self._halls.of_server(guild.id):
            await self._gone(place, REMOVED)

    async def joined(self, guild: discord.Guild) -> None:
        """We were let into a server."""
        for place in self._halls.of_server(guild.id):
            await self._back(place)

    async def deleted(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted."""
        place = self._halls.places.get(str(channel.id))
        if place is not None:
            await self._gone(place, DELETED)

    async def changed(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """What we may do in a channel may have changed."""
        place = self._halls.places.get(str(after.id))
        if place is None:
            return
        if may_post(after) and _allowed(after) & ~_allowed(before):
            await self._back(place)
        elif may_post(before) and not may_post(after):
            await self._gone(place, SHUT)

    async def role_changed(self, before: discord.Role, after: discord.Role) -> None:
        """A role, which may be ours, allows other things."""
        if before.permissions != after.permissions:
            await self._looked_at(after.guild)

    async def member_changed(self, before: discord.Member, after: discord.Member) -> None:
        """We have other roles; Discord tells of nobody else."""
        if after == after.guild.me and before.roles != after.roles:
            await self._looked_at(after.guild)

    async def _looked_at(self, guild: discord.Guild) -> None:
        """See in which places of a server we may post now."""
        for place in self._halls.of_server(guild.id):
            channel = guild.get_channel(int(place.channel))
            if channel is not None:
                await (self._back(place) if may_post(channel) else self._gone(place, SHUT))

    async def _gone(self, place: PlaceRef, reason: str) -> None:
        await self._told(lambda: self._halls.heard_by.removed(place, reason))

    async def _back(self, place: PlaceRef) -> None:
        await self._told(lambda: self._halls.heard_by.returned(place))

    async def _told(self, tell: Callable[[], Any]) -> None:
        """Tell the core, a few times where it cannot save: Discord tells nothing twice."""
        for after in _waits():
            try:
                await tell()
            except NotSavedError as error:
                log.warning("what happened at Discord could not be saved: %s", error)
                await asyncio.sleep(after)
            else:
                return

    async def _reread(self) -> None:
        while self._unread:
            self._unread = False
            await self._told(lambda: self._halls.heard_by.resumed(NAME))

    def _place(self, found: discord.RawReactionActionEvent) -> PlaceRef | None:
        place = self._halls.places.get(str(found.channel_id))
        return place if place and place.workspace == str(found.guild_id) else None

    def _reaction(self, found: discord.RawReactionActionEvent, place: PlaceRef, who: Who) -> Reaction:
        """Discord gives its reactions neither a number nor an instant."""
        now = self._now()
        message = Message(place, str(found.message_id))
        event = f"r:{found.message_id}:{found.user_id}:{ord(found.emoji.name[0]):x}:{now.timestamp():.3f}"
        return Reaction(event, now, who, message, found.emoji.name)


def may_post(channel: discord.abc.GuildChannel) -> bool:
    """Whether we may see a channel and post in it."""
    may = channel.permissions_for(channel.guild.me)
    return may.view_channel and may.send_messages


def _allowed(channel: discord.abc.GuildChannel) -> int:
    """What of all that we need we may do in a channel, in bits."""
    return channel.permissions_for(channel.guild.me).value & ALL


def _known(place: PlaceRef, account: int) -> Who:
    return Who(NAME, place.workspace, str(account), str(account))


def _waits() -> Iterable[float]:
    return (BETWEEN * 2**n for n in range(TRIES))
