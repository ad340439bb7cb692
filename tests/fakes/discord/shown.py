"""Guilds, channels, messages and people as Discord writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.discord import permissions
from tests.fakes.discord.facts import (
    DM,
    HAS_THREAD,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    Role,
    User,
)

if TYPE_CHECKING:
    from tests.fakes.discord.state import Guilds


_USUAL: Json = {
    "icon": None,
    "emojis": [],
    "stickers": [],
    "features": [],
    "afk_channel_id": None,
    "afk_timeout": 300,
    "verification_level": 1,
    "default_message_notifications": 0,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "application_id": None,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "rules_channel_id": None,
    "vanity_url_code": None,
    "description": None,
    "banner": None,
    "premium_tier": 0,
    "public_updates_channel_id": None,
    "nsfw_level": 0,
    "premium_progress_bar_enabled": False,
    "safety_alerts_channel_id": None,
    "max_members": 500_000,
}
"""What is the same in every guild."""


def user(found: User) -> Json:
    """An account."""
    return {
        "id": found.id,
        "username": found.name,
        "global_name": found.global_name,
        "discriminator": "0000" if found.bot else "0",
        "avatar": None,
        "bot": found.bot,
        "public_flags": 0,
    }


def me(discord: Guilds) -> Json:
    """The bot's own account."""
    return user(discord.users[discord.bot_user]) | {"verified": True, "mfa_enabled": True, "flags": 0, "email": None}


def member(found: Member) -> Json:
    """An account in a guild."""
    return {
        "user": user(found.user),
        "nick": found.nick,
        "roles": list(found.roles),
        "joined_at": "2026-01-01T00:00:00+00:00",
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "avatar": None,
        "communication_disabled_until": None,
    }


def role(found: Role) -> Json:
    """A role."""
    return {
        "id": found.id,
        "name": found.name,
        "permissions": str(found.permissions),
        "position": found.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def channel(discord: Guilds, found: Channel) -> Json:
    """A channel, a thread or a talk."""
    last = list(discord.said[found.id])
    shown: Json = {"id": found.id, "type": found.kind, "last_message_id": last[-1] if last else None, "flags": 0}
    if found.kind == DM:
        return shown | {"recipients": [user(discord.users[found.recipient])]}
    shown |= {"name": found.name, "guild_id": found.guild, "rate_limit_per_user": 0}
    if found.thread:
        return shown | _thread(discord, found)
    guild = discord.guilds[found.guild]
    return shown | {
        "topic": None,
        "position": 0,
        "nsfw": False,
        "parent_id": found.parent or None,
        "permission_overwrites": [
            {"id": who, "type": 0 if who in guild.roles else 1, "allow": str(allow), "deny": str(deny)}
            for who, (allow, deny) in found.overwrites.items()
        ],
    }


def _thread(discord: Guilds, found: Channel) -> Json:
    changed = "2026-01-01T00:00:00+00:00"
    shown: Json = {
        "parent_id": found.parent,
        "owner_id": found.owner,
        "message_count": len(discord.messages(found.id)),
        "total_message_sent": len(discord.said[found.id]),
        "member_count": len(found.members),
        "thread_metadata": {
            "archived": found.archived,
            "auto_archive_duration": found.archive_after,
            "archive_timestamp": changed,
            "locked": found.locked,
            "invitable": True,
        },
    }
    if discord.bot_user in found.members:
        shown["member"] = {"id": found.id, "user_id": discord.bot_user, "join_timestamp": changed, "flags": 0}
    return shown


def guild(discord: Guilds, found: Guild) -> Json:
    """A guild by itself."""
    return {
        **_USUAL,
        "id": found.id,
        "name": found.name,
        "owner_id": found.owner,
        "roles": [role(each) for each in found.roles.values()],
        "preferred_locale": found.locale,
    }


def ready(discord: Guilds, guilds: list[Guild]) -> Json:
    """What the gateway says first in a session with these guilds."""
    return {
        "v": 10,
        "user": me(discord),
        "guilds": [{"id": each.id, "unavailable": True} for each in guilds],
        "resume_gateway_url": f"{discord.address.replace('http', 'ws', 1)}/resume/",
        "application": {"id": discord.application, "flags": 0},
        "private_channels": [],
        "session_type": "normal",
    }


def created(discord: Guilds, found: Guild) -> Json:
    """A guild with all that the bot is told of it when it connects: of the members, itself alone; all channels, also
    those that it may not view, but of threads only those that it may.
    """
    mine = [each for each in discord.channels.values() if each.guild == found.id]
    threads = [each for each in mine if each.thread and not each.archived]
    seen = [each for each in threads if permissions.in_channel(discord, each, discord.bot_user)]
    return guild(discord, found) | {
        "joined_at": "2026-01-01T00:00:00+00:00",
        "large": len(found.members) > 250,
        "unavailable": False,
        "member_count": len(found.members),
        "members": [member(found.members[discord.bot_user])],
        "channels": [channel(discord, each) for each in mine if not each.thread],
        "threads": [channel(discord, each) for each in seen],
        **{key: [] for key in ("voice_states", "presences", "stage_instances", "guild_scheduled_events")},
        "soundboard_sounds": [],
    }


def message(discord: Guilds, found: Message, *, bare: bool = False, nonce: bool = False) -> Json:
    """A message. `bare`: as a bot sees it that may not read what people write; `nonce`: as it is shown just once."""
    shown: Json = {
        "id": found.id,
        "channel_id": found.channel,
        "author": user(discord.users[found.author]),
        "content": "" if bare else found.content,
        "timestamp": found.at.isoformat(),
        "edited_timestamp": found.edited.isoformat() if found.edited else None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [user(discord.users[each]) for each in found.mentions if each in discord.users],
        "mention_roles": [],
        "attachments": [] if bare else [attachment(discord, found, each) for each in found.attachments],
        "embeds": [] if bare else found.embeds,
        "components": [] if bare else found.components,
        "pinned": False,
        "type": found.kind,
        "flags": found.flags | (HAS_THREAD if found.thread else 0),
        **({"nonce": found.nonce} if nonce and found.nonce is not None else {}),
    }
    return shown | _attached(discord, found)


def _attached(discord: Guilds, found: Message) -> Json:
    """What only some messages have."""
    shown: Json = {}
    if names := dict.fromkeys([*found.reactions, *found.bursts]):
        shown["reactions"] = [
            _reaction(discord, name, found.reactions.get(name, []), len(found.bursts.get(name, []))) for name in names
        ]
    if found.reference:
        shown["message_reference"] = found.reference
    if found.thread in discord.channels:
        shown["thread"] = channel(discord, discord.channels[found.thread])
    if found.interaction:
        shown |= _metadata(discord, discord.interactions[found.interaction])
    return shown


def _metadata(discord: Guilds, found: Interaction) -> Json:
    metadata = {"id": found.id, "type": found.kind, "user": user(discord.users[found.user])}
    owners = {"0": found.guild} if found.guild else {"1": found.user}
    return {
        "application_id": discord.application,
        "webhook_id": discord.application,
        "interaction_metadata": metadata | {"authorizing_integration_owners": owners},
    }


def _reaction(discord: Guilds, name: str, who: list[str], bursts: int) -> Json:
    return {
        "emoji": emoji(name),
        "count": len(who) + bursts,
        "count_details": {"burst": bursts, "normal": len(who)},
        "me": discord.bot_user in who,
        "me_burst": False,
        "burst_colors": [],
    }


def emoji(name: str) -> Json:
    """An emoji by its sign, or by `name:id`."""
    own, _, emoji_id = name.partition(":")
    return {"id": emoji_id or None, "name": own}


def attachment(discord: Guilds, where: Message, found: Attachment) -> Json:
    """A file of a message."""
    address = f"{discord.address}/attachments/{where.channel}/{found.id}/{found.filename}"
    shown: Json = {"id": found.id, "filename": found.filename, "size": len(found.content), "url": address}
    shown |= {"proxy_url": address, "content_type": found.content_type}
    return shown | ({"description": found.description} if found.description else {})
