"""Shares of the mark, of which Moodle takes only certain ones."""

from __future__ import annotations

_SHARES = ("100", "50", "33.33333", "25", "20", "16.66667", "14.28571", "12.5", "11.11111", "10")
"""What each of one to ten right options earns, in per cent, as Moodle rounds it."""


def share_of(*, right: bool, of: int) -> str:
    """What an option earns where `of` are right: all of them together the whole mark, a wrong one takes it away."""
    return _SHARES[of - 1] if right else "-100"
