"""Whom a message notifies: https://discord.com/developers/docs/resources/message#allowed-mentions-object.

Edits, and what one person alone sees, count too: nothing of ours may hold a mention at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.fakes.discord.components import TEXT, walk
from tests.fakes.discord.facts import Json

_MARKED = re.compile(r"<@!?(\d+)>|<@&(\d+)>|@(everyone|here)\b")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
USERS, ROLES, EVERYONE = "users", "roles", "everyone"


def pinged_by(body: Json, *, reply_to: str = "", interaction: bool = False) -> list[str]:
    """Accounts, roles and `everyone` or `here`, each once. `reply_to`: whose message the body answers."""
    allowed = body.get("allowed_mentions")
    parse = [USERS] if interaction else [USERS, ROLES, EVERYONE]
    if isinstance(allowed, dict):
        parse = allowed.get("parse") or []
    named = allowed if isinstance(allowed, dict) else {}
    listed = {kind: {str(each) for each in named.get(kind) or []} for kind in (USERS, ROLES)}
    found = [
        who
        for kind, who in (each for text in _texts(body) for each in marked(text))
        if kind in parse or who in listed.get(kind, set())
    ]
    if reply_to and (not isinstance(allowed, dict) or allowed.get("replied_user")):
        found.append(reply_to)
    return list(dict.fromkeys(found))


def marked(text: str) -> Iterator[tuple[str, str]]:
    """(kind, who) of each mention in a text; code holds none."""
    for match in _MARKED.finditer(_CODE.sub(" ", text)):
        user, role, everyone = match.groups()
        yield (USERS, user) if user else (ROLES, role) if role else (EVERYONE, everyone)


def _texts(body: Json) -> list[str]:
    """The texts in which Discord reads mentions; those of embeds notify nobody."""
    found: list[Any] = [body.get("content")]
    found += [each.get("content") for each, _ in walk(body.get("components")) if each.get("type") == TEXT]
    return [each for each in found if isinstance(each, str)]
