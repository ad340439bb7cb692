"""PostgreSQL: several processes, one database; halls are kept apart by advisory locks."""

from __future__ import annotations

import hashlib
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from bot.store.database import COUNTED, Trouble

READERS = 4
LOCK_WAITS_MS = 250
WRITE_LASTS_MS = 10_000
READ_LASTS_MS = 60_000

_STATES = {
    "40001": Trouble.UNLUCKY,
    "40P01": Trouble.UNLUCKY,
    "55P03": Trouble.BUSY,
    "57014": Trouble.SLOW,
    "53300": Trouble.LOST,
    "25P03": Trouble.LOST,
    "25006": Trouble.LOST,  # the server has become a stand-by
    "53100": Trouble.FULL,
    "XX001": Trouble.BROKEN,
    "XX002": Trouble.BROKEN,
    "58030": Trouble.BROKEN,
}
_CLASSES = {"08": Trouble.LOST, "57": Trouble.LOST}
_LOCK = "SELECT pg_advisory_xact_lock(key) FROM unnest(%(keys)s::bigint[]) AS key"
_TRY = "SELECT key FROM unnest(%(keys)s::bigint[]) AS key WHERE pg_try_advisory_xact_lock(key)"


def open_engine(url: URL, *, writes: bool) -> Engine:
    """An engine whose connections give up on locks, statements and forgotten transactions by themselves."""
    limits = {
        "lock_timeout": LOCK_WAITS_MS,
        "statement_timeout": WRITE_LASTS_MS if writes else READ_LASTS_MS,
        "idle_in_transaction_session_timeout": READ_LASTS_MS,
    }
    options = " ".join([str(url.query.get("options", "")), *(f"-c {name}={ms}" for name, ms in limits.items())])
    pool: dict[str, Any] = {"poolclass": NullPool} if writes else {"poolclass": QueuePool, "pool_size": READERS}
    arguments = {
        "options": options.strip(),
        "application_name": "studyhall",
        "connect_timeout": 5,
        "tcp_user_timeout": WRITE_LASTS_MS,
        "keepalives_idle": 30,
    }
    engine = create_engine(
        url, pool_pre_ping=True, hide_parameters=True, execution_options=COUNTED, connect_args=arguments, **pool
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: psycopg.Connection, _record: object) -> None:
        if not writes:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True

    return engine


class PostgresqlDatabase:
    """A PostgreSQL database as the store's database."""

    def __init__(self, url: URL) -> None:
        self.writer = open_engine(url, writes=True)
        self.readers = open_engine(url, writes=False)

    def lock(self, connection: Connection, halls: AbstractSet[str], *, wait: bool) -> AbstractSet[str]:
        """Advisory locks until the transaction ends, in ascending order so that two processes cannot cross."""
        keys = {key_of(hall): hall for hall in halls}
        got = connection.exec_driver_sql(_LOCK if wait else _TRY, {"keys": sorted(keys)})
        return halls if wait else {keys[key] for key in got.scalars()}

    def is_whole(self, connection: Connection) -> bool:
        """False after a statement failed: COMMIT would then quietly roll back."""
        driver = connection.connection.driver_connection
        return isinstance(driver, psycopg.Connection) and (driver.info.transaction_status == TransactionStatus.INTRANS)

    def trouble(self, error: BaseException) -> Trouble | None:
        """By SQLSTATE; an error of the driver without one means that the connection is gone."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError | psycopg.InternalError):
            return None
        if cause.sqlstate is None:
            return Trouble.LOST
        return _STATES.get(cause.sqlstate) or _CLASSES.get(cause.sqlstate[:2])

    def clock(self, connection: Connection) -> datetime | None:
        """The server's clock, the same for every process."""
        at: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return at.astimezone(UTC)


@lru_cache(maxsize=4096)
def key_of(hall: str) -> int:
    """The advisory lock of a hall: a signed 64-bit number, the same in every process and release."""
    return int.from_bytes(hashlib.blake2b(hall.encode(), digest_size=8).digest(), "big", signed=True)
