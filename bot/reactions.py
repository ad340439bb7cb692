"""Letter reactions: which option an emoji means, and the event that a reaction is when it was missed and read anew."""

from __future__ import annotations

import hashlib

from content.item import Kind

ONE_LETTER = frozenset({Kind.CHOICE, Kind.TRUE_FALSE})
"""Kinds that one letter reaction answers."""

FIRST_LETTER = 0x1F1E6
"""The emoji of the letter A; the others follow (Unicode: regional indicator symbols)."""

LETTERS = 26


def letter_of(emoji: str) -> int | None:
    """The index of the option whose letter this emoji is, None for any other emoji."""
    index = ord(emoji) - FIRST_LETTER if len(emoji) == 1 else -1
    return index if index in range(LETTERS) else None


def letter_emoji(index: int) -> str:
    """The emoji of the letter of the option with this index."""
    return chr(FIRST_LETTER + index)


def missed_event(token: str, workspace: str, account: str, emoji: str) -> str:
    """The event of a reaction on a round that is read anew. It does not tell the account, which may be forgotten."""
    digest = hashlib.blake2b(f"{workspace}:{account}".encode(errors="replace"), key=token.encode(), digest_size=12)
    return f"reread:{token}:{digest.hexdigest()}:{emoji}"
