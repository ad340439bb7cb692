"""The one thing that SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two dialects: INSERT … ON CONFLICT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, literal
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bot.store.prepared import Prepared


def storable(text: str) -> str:
    """A person's text as both databases can hold it: without NUL and lone surrogates."""
    if text.isascii():
        return text.replace("\0", "")
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert unless a unique key says that the row is there; whether it was inserted."""
    return _insert_new(table, tuple(row)).run(connection, row) == 1


def upsert(connection: Connection, table: Table, row: Mapping[str, Any], key: Sequence[str]) -> int:
    """Insert, or change the row that has the same `key`; returns its `id`."""
    return int(_upsert(table, tuple(row), tuple(key)).rows(connection, row)[0][0])


@lru_cache
def _insert_new(table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(lambda dialect: dialect.insert(table).values(_named(table, names)).on_conflict_do_nothing())


@lru_cache
def _upsert(table: Table, names: tuple[str, ...], key: tuple[str, ...]) -> Prepared:
    def build(dialect: Any) -> Any:  # noqa: ANN401  a module
        insert = dialect.insert(table).values(_named(table, names))
        changed = {name: insert.excluded[name] for name in names if name not in key}
        return insert.on_conflict_do_update(index_elements=list(key), set_=changed).returning(table.c["id"])

    return Prepared(build)


def _named(table: Table, names: tuple[str, ...]) -> dict[str, BindParameter[Any]]:
    """A parameter of its own name and type for each of these columns; what others are by default."""
    usual = {
        column.name: literal(column.default.arg, column.type)
        for column in table.c
        if isinstance(column.default, ScalarElementColumnDefault)
    }
    return usual | {name: bindparam(name, type_=table.c[name].type) for name in names}
