"""What the core keeps for itself, one small JSON value a name: how the last sweep went, that a backup was restored.

Each is a row of `shelf` in a namespace of its own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select

from bot.store.tables import shelf
from bot.store.upsert import insert_new

PREFIX = "core:"


def kept(connection: Connection, name: str) -> Any:  # noqa: ANN401  any JSON
    """The value, None where none is kept."""
    return connection.execute(select(shelf.c.value).where(shelf.c.namespace == PREFIX + name)).scalar()


def keep(connection: Connection, name: str, value: Any) -> None:  # noqa: ANN401  any JSON
    """Keep a value in the place of any other."""
    drop(connection, name)
    keep_first(connection, name, value)


def keep_first(connection: Connection, name: str, value: Any) -> bool:  # noqa: ANN401  any JSON
    """Keep a value unless there is one; whether it is kept."""
    return insert_new(connection, shelf, {"namespace": PREFIX + name, "key": "", "value": value, "seq": 0})


def drop(connection: Connection, name: str) -> None:
    """Keep it no longer."""
    connection.execute(delete(shelf).where(shelf.c.namespace == PREFIX + name))
