"""The commands `content check`, `content stats` and `content schema`, and the published schema."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from content.check import main, pack_schema
from content.schema import dump

Write = Callable[..., Path]
ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "content" / "pack.schema.json"
VALIDATOR = Draft202012Validator(pack_schema())
Out = pytest.CaptureFixture[str]


def test_a_pack_without_faults_is_counted(write: Write, capsys: Out) -> None:
    assert main(["check", str(write())]) == 0
    assert capsys.readouterr().out == "7 items in 1 pack: no faults\n"


def test_faults_are_listed_with_place_and_remedy_and_counted(write: Write, capsys: Out) -> None:
    pack = write()
    text = (pack / "pack.yaml").read_text(encoding="utf-8")
    (pack / "pack.yaml").write_text(text.replace("key: B", "key: E").replace("hard", "harsh"), encoding="utf-8")
    assert main(["check", str(pack)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{pack}/pack.yaml:23:10: the key is E and the last option is B; write the letter of a right one"
    assert lines[-1] == "3 faults in 1 file; 4 items of 1 pack without faults"
    assert len(lines) == 4


def test_faults_come_as_json_for_scripts(write: Write, capsys: Out) -> None:
    pack = write()
    (pack / "more.yaml").write_text("items: none\n", encoding="utf-8")
    assert main(["check", "--json", str(pack)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert told["packs"][0]["items"] == 7
    assert told["faults"] == [
        {
            "file": str(pack / "more.yaml"),
            "line": 1,
            "column": 8,
            "message": "`items` is text, not a list",
            "remedy": "write each entry on a line after `- `",
        }
    ]


def test_two_packs_with_one_id_are_a_fault(write: Write, capsys: Out) -> None:
    one, two = write(), write(folder="two")
    assert main(["check", str(one), str(two)]) == 1
    assert f"{two}:1:1: the pack id `small` is here and in {one}" in capsys.readouterr().out


def test_a_path_that_is_not_there_is_wrong_usage(tmp_path: Path, capsys: Out) -> None:
    for command in ("check", "stats"):
        assert main([command, str(tmp_path / "none")]) == 2
        assert capsys.readouterr().err == f"{tmp_path}/none: there is no such file or folder; check the path\n"


@pytest.mark.parametrize("arguments", [[], ["check"], ["chek", "x"], ["check", "--wrong", "x"]])
def test_wrong_usage_has_its_exit_code(arguments: list[str], capsys: Out) -> None:
    assert main(arguments) == 2
    assert "usage: studyhall content" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "stats", "schema"])
def test_help_shows_an_example_and_the_exit_codes(command: str, capsys: Out) -> None:
    assert main([command, "--help"]) == 0
    told = capsys.readouterr().out
    assert f"example:\n  studyhall content {command}" in told
    assert "exit codes: 0 " in told


def test_items_are_counted_by_all_that_they_are_selected_by(write: Write, capsys: Out) -> None:
    assert main(["stats", "--json", str(write())]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "packs": ["small"],
        "items": 7,
        "topics": {"sets": 7},
        "kinds": dict.fromkeys(["choice", "multi", "true-false", "numeric", "short", "order", "open"], 1),
        "difficulties": {"easy": 4, "medium": 1, "hard": 2},
        "languages": {"en": 7, "zh": 4},
        "concepts": {"counting": 4, "subsets": 3},
    }


def test_counts_are_a_table_for_people(write: Write, capsys: Out) -> None:
    assert main(["stats", str(write())]) == 0
    told = capsys.readouterr().out
    assert told.startswith("7 items in small\n\ntopics\n       7  sets\n")
    assert told.endswith("concepts (2)\n       4  counting\n       3  subsets\n")


def test_of_many_concepts_the_most_frequent_are_shown(write: Write, capsys: Out) -> None:
    text = "".join(
        f"  - {{id: i{n}, kind: short, concept: c{n}, topic: t, difficulty: easy, stem: a, key: {{accepted: [a]}}, "
        "explanation: a}\n"
        for n in range(23)
    )
    assert main(["stats", str(write(text))]) == 0
    assert capsys.readouterr().out.endswith("  and 3 more: `--json` lists them all\n")


def test_items_with_faults_are_not_counted_and_that_is_said(write: Write, capsys: Out) -> None:
    assert main(["stats", str(write("  - text\n"))]) == 1
    told = capsys.readouterr()
    assert told.err == "1 fault: items with faults are not counted; `content check` lists them\n"
    assert told.out.startswith("0 items in small\n")


def test_a_pack_without_a_header_is_counted_as_none(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "a.yaml").write_text("x: y\n", encoding="utf-8")
    assert main(["stats", str(tmp_path / "a.yaml")]) == 1
    assert capsys.readouterr().out.startswith("0 items in no pack\n")


def test_a_terminal_shows_what_is_being_read_and_then_nothing(
    write: Write, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    pack = write()
    main(["check", str(pack)])
    assert capsys.readouterr().err == f"\r\x1b[Kreading {pack}/pack.yaml\r\x1b[K"


def test_a_check_imports_no_heavy_library_and_is_over_soon(write: Write) -> None:
    code = (
        "import sys; from content.check import main; main(['check', sys.argv[1]]); "
        "print(*(name for name in ('typer', 'rich', 'sqlalchemy', 'aiohttp', 'importlib.metadata', 'asyncio', 'bot') "
        "if name in sys.modules))"
    )
    pack, elapsed = write(), []
    for _ in range(3):
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", code, str(pack)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        elapsed.append(time.monotonic() - started)
        assert done.stdout == "7 items in 1 pack: no faults\n\n"
    assert min(elapsed) < 1


def test_the_published_schema_is_the_one_of_the_code(capsys: Out) -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == dump(pack_schema()), (
        "run `studyhall content schema > content/pack.schema.json`"
    )
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == PUBLISHED.read_text(encoding="utf-8")
    Draft202012Validator.check_schema(pack_schema())


class Written(yaml.SafeLoader):
    """A reader such as editors have: YAML 1.2 words for yes and no, and dates stay text."""


Written.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in found if tag.endswith((":int", ":float", ":null"))]
    for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Written.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), ["t", "f"])


def as_editors_read(file: Path) -> object:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=Written)


def test_the_schema_accepts_a_pack_of_every_kind(write: Write) -> None:
    VALIDATOR.validate(as_editors_read(write() / "pack.yaml"))


def test_the_schema_accepts_every_file_of_the_shipped_packs() -> None:
    files = sorted((ROOT / "content" / "packs").rglob("*.yaml"))
    assert files
    for file in files:
        VALIDATOR.validate(as_editors_read(file))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format: 1", "format: 2"),
        ("title: A small pack\n", ""),
        ("id: pick", "id: Pick it"),
        ("kind: choice", "kind: chioce"),
        ("    kind: order\n", ""),
        ("key: B", "key: [A, B]"),
        ("key: [C, A]", "key: C"),
        ("key: true", "key: perhaps"),
        ("accepted: [cardinality, size]", "accepted: []"),
        ("rubric: [Says why, Says how]", "lines: 2"),
        ("difficulty: hard", "difficulty: harsh"),
        ("value: 0.50", "value: half"),
        ("{text: Two, reason: It is.}", "{text: Two}"),
        ("stem: Sort by size.", "stem: ''"),
        ("tags: [warm-up]", "tag: warm-up"),
        (", alt: Two sets", ""),
    ],
)
def test_the_schema_and_the_reader_refuse_the_same(old: str, new: str, write: Write, capsys: Out) -> None:
    pack = write()
    text = (pack / "pack.yaml").read_text(encoding="utf-8")
    assert old in text
    (pack / "pack.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert not VALIDATOR.is_valid(as_editors_read(pack / "pack.yaml"))
    assert main(["check", str(pack)]) == 1
