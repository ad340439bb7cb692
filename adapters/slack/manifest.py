"""The app's manifest: what Slack must know to make the app, from the command tree and the scopes that are used.

Its form by https://docs.slack.dev/reference/app-manifest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.ports import Command

SCOPES: Mapping[str, str] = {
    "channels:history": "hear answers typed in the thread of a question, and find a message again after a fault",
    "channels:read": "learn that a public channel was archived, deleted or left, or that the bot is in it again",
    "chat:write": "post questions, reveals and boards, and keep them up to date",
    "commands": "offer the slash commands and the shortcut of a message",
    "files:read": "know when a picture can be shown",
    "files:write": "show pictures, and send people the files that they ask for",
    "groups:history": "the same as channels:history in private channels that the bot is in",
    "groups:read": "the same as channels:read in private channels that the bot is in",
    "im:history": "hear answers that are typed to the bot alone",
    "im:write": "write to a person alone",
    "reactions:read": "count letter reactions as answers",
    "reactions:write": "put the letters under a question to press",
    "usergroups:read": "know who is in the user groups that may organise",
    "users:read": "show people's names, and know who is an admin",
}
"""What each scope is for. docs/slack.md tells the same."""

EVENTS: Mapping[str, str] = {
    "app_home_opened": "",
    "app_uninstalled": "",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_id_changed": "groups:read",
    "channel_left": "channels:read",
    "channel_unarchive": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "group_unarchive": "groups:read",
    "member_joined_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "tokens_revoked": "",
    "user_profile_changed": "users:read",
}
"""The events that are heard, each with the scope that it needs."""

SHORTCUT = {
    "name": "Suggest as a question",
    "callback_id": "suggest",
    "description": "Make a question of this message for the study hall",
}
EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
COLOUR = "#2b4a6f"


def manifest(commands: Sequence[Command], title: str, url: str = "") -> dict[str, Any]:
    """The manifest for Socket Mode, or for HTTP where `url` says how the program is reached from outside."""
    events = {"request_url": f"{url}{EVENTS_PATH}"} if url else {}
    oauth: dict[str, Any] = {"scopes": {"bot": sorted(SCOPES)}}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": title,
            "description": "A daily question for your team, with explanations, boards and streaks",
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": title, "always_online": True},
            "shortcuts": [{"type": "message", **SHORTCUT}],
            "slash_commands": [_command(command, events.get("request_url", "")) for command in commands],
        },
        "oauth_config": {**({"redirect_urls": [f"{url}{REDIRECT_PATH}"]} if url else {}), **oauth},
        "settings": {
            "event_subscriptions": {**events, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **events},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": bool(url),
        },
    }


def _command(command: Command, url: str) -> dict[str, Any]:
    told = {"command": f"/{command.name}", "description": command.description, "should_escape": False}
    hint = _hint(command)
    return {**told, **({"usage_hint": hint} if hint else {}), **({"url": url} if url else {})}


def _hint(command: Command) -> str:
    """What may follow the command: `[period] [topic]`, or the words below it."""
    if command.children:
        return " | ".join(child.name for child in command.children)
    return " ".join(option.name if option.required else f"[{option.name}]" for option in command.options)
