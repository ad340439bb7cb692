"""Texts as a reader may see them: nothing in them steers what shows them."""

from __future__ import annotations

_SIGNS = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"} | {0x7F: "␡"}
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_UNSEEN = (*range(0x80, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF)
_HARMLESS: dict[int, str | None] = {**_SIGNS, **dict.fromkeys((*_TURNING, *_UNSEEN))}


def visible(text: str) -> str:
    """The text with control characters as signs (␀) and without those that turn the direction of what follows."""
    return text.translate(_HARMLESS)
