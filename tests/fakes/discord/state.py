"""The state of a Discord: kept here, arranged and looked at by tests."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.fakes.discord.facts import (
    DM,
    TEXT,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    RefusedError,
    Role,
    Told,
    User,
    Wrong,
)
from tests.fakes.discord.permissions import USUAL

if TYPE_CHECKING:
    from tests.fakes.discord.calls import Call

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
MESSAGE_CONTENT, GUILD_MEMBERS, GUILD_PRESENCES = 1 << 15, 1 << 1, 1 << 8
PRIVILEGED = MESSAGE_CONTENT | GUILD_MEMBERS | GUILD_PRESENCES


class Guilds:
    """Everything that Discord knows.

    `privileged`: the intents that the developer portal has switched on for the bot. `nonce_window`: for how long a
    nonce is remembered, whatever the channel. `calls`: every request; `refused`: (call's name, code, what was wrong);
    `pinged`: (channel, message, who) of what the bot wrote; `told`: every event. `validate`: look at bodies by
    Discord's own description too. `down`: nothing answers but Cloudflare, with 503.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.address = ""
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.said: dict[str, dict[str, Message]] = {}
        self.interactions: dict[str, Interaction] = {}
        self.tokens: dict[str, Interaction] = {}
        self.commands: dict[str, list[Json]] = {}
        self.command_creates: dict[str, list[datetime]] = {}
        self.emoji: set[str] = set()
        self.calls: list[Call] = []
        self.refused: list[tuple[str, int, list[Wrong]]] = []
        self.pinged: list[tuple[str, str, str]] = []
        self.told: list[Told] = []
        self.privileged = 0
        self.nonce_window = timedelta(minutes=3)
        self.validate = True
        self.down = False
        self.shards = 1
        self._nonces: dict[str, tuple[datetime, Message]] = {}
        self._count = 0
        self.bot_user = self.add_user("studyhall", bot=True).id
        self.bot_token = self._token()

    @property
    def application(self) -> str:
        """The id of the application, which its bot shares."""
        return self.bot_user

    # Arranging.

    def new_id(self) -> str:
        """A snowflake of this instant; they ascend also while the clock stands."""
        self._count += 1
        return str((int((self.now() - EPOCH) / timedelta(milliseconds=1)) << 22) + self._count)

    def add_user(self, name: str, *, global_name: str | None = None, bot: bool = False, locale: str = "en-US") -> User:
        """An account; it is in no guild yet."""
        user = User(self.new_id(), name, global_name, bot, locale)
        self.users[user.id] = user
        return user

    def add_guild(
        self,
        name: str = "hall",
        *,
        owner: str = "",
        everyone: int = USUAL,
        bot: int | None = 0,
        locale: str = "en-US",
    ) -> Guild:
        """A server. `everyone`: what all may; `bot`: what the bot's own role adds to that, None without the bot in it.

        Guilds that are added one after the other belong to one shard after the other.
        """
        made = EPOCH + timedelta(days=365, milliseconds=len(self.guilds))
        self._count += 1
        guild_id = str((int((made - EPOCH) / timedelta(milliseconds=1)) << 22) + self._count)
        owner = owner or self.add_user(f"{name}-owner").id
        guild = Guild(guild_id, name, owner, locale)
        guild.roles[guild_id] = Role(guild_id, "@everyone", everyone, 0)
        self.guilds[guild_id] = guild
        self.said.setdefault(guild_id, {})
        guild.members[owner] = Member(self.users[owner])
        guild.joined = False
        if bot is not None:
            self.seat_bot(guild, bot)
        return guild

    def add_role(self, guild: str, name: str, permissions: int = 0, members: Sequence[str] = ()) -> Role:
        """A role, and who has it."""
        role = self._new_role(self.guilds[guild], name, permissions)
        for each in members:
            self.guilds[guild].members[each].roles.append(role.id)
        return role

    def seat_bot(self, guild: Guild, permissions: int) -> None:
        """Put the bot into a guild, with a role of its own."""
        role = self._new_role(guild, "studyhall", permissions)
        guild.members[self.bot_user] = Member(self.users[self.bot_user], roles=[role.id])
        guild.joined = True

    def _new_role(self, guild: Guild, name: str, permissions: int) -> Role:
        role = Role(self.new_id(), name, permissions, len(guild.roles))
        guild.roles[role.id] = role
        return role

    def add_member(self, guild: str, user: User | str, *, nick: str | None = None, roles: Sequence[str] = ()) -> User:
        """An account in a guild; a name makes a new account."""
        found = self.add_user(user) if isinstance(user, str) else user
        self.guilds[guild].members[found.id] = Member(found, nick, list(roles))
        return found

    def add_channel(self, guild: str, name: str = "study", *, kind: int = TEXT) -> Channel:
        """A channel that everyone sees."""
        channel = Channel(self.new_id(), kind, name, guild)
        return self.keep_channel(channel)

    def keep_channel(self, channel: Channel) -> Channel:
        """Keep a channel, a thread or a talk."""
        self.channels[channel.id] = channel
        self.said[channel.id] = {}
        return channel

    def allow(self, channel: str, who: str, permissions: int) -> None:
        """In this channel a role or an account may this, whatever else says no."""
        allow, deny = self.channels[channel].overwrites.get(who, (0, 0))
        self.channels[channel].overwrites[who] = (allow | permissions, deny & ~permissions)

    def deny(self, channel: str, permissions: int, who: str = "") -> None:
        """In this channel a role or an account, the bot unless named, may not do this."""
        who = who or self.bot_user
        allow, deny = self.channels[channel].overwrites.get(who, (0, 0))
        self.channels[channel].overwrites[who] = (allow & ~permissions, deny | permissions)

    def open_dm(self, user: str) -> Channel:
        """The talk of an account with the bot."""
        for channel in self.channels.values():
            if channel.kind == DM and channel.recipient == user:
                return channel
        return self.keep_channel(Channel(self.new_id(), DM, recipient=user))

    def close_dms(self, user: str) -> None:
        """From now on the account takes no direct messages from the bot."""
        self.users[user].closed = True

    # Looking.

    def message(self, channel: str, message: str) -> Message:
        """A message that is there. Raises RefusedError."""
        found = self.said.get(channel, {}).get(message)
        if found is None or found.deleted:
            raise RefusedError(10008)
        return found

    def messages(self, channel: str) -> list[Message]:
        """What all can read in a channel, oldest first."""
        return [each for each in self.said[channel].values() if not each.deleted and not each.only_for]

    def thread_of(self, channel: str, message: str) -> list[Message]:
        """What can be read in the thread on a message."""
        return self.messages(self.message(channel, message).thread)

    def shard_of(self, guild: str, shards: int) -> int:
        """Which shard hears of a guild; direct messages come to the first."""
        return (int(guild) >> 22) % shards if guild else 0

    # What the API does.

    def keep(self, message: Message) -> Message:
        """Put a message into its channel."""
        self.said[message.channel][message.id] = message
        return message

    def note_pings(self, message: Message, who: Sequence[str]) -> None:
        """Remember who would have been told."""
        self.pinged += [(message.channel, message.id, each) for each in who]

    def with_nonce(self, nonce: str) -> Message | None:
        """What the bot sent with this nonce a short while ago, deleted or not."""
        found = self._nonces.get(nonce)
        return found[1] if found and self.now() - found[0] <= self.nonce_window else None

    def remember_nonce(self, nonce: str, message: Message) -> None:
        """Know a message by its nonce."""
        self._nonces[nonce] = (self.now(), message)

    def attachment(self, name: str, content: bytes, kind: str, description: str | None) -> Attachment:
        """A file with an id."""
        return Attachment(self.new_id(), name, content, kind, description)

    def reset_token(self) -> None:
        """The token is no longer one, as after too many sessions."""
        self.bot_token = self._token()

    def _token(self) -> str:
        head = base64.urlsafe_b64encode(self.bot_user.encode()).decode().rstrip("=")
        return f"{head}.{uuid.uuid4().hex[:6]}.{uuid.uuid4().hex}"
