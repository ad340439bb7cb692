"""The one thing that SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two dialects: INSERT … ON CONFLICT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Dialect, Table


def spoken(dialect: Dialect) -> ModuleType:
    """The module of a connection's dialect, whose `insert` knows ON CONFLICT; the other's is not imported for it."""
    return import_module(f"sqlalchemy.dialects.{dialect.name}")


def storable(text: str) -> str:
    """A person's text as both databases can hold it: without NUL and lone surrogates."""
    if text.isascii():
        return text.replace("\0", "")
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert unless a unique key says that the row is there; whether it was inserted."""
    insert = spoken(connection.dialect).insert(table)
    return connection.execute(insert.values(**row).on_conflict_do_nothing()).rowcount == 1


def upsert(connection: Connection, table: Table, row: Mapping[str, Any], key: Sequence[str]) -> int:
    """Insert, or change the row that has the same `key`; returns its `id`."""
    insert = spoken(connection.dialect).insert(table).values(**row)
    changed = {name: insert.excluded[name] for name in row if name not in key}
    statement = insert.on_conflict_do_update(index_elements=list(key), set_=changed).returning(table.c["id"])
    return int(connection.execute(statement).scalar_one())
