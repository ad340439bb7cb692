"""What the bot has to be allowed in a server: each permission once, with what it is for.

Bits by https://docs.discord.com/developers/topics/permissions.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission: discord.py's name for it, its bit, its title in Discord's windows, and what it is for."""

    flag: str
    bit: int
    title: str
    purpose: str


PERMISSIONS = (
    Permission("view_channel", 1 << 10, "View Channels", "see the channels where it asks"),
    Permission("send_messages", 1 << 11, "Send Messages", "post questions, reveals and boards"),
    Permission(
        "send_messages_in_threads",
        1 << 38,
        "Send Messages in Threads",
        "post the explanation, and what people wrote on an open question, in its thread",
    ),
    Permission("create_public_threads", 1 << 35, "Create Public Threads", "begin that thread under the question"),
    Permission("attach_files", 1 << 15, "Attach Files", "show pictures"),
    Permission("add_reactions", 1 << 6, "Add Reactions", "put the letters under a question to press"),
    Permission(
        "read_message_history",
        1 << 16,
        "Read Message History",
        "find a message again after a fault, and put and count letter reactions",
    ),
)
"""All that are used. docs/discord.md tells the same."""

ALL = sum(permission.bit for permission in PERMISSIONS)
"""All of them in one number, as an invite link has it."""
