"""Boards: who stands where."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards.words import Words
from bot.ports import Card, Fine, Table, Text, Tone

PERIODS = ("today", "week", "month", "season", "all")


@dataclass(frozen=True, slots=True)
class Line:
    """A standing as told: `mine` where it is the asker's."""

    rank: int
    name: str
    points: int
    right: int
    answered: int
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Mine:
    """The asker's own place on the board and streak; `line` is None before the first answer."""

    line: Line | None
    streak: int = 0
    best_streak: int = 0


def period_title(words: Words, period: str) -> str:
    """A period in words."""
    return {
        "today": words("Today"),
        "week": words("This week"),
        "month": words("This month"),
        "season": words("This season"),
        "all": words("All time"),
    }[period]


def board_card(words: Words, scope: str, period: str, lines: tuple[Line, ...], mine: Mine | None = None) -> Card:
    """A board: a table of standings, and the asker's own beneath. `scope` is a hall's, place's or topic's title."""
    title = words("Leaderboard · {scope} · {period}", scope=scope, period=period_title(words, period))
    tail = tuple(Fine(text) for text in _mine(words, mine))
    if not lines:
        empty = words("No points yet for this period. Answer a question and you are first.")
        return Card(title, (Text(empty), *tail), Tone.BOARD, summary=title)
    header = ("#", words("Name"), words("Points"), words("Right"), words("Answered"))
    rows = tuple(
        (
            f"{line.rank}",
            f"{line.name} ←" if line.mine else line.name,
            f"{line.points}",
            f"{line.right}",
            f"{line.answered}",
        )
        for line in lines
    )
    return Card(title, (Table(header, rows, frozenset({0, 2, 3, 4})), *tail), Tone.BOARD, summary=title)


def _mine(words: Words, mine: Mine | None) -> list[str]:
    if mine is None:
        return []
    told = []
    if mine.line is not None and mine.line.points:
        points = words.many("{n} point", "{n} points", mine.line.points)
        told.append(words("You are number {rank} with {points}.", rank=mine.line.rank, points=points))
    if mine.streak:
        days = words.many("{n} day", "{n} days", mine.streak)
        told.append(words("Your streak: {days} (best: {best}).", days=days, best=mine.best_streak))
    return told
