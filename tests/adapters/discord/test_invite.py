"""The invite link, and that docs/discord.md tells the same."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from adapters.discord.cli import add
from adapters.discord.commands import application_commands
from adapters.discord.errors import error_of
from adapters.discord.invite import application_of, invite_link
from adapters.discord.permissions import ALL, PERMISSIONS
from adapters.discord.session import INTENTS, REFUSALS
from bot.cli.parser import Call, Parser, Surroundings
from bot.commands import COMMANDS
from bot.ports import RefusedError
from tests.fakes.discord.codes import CODES
from tests.fakes.discord.permissions import May

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "discord.md"
ID = "1234567890123456789"
TOKEN = f"{base64.urlsafe_b64encode(ID.encode()).decode().rstrip('=')}.GabcDe.{'s' * 38}"


def run(*line: str, environment: Mapping[str, str] | None = None) -> int:
    """`studyhall discord …`."""
    parser = Parser(prog="studyhall")
    add(parser.add_commands(), COMMANDS)
    call = Call(surroundings=Surroundings(environment or {}, lambda: datetime.now(UTC), lambda: "UTC"))
    parsed = parser.read(["discord", *line], call)
    return parsed.run(parsed)


def asked_by(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def told_by(capsys: pytest.CaptureFixture[str], *line: str, environment: Mapping[str, str] | None = None) -> str:
    """What a command that is refused says."""
    with pytest.raises(SystemExit) as left:
        run(*line, environment=environment)
    told = capsys.readouterr()
    assert (left.value.code, told.out) == (2, "")
    return told.err


def test_the_link_asks_for_the_bot_its_commands_and_what_it_uses_in_servers() -> None:
    link = invite_link(ID)
    assert link.partition("?")[0] == "https://discord.com/oauth2/authorize"
    assert asked_by(link) == {
        "client_id": [ID],
        "scope": ["bot applications.commands"],
        "permissions": [str(ALL)],
        "integration_type": ["0"],
    }


def test_the_permissions_are_discords_own_and_none_is_named_twice() -> None:
    for each in PERMISSIONS:
        assert discord.Permissions(**{each.flag: True}).value == each.bit
        assert May(each.bit).name == each.flag.upper()
    assert discord.Permissions(**{each.flag: True for each in PERMISSIONS}).value == ALL
    assert len({each.flag for each in PERMISSIONS}) == len(PERMISSIONS)


def test_the_application_is_read_out_of_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("invite", environment={"DISCORD_BOT_TOKEN": f" {TOKEN}\n"}) == 0
    printed = capsys.readouterr().out
    assert printed == invite_link(ID) + "\n"
    assert not any(part in printed for part in TOKEN.split("."))


@pytest.mark.parametrize("digits", range(15, 21))
def test_an_id_of_any_length_is_read(digits: int) -> None:
    number = "98765432109876543210"[:digits]
    first = base64.b64encode(number.encode()).decode().rstrip("=")
    assert application_of(f"{first}.x.y") == number


@pytest.mark.parametrize("token", ["", TOKEN, "rubbish"])
def test_the_application_that_is_named_wins_over_the_token(token: str, capsys: pytest.CaptureFixture[str]) -> None:
    other = "987654321098765432"
    assert run("invite", "--application", other, environment={"DISCORD_BOT_TOKEN": token}) == 0
    assert asked_by(capsys.readouterr().out.strip())["client_id"] == [other]


@pytest.mark.parametrize("environment", [{}, {"DISCORD_BOT_TOKEN": ""}, {"DISCORD_BOT_TOKEN": "  "}])
def test_without_a_token_and_an_application_the_command_says_what_to_do(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    told = told_by(capsys, "invite", environment=environment)
    assert "put the bot's token into DISCORD_BOT_TOKEN, or give --application ID" in told


SECRET = "s" * 38
GARBAGE = {
    "one part": SECRET,
    "two parts": f"MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.{SECRET}",
    "four parts": f"MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.a.b.{SECRET}",
    "no base64": f"!!!.a.{SECRET}",
    "base64 of words": f"aGVsbG8gd29ybGQgaGVsbG8.a.{SECRET}",
    "base64 of bytes": f"____________.a.{SECRET}",
    "too short an id": f"MTIzNDU.a.{SECRET}",
    "no letters of ours": f"токен.a.{SECRET}",
    "nothing first": f".a.{SECRET}",
}


@pytest.mark.parametrize("token", GARBAGE.values(), ids=GARBAGE)
def test_what_is_no_token_is_told_and_never_repeated(token: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = told_by(capsys, "invite", environment={"DISCORD_BOT_TOKEN": token})
    assert "what stands in DISCORD_BOT_TOKEN is no bot token: at https://discord.com/developers/applications" in told
    assert SECRET not in told


def test_a_token_given_for_an_application_is_refused_and_never_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    told = told_by(capsys, "invite", "--application", TOKEN)
    assert "an application's id has 15 to 20 digits" in told
    assert not any(part in told for part in TOKEN.split("."))


def test_the_commands_are_printed_as_discord_gets_them_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("commands") == 0
    assert json.loads(capsys.readouterr().out) == application_commands(COMMANDS, lambda _, text: text)


def test_the_commands_start_without_discord_py() -> None:
    program = (
        "import sys, adapters.discord.cli; print([name for name in ('discord', 'aiohttp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


# The page.


def table(header: str) -> dict[str, str]:
    """The rows of a table of the page, by their first column."""
    rows = PAGE.read_text(encoding="utf-8").partition(f"\n| {header} | what for |\n|---|---|\n")[2].partition("\n\n")[0]
    return dict(re.findall(r"^\| (.+) \| (.+) \|$", rows, re.MULTILINE))


def test_the_page_for_operators_tells_each_permission_and_what_it_is_for() -> None:
    assert table("permission") == {each.title: each.purpose for each in PERMISSIONS}


def test_the_page_for_operators_tells_each_intent_and_none_is_privileged() -> None:
    assert set(table("intent")) == {f"`{name}`" for name in INTENTS}
    asked = discord.Intents(**dict.fromkeys(INTENTS, True))
    assert not any((asked.members, asked.presences, asked.message_content))


def test_the_page_for_operators_quotes_what_is_said_when_something_is_wrong() -> None:
    rows = PAGE.read_text(encoding="utf-8").partition("| what you see | what it is |\n")[2]
    quoted = re.findall(r"^\| (?:`([A-Z][^`]+)`|a note: \*([^*]+)\*) \|", rows, re.MULTILINE)
    refused = [error for error in (error_of(code, 403) for code in CODES) if isinstance(error, RefusedError)]
    said = ["DISCORD_BOT_TOKEN is not set", *REFUSALS.values(), *(error.reason for error in refused)]
    assert quoted
    assert [text for pair in quoted for text in pair if not any(each.startswith(text) for each in said)] == []
