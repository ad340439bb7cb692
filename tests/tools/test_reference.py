from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

from bot.cli.tree import tree
from bot.installed import installed_adapters
from bot.settings import variables

ROOT = Path(__file__).resolve().parents[2]


def test_the_generated_pages_and_the_schema_are_in_step_with_the_code() -> None:
    line = [sys.executable, str(ROOT / "tools" / "reference.py"), "--check"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_environment_variable_is_explained() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    for variable in variables(installed_adapters()):
        assert f"| `{variable.name}` |" in page


def test_every_key_of_the_schema_is_explained() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    schema = json.loads((ROOT / "bot" / "settings.schema.json").read_text())
    Draft202012Validator.check_schema(schema)

    def keys(part: object) -> set[str]:
        if isinstance(part, list):
            return set().union(*map(keys, part))
        if not isinstance(part, dict):
            return set()
        here = set(part["properties"]) if isinstance(part.get("properties"), dict) else set()
        return here.union(*map(keys, part.values()))

    found = keys(schema)
    assert {"halls", "schedules", "times", "private_port", "web"} <= found
    assert [key for key in sorted(found) if f"`{key}`" not in page and f"{key}:" not in page] == []


def test_every_command_is_explained_with_an_example() -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    told = re.findall(r"^## `studyhall (.+)`$", page, re.MULTILINE)
    there = [
        f"{word} {below}".strip()
        for word, parser in tree(adapters=True).words.items()
        for below in (parser.words or [""])
    ]
    assert told == there
    assert page.count("```sh\nstudyhall ") == len(told)


def test_the_commands_named_in_the_example_settings_exist() -> None:
    words = re.findall(r"`studyhall (\w+) (\w+)", (ROOT / "studyhall.example.yaml").read_text())
    assert words
    for first, second in words:
        assert second in tree().words[first].words
