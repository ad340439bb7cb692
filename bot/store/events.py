"""Events that platforms told: each is done once, and what came of it is told again when it is delivered again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from bot.store.prepared import Prepared
from bot.store.tables import events

Outcome = TypeVar("Outcome", dict[str, Any], dict[str, Any] | None)

_keep = Prepared(lambda dialect: dialect.insert(events).on_conflict_do_nothing())


def once(
    connection: Connection, platform: str, event: str, now: datetime, do: Callable[[Connection], Outcome]
) -> Outcome:
    """What came of an event when it was told before, else what comes of it now, which is kept; None is nothing yet."""
    known = outcome_of(connection, platform, event)
    if known is not None:
        return known
    came = do(connection)
    if came is not None:
        keep_outcome(connection, platform, event, now, came)
    return came


def outcome_of(connection: Connection, platform: str, event: str) -> dict[str, Any] | None:
    """What came of an event that was told before, None where it is new."""
    return connection.execute(
        select(events.c.outcome).where(events.c.platform == platform, events.c.event == event)
    ).scalar()


def keep_outcome(connection: Connection, platform: str, event: str, at: datetime, outcome: dict[str, Any]) -> None:
    """Keep what came of an event; the first one stays."""
    _keep.run(connection, {"platform": platform, "event": event, "at": at, "outcome": outcome})
