"""The link by which the bot is let into a server.

Its form by https://docs.discord.com/developers/topics/oauth2.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import urlencode

from adapters.discord.permissions import ALL

TOKEN = "DISCORD_BOT_TOKEN"  # noqa: S105  the name of a variable
PORTAL = "https://discord.com/developers/applications"
AUTHORIZE = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")
INTO_SERVERS = 0
ID = re.compile(r"[1-9][0-9]{14,19}")
"""An id of Discord's: 64 bits that begin with the time since 2015."""


def invite_link(application: str) -> str:
    """The link for an application: the bot with its commands, exactly the permissions that are used, servers only."""
    asked = {
        "client_id": application,
        "scope": " ".join(SCOPES),
        "permissions": ALL,
        "integration_type": INTO_SERVERS,
    }
    return f"{AUTHORIZE}?{urlencode(asked)}"


def application_of(token: str) -> str:
    """The application's id out of its bot's token, whose first part is the bot's id in base64.

    Bots share the id of their application, but for some that were made before 2017. Raises ValueError: a sentence that
    says what to do and does not repeat the token.
    """
    if not token.strip():
        raise ValueError(f"put the bot's token into {TOKEN}, or give --application ID; both are at {PORTAL}")
    first, *rest = token.strip().split(".")
    try:
        found = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except ValueError:
        found = ""
    if len(rest) != 2 or not ID.fullmatch(found):  # noqa: PLR2004  a token has three parts
        raise ValueError(f"what stands in {TOKEN} is no bot token: at {PORTAL} open the application, Bot, Reset Token")
    return found
