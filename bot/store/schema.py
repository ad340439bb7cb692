"""The tables' life: made, moved up and down by Alembic, compared with the model. All in one locked transaction.

Alembic is imported where something moves: at most starts nothing does, and it takes as long to import as all our own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect

from bot.store import sqlite
from bot.store.address import Address, find_address
from bot.store.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION = "alembic_version"
"""The table where Alembic keeps the revision reached."""
WAITS_MS = 60_000


class SchemaError(Exception):
    """The database's tables and this Studyhall do not fit; the text says what to do."""


def upgrade(url: str | Path, revision: str = "head") -> str:
    """Bring the tables up to date, from nothing or an older release; returns the revision reached.

    Two processes wait for each other; a failure leaves the database as it was. Raises SchemaError for a database made
    by a newer Studyhall.
    """
    wanted = head() if revision == "head" else revision
    return _move(url, wanted, lambda command, config: command.upgrade(config, wanted))


def downgrade(url: str | Path, revision: str) -> str:
    """Bring the tables back to an older release's revision (`base`: no tables, and no data); returns it."""
    return _move(url, revision, lambda command, config: command.downgrade(config, revision))


def current(url: str | Path) -> str:
    """The revision that the database is at, "base" where there are no tables."""
    with _alone(find_address(url)) as connection:
        return revision_of(connection)


def head() -> str:
    """The revision that this Studyhall's code is written for."""
    return max(revisions(), default="base")


def differences(url: str | Path) -> list[str]:
    """What tells the database's tables from the model, a line each; nothing after an upgrade."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415  see above
    from alembic.migration import MigrationContext  # noqa: PLC0415

    with _alone(find_address(url)) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, metadata)]


def revisions() -> frozenset[str]:
    """The revisions that this Studyhall knows: each is the number that its file's name begins with."""
    return frozenset(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def config_for(connection: Connection | None) -> Config:
    """Alembic's configuration, without a file."""
    from alembic.config import Config  # noqa: PLC0415  see above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _move(url: str | Path, wanted: str, step: Callable[[ModuleType, Config], None]) -> str:
    address = find_address(url)
    with _alone(address) as connection:
        found = revision_of(connection)
        _refuse_newer(address, found)
        if found == wanted:
            return found
        from alembic import command  # noqa: PLC0415  see above
        from alembic.util.exc import CommandError  # noqa: PLC0415

        try:
            step(command, config_for(connection))
        except CommandError as error:
            raise SchemaError(f"{address} was left as it was: {error}") from error
        _refuse_orphans(address, connection)
        return revision_of(connection)


@contextmanager
def _alone(address: Address) -> Iterator[Connection]:
    """A transaction that waits for, and keeps out, every other migration."""
    engine = _engine(address)
    try:
        with engine.connect() as connection:
            if address.file:
                driver = connection.connection
                for pragma in (f"busy_timeout={WAITS_MS}", "foreign_keys=OFF"):  # a table made anew is dropped once
                    driver.cursor().execute(f"PRAGMA {pragma}")
            with connection.begin():
                if not address.file:
                    from bot.store import postgresql  # noqa: PLC0415  its driver takes long to import

                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {WAITS_MS}; SET LOCAL statement_timeout = 0")
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({postgresql.key_of('the schema')})")
                yield connection
    finally:
        engine.dispose()


def _engine(address: Address) -> Engine:
    if address.file is None:
        from bot.store import postgresql  # noqa: PLC0415  the same

        return postgresql.open_engine(address.url, writes=True)
    sqlite.refuse_network(address.file)
    address.file.parent.mkdir(parents=True, exist_ok=True)
    sqlite.refuse_corrupt(address.file)
    return sqlite.open_engine(address.file, writes=True)


def revision_of(connection: Connection) -> str:
    """`current`, for a connection that is open already."""
    if not inspect(connection).has_table(VERSION):
        return "base"
    return str(connection.exec_driver_sql(f"SELECT version_num FROM {VERSION}").scalar() or "base")  # noqa: S608


def _refuse_newer(address: Address, found: str) -> None:
    if found != "base" and found not in revisions():
        raise SchemaError(
            f"{address} was written by a newer Studyhall (its tables are at {found}, this one knows {head()}): "
            "start the newer one, or restore a backup made before it"
        )


def _refuse_orphans(address: Address, connection: Connection) -> None:
    if address.file and (orphan := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise SchemaError(f"{address} was left as it was: a row of {orphan[0]} would point at no row of {orphan[2]}")
