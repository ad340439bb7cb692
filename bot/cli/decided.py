"""What the database knows of slots to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.cli.database import ask, exists
from bot.cli.parser import Call
from bot.store.halls import find_schedule
from bot.store.turns import decided_slots

Key = tuple[str, str]


def decided(url: str, call: Call, schedules: Sequence[Key], now: datetime) -> dict[Key, dict[str, str]]:
    """For each of the (hall, schedule) that the database has: `asked` or why not by slot, and under "" whether it is
    paused. Nothing without a database.
    """

    def found(connection: Connection) -> dict[Key, dict[str, str]]:
        return {key: _states(connection, key, now) for key in schedules}

    return ask(url, call, lambda store: store.read(found)) if exists(url) else {}


def _states(connection: Connection, key: Key, now: datetime) -> dict[str, str]:
    row = find_schedule(connection, *key)
    if row is None:
        return {}
    paused = {"": f"paused since {row.paused_since:%Y-%m-%d %H:%M}Z"} if row.paused_since else {}
    return {**paused, **decided_slots(connection, row.id, now)}
