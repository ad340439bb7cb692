"""`studyhall content import` as people use it: what it says, what it writes, its exit codes, and what it never does."""

from __future__ import annotations

import io
import json
import os
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.parser import Code
from content.pack import load_pack
from content.readers.known import readers

ROOT = Path(__file__).resolve().parents[2]
Out = pytest.CaptureFixture[str]
HEADER = """\
format: 1
id: weather
title: Weather
version: 0.3.0
licence: CC0-1.0
languages: [en]
description: About weather.
source: elsewhere
topics: {rain-and-snow: "Rain & snow"}
"""
ITEMS = """\
items:
  - id: rain
    kind: open
    concept: rain
    topic: rain-and-snow
    difficulty: easy
    stem: Why does it rain?
    key: {reference: Because water comes down again.}
  - id: broken
    kind: choice
    concept: rain
    topic: rain-and-snow
    difficulty: easy
    stem: Which?
    options: [{text: a}, {text: b}]
    key: Z
"""
FOG = ITEMS.partition("  - id: broken")[0].replace("rain?", "foggy?").replace("id: rain", "id: fog")
PICTURE = b"\x89PNG\r\n\x1a\n drawn"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and settings with a small pack in use beside it."""
    hall = "halls: [{id: team, places: ['web:local:general']}]\npacks: [used.yaml]\n"
    (tmp_path / "settings.yaml").write_text(hall, "utf-8")
    used = HEADER.replace("weather", "used") + FOG.replace("foggy?", "windy?").replace("id: fog", "id: wind")
    (tmp_path / "used.yaml").write_text(used, "utf-8")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


def bring(*line: str) -> int:
    return main(["content", "import", "--config", "../settings.yaml", *line])


def left(*line: str) -> object:
    """The exit code, also where the command line is refused before anything is done."""
    try:
        return bring(*line)
    except SystemExit as stopped:
        return stopped.code


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "/").replace("-", "."), content)
    return stream.getvalue()


def test_a_file_becomes_a_pack_that_the_check_finds_no_fault_in(folder: Path, capsys: Out) -> None:
    (folder / "weather.yaml").write_text(HEADER + ITEMS, encoding="utf-8")
    assert bring("weather.yaml", "-o", "packs/weather") == Code.FINE
    told = capsys.readouterr().out
    assert "weather.yaml: Studyhall pack, 1 question\n" in told
    assert "1 new, 0 updated, 0 as before; the pack `weather` holds 1 item" in told
    assert "weather.yaml:25: broken:" in told
    assert main(["content", "check", "packs/weather"]) == Code.FINE
    pack = load_pack(Path("packs/weather"))
    assert pack.pack
    assert (pack.pack.title, pack.pack.licence) == ("Weather", "CC0-1.0")
    assert pack.pack.topics == {"rain-and-snow": "Rain & snow"}


def test_a_clean_import_ends_well_and_is_told_whole_as_json_and_in_files(folder: Path, capsys: Out) -> None:
    (folder / "fog.yaml").write_text(HEADER + FOG, encoding="utf-8")
    line = ("fog.yaml", "-o", "out", "--json", "--report", "report.json", "--licence", "MIT", "--id", "fogs")
    assert bring(*line) == Code.FINE
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (told["added"], told["kinds"], told["pack"]) == (["fog"], {"open": 1}, "fogs")
    assert bring("fog.yaml", "-o", "out", "--report", "report.txt") == Code.FINE
    assert "0 new, 0 updated, 1 as before" in (folder / "report.txt").read_text(encoding="utf-8")


def test_a_dry_run_writes_nothing(folder: Path, capsys: Out) -> None:
    (folder / "fog.yaml").write_text(HEADER + FOG, encoding="utf-8")
    assert bring("fog.yaml", "-o", "out", "--dry-run") == Code.FINE
    assert "would hold 1 item" in capsys.readouterr().out
    assert [file.name for file in folder.iterdir()] == ["fog.yaml"]


@pytest.mark.parametrize("form", ["folder", "zip", "tar"])
def test_folders_and_archives_are_read_with_their_pictures(form: str, folder: Path, capsys: Out) -> None:
    drawn = FOG + "    picture: {file: clouds.jpg, alt: Clouds}\n"
    files = {"a/pack.yaml": HEADER.encode() + drawn.encode(), "a/clouds.jpg": PICTURE, "notes.bin": b"\x01\x02"}
    source = folder / f"weather.{form}"
    if form == "folder":
        for name, content in files.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes(content)
    elif form == "zip":
        with zipfile.ZipFile(source, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    else:
        with tarfile.open(source, "w:gz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    assert bring(source.name, "-o", "out") == Code.FINE
    assert "notes.bin: its form was not recognised" in capsys.readouterr().out
    (item,) = load_pack(Path("out")).items
    assert item.picture
    assert item.picture.path.endswith(".png")
    assert (Path("out") / item.picture.path).read_bytes() == PICTURE


def test_questions_in_use_are_told_and_the_pack_itself_is_not_compared(folder: Path, capsys: Out) -> None:
    (folder / "fog.yaml").write_text(HEADER + FOG, encoding="utf-8")
    bring("fog.yaml", "-o", "out")
    settings = Path("../settings.yaml")
    settings.write_text(settings.read_text("utf-8").replace("used.yaml", "work/out"), "utf-8")
    capsys.readouterr()
    (folder / "more.yaml").write_text(HEADER.replace("weather", "more") + FOG, encoding="utf-8")
    assert bring("more.yaml", "-o", "other") == Code.FINE
    assert "fog (more.yaml:11): is weather/fog, which is in use (100 %)" in capsys.readouterr().out
    (folder / "fog.yaml").write_text(HEADER + FOG.replace("Because", "As"), encoding="utf-8")
    assert bring("fog.yaml", "-o", "out") == Code.FINE
    assert "in use" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        (("none.yaml", "-o", "out"), Code.USAGE, "none.yaml: there is no such file or folder"),
        (("fog.yaml", "-o", "."), Code.USAGE, "write the pack somewhere else"),
        (("fog.yaml",), Code.USAGE, "-o"),
        (("fog.yaml", "-o", "out", "--id", "Not An Id"), Code.USAGE, "--id 'Not An Id' does not fit"),
        (("fog.yaml", "-o", "out", "--lang", "english"), Code.USAGE, "--lang 'english' does not fit"),
        (("fog.yaml", "-o", "out", "--title", "x" * 121), Code.USAGE, "--title takes up to 120 characters"),
        (("fog.yaml", "-o", "out", "--format", "pcak"), Code.FAULTS, "(did you mean 'pack'?)"),
        (("fog.yaml", "-o", "out", "--report", "no/such/file"), Code.FAULTS, "the report cannot be written"),
        (("odd.bin", "-o", "out"), Code.FAULTS, "odd.bin: This file is not a text"),
    ],
)
def test_what_is_wrong_is_told_with_an_exit_code(
    line: tuple[str, ...], code: Code, told: str, folder: Path, capsys: Out
) -> None:
    (folder / "fog.yaml").write_text(HEADER + FOG, encoding="utf-8")
    (folder / "odd.bin").write_bytes(b"\x01\x02\x03")
    assert left(*line) == code
    assert told in capsys.readouterr().err


HOSTILE = {
    "bomb.zip": zipped(**{"a-md": bytes(60_000_000)}),
    "up.zip": zipped(**{"a-md": b"x"}).replace(b"a.md", b"../a"),
    "nested.zip": zipped(**{"in-zip": zipped(**{"b-md": b"x"})}),
    "cut.zip": zipped(**{"a-md": os.urandom(5000)})[:2000],
    "deep.yaml": b"format: 1\nlanguages: [en]\nitems: " + b"[" * 200_000,
    "aliases.yaml": b"format: 1\nlanguages: &a [en]\nitems: *a\n",
    "nul.yaml": b"format: 1\nlanguages: [en]\nid: \x00\n",
    "latin.yaml": b"format: 1\nlanguages: [en]\nid: \xe9\n",
    "picture.yaml": b"\x89PNG\r\n\x1a\n" + os.urandom(1000),
    "empty.gift": b"",
    "huge.yaml": b"format: 1\nlanguages: [en]\n" + b"# x\n" * 1_500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_source_is_refused_by_name_in_time_and_writes_nothing(name: str, folder: Path, capsys: Out) -> None:
    (folder / name).write_bytes(HOSTILE[name])
    started = time.monotonic()
    assert bring(name, "-o", "out") == Code.FAULTS
    assert time.monotonic() - started < 6
    out, err = capsys.readouterr()
    assert name.partition(".")[0] in out + err
    assert "crashed" not in out + err
    assert [file.name for file in folder.iterdir()] == [name]


def test_a_source_made_of_directories_and_devices_is_refused(folder: Path, capsys: Out) -> None:
    (folder / "quiz.gift").mkdir()
    (folder / "quiz.gift" / "null").symlink_to("/dev/zero")
    assert bring("quiz.gift", "-o", "out") == Code.FAULTS
    assert "no file in it that could be read" in capsys.readouterr().err
    os.mkfifo(folder / "pipe.md")
    assert bring("pipe.md", "-o", "out") == Code.FAULTS
    assert "no plain file" in capsys.readouterr().err


def test_who_is_trusted_may_bring_more(folder: Path, capsys: Out) -> None:
    padded = HEADER + FOG + "#" * 1000 + "\n"
    (folder / "a").mkdir()
    for number in range(6):
        text = padded if number == 0 else f"items:\n{'# x' * 300_000}\n"
        (folder / "a" / f"{'pack' if number == 0 else number}.yaml").write_text(text, encoding="utf-8")
    (folder / "a" / "pad.bin").write_bytes(bytes(6_000_000))
    assert bring("a", "-o", "out") == Code.FAULTS
    assert "larger than 5 MB: split it, or say --trusted" in capsys.readouterr().err
    assert bring("a", "-o", "out", "--trusted") in {Code.FINE, Code.FAULTS}
    assert len(load_pack(Path("out")).items) == 1


def test_progress_is_shown_where_somebody_watches(folder: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "fog.yaml").write_text(HEADER + FOG, encoding="utf-8")
    bring("fog.yaml", "-o", "one", "--dry-run")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    bring("fog.yaml", "-o", "two")
    told = capsys.readouterr().err
    for stage in ("reading fog.yaml", "comparing questions", "writing 1 items", "checking what was written"):
        assert stage in told
    assert told.endswith("\r\x1b[2K")


def test_the_source_is_never_changed(folder: Path) -> None:
    (folder / "fog.yaml").write_text(HEADER + FOG, encoding="utf-8")
    before = (folder / "fog.yaml").stat()
    bring("fog.yaml", "-o", "out")
    after = (folder / "fog.yaml").stat()
    assert (before.st_mtime_ns, before.st_size, before.st_ino) == (after.st_mtime_ns, after.st_size, after.st_ino)


def test_every_form_is_known_by_a_name_of_its_own() -> None:
    names = [reader.name for reader in readers()]
    assert len(set(names)) == len(names)
    assert "pack" in names
