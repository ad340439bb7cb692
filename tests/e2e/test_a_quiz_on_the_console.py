"""A live quiz in a terminal, which outlives its process: killed in the middle of a question, and started again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.e2e.console import COMMAND, letter, press
from tests.terminal import on_a_terminal


def long_ago(folder: Path, seconds: int) -> None:
    """Make it so long since anybody looked after the quiz; its clock stood still as long."""
    with closing(sqlite3.connect(folder / "studyhall.db")) as connection, connection:
        micros = seconds * 1_000_000
        connection.execute("UPDATE matches SET seen_at = seen_at - ?", (micros,))
        connection.execute("UPDATE rounds SET closes_at = closes_at - ? WHERE state = 'open'", (micros,))


def test_a_quiz_is_played_and_outlives_its_process(folder: Path) -> None:
    with on_a_terminal(COMMAND, folder) as terminal:
        terminal.talk("", "/quit leaves")
        lobby = terminal.enter("/quiz start count:2 seconds:120", "[Begin now]")
        assert "1 is in" in lobby
        asked = press(terminal, lobby, "Begin now", "[Skip]")
        assert "Question 1 of 2" in asked
        terminal.enter(letter(asked, "beta"), "Because of the letter.")
        terminal.talk("", "Question 2 of 2")
        terminal.process.kill()
        terminal.process.wait(20)
    long_ago(folder, 300)
    with on_a_terminal(COMMAND, folder) as terminal:
        seen = terminal.talk("", "has")
        assert "I was away for" in terminal.raw or "I was away for" in seen
        assert "1/2" in terminal.enter("/quiz stop", "Final standings")
