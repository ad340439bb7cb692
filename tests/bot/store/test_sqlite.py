from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select

from bot.ports import NotSavedError
from bot.store import Store, schema, sqlite
from bot.store.sqlite import DatabaseFileError
from bot.store.tables import halls
from tests.bot.store.facts import hall
from tests.clock import Clock


def add(name: str, title: str = "") -> Callable[[Connection], int]:
    return lambda connection: connection.execute(insert(halls).values(hall(name) | {"title": title})).rowcount


def found(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(halls)).scalar_one()


async def test_a_full_disk_is_told_and_writing_goes_on_once_there_is_room(sqlite_url: str, clock: Clock) -> None:
    store = Store.open(sqlite_url, now=clock)

    def limit(pages: int) -> Callable[[Connection], None]:
        return lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}").close()

    used = await store.read(lambda connection: connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    await store.write("a", add("a"))
    await store.write("a", limit(used + 2))
    with pytest.raises(NotSavedError, match="disk is full"):
        await store.write("b", add("b", "x" * 100_000))
    await store.write("a", limit(1_000_000))
    assert await store.write("b", add("b", "x" * 100_000)) == 1
    assert await store.read(found) == 2
    await store.close()


async def test_every_connection_is_durable_and_minds_foreign_keys(sqlite_url: str, clock: Clock) -> None:
    store = Store.open(sqlite_url, now=clock)

    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert await store.write("a", pragmas) == ["wal", 2, 1]
    await store.close()


def test_a_network_disk_is_refused(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x {tmp_path} nfs4 rw 0 0\n/dev/sda / ext4 rw 0 0\n")
    with pytest.raises(DatabaseFileError, match=r"network disk \(nfs4\).*local disk"):
        sqlite.refuse_network(tmp_path / "db" / "x.sqlite", mounts)
    mounts.write_text(f"/dev/sdb {tmp_path} ext4 rw 0 0\nserver:/x / nfs rw 0 0\n")
    sqlite.refuse_network(tmp_path / "db" / "x.sqlite", mounts)
    sqlite.refuse_network(tmp_path / "db" / "x.sqlite", tmp_path / "a system without this table")


def test_a_damaged_file_is_refused_naming_the_newest_sound_backup(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    folder = file.parent / "backups"
    with pytest.raises(DatabaseFileError, match="no sound backup was found"):
        open_damaged(file)
    folder.mkdir()
    for name in ("studyhall-20260101T000000Z", "studyhall-20260201T000000Z"):
        shutil.copyfile(file.with_suffix(".sound"), folder / f"{name}.sqlite")
    damage(folder / "studyhall-20260301T000000Z.sqlite")
    with pytest.raises(DatabaseFileError, match=r"studyhall-20260201T000000Z\.sqlite: stop Studyhall"):
        open_damaged(file)


def test_the_backup_of_another_database_beside_it_is_not_named(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    folder = file.parent / "backups"
    folder.mkdir()
    for stem in ("studyhall-test", "studyhall.replaced", "other"):
        shutil.copyfile(file, folder / f"{stem}-20260201T000000Z.sqlite")
    with pytest.raises(DatabaseFileError, match="no sound backup was found"):
        open_damaged(file)
    odd = file.with_name("hall [1].sqlite")
    shutil.copyfile(file.with_suffix(".sound"), folder / "hall [1]-20260201T000000Z.sqlite")
    shutil.copyfile(file.with_suffix(".sound"), odd)
    with pytest.raises(DatabaseFileError, match="the newest sound backup"):
        open_damaged(odd)


def open_damaged(file: Path) -> None:
    if not file.with_suffix(".sound").exists():
        shutil.copyfile(file, file.with_suffix(".sound"))
    damage(file)
    schema.upgrade(file)


def damage(file: Path) -> None:
    file.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)


def test_a_file_that_somebody_writes_to_is_no_damaged_one(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN IMMEDIATE")
        assert sqlite.is_sound(file)


@pytest.mark.parametrize(
    ("version", "warned"),
    [((3, 40, 1), True), ((3, 44, 6), False), ((3, 45, 0), True), ((3, 50, 7), False), ((3, 51, 2), True),
     ((3, 51, 3), False), ((3, 52, 0), False)],
)  # fmt: skip
def test_an_sqlite_with_the_wal_reset_fault_is_warned_of(
    caplog: pytest.LogCaptureFixture,
    version: tuple[int, ...],
    warned: bool,  # noqa: FBT001  a column of the table
) -> None:
    with caplog.at_level(logging.WARNING):
        sqlite.warn_of_old(version)
    assert len(caplog.records) == int(warned)


async def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, clock: Clock) -> None:
    store = Store.open(tmp_path / "no folder" / "x.sqlite", now=clock, runner="inline")
    with pytest.raises(NotSavedError, match="cannot be read or written"):
        await store.write("a", add("a"))
    with pytest.raises(NotSavedError, match="cannot be read or written"):
        await store.read(found)
    await store.close()
