"""Going back to a backup on the command line."""

from __future__ import annotations

import io
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.cli.parser import CommandError
from bot.store.tables import places, processes
from tests.bot.test_command_line import at, change, fill
from tests.clock import Clock


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def filled(sqlite_url: str, folder: Path) -> str:
    """A filled database in a file."""
    fill(sqlite_url)
    return sqlite_url


def test_a_backup_takes_the_place_of_the_database_once_that_is_confirmed(
    filled: str, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at(clock, ["db", "backup", "there.db", "--database", filled]) == 0
    change(filled, insert(places).values(hall_id="team", platform="web", workspace="w", channel="new"))
    clock.forward(days=1)
    line = ["db", "restore", "there.db", "--database", filled]
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))
    with pytest.raises(CommandError, match="nothing was changed"):
        at(clock, line)
    assert "there.db: made at 2026-11-23 09:00 UTC, 1 halls" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    assert at(clock, line) == 0
    told = capsys.readouterr()
    file = filled.removeprefix("sqlite:///")
    assert told.out.startswith(f"{file} is the backup of 2026-11-23 09:00 UTC now.\nWhat was there is in ")
    assert "the organisers are told" in told.err
    moved = told.out.split()[-1].removesuffix(".")
    assert Path(moved).name == "studyhall.replaced-20261124T090000Z.sqlite"
    for where, number in ((file, 2), (moved, 3)):
        with closing(sqlite3.connect(where)) as connection:
            assert connection.execute("SELECT count(*) FROM places").fetchone() == (number,)
    with pytest.raises(CommandError, match="marked already, by the backup itself"):
        at(clock, ["db", "restored", "--made", "2026-11-22T09:00Z", "--database", filled])
    assert at(clock, [*line, "--yes"]) == 0
    again = capsys.readouterr().out.split()[-1].removesuffix(".")
    assert Path(again).name == "studyhall.replaced-20261124T090000Z-2.sqlite"
    for where, number in ((again, 2), (moved, 3)):
        with closing(sqlite3.connect(where)) as connection:
            assert connection.execute("SELECT count(*) FROM places").fetchone() == (number,)


def test_a_power_cut_while_a_backup_is_put_back_leaves_a_database_in_its_place(
    filled: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at(clock, ["db", "backup", "there.db", "--database", filled]) == 0
    file = Path(filled.removeprefix("sqlite:///"))
    change(filled, insert(places).values(hall_id="team", platform="web", workspace="w", channel="new"))
    replace = Path.replace

    def cut(part: Path, target: Path) -> Path:
        if target == file:
            raise KeyboardInterrupt
        return replace(part, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            at(clock, ["db", "restore", "there.db", "--yes", "--database", filled])
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM places").fetchone() == (3,)
    assert at(clock, ["db", "restore", "there.db", "--yes", "--database", filled]) == 0
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM places").fetchone() == (2,)


def test_nothing_is_restored_under_a_running_study_hall(filled: str, clock: Clock) -> None:
    at(clock, ["db", "backup", "there.db", "--database", filled])
    row = {"id": "p1", "platforms": [], "started_at": clock(), "last_tick": clock()}
    change(filled, insert(processes).values(row))
    clock.forward(seconds=20)
    for line in (["db", "restore", "there.db", "--yes"], ["db", "restored", "--made", "2026-11-22T09:00+01:00"]):
        with pytest.raises(CommandError, match="stop it"):
            at(clock, [*line, "--database", filled])
    clock.forward(seconds=20)
    assert at(clock, ["db", "restored", "--made", "2026-11-22T09:00+01:00", "--database", filled]) == 0
    assert at(clock, ["db", "restore", "there.db", "--yes", "--database", filled]) == 0


def test_nothing_is_restored_under_a_study_hall_that_was_started_while_the_question_waited(
    filled: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow:
        def readline(self) -> str:
            clock.forward(hours=1)
            change(filled, insert(processes).values(id="p1", platforms=[], started_at=clock(), last_tick=clock()))
            return "yes\n"

    at(clock, ["db", "backup", "there.db", "--database", filled])
    monkeypatch.setattr(sys, "stdin", Slow())
    with pytest.raises(CommandError, match="a Studyhall was running"):
        at(clock, ["db", "restore", "there.db", "--database", filled])
    assert Path(filled.removeprefix("sqlite:///")).exists()
    assert not list(Path("backups").glob("*replaced*"))


def test_restoring_is_refused_where_it_makes_no_sense(
    filled: str, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        at(clock, ["db", "restore", "missing.db", "--yes", "--database", filled])
    with pytest.raises(CommandError, match="is not over yet"):
        at(clock, ["db", "restored", "--made", "2030-01-01T09:00Z", "--database", filled])
    with pytest.raises(CommandError, match="restore PostgreSQL with pg_restore"):
        at(clock, ["db", "restore", "there.db", "--yes", "--database", "postgresql://me@127.0.0.1:9/study"])
    for wrong in ("yesterday", "2026-11-22T09:00"):
        with pytest.raises(SystemExit):
            at(clock, ["db", "restored", "--made", wrong, "--database", filled])
        assert "is no instant such as 2026-11-21T09:00Z" in capsys.readouterr().err


def test_a_copy_that_says_no_instant_is_taken_by_its_last_sign_of_life_or_the_files_own_time(
    filled: str, folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = folder / "copied.db"
    line = ["db", "restore", "copied.db", "--yes", "--database", filled]
    copy.write_bytes(Path(filled.removeprefix("sqlite:///")).read_bytes())
    os.utime(copy, (clock().timestamp(), clock().timestamp()))
    assert at(clock, line) == 0
    assert "is the backup of 2026-11-23 09:00 UTC now" in capsys.readouterr().out
    row = {"id": "p1", "platforms": [], "started_at": clock(), "last_tick": clock(), "stopped_at": clock()}
    change(f"sqlite:///{copy}", insert(processes).values(row))
    clock.forward(hours=1)
    os.utime(copy, (clock().timestamp(), clock().timestamp()))
    assert at(clock, line) == 0
    assert "is the backup of 2026-11-23 09:00 UTC now" in capsys.readouterr().out


def test_a_damaged_or_missing_database_is_replaced_and_one_that_is_written_to_is_not(
    filled: str, folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    at(clock, ["db", "backup", "there.db", "--database", filled])
    file = Path(filled.removeprefix("sqlite:///"))
    line = ["db", "restore", "there.db", "--yes", "--database", filled]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(CommandError, match="another program is writing"):
            at(clock, line)
    file.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
    assert at(clock, line) == 0
    assert at(clock, ["board", "--database", filled]) == 0
    file.unlink()
    capsys.readouterr()
    assert at(clock, line) == 0
    assert "What was there" not in capsys.readouterr().out
    (folder / "x.dump").write_bytes(b"PGDMP")
    with pytest.raises(CommandError, match=r"pg_restore"):
        at(clock, ["db", "restore", "x.dump", "--yes", "--database", filled])


def test_a_dump_of_postgresql_tells_what_to_say_after_it_is_restored(
    folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pg_dump", "pg_restore"):
        program = folder / name
        program.write_text(
            '#!/bin/sh\nfor each; do case $each in --file=*) printf PGDMP > "${each#--file=}";; esac; done\n'
        )
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    assert at(clock, ["db", "backup", "x.dump", "--database", "postgresql://me@127.0.0.1:9/study"]) == 0
    assert capsys.readouterr().err.endswith("studyhall db restored --made 2026-11-23T09:00:00Z\n")
