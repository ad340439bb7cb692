"""Practice, reviews and what was missed in a terminal: real processes, one after another, on one database."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.e2e.console import COMMAND, letter, press
from tests.terminal import on_a_terminal

STEM = re.compile(r"Which letter does question (\S+) want")


def days_pass(folder: Path, days: int) -> None:
    """Make everything that was asked alone so much older."""
    with closing(sqlite3.connect(folder / "studyhall.db")) as connection, connection:
        micros = days * 86_400 * 1_000_000
        connection.execute("UPDATE private_rounds SET asked_at = asked_at - ?, at = at - ?", (micros, micros))
        connection.execute("UPDATE sessions SET began_at = began_at - ?, ended_at = ended_at - ?", (micros, micros))


def test_practice_is_answered_by_letters_goes_on_after_a_restart_and_is_summed_up(folder: Path) -> None:
    with on_a_terminal(COMMAND, folder) as terminal:
        terminal.talk("", "/quit leaves")
        asked = terminal.enter("/practice count:3", "[Stop]")
        assert "Practice 1/3" in asked
        told = terminal.enter(letter(asked, "alpha"), "[Next]")
        assert "✗ Not right" in told
        assert "Reason for alpha." in told
        assert re.search(r"Right is: \S+ beta of item", told)
        assert "Reason for beta." in told
        assert "Because of the letter." in told
        second = press(terminal, told, "Next", "[Stop]")
        assert "Practice 2/3" in second
    with on_a_terminal(COMMAND, folder) as terminal:
        terminal.talk("", "/quit leaves")
        again = terminal.enter("/practice", "[Stop]")
        assert "Practice 2/3" in again
        assert STEM.findall(again) == STEM.findall(second) != STEM.findall(asked)
        told = terminal.enter(letter(again, "beta"), "[Next]")
        assert "✓ Right" in told
        summed = press(terminal, told, "Stop", "Partly right")
        assert re.search(r"Answered\s+2\s+Right\s+1", summed)
        assert "No points yet" in terminal.enter("/leaderboard all", "No points yet")


def test_what_was_missed_is_asked_again_and_what_is_due_is_reviewed_days_later(folder: Path) -> None:
    with on_a_terminal(COMMAND, folder) as terminal:
        terminal.talk("", "/quit leaves")
        asked = terminal.enter("/practice count:1", "[Stop]")
        terminal.enter(letter(asked, "gamma"), "[Finish]")
        listed = terminal.enter("/missed", "[Ask me again]")
        assert STEM.findall(listed) == STEM.findall(asked)
        again = press(terminal, listed, "Ask me again", "[Stop]")
        assert "Missed 1/1" in again
        told = terminal.enter(letter(again, "beta"), "[Finish]")
        assert "Summary" in press(terminal, told, "Finish", "Partly right")
        terminal.enter("/missed", "You missed nothing")
        assert "The next review is due" in terminal.enter("/review", "The next review is due")
    days_pass(folder, 3)
    with on_a_terminal(COMMAND, folder) as terminal:
        terminal.talk("", "/quit leaves")
        terminal.enter("/home", "1 idea to review today")
        due = terminal.enter("/review", "[Stop]")
        assert "Review 1/1" in due
        assert STEM.findall(due) != STEM.findall(asked)
        told = terminal.enter(letter(due, "beta"), "[Finish]")
        press(terminal, told, "Finish", "Partly right")
        terminal.enter("/review", "Nothing to review")
