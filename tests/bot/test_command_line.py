from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from sqlalchemy import create_engine, delete, func, insert, literal, select, update

from bot import installed as installation
from bot.__main__ import main
from bot.cli.output import columns, progress, visible, width
from bot.cli.parser import Code, CommandError, Surroundings
from bot.cli.tree import MODULES, call, tree
from bot.commands import COMMANDS
from bot.ports import Adapter, Card, Command, Opening, Platform
from bot.store import schema
from bot.store.standings import recompute
from bot.store.tables import answers, halls, identities, people, places, posts, rounds, schedules, standings, turns
from tests.bot.store.facts import START, answer, found_hall
from tests.clock import Clock
from tests.hall import choice_pack
from tests.long import BEGINS, ENDS, LONG_PACK

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "content" / "packs"
HALL = "halls: [{id: team, zone: Europe/Berlin, places: [web:team:one, web:team:two]"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    for name in [*os.environ]:
        if name.startswith("STUDYHALL_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    return tmp_path


def studyhall(*line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *line],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


def at(clock: Clock, line: Sequence[str], **environment: str) -> int:
    """The command in this process, at the clock's instant."""
    return call(line, Surroundings(environment, clock, lambda: "Europe/Berlin"))


def fill(url: str) -> None:
    """A hall with two places, three people, and a turn on each of four days: points 30, 10, 10."""
    engine = create_engine(url)
    with engine.begin() as connection:
        found_hall(connection, "team", 3, 4)
        for person, points in ((1, (20, 10)), (2, (10,)), (3, (10,))):
            identity = connection.execute(select(identities.c.id).where(identities.c.person_id == person)).scalar_one()
            for turn, each in enumerate(points):
                answer(connection, 2 * turn + 1, identity, each)
            recompute(connection, "team", person)
    engine.dispose()


@pytest.fixture
def filled(url: str) -> str:
    """A filled database; the test runs on each kind."""
    plain = url.replace("postgresql://", "postgresql+psycopg://")
    fill(plain)
    return url


def change(url: str, *statements: Any) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)
    engine.dispose()


# ------------------------------------------------------------------------------------------------ finding a command


def test_the_installed_command_and_the_module_are_the_same() -> None:
    installed = subprocess.run(
        [Path(sys.executable).with_name("studyhall"), "--version"], capture_output=True, text=True, check=False
    )
    module = studyhall("--version")
    assert installed.stdout == module.stdout == "studyhall 0.1.0\n"
    assert installed.returncode == module.returncode == 0


def test_without_a_command_the_help_is_shown_and_nothing_is_done() -> None:
    done = studyhall()
    assert done.returncode == Code.USAGE
    assert done.stdout == ""
    for word in MODULES:
        assert f"\n    {word} " in done.stderr


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["bord"], "studyhall: there is no command 'bord' (did you mean 'board'?); see: studyhall --help"),
        (["xyzzy"], "studyhall: there is no command 'xyzzy'; see: studyhall --help"),
        (
            ["db", "verfy"],
            "studyhall db: there is no command 'verfy' (did you mean 'verify'?); see: studyhall db --help",
        ),
        (
            ["run", "--prot", "5"],
            "studyhall run: '--prot' is not understood (did you mean '--port'?); see: studyhall run --help",
        ),
        (["run", "--port", "80x"], "argument --port: the port is `80x`, which is not a whole number; write it like 3"),
        (["schedule", "next", "--count", "0"], "'0' is out of range: write a number from 1 to 1000"),
        (["board", "--place", "here"], "argument --place: 'here' is no place: write platform:workspace:channel"),
        (["board", "--database", "mysql://x"], "argument --database: only SQLite files and PostgreSQL can be used"),
        (["content", "check"], "the following arguments are required: PATH"),
    ],
)
def test_a_wrong_line_leaves_with_2_and_says_what_was_meant(
    line: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(line)
    assert left.value.code == Code.USAGE
    assert told in capsys.readouterr().err


def test_the_version_and_a_missing_word_are_told_in_the_same_process_too(capsys: pytest.CaptureFixture[str]) -> None:
    for line, code, stream in ((["--version"], 0, "out"), ([], Code.USAGE, "err"), (["db"], Code.USAGE, "err")):
        with pytest.raises(SystemExit) as left:
            main(line)
        assert left.value.code == code
        assert "studyhall" in getattr(capsys.readouterr(), stream)


def every_command(parser: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    return [path, *(each for word, below in parser.words.items() for each in every_command(below, (*path, word)))]


@pytest.mark.parametrize("path", every_command(tree()), ids=" ".join)
def test_every_command_has_help_with_an_example_and_its_exit_codes(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([*path, "--help"])
    told = capsys.readouterr().out
    assert left.value.code == 0
    assert f"Example:\n  studyhall {' '.join(path)}".rstrip() in told
    assert "Exit codes:\n  0   all is well\n" in told
    assert "  2   the command line is wrong\n" in told


def test_checking_content_starts_without_the_rest_of_the_program() -> None:
    line = f"from bot.__main__ import main; code = main(['content', 'check', {str(PACKS)!r}])"
    heavy = ("sqlalchemy", "aiohttp", "rich", "prompt_toolkit", "alembic", "bot.ports", "jinja2", "tzlocal")
    program = f"import sys; {line}; print(code, [name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr


# ----------------------------------------------------------------------------------------------- adapters' commands


def open_nothing(opening: Opening) -> Platform:
    raise NotImplementedError


def render_title(card: Card) -> str:
    return card.title


def add_chat(commands: Any, tree: Sequence[Command]) -> None:
    assert tree == COMMANDS
    words = commands.add_parser("chat", help="look after the chat").add_commands()
    parser = words.add_parser("greet")
    parser.set_defaults(run=lambda call: len(call.surroundings.environment["HERE"]))


chat = Adapter("chat", open_nothing, render_title, cli=add_chat)


def installed(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    entries = [EntryPoint(name, value, "studyhall.adapters") for name, value in values.items()]
    monkeypatch.setattr(installation, "entry_points", lambda group: entries if group == "studyhall.adapters" else [])


def test_an_adapter_adds_commands_of_its_own(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(monkeypatch, chat=f"{__name__}:chat")
    monkeypatch.setitem(sys.modules, __name__, Namespace(chat=chat))
    assert at(clock, ["chat", "greet"], HERE="library") == 7
    with pytest.raises(SystemExit):
        at(clock, ["--help"])
    assert "look after the chat" in capsys.readouterr().out


def test_a_broken_adapter_is_named_and_hinders_no_other_command(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(monkeypatch, broken="no_such_module:adapter")
    with pytest.raises(CommandError, match=r"the adapter 'broken' .* cannot be loaded: ModuleNotFoundError"):
        at(clock, ["chat"])
    assert at(clock, ["content", "check", str(PACKS)]) == 0
    assert "no faults" in capsys.readouterr().out


def test_an_item_that_a_platform_cannot_show_whole_is_named_with_the_part(
    clock: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "pack.yaml"
    long = rf"\1 {'**a** b ' * 55}"
    pack.write_text(re.sub("(alpha|beta|gamma) of item-0", long, choice_pack(2)))
    assert at(clock, ["content", "check", "--as", "slack", str(pack)]) == Code.FAULTS
    told = capsys.readouterr().out
    assert re.search(r"^tests/item-0 \(en\): slack cannot show it whole \(.+\): shorten it$", told, re.MULTILINE)
    assert "item-1" not in told
    assert at(clock, ["content", "check", "--as", "console", str(pack)]) == Code.FINE
    assert "console shows all of it whole" in capsys.readouterr().out
    with pytest.raises(CommandError, match="did you mean 'slack'"):
        at(clock, ["content", "check", "--as", "slak", str(pack)])


# ------------------------------------------------------------------------------------------------------------ errors


def test_wrong_settings_leave_with_3_and_every_fault_on_standard_error(folder: Path) -> None:
    (folder / "studyhall.yaml").write_text("halls: []\npacks: nowhere\n")
    done = studyhall("run")
    assert done.returncode == Code.SETTINGS
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "studyhall.yaml:1:8: `halls` has 0 entries; give it 1 to 1,000",
        "studyhall.yaml:2:8: `packs` is text, not a list; write each entry on a line after `- `",
    ]


def test_the_settings_file_may_be_named_by_a_variable_or_on_the_line(folder: Path, clock: Clock) -> None:
    (folder / "a.yaml").write_text("a: b")
    with pytest.raises(CommandError, match=r"a.yaml:1:1: unknown key"):
        at(clock, ["settings", "check"], STUDYHALL_CONFIG="a.yaml")
    with pytest.raises(CommandError, match=r"b.yaml:1:1: the settings cannot be read"):
        at(clock, ["settings", "check", "--config", "b.yaml"], STUDYHALL_CONFIG="a.yaml")


def test_an_error_nobody_thought_of_is_one_sentence_and_a_traceback_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(group: str) -> list[EntryPoint]:
        raise RuntimeError(f"no {group}")

    monkeypatch.setattr(installation, "entry_points", broken)
    assert main(["settings", "check"]) == Code.FAULTS
    told = capsys.readouterr().err
    assert told == "studyhall stopped: RuntimeError: no studyhall.adapters; with --debug it shows where\n"
    assert main(["settings", "check", "--debug"]) == Code.FAULTS
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_leaves_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(group: str) -> list[EntryPoint]:
        raise KeyboardInterrupt

    monkeypatch.setattr(installation, "entry_points", interrupted)
    assert main(["settings", "check"]) == Code.INTERRUPTED


def test_a_reader_that_has_seen_enough_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        assert main(["schedule", "next", "--count", "1000", "--json"]) == Code.FINE


def test_the_machines_zone_is_taken_where_its_name_is_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, zone in (("Asia/Tokyo", "Asia/Tokyo"), ("localtime", "UTC"), ("", "UTC")):
        monkeypatch.setattr("tzlocal.get_localzone_name", lambda name=name: name)
        assert main(["settings", "check", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["halls"][0]["zone"] == zone


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nowhere.db", "there is nothing in the database .*nowhere.db yet: start the study hall with `studyhall run`"),
        ("postgresql://u:hunter2@127.0.0.1:1/x", "cannot be used: .*[Cc]onnection refused"),
        ("sqlite:///text.db", "text.db"),
    ],
)
def test_a_database_that_cannot_be_used_leaves_with_4(url: str, told: str, folder: Path, clock: Clock) -> None:
    (folder / "text.db").write_text("this is no database, but long enough to be taken for one by its size" * 40)
    for line in (["db", "verify"], ["board"]):
        with pytest.raises(CommandError, match=told) as caught:
            at(clock, [*line, "--database", url])
        assert caught.value.code == Code.DATABASE
        assert "hunter2" not in str(caught.value)
    assert not (folder / "nowhere.db").exists()


# ---------------------------------------------------------------------------------------------------------- settings


def test_settings_that_are_well_are_summed_up(folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "studyhall.yaml").write_text(HALL + ", schedules: [{name: daily, times: 09:00}]}]")
    assert at(clock, ["settings", "check"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("All is well with studyhall.yaml.\n")
    assert "team  Europe/Berlin  web:team:one, web:team:two  daily" in told
    assert "Platforms: web" in told


def test_settings_as_json_hold_no_password(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert at(clock, ["settings", "check", "--json"], DATABASE_URL="postgresql://u:hunter2@h/x") == 0
    told = capsys.readouterr().out
    assert json.loads(told)["halls"][0]["zone"] == "Europe/Berlin"
    assert "hunter2" not in told


def test_the_published_schema_is_the_one_that_is_printed(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert at(clock, ["settings", "schema"]) == 0
    assert capsys.readouterr().out == (ROOT / "bot" / "settings.schema.json").read_text()


# ---------------------------------------------------------------------------------------------------------- schedule


def test_schedules_are_listed(folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "studyhall.yaml").write_text(
        HALL + ", schedules: [{name: daily, times: [09:00, 17:00]}, {name: fri, times: 16:00, weekdays: fri}]}]"
    )
    assert at(clock, ["schedule", "list"]) == 0
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        "hall schedule when zone places",
        "team daily 09:00, 17:00 daily Europe/Berlin web:team:one, web:team:two",
        "team fri 16:00 fri Europe/Berlin web:team:one, web:team:two",
    ]
    assert at(clock, ["schedule", "list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told[1]["weekdays"] == ["fri"]
    assert told[0]["where"] == "studyhall.yaml:1"


@pytest.mark.parametrize("word", ["list", "next"])
def test_a_hall_without_schedules_is_told_how_to_get_one(
    word: str, folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "studyhall.yaml").write_text(HALL + "}]")
    assert at(clock, ["schedule", word]) == 0
    assert "There are no schedules: add one" in capsys.readouterr().out


def test_the_next_ten_slots_are_shown_in_local_time_and_utc(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert at(clock, ["schedule", "next"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11
    assert lines[1].split() == ["local", "daily", "Mon", "2026-11-23", "13:00", "Europe/Berlin", "2026-11-23", "12:00Z"]


def test_a_time_that_the_clocks_skip_is_shown_with_the_one_that_was_planned(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "studyhall.yaml").write_text(HALL + ", schedules: [{name: early, times: 02:30}]}]")
    before = Clock(datetime(2027, 3, 27, 12, tzinfo=UTC))
    assert at(before, ["schedule", "next", "--count", "2"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "team  early     Sun 2027-03-28 03:00 (planned 02:30)  Europe/Berlin  2027-03-28 01:00Z",
        "team  early     Mon 2027-03-29 02:30                  Europe/Berlin  2027-03-29 00:30Z",
    ]


def test_the_next_slots_tell_what_the_database_has_decided_and_what_is_paused(
    filled: str, folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "studyhall.yaml").write_text(
        "halls: [{id: team, zone: UTC, places: [web:team:one], schedules: "
        "[{name: daily, times: 09:00}, {name: new, times: 09:00}]}]"
    )
    clock.at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    skipped = update(turns).where(turns.c.slot == "2026-11-25T09:00").values(skipped="nothing fits", item_id=None)
    change(filled, skipped)
    line = ["schedule", "next", "--count", "4", "--json", "--database", filled]
    assert at(clock, line) == 0
    states = [row["state"] for row in json.loads(capsys.readouterr().out)]
    assert states == ["asked", "nothing fits", "asked", "", "", "", "", ""]
    change(filled, update(schedules).values(paused_since=START))
    assert at(clock, line) == 0
    assert json.loads(capsys.readouterr().out)[3]["state"] == "paused since 2026-11-23 09:00Z"


# ------------------------------------------------------------------------------------------------------------- board


def board(clock: Clock, capsys: pytest.CaptureFixture[str], *line: str) -> list[list[str]]:
    assert at(clock, ["board", *line]) == 0
    return [row.split() for row in capsys.readouterr().out.splitlines()[1:]]


def test_the_board_shows_who_leads_and_equal_points_share_a_rank(
    filled: str, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--database", filled)
    assert board(clock, capsys, *where) == [
        ["1", "p0", "30", "2", "2"],
        ["2", "p1", "10", "1", "1"],
        ["2", "p2", "10", "1", "1"],
    ]
    assert board(clock, capsys, *where, "--topic", "trees") == [["1", "p0", "10", "1", "1"]]
    assert board(clock, capsys, *where, "--period", "today", "--top", "1") == [["1", "p0", "20", "1", "1"]]
    assert len(board(clock, capsys, *where, "--place", "web:team:one")) == 3


def test_the_board_as_json_and_without_points(filled: str, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--database", filled]
    assert at(clock, ["board", *where, "--json", "--top", "1"]) == 0
    first = {"rank": 1, "name": "p0", "points": 30, "right": 2, "answered": 2}
    assert json.loads(capsys.readouterr().out) == [first]
    assert at(clock, ["board", *where, "--place", "web:team:two"]) == 0
    assert capsys.readouterr().out == "Nobody has points for this yet.\n"


def test_a_name_cannot_steer_the_terminal(filled: str, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    change(filled, update(people).where(people.c.id == 1).values(name="\x1b[31mred\u202e"))
    assert at(clock, ["board", "--database", filled]) == 0
    assert "\ufffd[31mred\ufffd" in capsys.readouterr().out


def test_a_board_that_there_is_not_is_told_what_there_is(filled: str, clock: Clock) -> None:
    where = ["board", "--database", filled]
    with pytest.raises(CommandError, match=r"there is no hall 'tem' \(did you mean 'team'\?\): choose one of team"):
        at(clock, [*where, "--hall", "tem"])
    with pytest.raises(CommandError, match="no hall has the place web:team:three"):
        at(clock, [*where, "--place", "web:team:three"])
    second = {"id": "other", "title": "", "zone": "UTC", "language": "en", "season": "year", "organisers": {}}
    change(filled, insert(halls).values(second))
    with pytest.raises(CommandError, match="there are several halls: choose one with --hall, of other, team"):
        at(clock, where)
    assert at(clock, [*where, "--place", "web:team:one"]) == 0


def test_the_place_of_another_hall_is_not_shown(filled: str, clock: Clock) -> None:
    second = {"id": "other", "title": "", "zone": "UTC", "language": "en", "season": "year", "organisers": {}}
    change(filled, insert(halls).values(second), update(places).where(places.c.id == 2).values(hall_id="other"))
    with pytest.raises(CommandError, match="web:team:two is a place of the hall other"):
        at(clock, ["board", "--database", filled, "--hall", "team", "--place", "web:team:two"])


def test_an_empty_database_has_no_board(sqlite_url: str, clock: Clock) -> None:
    with pytest.raises(CommandError, match="there is no hall in this database yet"):
        at(clock, ["board", "--database", sqlite_url])


# ---------------------------------------------------------------------------------------------------------- database


def test_tables_are_made_and_taken_back(folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--database", "new.db"]
    assert at(clock, ["db", "upgrade", *where]) == 0
    assert capsys.readouterr().out == f"The tables of {folder / 'new.db'} are at {schema.head()}.\n"
    assert at(clock, ["db", "downgrade", "base", *where]) == 0
    assert capsys.readouterr().out == f"The tables of {folder / 'new.db'} are at base.\n"
    with pytest.raises(CommandError, match="there is nothing in the database"):
        at(clock, ["board", *where])
    with pytest.raises(CommandError, match="was left as it was"):
        at(clock, ["db", "downgrade", "9999", *where])


def settle(url: str) -> None:
    """Have the questions of the hall be sent and its answers be counted, as every check wants it."""
    stored = select(func.count()).where(answers.c.round_id == rounds.c.id).scalar_subquery()
    counted = update(rounds).values(message="m", answered=stored)
    row = {"kind": "question", "state": "sent", "platform": "web", "nth": 0, "fence": 0, "attempts": 0, "looks": 0}
    row |= {"message": "m", "next_try": START, "made_at": START}
    columns = {name: literal(value, posts.c[name].type) for name, value in row.items()}
    of = {"hall_id": rounds.c.hall_id, "place_id": rounds.c.place_id, "round_id": rounds.c.id, "stamp": rounds.c.token}
    sent = insert(posts).from_select([*columns, *of], select(*columns.values(), *of.values()))
    change(url, counted, sent)


def test_a_database_in_which_all_is_well_passes_every_check(
    filled: str, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(filled)
    assert at(clock, ["db", "verify", "--database", filled]) == 0
    checks = "standings, answers, rounds, overdue, slots, halls, database"
    assert capsys.readouterr().out == f"All is well in 1 hall: {checks}.\n"
    assert at(clock, ["db", "verify", "--json", "--database", filled]) == 0
    assert json.loads(capsys.readouterr().out) == {"halls": ["team"], "checks": checks.split(", "), "faults": []}


def test_what_is_wrong_is_told_and_mended_on_request(
    filled: str, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(filled)
    line = ["db", "verify", "--database", filled]
    change(filled, update(standings).where(standings.c.person_id == 1, standings.c.period == "all").values(points=99))
    assert at(clock, line) == Code.FAULTS
    told = capsys.readouterr()
    assert "team: standings: standings hall all 1: stored" in told.out
    assert "`studyhall db verify --repair` makes the standings equal to a replay" in told.err
    change(filled, delete(standings).where(standings.c.person_id == 2), update(rounds).values(answered=50))
    assert at(clock, [*line, "--repair", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [(each["hall"], each["check"], each["mended"]) for each in report["faults"]] == [
        ("team", "standings", True),
        ("team", "answers", True),
    ]
    assert at(clock, line) == 0


def test_what_cannot_be_mended_says_what_to_do(
    filled: str, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(filled)
    monkeypatch.setattr("bot.cli.proving.MOST_LINES", 2)
    change(filled, update(rounds).values(message=None))
    assert at(clock, ["db", "verify", "--repair", "--database", filled]) == Code.FAULTS
    told = capsys.readouterr()
    assert re.search(r"^team: rounds: \d+ more$", told.out, re.MULTILINE)
    assert len(told.out.splitlines()) == 3
    assert (
        "team: rounds: not true that each round agrees with its question and has its reason; nothing is lost"
        in told.err
    )


def test_a_backup_is_made_under_the_name_given_or_the_time(
    sqlite_url: str, folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at(clock, ["db", "backup", "--database", sqlite_url]) == 0
    assert (folder / "backups" / "studyhall-20261123T090000Z.sqlite").exists()
    assert at(clock, ["db", "backup", "there.db", "--database", sqlite_url]) == 0
    assert capsys.readouterr().out.endswith("The backup is in there.db.\n")
    with pytest.raises(CommandError, match=r"there.db is there already") as caught:
        at(clock, ["db", "backup", "there.db", "--database", sqlite_url])
    assert caught.value.code == Code.FAULTS


def test_older_tables_are_told_to_be_brought_up_to_date(sqlite_url: str, clock: Clock) -> None:
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    engine.dispose()
    with pytest.raises(CommandError, match="run `studyhall db upgrade`"):
        at(clock, ["board", "--database", sqlite_url])


# ----------------------------------------------------------------------------------------------------------- content


def test_content_is_checked_counted_and_described(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "check", str(PACKS)]) == 0
    assert "no faults" in capsys.readouterr().out
    assert main(["content", "stats", "--json", str(PACKS)]) == 0
    assert json.loads(capsys.readouterr().out)["items"] >= 80
    assert main(["content", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"]
    (folder / "bad.yaml").write_text("format: 1")
    assert main(["content", "check", "bad.yaml"]) == Code.FAULTS


PACK = """
format: 1
id: mine
title: Mine
version: 0.1.0
licence: CC0-1.0
languages: [en]
description: One question for a test of the preview.
items:
  - id: gini
    kind: numeric
    concept: gini-impurity
    topic: trees
    difficulty: easy
    stem: What is the *Gini impurity* of a node with two classes in equal shares?
    key: {value: 0.5}
    explanation: One minus the sum of the squared shares, which is 0.5 here.
"""


def test_an_item_is_previewed_as_a_platform_shows_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mine.yaml").write_text(PACK)
    assert main(["content", "preview", "gini", "--pack", "mine.yaml"]) == 0
    console = capsys.readouterr().out
    assert "Gini impurity" in console
    assert "0.5" in console
    assert console.index("Question") < console.index("Answer") < console.index("Why")
    assert main(["content", "preview", "mine/gini", "--pack", "mine.yaml", "--as", "web"]) == 0
    assert "<em>Gini impurity</em>" in capsys.readouterr().out
    assert main(["content", "preview", "gini", "--pack", "mine.yaml", "--language", "zh"]) == 0
    assert "问题" in capsys.readouterr().out


@pytest.mark.parametrize("platform", ["slack", "discord"])
def test_a_long_answer_is_previewed_with_all_of_its_pages(
    platform: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "long.yaml").write_text(LONG_PACK)
    assert main(["content", "preview", "at-length", "--pack", "long.yaml", "--as", platform]) == 0
    told = capsys.readouterr().out
    assert told.count('"Read on"') == 1
    assert told.count('"Next page"') == told.count('"Previous page"') > 5
    assert told.count(BEGINS) == 2
    assert told.count(ENDS) == 1
    assert main(["content", "check", "long.yaml", "--as", platform]) == 0
    assert main(["content", "preview", "at-length", "--pack", "long.yaml", "--as", "web"]) == 0
    web = capsys.readouterr().out
    assert "<summary>Read on</summary>" in web
    assert "Next page" not in web
    assert web.count(ENDS) == 1


def test_a_shipped_item_with_options_is_previewed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "preview", "p-value-meaning"]) == 0
    assert capsys.readouterr().out.count("null hypothesis") >= 1


@pytest.mark.parametrize(
    ("line", "told", "code"),
    [
        (["gin"], "there is no item 'gin' in these packs: did you mean gini", Code.FAULTS),
        (["xyzzyx"], "there is no item 'xyzzyx' in these packs", Code.FAULTS),
        (["gini", "--as", "wob"], "there is no platform 'wob' (did you mean 'web'?)", Code.USAGE),
        (["gini", "--language", "tlh"], "there is no language 'tlh': choose one of en, zh", Code.USAGE),
        (["gini", "--pack", "bad.yaml"], "bad.yaml:1:1:", Code.FAULTS),
        (["gini", "--pack", "again.yaml"], "several items are called 'gini': choose one of", Code.FAULTS),
    ],
)
def test_a_preview_that_cannot_be_shown_says_why(
    line: list[str], told: str, code: Code, folder: Path, clock: Clock
) -> None:
    (folder / "mine.yaml").write_text(PACK)
    (folder / "again.yaml").write_text(PACK.replace("id: mine", "id: again"))
    (folder / "bad.yaml").write_text("format: 1")
    with pytest.raises(CommandError) as caught:
        at(clock, ["content", "preview", *line, "--pack", "mine.yaml"])
    assert told in str(caught.value)
    assert caught.value.code == code


def test_an_audit_tells_each_finding_with_its_place_and_a_score(
    folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.yaml").write_text(PACK)
    assert at(clock, ["content", "audit", "mine.yaml"]) == Code.FINE
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "mine.yaml:10: no-references: gini: it names no source; add a reference: author, title, year",
        "mine: 90 of 100 (1 finding in 1 items)",
    ]
    assert at(clock, ["content", "audit", "--ignore", "no-references", "mine.yaml"]) == Code.FINE
    assert capsys.readouterr().out == "mine: 100 of 100 (0 findings in 1 items)\n"
    assert at(clock, ["content", "audit", "--only", "no-reasons", "--only", "no-references", "mine.yaml"]) == Code.FINE
    assert "no-references" in capsys.readouterr().out


def test_an_audit_below_the_least_score_leaves_with_1_and_may_be_json(
    folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.yaml").write_text(PACK)
    assert at(clock, ["content", "audit", "--fail-under", "90", "mine.yaml"]) == Code.FINE
    capsys.readouterr()
    assert at(clock, ["content", "audit", "--fail-under", "91", "--json", "mine.yaml"]) == Code.FAULTS
    (pack,) = json.loads(capsys.readouterr().out)["packs"]
    assert (pack["pack"], pack["score"], pack["items"]) == ("mine", 90, 1)
    assert pack["findings"] == [
        {
            "rule": "no-references",
            "weight": "slight",
            "item": "mine/gini",
            "file": "mine.yaml",
            "line": 10,
            "message": "it names no source",
            "remedy": "add a reference: author, title, year",
        }
    ]


def test_an_audit_tells_what_it_has_no_words_for_and_lists_its_rules(
    folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.yaml").write_text(
        PACK.replace("[en]", "[zh]").replace("key:", "tags: [audit-ok:no-references]\n    key:")
    )
    assert at(clock, ["content", "audit", "mine.yaml"]) == Code.FINE
    told = capsys.readouterr()
    assert told.out == "mine: 100 of 100 (0 findings in 1 items, 1 accepted)\n"
    assert told.err == "mine: not looked for in its language: stem-clue, grammar-clue\n"
    assert at(clock, ["content", "audit", "--rules"]) == Code.FINE
    assert "key-position: keys that stand in one place" in capsys.readouterr().out


def test_an_audit_names_what_a_platform_cannot_show_whole(
    folder: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    long = rf"\1 {'**a** b ' * 55}"
    (folder / "mine.yaml").write_text(re.sub("(alpha|beta|gamma) of item-0", long, choice_pack(2)))
    line = ["content", "audit", "--only", "too-long", "mine.yaml"]
    assert at(clock, [*line, "--as", "slack"]) == Code.FINE
    told = capsys.readouterr().out
    assert re.match(r"mine\.yaml:\d+: too-long: item-0: slack cannot show it whole in en \(.+\); shorten it\n", told)
    assert "item-1" not in told
    assert at(clock, line) == Code.FINE
    assert "100 of 100" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "told", "code"),
    [
        (["--only", "no-reason", "mine.yaml"], "there is no rule 'no-reason' (did you mean 'no-reasons'?)", Code.USAGE),
        (["none.yaml"], "none.yaml: there is no such file or folder", Code.USAGE),
        ([], "no pack is named", Code.USAGE),
        (["bad.yaml"], "`studyhall content check bad.yaml` lists all faults", Code.FAULTS),
        (["--as", "slak", "mine.yaml"], "did you mean 'slack'", Code.USAGE),
    ],
)
def test_an_audit_that_cannot_be_made_says_why(
    line: list[str], told: str, code: Code, folder: Path, clock: Clock
) -> None:
    (folder / "mine.yaml").write_text(PACK)
    (folder / "bad.yaml").write_text("format: 1")
    with pytest.raises(CommandError, match=re.escape(told)) as caught:
        at(clock, ["content", "audit", *line])
    assert caught.value.code == code


# --------------------------------------------------------------------------------------------------------------- run


def test_the_study_hall_starts_tells_where_its_page_is_and_ends_on_sigterm(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    watch = threading.Timer(60, process.kill)
    watch.start()
    assert process.stderr is not None
    try:
        page = next(line.rsplit(" ", 1)[1].strip() for line in process.stderr if "the page is at" in line)
        with urlopen(page, timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert (folder / "studyhall.db").exists()
    finally:
        watch.cancel()
        process.kill()
        process.wait()
        process.stderr.close()


def test_settings_without_a_platform_to_run_are_refused(folder: Path, clock: Clock) -> None:
    (folder / "studyhall.yaml").write_text("halls: [{id: team, places: [console:local:terminal]}]")
    with pytest.raises(CommandError, match=r"studyhall.yaml leaves no platform to run: use --console") as caught:
        at(clock, ["run"])
    assert caught.value.code == Code.SETTINGS


@pytest.fixture
def levels() -> Iterator[None]:
    """Puts the levels of the logs back that `run` sets."""
    logs = [logging.getLogger(name) for name in ("", "adapters", "bot", "content", "scheduler")]
    before = [log.level for log in logs]
    yield
    for log, level in zip(logs, before, strict=True):
        log.setLevel(level)


def test_a_broken_pack_and_a_host_that_is_not_ours_end_the_start_with_a_sentence(
    folder: Path, clock: Clock, levels: None
) -> None:
    (folder / "studyhall.yaml").write_text(HALL + "}]\npacks: [bad.yaml]")
    (folder / "bad.yaml").write_text("format: 1")
    with pytest.raises(CommandError, match=r"bad\.yaml:1:1:") as broken:
        at(clock, ["run", "--port", "0"])
    assert broken.value.code == Code.FAULTS
    (folder / "studyhall.yaml").unlink()
    with pytest.raises(CommandError, match=r"192\.0\.2\.1") as elsewhere:
        at(clock, ["run", "--host", "192.0.2.1", "--port", "0"])
    assert elsewhere.value.code == Code.FAULTS
    assert main(["run", "--config", "none.yaml"]) == Code.SETTINGS


# ------------------------------------------------------------------------------------------------------------ output


def test_columns_are_as_wide_as_a_terminal_shows_them() -> None:
    rows = [("名前", "1"), ("e\u0301", "23")]
    assert columns(rows, frozenset({1})) == "名前   1\ne\u0301     23"
    assert width("名前") == 4
    assert visible("a\x07b\u202ec") == "a\ufffdb\ufffdc"


def test_progress_is_shown_to_a_person_and_not_to_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    progress("half")
    assert capsys.readouterr().err == ""
    master, terminal = os.openpty()
    with os.fdopen(terminal, "w") as screen:
        monkeypatch.setattr(sys, "stderr", screen)
        progress("half")
        assert b"half" in os.read(master, 100)
    os.close(master)
