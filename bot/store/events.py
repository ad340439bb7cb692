"""Events that platforms told: each is done once, and what came of it is told again when it is delivered again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.store.prepared import Prepared
from bot.store.tables import events

_keep = Prepared(lambda dialect: dialect.insert(events).on_conflict_do_nothing())


def outcome_of(connection: Connection, platform: str, event: str) -> dict[str, Any] | None:
    """What came of an event that was told before, None where it is new."""
    return connection.execute(
        select(events.c.outcome).where(events.c.platform == platform, events.c.event == event)
    ).scalar()


def keep_outcome(connection: Connection, platform: str, event: str, at: datetime, outcome: dict[str, Any]) -> None:
    """Keep what came of an event; the first one stays."""
    _keep.run(connection, {"platform": platform, "event": event, "at": at, "outcome": outcome})
