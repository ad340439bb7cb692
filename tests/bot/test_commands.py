"""Reading and completing command lines."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import COMMANDS, find, leaves
from bot.lines import PuzzledError, complete, read_line
from bot.ports import Suggestion

NAMES = [Suggestion("daily", "09:00")]
KNOWN = tuple(command.name for command in COMMANDS)
TOPICS = [Suggestion("statistics", "Statistics"), Suggestion("nlp", "Language")]


@pytest.mark.parametrize(
    ("line", "path", "options"),
    [
        ("/daily", ("daily",), {}),
        ("  /DAILY  ", ("daily",), {}),
        ("/leaderboard", ("leaderboard",), {}),
        ("/leaderboard month", ("leaderboard",), {"period": "month"}),
        ("/leaderboard month statistics", ("leaderboard",), {"period": "month", "topic": "statistics"}),
        ("/leaderboard statistics", ("leaderboard",), {"topic": "statistics"}),
        ("/leaderboard topic:nlp period:ALL", ("leaderboard",), {"topic": "nlp", "period": "all"}),
        ("/study status", ("study", "status"), {}),
        ("/study schedule now", ("study", "schedule", "now"), {}),
        (
            "/study schedule add evening 18:00 mon-fri",
            ("study", "schedule", "add"),
            {"name": "evening", "times": "18:00", "weekdays": "mon-fri"},
        ),
    ],
)
def test_a_line_is_understood(line: str, path: tuple[str, ...], options: dict[str, str]) -> None:
    read = read_line(line)
    assert (read.path, dict(read.options)) == (path, options)


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("/dayly", "/daily"),
        ("/leaderbord", "/leaderboard"),
        ("/study statsu", "/study status"),
        ("/study", "/study help"),
        ("/leaderboard period:mont", "/leaderboard month"),
        ("/daily now", "/daily"),
        ("/leaderboard colour:red", "/leaderboard month statistics"),
        ("/study schedule pause", "/study schedule pause evening"),
        ("/xyzzy", ""),
        ("/", ""),
    ],
)
def test_a_line_with_a_slip_gets_the_nearest_that_would_be_understood(line: str, nearest: str) -> None:
    with pytest.raises(PuzzledError) as puzzled:
        read_line(line)
    assert puzzled.value.nearest == nearest


@given(st.text(max_size=200))
def test_no_line_does_anything_but_be_understood_or_puzzle(line: str) -> None:
    understood = None
    with suppress(PuzzledError):
        understood = find(read_line(line).path)
    assert understood is None or line.strip().casefold().lstrip("/").startswith(KNOWN)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("/", ["/daily", "/leaderboard", "/practice", "/review", "/missed", "/quiz", "/study"]),
        ("/d", ["/daily"]),
        (
            "/study ",
            [
                *("/study status", "/study help", "/study link", "/study unlink"),
                *("/study search", "/study mydata", "/study cards"),
                *("/study remind", "/study hide", "/study show", "/study forget", "/study regrade", "/study schedule"),
            ],
        ),
        ("/study sc", ["/study schedule"]),
        ("/study schedule n", ["/study schedule now"]),
        ("/study schedule pause ", ["/study schedule pause daily"]),
        ("/study schedule add late 18:00 mon s", ["/study schedule add late 18:00 mon statistics"]),
        ("/leaderboard m", ["/leaderboard month"]),
        ("/leaderboard month s", ["/leaderboard month statistics"]),
        ("/leaderboard s", ["/leaderboard season", "/leaderboard statistics"]),
        ("/leaderboard month statistics x", []),
        ("/leaderboard month statistics nlp x", []),
        ("/nothing ", []),
    ],
)
def test_a_line_is_completed(line: str, values: list[str]) -> None:
    assert [each.value for each in complete(line, {"topic": TOPICS, "name": NAMES})] == values


def test_without_known_topics_only_periods_are_offered() -> None:
    assert [each.value for each in complete("/leaderboard s", {})] == ["/leaderboard season"]


def test_every_example_is_understood_as_its_own_command() -> None:
    for path, command in leaves():
        assert read_line(command.example).path == path


def test_descriptions_fit_the_platforms() -> None:
    for _, command in leaves(COMMANDS):
        assert 0 < len(command.description) <= 100
        assert all(0 < len(option.description) <= 100 for option in command.options)
