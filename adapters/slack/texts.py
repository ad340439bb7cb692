"""Texts as people typed them: Slack writes three signs as HTML does, and wraps links and mentions in brackets.

https://docs.slack.dev/messaging/formatting-message-text (Parsing mrkdwn).
"""

from __future__ import annotations

import html
import re

MARKED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def as_typed(text: str) -> str:
    """What a person typed; a link that Slack made of it is its own text again, a mention its sign and name."""
    return html.unescape(MARKED.sub(_unmarked, text))


def _unmarked(found: re.Match[str]) -> str:
    sign, target, label = found[1], found[2], found[3]
    if sign in ("@", "#"):
        return f"{sign}{(label or target).removeprefix(sign)}"
    if sign == "!":
        return label or f"@{target.partition('^')[0]}"
    return label or target.removeprefix("mailto:")
