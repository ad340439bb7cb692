"""The manifest, and that docs/slack.md tells the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from adapters.slack.manifest import EVENTS, SCOPES, manifest
from bot.commands import COMMANDS

ROOT = Path(__file__).parents[3]
SCHEMAS = ROOT.parent / "shared" / "specs"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("url", ["", "https://study.example.org"])
def test_the_manifest_is_valid_by_the_official_schema(version: int, url: str) -> None:
    file = SCHEMAS / f"slack-manifest-v{version}.json"
    if not file.exists():
        pytest.skip("the official schema is not on this machine")
    schema = json.loads(file.read_text(encoding="utf-8"))
    assert list(Draft7Validator(schema).iter_errors(manifest(COMMANDS, "Studyhall", url))) == []


def test_the_command_prints_it_with_every_command_of_the_tree() -> None:
    line = [sys.executable, "-m", "bot", "slack", "manifest"]
    printed = json.loads(subprocess.run(line, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    assert [each["command"] for each in printed["features"]["slash_commands"]] == [f"/{each.name}" for each in COMMANDS]
    assert printed["settings"]["socket_mode_enabled"]
    assert printed["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)


def test_over_http_the_manifest_names_the_addresses_and_renews_tokens() -> None:
    made = manifest(COMMANDS, "Studyhall", "https://study.example.org")
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://study.example.org/slack/events"
    assert made["oauth_config"]["redirect_urls"] == ["https://study.example.org/slack/oauth_redirect"]
    assert made["settings"]["token_rotation_enabled"]
    assert not made["settings"]["socket_mode_enabled"]


def test_each_event_has_the_scope_that_it_needs() -> None:
    assert {scope for scope in EVENTS.values() if scope} <= set(SCOPES)


def test_the_page_for_operators_tells_each_scope_and_what_it_is_for() -> None:
    page = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `([a-z:]+)` \| (.+) \|$", page, re.MULTILINE)) == SCOPES
