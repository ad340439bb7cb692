"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Called, it gives its instant: aware, in UTC. A test sets `at` or says `forward`."""

    def __init__(self, at: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        """Move on by a timedelta's arguments, such as `minutes=5`; returns the new instant."""
        self.at += timedelta(**span)
        return self.at
