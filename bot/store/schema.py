"""The tables' life: made, moved up and down by Alembic, compared with the model. All in one locked transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine

from bot.store import postgresql, sqlite
from bot.store.address import Address, find_address
from bot.store.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = postgresql.key_of("the schema")
WAITS_MS = 60_000


class SchemaError(Exception):
    """The database's tables and this Studyhall do not fit; the text says what to do."""


def upgrade(url: str | Path, revision: str = "head") -> str:
    """Bring the tables up to date, from nothing or an older release; returns the revision reached.

    Two processes wait for each other; a failure leaves the database as it was. Raises SchemaError for a database made
    by a newer Studyhall.
    """
    return _move(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str | Path, revision: str) -> str:
    """Bring the tables back to an older release's revision (`base`: no tables, and no data); returns it."""
    return _move(url, lambda config: command.downgrade(config, revision))


def current(url: str | Path) -> str:
    """The revision that the database is at, "base" where there are no tables."""
    with _alone(find_address(url)) as connection:
        return _revision(connection)


def head() -> str:
    """The revision that this Studyhall's code is written for."""
    return ScriptDirectory.from_config(config_for(None)).get_current_head() or "base"


def differences(url: str | Path) -> list[str]:
    """What tells the database's tables from the model, a line each; nothing after an upgrade."""
    with _alone(find_address(url)) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, metadata)]


def revisions() -> frozenset[str]:
    """The revisions that this Studyhall knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(config_for(None)).walk_revisions())


def config_for(connection: Connection | None) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _move(url: str | Path, step: Callable[[Config], None]) -> str:
    address = find_address(url)
    with _alone(address) as connection:
        _refuse_newer(address, connection)
        try:
            step(config_for(connection))
        except CommandError as error:
            raise SchemaError(f"{address} was left as it was: {error}") from error
        _refuse_orphans(address, connection)
        return _revision(connection)


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
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {WAITS_MS}; SET LOCAL statement_timeout = 0")
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
                yield connection
    finally:
        engine.dispose()


def _engine(address: Address) -> Engine:
    if address.file is None:
        return postgresql.open_engine(address.url, writes=True)
    sqlite.refuse_network(address.file)
    address.file.parent.mkdir(parents=True, exist_ok=True)
    sqlite.refuse_corrupt(address.file)
    return sqlite.open_engine(address.file, writes=True)


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or "base"


def _refuse_newer(address: Address, connection: Connection) -> None:
    found = _revision(connection)
    if found != "base" and found not in revisions():
        raise SchemaError(
            f"{address} was written by a newer Studyhall (its tables are at {found}, this one knows {head()}): "
            "start the newer one, or restore a backup made before it"
        )


def _refuse_orphans(address: Address, connection: Connection) -> None:
    if address.file and (orphan := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise SchemaError(f"{address} was left as it was: a row of {orphan[0]} would point at no row of {orphan[2]}")
