"""Databases of a test's own on a PostgreSQL server. A server is its URL with `{name}` for the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from bot.store.postgresql import key_of

SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""For what depends on no kind of database."""
_numbers = count(1)


def fresh_database(server: str, template: str) -> Iterator[str]:
    """Make a database from a template, give its URL, and drop it."""
    name = f"test_{next(_numbers)}"
    run_sql(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.format(name=name)
    run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")


def run_sql(server: str, statement: str) -> None:
    """Run a statement that cannot be in a transaction."""
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def away(url: str) -> Iterator[None]:
    """Nobody can read or write a database on PostgreSQL meanwhile."""
    with psycopg.connect(url, dbname="postgres", autocommit=True) as session:
        name = conninfo_to_dict(url)["dbname"]
        session.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(Identifier(str(name))))
        session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            session.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(Identifier(str(name))))


@contextmanager
def held(url: str, lock: str) -> Iterator[Callable[[], object]]:
    """Somebody holds a lock until what this gives is called: on SQLite that of the file, on PostgreSQL `lock`."""
    if url.startswith("sqlite"):
        human = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        human.execute("BEGIN IMMEDIATE")
        yield lambda: human.execute("ROLLBACK")
        human.close()
    else:
        session = psycopg.connect(url)
        session.execute(lock.encode())
        yield session.rollback
        session.close()


def holding(url: str) -> Iterator[Callable[[], Callable[[], object]]]:
    """Gives what holds, when it is called, the lock that whatever is saved in the hall waits for; and that lets go."""
    holders = []

    def take() -> Callable[[], object]:
        holders.append(held(url, f"SELECT pg_advisory_xact_lock({key_of('team')})"))
        return holders[-1].__enter__()

    yield take
    for holder in holders:
        holder.__exit__(None, None, None)
