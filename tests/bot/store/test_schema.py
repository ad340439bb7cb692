from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, insert, inspect

from bot.store import Store, postgresql, schema, sqlite
from bot.store.address import find_address
from bot.store.columns import Instant, Json
from bot.store.migrations.__main__ import write_revision
from bot.store.schema import SchemaError
from bot.store.tables import metadata
from tests.bot.store.facts import START
from tests.clock import Clock
from tests.databases import fresh_database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield str(tmp_path / "folder" / "empty.sqlite")
    else:
        yield from fresh_database(request.getfixturevalue("postgresql_server"), "template0")


def open_engine(url: str) -> Engine:
    address = find_address(url)
    if address.file:
        return sqlite.open_engine(address.file, writes=True)
    return postgresql.open_engine(address.url, writes=True)


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def a_row(table: Table) -> dict[str, Any]:
    """A row for any table; all ids are 1 and all names x, so that foreign keys hold."""
    values: dict[type, Any] = {int: 1, bool: False, str: "x"}
    return {
        column.name: START if isinstance(column.type, Instant)
        else {"x": 1} if isinstance(column.type, Json)
        else values[column.type.python_type]
        for column in table.columns
    }  # fmt: skip


def test_there_is_one_newest_revision() -> None:
    directory = ScriptDirectory.from_config(schema.config_for(None))
    assert directory.get_heads() == [schema.head()]
    assert {script.revision for script in directory.walk_revisions()} == schema.revisions()


def test_the_revisions_make_the_tables_that_the_model_describes(url: str) -> None:
    assert schema.differences(url) == []
    assert schema.current(url) == schema.head()


def test_a_table_that_the_revisions_forgot_is_told(url: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE processes")
        connection.exec_driver_sql("CREATE TABLE forgotten (x INTEGER)")
    engine.dispose()
    told = " ".join(schema.differences(url))
    assert "forgotten" in told
    assert "processes" in told


def test_up_down_and_up_again_work_with_rows_in_every_table(empty: str) -> None:
    assert schema.current(empty) == "base"
    assert schema.upgrade(empty) == schema.head()
    engine = open_engine(empty)
    for _ in range(2):
        with engine.begin() as connection:
            for table in metadata.sorted_tables:
                connection.execute(insert(table).values(a_row(table)))
        for revision in [*sorted(schema.revisions(), reverse=True)[1:], "base"]:
            assert schema.downgrade(empty, revision) == revision
        assert tables(empty) == {"alembic_version"}
        assert schema.upgrade(empty) == schema.head()
    engine.dispose()
    assert schema.differences(empty) == []


def test_a_database_of_a_newer_release_is_refused_and_left_alone(url: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    refused = r"written by a newer Studyhall.*9999.*start the newer one"
    with pytest.raises(SchemaError, match=refused):
        schema.upgrade(url)
    with pytest.raises(SchemaError, match=refused):
        schema.downgrade(url, "base")
    assert schema.current(url) == "9999"


def test_a_revision_that_does_not_exist_is_refused(url: str) -> None:
    with pytest.raises(SchemaError, match="left as it was"):
        schema.downgrade(url, "nonsense")
    assert schema.differences(url) == []


def test_a_migration_that_fails_half_way_leaves_nothing_and_runs_again(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: Connection) -> str:
        assert inspect(connection).has_table("posts")
        raise OSError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(schema, "_refuse_orphans", lambda _address, connection: fail(connection))
        with pytest.raises(OSError, match="the power went"):
            schema.upgrade(empty)
    assert tables(empty) == set()
    assert schema.upgrade(empty) == schema.head()


def test_rows_that_would_point_nowhere_stop_a_migration_of_sqlite(sqlite_url: str) -> None:
    schema.downgrade(sqlite_url, "0001")
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            place = a_row(metadata.tables["places"])
            connection.execute(insert(metadata.tables["places"]).values(place | {"hall_id": "gone"}))
    engine.dispose()
    with pytest.raises(SchemaError, match="a row of places would point at no row of halls"):
        schema.upgrade(sqlite_url)


async def test_two_processes_that_start_at_once_migrate_one_after_the_other(empty: str, clock: Clock) -> None:
    program = f"from bot.store import schema; print(schema.upgrade({empty!r}))"

    def start() -> str:
        return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    both = await asyncio.gather(asyncio.to_thread(start), asyncio.to_thread(start))
    assert {out.strip() for out in both} == {schema.head()}
    store = Store.open(empty, now=clock)
    assert await store.read(lambda connection: inspect(connection).has_table("posts"))
    await store.close()


def test_the_next_revision_is_written_from_what_the_model_and_the_revisions_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "migrations"
    copytree(schema.MIGRATIONS, copy, ignore=ignore_patterns("__pycache__", "0*.py"))
    monkeypatch.setattr(schema, "MIGRATIONS", copy)
    first = write_revision("The first tables")
    assert first.name == "0001_the_first_tables.py"
    assert "'standings'" in first.read_text()
    for some_rows in ("sqlite_where", "postgresql_where"):
        assert f"{some_rows}=sa.text('counted_to IS NOT NULL')" in first.read_text()
    second = write_revision("Nothing new")
    assert second.name == "0002_nothing_new.py"
    assert "down_revision = '0001'" in second.read_text()
    assert second.read_text().count("pass") == 2
