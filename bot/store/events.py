"""Events that platforms told: each is done once, and what came of it is told again when it is delivered again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.store.tables import events
from bot.store.upsert import insert_new


def outcome_of(connection: Connection, platform: str, event: str) -> dict[str, Any] | None:
    """What came of an event that was told before, None where it is new."""
    return connection.execute(
        select(events.c.outcome).where(events.c.platform == platform, events.c.event == event)
    ).scalar()


def keep_outcome(connection: Connection, platform: str, event: str, at: datetime, outcome: dict[str, Any]) -> None:
    """Keep what came of an event; the first one stays."""
    insert_new(connection, events, {"platform": platform, "event": event, "at": at, "outcome": outcome})


def forget_events(connection: Connection, before: datetime) -> int:
    """Forget events that no platform delivers again; returns how many."""
    return connection.execute(delete(events).where(events.c.at < before)).rowcount
