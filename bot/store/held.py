"""Two databases held still for copying: one that is read in one snapshot, one that is filled in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.store import schema, sqlite
from bot.store.address import Address
from bot.store.tables import metadata

WAITS_MS = 5_000
NAMES = ", ".join(known.name for known in metadata.sorted_tables)
"""All tables, as SQL lists them."""
NO_WRITERS = f"LOCK TABLE {NAMES} IN SHARE MODE"
NOBODY_ELSE = f"LOCK TABLE {NAMES} IN EXCLUSIVE MODE"
AT_LEISURE = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    f"SET LOCAL lock_timeout = {WAITS_MS}",
)


class CopyError(Exception):
    """Nothing was copied; the text says why and what to do."""


class UnusableError(CopyError):
    """Nothing was copied, because one of the two databases cannot be used."""


@contextmanager
def still(origin: Address) -> Iterator[Connection]:
    """One snapshot of a database of this release, whose writers wait or give up until it is let go of."""
    with told(f"{origin} cannot be read"), _guarded(origin), connected(origin, writes=False) as connection:
        with connection.begin():
            _refuse_revision(origin, schema.revision_of(connection))
        with connection.begin():
            if not origin.file:  # before the first statement that reads, which takes the snapshot
                _hold(connection, NO_WRITERS)
            yield connection


@contextmanager
def _guarded(origin: Address) -> Iterator[None]:
    """Keeps SQLite's writers out, without writing."""
    if origin.file is None:
        yield
        return
    if not origin.file.exists():
        raise UnusableError(f"there is no database at {origin.file}: check the address")
    sqlite.refuse_corrupt(origin.file)
    with closing(sqlite3.connect(origin.file, isolation_level=None, timeout=WAITS_MS / 1_000)) as guard:
        try:
            guard.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise UnusableError(f"{origin.file} cannot be held still ({error}): stop who writes to it first") from error
        yield


def _refuse_revision(origin: Address, found: str) -> None:
    if found == "base":
        raise UnusableError(f"there is nothing in {origin}: check the address")
    if found != schema.head():
        raise UnusableError(
            f"the tables of {origin} are at {found}, this Studyhall needs {schema.head()}: "
            "run `studyhall db upgrade --database …` on it with the newest of your Studyhalls first"
        )


@contextmanager
def alone(goal: Address) -> Iterator[Connection]:
    """The transaction that fills the target; nobody else writes to it meanwhile."""
    with told(f"{goal} cannot be used"), connected(goal, writes=True) as connection, connection.begin():
        if not goal.file:
            _hold(connection, NOBODY_ELSE)
        yield connection


@contextmanager
def connected(address: Address, *, writes: bool) -> Iterator[Connection]:
    """A connection that is let go of at the end; one that `writes` keeps SQLite's other writers out."""
    engine: Engine
    if address.file:
        engine = sqlite.open_engine(address.file, writes=writes)
    else:
        from bot.store import postgresql  # noqa: PLC0415  its driver takes long to import

        engine = postgresql.open_engine(address.url, writes=writes)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _hold(connection: Connection, lock: str) -> None:
    """PostgreSQL: keep other writers out until the transaction ends, which may take as long as it needs."""
    for statement in (*AT_LEISURE, lock):
        connection.exec_driver_sql(statement)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Says what failed where the database gives an error of its own."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise UnusableError(f"{what}: {reason}; nothing was copied") from error
