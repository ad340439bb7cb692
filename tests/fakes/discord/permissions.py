"""Who may do what where: https://discord.com/developers/docs/topics/permissions."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

from tests.fakes.discord.facts import Channel, Guild, RefusedError

if TYPE_CHECKING:
    from tests.fakes.discord.state import Guilds


class May(IntFlag):
    """Permissions by Discord's own bits."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


ALL = (1 << 53) - 1
USUAL = int(
    May.VIEW_CHANNEL
    | May.SEND_MESSAGES
    | May.EMBED_LINKS
    | May.ATTACH_FILES
    | May.READ_MESSAGE_HISTORY
    | May.ADD_REACTIONS
    | May.USE_APPLICATION_COMMANDS
    | May.CREATE_PUBLIC_THREADS
    | May.SEND_MESSAGES_IN_THREADS
)
"""What everyone may in a new guild."""
IN_DMS = USUAL | May.MENTION_EVERYONE


def in_guild(guild: Guild, user: str) -> int:
    """What an account may in a guild, before its channels say otherwise."""
    if user == guild.owner:
        return ALL
    found = guild.roles[guild.id].permissions
    for role in guild.members[user].roles:
        found |= guild.roles[role].permissions
    return ALL if found & May.ADMINISTRATOR else found


def in_channel(discord: Guilds, channel: Channel, user: str) -> int:
    """What an account may in a channel; nothing where it is not in the guild or does not see the channel."""
    if not channel.guild:
        return int(IN_DMS) if user in (channel.recipient, discord.bot_user) else 0
    guild = discord.guilds[channel.guild]
    if user not in guild.members:
        return 0
    found = in_guild(guild, user)
    if found == ALL:
        return ALL
    place = discord.channels.get(channel.parent, channel) if channel.thread else channel
    roles = [place.overwrites.get(role, (0, 0)) for role in guild.members[user].roles]
    joined = (_union(roles, 0), _union(roles, 1))
    for allow, deny in (place.overwrites.get(guild.id, (0, 0)), joined, place.overwrites.get(user, (0, 0))):
        found = found & ~deny | allow
    if channel.kind == 12 and user not in channel.members and not found & May.MANAGE_THREADS:
        return 0
    return found if found & May.VIEW_CHANNEL else 0


def _union(overwrites: list[tuple[int, int]], which: int) -> int:
    found = 0
    for each in overwrites:
        found |= each[which]
    return found


def hidden_without(default: str | None) -> int:
    """What a person has to be allowed to be shown a command, by its `default_member_permissions`."""
    if default is None:
        return 0
    return int(default) or int(May.ADMINISTRATOR)


def need(discord: Guilds, channel: Channel, *needed: May) -> int:
    """What the bot may in a channel. Raises RefusedError where that is too little."""
    found = in_channel(discord, channel, discord.bot_user)
    if not found & May.VIEW_CHANNEL:
        raise RefusedError(50001)
    if any(not found & each for each in needed):
        raise RefusedError(50013)
    return found
