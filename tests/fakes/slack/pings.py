"""Whom a message tells, by Slack's rules for parsing: https://docs.slack.dev/messaging/formatting-message-text.

Texts that only edit, and those that one person alone sees, count too: nothing of ours may hold a mention at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_MARKED = re.compile(r"<@([UW]\w+)(?:\|[^>]*)?>|<!(channel|here|everyone)(?:\|[^>]*)?>|<!subteam\^(S\w+)(?:\|[^>]*)?>")
_LOOSE = re.compile(r"(?<![\w@])@([\w.-]+)")
_KEYS = {"user": "user_id", "usergroup": "usergroup_id", "broadcast": "range"}


def pinged_by(text: str, blocks: Sequence[Any], arguments: Mapping[str, Any]) -> list[str]:
    """Accounts, groups and broadcasts, each as often as it is told. `arguments`: of the call."""
    loose = str(arguments.get("link_names", "")).lower() in ("1", "true") or arguments.get("parse") == "full"
    texts = [text, *(each for block in blocks for each in _texts(block))]
    found = [who for each in texts for who in _marked(each)]
    found += [who for block in blocks for who in _elements(block)]
    return found + ([who for each in texts for who in _LOOSE.findall(each)] if loose else [])


def _marked(text: str) -> Iterator[str]:
    for match in _MARKED.finditer(text):
        yield next(each for each in match.groups() if each)


def _texts(found: Any) -> Iterator[str]:
    """The texts in which Slack reads marks."""
    if isinstance(found, list):
        for each in found:
            yield from _texts(each)
    elif isinstance(found, dict):
        if found.get("type") in ("mrkdwn", "markdown") and isinstance(found.get("text"), str):
            yield found["text"]
        for each in found.values():
            yield from _texts(each)


def _elements(found: Any) -> Iterator[str]:
    """The mentions in rich text."""
    if isinstance(found, list):
        for each in found:
            yield from _elements(each)
    elif isinstance(found, dict):
        key = _KEYS.get(str(found.get("type")))
        if key and isinstance(found.get(key), str):
            yield found[key]
        for each in found.values():
            yield from _elements(each)
