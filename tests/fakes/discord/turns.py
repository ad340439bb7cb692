"""What happens to guilds, names, channels and threads."""

from __future__ import annotations

from tests.fakes.discord import shown
from tests.fakes.discord.acts import Acts
from tests.fakes.discord.facts import PUBLIC_THREAD, Channel, Member, Told
from tests.fakes.discord.permissions import USUAL


class Turns(Acts):
    """The rarer half of what people and Discord do."""

    def rename(self, user: str, guild: str, nick: str | None) -> Told:
        """Another name in a guild, of which the bot hears with a privileged intent alone."""
        member = self.guilds[guild].members[user]
        member.nick = nick
        return self._member_changed(guild, member)

    def give_role(self, user: str, guild: str, role: str) -> Told:
        """One more role; the bot hears of it with a privileged intent alone."""
        member = self.guilds[guild].members[user]
        member.roles.append(role)
        return self._member_changed(guild, member)

    def take_role(self, user: str, guild: str, role: str) -> Told:
        """One role less."""
        member = self.guilds[guild].members[user]
        member.roles.remove(role)
        return self._member_changed(guild, member)

    def leave(self, user: str, guild: str) -> Told:
        """Somebody leaves a guild; the bot hears of it with a privileged intent alone."""
        member = self.guilds[guild].members.pop(user)
        return self.happen("GUILD_MEMBER_REMOVE", {"guild_id": guild, "user": shown.user(member.user)}, guild)

    def _member_changed(self, guild: str, member: Member) -> Told:
        return self.happen("GUILD_MEMBER_UPDATE", shown.member(member) | {"guild_id": guild}, guild)

    def invite_bot(self, guild: str, permissions: int = USUAL) -> Told:
        """Let the bot into a guild, with a role of its own."""
        self.seat_bot(self.guilds[guild], permissions)
        return self.joined_told(self.guilds[guild])

    def outage(self, guild: str) -> Told:
        """A guild is not available for a while."""
        self.guilds[guild].available = False
        return self.happen("GUILD_DELETE", {"id": guild, "unavailable": True}, guild)

    def recover(self, guild: str) -> Told:
        """The outage is over."""
        found = self.guilds[guild]
        found.available = True
        return self.happen("GUILD_CREATE", shown.created(self, found), guild)

    def delete_channel(self, channel: str) -> Told:
        """Delete a channel with its threads, or a thread."""
        return self.remove_channel(self.channels[channel])

    def archive_thread(self, thread: str, *, locked: bool = False) -> Told:
        """Archive a thread, locked where a moderator does that."""
        found = self.channels[thread]
        found.archived, found.locked = True, locked
        return self.channel_changed(found)

    def start_thread(self, user: str, channel: str, message: str, name: str = "talk") -> Channel:
        """Somebody opens a thread on a message."""
        where = self.visible(user, channel)
        found = self.message(channel, message)
        found.thread = found.id
        thread = Channel(found.id, PUBLIC_THREAD, name, where.guild, where.id, owner=user, members=[user])
        self.keep_channel(thread)
        self.happen("THREAD_CREATE", shown.channel(self, thread) | {"newly_created": True}, where.guild)
        return thread

    def edit_own(self, user: str, channel: str, message: str, text: str) -> Told:
        """Somebody edits what they wrote."""
        found = self._on_screen(user, channel, message)
        found.content, found.edited, found.edits = text, self.now(), found.edits + 1
        return self.message_told("MESSAGE_UPDATE", found)
