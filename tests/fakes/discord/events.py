"""What happens at Discord, and what the bot is told of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from tests.fakes.discord import permissions, shown
from tests.fakes.discord.facts import TEXT, Channel, Guild, Json, Message, Role, Told, User
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.state import MESSAGE_CONTENT, Guilds


class Events(Guilds):
    """Changes of the state that the bot hears of, by whomever."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.gateway = Gateway(self)

    @property
    def gateway_url(self) -> str:
        """The address of the gateway."""
        return f"{self.address.replace('http', 'ws', 1)}/gateway/"

    # What a test arranges while the bot is connected is told as if it happened then.

    def add_guild(self, *names: str, **more: Any) -> Guild:
        """See `Guilds.add_guild`."""
        guild = super().add_guild(*names, **more)
        if guild.joined:
            self.joined_told(guild)
        return guild

    def add_role(self, guild: str, name: str, permissions: int = 0, members: Sequence[str] = ()) -> Role:
        """See `Guilds.add_role`."""
        role = super().add_role(guild, name, permissions, members)
        self._arranged("GUILD_ROLE_CREATE", {"guild_id": guild, "role": shown.role(role)}, guild)
        return role

    def add_member(self, guild: str, user: User | str, *, nick: str | None = None, roles: Sequence[str] = ()) -> User:
        """See `Guilds.add_member`."""
        found = super().add_member(guild, user, nick=nick, roles=roles)
        told = shown.member(self.guilds[guild].members[found.id]) | {"guild_id": guild}
        self._arranged("GUILD_MEMBER_ADD", told, guild)
        return found

    def add_channel(self, guild: str, name: str = "study", *, kind: int = TEXT) -> Channel:
        """See `Guilds.add_channel`."""
        channel = super().add_channel(guild, name, kind=kind)
        self._arranged("CHANNEL_CREATE", shown.channel(self, channel), guild)
        return channel

    def allow(self, channel: str, who: str, permissions: int) -> None:
        """See `Guilds.allow`."""
        super().allow(channel, who, permissions)
        self._arranged("CHANNEL_UPDATE", shown.channel(self, self.channels[channel]), self.channels[channel].guild)

    def deny(self, channel: str, permissions: int, who: str = "") -> None:
        """See `Guilds.deny`."""
        super().deny(channel, permissions, who)
        self._arranged("CHANNEL_UPDATE", shown.channel(self, self.channels[channel]), self.channels[channel].guild)

    def joined_told(self, guild: Guild) -> Told:
        """Tell that the bot is in a guild now."""
        told = shown.created(self, guild)
        del told["unavailable"]
        return self._arranged("GUILD_CREATE", told, guild.id)

    def _arranged(self, name: str, body: Json, guild: str) -> Told:
        return self.happen(name, body, guild) if self.gateway.sessions else Told(name, body, guild)

    # What happens.

    def happen(self, name: str, body: Json, guild: str = "", bare: Json | None = None) -> Told:
        """Tell the bot of an event, as long as it is in the guild; `bare`: without what it needs an intent to read."""
        told = Told(name, body, guild, bare)
        if guild and not self.guilds[guild].joined and name != "GUILD_DELETE":
            return told
        return self.gateway.tell(told)

    def deliver(self, told: Told | None, times: int = 1) -> None:
        """Tell of the same event so many times more."""
        if told is None:
            raise ValueError("nothing was told")
        for _ in range(times):
            self.gateway.tell_again(told)

    def message_told(self, name: str, message: Message) -> Told:
        """Tell of a message in a channel that the bot sees."""
        where = self.channels[message.channel]
        body = shown.message(self, message, nonce=name == "MESSAGE_CREATE")
        more: Json = {"channel_type": where.kind}
        if where.guild:
            more["guild_id"] = where.guild
            member = self.guilds[where.guild].members.get(message.author)
            more |= (
                {"member": {key: value for key, value in shown.member(member).items() if key != "user"}}
                if member
                else {}
            )
        bare = shown.message(self, message, bare=True) | more if self.private(message, where) else None
        return self._seen(where, name, body | more, bare)

    def private(self, message: Message, channel: Channel) -> bool:
        """Whether the bot may read a message with the intent for that alone."""
        own = message.author == self.bot_user or self.bot_user in message.mentions
        return bool(channel.guild) and not own

    def bare(self, message: Message, channel: Channel) -> bool:
        """Whether the REST API keeps the content of a message from the bot."""
        return self.private(message, channel) and not self.privileged & MESSAGE_CONTENT

    def put_reaction(self, message: Message, user: str, emoji: str) -> Told:
        """Put a reaction, once an account."""
        who = message.reactions.setdefault(emoji, [])
        if user in who:
            return Told("MESSAGE_REACTION_ADD", {})
        who.append(user)
        return self._reacted("MESSAGE_REACTION_ADD", message, user, emoji)

    def take_reaction(self, message: Message, user: str, emoji: str) -> Told:
        """Take a reaction off, where there is one."""
        who = message.reactions.get(emoji, [])
        if user not in who:
            return Told("MESSAGE_REACTION_REMOVE", {})
        who.remove(user)
        if not who:
            del message.reactions[emoji]
        return self._reacted("MESSAGE_REACTION_REMOVE", message, user, emoji)

    def _reacted(self, name: str, message: Message, user: str, emoji: str) -> Told:
        where = self.channels[message.channel]
        body = self._on(message) | {"user_id": user, "emoji": shown.emoji(emoji), "type": 0, "burst": False}
        if name.endswith("ADD"):
            body["message_author_id"] = message.author
            if where.guild and user in self.guilds[where.guild].members:
                body["member"] = shown.member(self.guilds[where.guild].members[user])
        return self._seen(where, name, body)

    def reactions_gone(self, message: Message, emoji: str = "") -> Told:
        """Tell that all reactions of a message, or those with an emoji, are gone."""
        name = "MESSAGE_REACTION_REMOVE_EMOJI" if emoji else "MESSAGE_REACTION_REMOVE_ALL"
        body = self._on(message) | ({"emoji": shown.emoji(emoji)} if emoji else {})
        return self._seen(self.channels[message.channel], name, body)

    def erase(self, message: Message) -> Told:
        """Delete a message."""
        message.deleted = True
        body = {key: value for key, value in self._on(message).items() if key != "message_id"} | {"id": message.id}
        if message.only_for:
            return Told("MESSAGE_DELETE", body)
        return self._seen(self.channels[message.channel], "MESSAGE_DELETE", body)

    def channel_changed(self, channel: Channel) -> Told:
        """Tell that a channel or a thread is different now."""
        name = "THREAD_UPDATE" if channel.thread else "CHANNEL_UPDATE"
        return self.happen(name, shown.channel(self, channel), channel.guild)

    def remove_channel(self, channel: Channel) -> Told:
        """Delete a channel with its threads, or a thread."""
        gone = shown.channel(self, channel)
        below = [each for each in self.channels.values() if each.parent == channel.id and each.thread]
        for each in [channel, *below]:
            del self.channels[each.id]
            del self.said[each.id]
        return self.happen("THREAD_DELETE" if channel.thread else "CHANNEL_DELETE", gone, channel.guild)

    def _on(self, message: Message) -> Json:
        where = self.channels[message.channel]
        guild = {"guild_id": where.guild} if where.guild else {}
        return {"channel_id": where.id, "message_id": message.id, **guild}

    def _seen(self, where: Channel, name: str, body: Json, bare: Json | None = None) -> Told:
        """What happens in a channel is told while the bot sees it."""
        if not permissions.in_channel(self, where, self.bot_user):
            return Told(name, body, where.guild)
        return self.happen(name, body, where.guild, bare)

    def kick_bot(self, guild: str) -> Told:
        """Take the bot out of a guild."""
        self.guilds[guild].joined = False
        self.guilds[guild].members.pop(self.bot_user, None)
        self.commands.pop(guild, None)
        return self.happen("GUILD_DELETE", {"id": guild}, guild)
