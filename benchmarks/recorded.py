"""What the product says to its driver, recorded, and said again by the bare driver: the floor."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import psycopg
from sqlalchemy import Engine, event

from bot.store.address import find_address

Spoken = Any
"""Statements and parameters, as a driver takes them."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its parameters; `many` where it was run once for each of a list of them."""

    text: Spoken
    values: Spoken
    many: bool


class Recorder:
    """The statements that went through the cursors of this process, in groups that `begin` starts."""

    def __init__(self) -> None:
        self.groups: list[list[Statement]] = []

    def begin(self) -> None:
        """What follows is another group."""
        self.groups.append([])

    def keep(self, text: Spoken, values: Spoken, *, many: bool = False) -> None:
        """Add a statement to the group that was begun last."""
        if self.groups:
            self.groups[-1].append(Statement(text, list(values) if many else values, many))


@contextmanager
def recording() -> Iterator[Recorder]:
    """Record what every engine opened meanwhile says to its driver."""
    recorder = Recorder()

    def connected(connection: object, _record: object) -> None:
        if isinstance(connection, psycopg.Connection):
            connection.cursor_factory = _postgresql_cursor(recorder)

    def connect(dialect: Any, _record: object, arguments: Any, words: Any) -> Any:  # noqa: ANN401  SQLAlchemy's event
        if dialect.name != "sqlite":
            return None
        return sqlite3.connect(*arguments, **words, factory=_sqlite_connection(recorder))

    event.listen(Engine, "connect", connected)
    event.listen(Engine, "do_connect", connect)
    try:
        yield recorder
    finally:
        event.remove(Engine, "connect", connected)
        event.remove(Engine, "do_connect", connect)


def _postgresql_cursor(recorder: Recorder) -> type[psycopg.Cursor[Any]]:
    class Recorded(psycopg.Cursor[Any]):
        def execute(self, query: Spoken, params: Spoken = None, **words: Spoken) -> Recorded:
            recorder.keep(query, params)
            return super().execute(query, params, **words)

        def executemany(self, query: Spoken, params_seq: Spoken, **words: Spoken) -> None:
            recorder.keep(query, params_seq, many=True)
            super().executemany(query, params_seq, **words)

    return Recorded


def _sqlite_connection(recorder: Recorder) -> type[sqlite3.Connection]:
    class RecordedCursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Spoken = ()) -> RecordedCursor:
            recorder.keep(sql, parameters)
            return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Spoken) -> RecordedCursor:
            recorder.keep(sql, parameters, many=True)
            return super().executemany(sql, parameters)

    class Recorded(sqlite3.Connection):
        def cursor(self, factory: Spoken = RecordedCursor) -> Spoken:
            return super().cursor(factory)

    return Recorded


class Cursor(Protocol):
    """What both drivers' cursors can do."""

    @property
    def description(self) -> object:
        """None where a statement gives no rows."""

    def execute(self, text: Spoken, values: Spoken, /) -> object:
        """Run a statement."""

    def executemany(self, text: Spoken, values: Spoken, /) -> object:
        """Run it for each of many values."""

    def fetchall(self) -> list[Any]:
        """All rows."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A bare connection of a driver, set up as the store's writer sets up its own."""

    cursor: Cursor
    commit: Callable[[], object]
    close: Callable[[], object]


def open_driver(url: str) -> Driver:
    """Connect to a database without SQLAlchemy."""
    address = find_address(url)
    if address.file is None:
        server = psycopg.connect(url)
        return Driver(server.cursor(), server.commit, server.close)
    file = sqlite3.connect(address.file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        file.execute(f"PRAGMA {pragma}")
    return Driver(file.cursor(), file.commit, file.close)


def replay(driver: Driver, groups: Sequence[Sequence[Statement]], sizes: Sequence[int]) -> None:
    """Say recorded groups again, as many of them together in a transaction as `sizes` say.

    The first statement of each group opens its transaction (BEGIN, or the lock of a hall): it is said once for each.
    """
    left = iter(groups)
    for size in sizes:
        for number, group in enumerate(islice(left, size)):
            for statement in group if number == 0 else group[1:]:
                _say(driver.cursor, statement)
        driver.commit()


def _say(cursor: Cursor, statement: Statement) -> None:
    if statement.many:
        cursor.executemany(statement.text, statement.values)
        return
    cursor.execute(statement.text, statement.values)
    if cursor.description:
        cursor.fetchall()
