"""Secrets do not belong in a file that is read by many and kept in version control: find them, say where they go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.faults import Fault
from content.tree import ListNode, MapNode, Node, ScalarNode

NAMED = re.compile(
    r"(^|[_-])(tokens?|secrets?|passw(or)?d|passphrase|credentials?|(api|private|signing)[_-]?key)$", re.IGNORECASE
)
SHAPED = re.compile(
    r"xox[a-z](\.xox[a-z])?-[\w-]{8,}"  # Slack: bot, user, refresh and configuration tokens
    r"|xapp-[\w-]{8,}"  # Slack: app-level tokens
    r"|[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}"  # Discord: bot tokens
    r"|gh[a-z]_\w{20,}"
    r"|\w+://[^/\s:@]*:[^/\s@]+@\S*"  # a URL with a password
)


def secrets(root: Node, file: str) -> Iterator[Fault]:
    """A fault for each value that is a secret by its shape or by the name of its key; the value is not repeated."""
    for key, node in _scalars(root):
        if node.value and (NAMED.search(key) or SHAPED.search(node.value)):
            message = f"`{key}` holds a secret, and secrets are not read from files"
            yield Fault(file, node.line, node.column, message, _remedy(key))


def _remedy(key: str) -> str:
    if key == "database":
        return "take it out and set the whole URL as environment variable STUDYHALL_DATABASE"
    return "take it out, set it as an environment variable, and renew it if others have seen this file"


def _scalars(node: Node, key: str = "the file") -> Iterator[tuple[str, ScalarNode]]:
    match node:
        case ScalarNode():
            yield key, node
        case ListNode():
            for entry in node.nodes:
                yield from _scalars(entry, key)
        case MapNode():
            for name, value in node.values.items():
                yield from _scalars(value, name)
