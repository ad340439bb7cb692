"""Emoji by Slack's names. Slack has no letters of its own among them, so options go by keycaps: 1 is A, 2 is B."""

from __future__ import annotations

from collections.abc import Mapping

LETTERS = tuple(chr(0x1F1E6 + index) for index in range(10))
"""The letters A to J as the core knows them (Unicode: regional indicator symbols)."""

KEYCAPS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "keycap_ten")

_NAMES: Mapping[str, str] = {
    **dict(zip(LETTERS, KEYCAPS, strict=True)),
    "⭐": "star",
    "✅": "white_check_mark",
    "👍": "+1",
    "👎": "-1",
}
_ALPHABETS = ("alphabet-white-", "alphabet-yellow-", "letter_")
"""Letters that many workspaces have as emoji of their own."""
_EMOJI: Mapping[str, str] = {
    **{name: emoji for emoji, name in _NAMES.items()},
    **{f"{alphabet}{chr(ord('a') + n)}": letter for alphabet in _ALPHABETS for n, letter in enumerate(LETTERS)},
    "thumbsup": "👍",
    "thumbsdown": "👎",
    "a": LETTERS[0],
    "b": LETTERS[1],
}


def name_of(emoji: str) -> str | None:
    """Slack's name of an emoji that the core uses, None where it has none."""
    return _NAMES.get(emoji)


def emoji_of(name: str) -> str | None:
    """The emoji that a name of Slack's (`one`, `+1::skin-tone-2`) stands for, None where the core has no use for it."""
    return _EMOJI.get(name.partition("::")[0])
