"""How able a person is and how hard an item: ratings of both after Elo, each answer being a match between them.

The rule is that of Pelánek, R. (2016), Applications of the Elo rating system in adaptive educational systems, Computers
& Education 98, 169-179: ratings in logits, the expected score shifted by what a guess among options is worth, and the
uncertainty function a / (1 + b n), by which an answer moves a rating less the more answers it rests on. The geography
practice that it studies has a = 1 and b = 0.05 (github.com/adaptive-learning). Half of that a recovers known ratings
better, and keeps success nearer to what is expected, in simulations such as those of tests/bot/test_rater.py.

As there, a person's first answer to an item tells, and later ones do not: whoever was told the key and is asked again,
by a review perhaps, shows what they remember, which is what `bot.rules.memory` is about (Papoušek, Pelánek and
Stanislav 2014, Adaptive practice of facts in domains with varied prior knowledge, Educational Data Mining, 6-13).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, factorial
from typing import NamedTuple

from bot.rules.verdicts import Verdict
from content.item import Difficulty, Kind

_FIRST = 0.5
"""The most that the first answer moves a rating, in logits."""

_STEADIER = 0.05
"""After 1 / this many answers a rating moves half as far as at first."""

_LEAST = 0.05
"""However many answers a rating rests on, one may move it so far, in logits: people learn, and a rating that hardly
moved any more would be true of who they were.
"""

_DECLARED = {Difficulty.EASY: -1.1, Difficulty.MEDIUM: 0.0, Difficulty.HARD: 1.1}
_SCORES: dict[str, float] = {Verdict.RIGHT: 1.0, Verdict.PARTLY: 0.5, Verdict.WRONG: 0.0}
_MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating in logits, of a person (higher is abler) or of an item (higher is harder), and its number of answers."""

    rating: float
    n: int = 0


NEWCOMER = Rated(0.0)
"""A person without answers."""


class Task(NamedTuple):
    """An item as it meets people: how hard it is, and how probable it is that a blind guess is right (below 1)."""

    rated: Rated
    guess: float


def unanswered(difficulty: Difficulty) -> Rated:
    """An item without answers, by what its pack declares.

    A newcomer gets an easy one right three times in four, a medium one two times and a hard one once, before guessing.
    """
    return Rated(_DECLARED[difficulty])


def guess_of(kind: Kind, options: int) -> float:
    """The probability that a blind guess among so many `options` (2 or more) is right; 0 where the answer is typed.

    Several options: any of their selections but the empty one. Putting in order: any of their sequences.
    """
    if kind in {Kind.CHOICE, Kind.TRUE_FALSE}:
        return 1 / options
    if kind is Kind.MULTI:
        return 1 / (2.0**options - 1)
    return 1 / factorial(options) if kind is Kind.ORDER else 0.0


def score_of(verdict: str, stars: int | None) -> float | None:
    """What an answer of this Verdict scores, 0 to 1: partly right is half a win, and 1 to 5 stars that somebody gave
    their own open answer are spread over it. None for an answer that nobody judged.
    """
    if verdict == Verdict.NOTED:
        return None if stars is None else (stars - 1) / (_MOST_STARS - 1)
    return _SCORES[verdict]


def expected(person: Rated, task: Task) -> float:
    """The score to expect, which for most kinds is the probability that the answer is right; never below the guess."""
    return task.guess + (1 - task.guess) / (1 + exp(task.rated.rating - person.rating))


def after(person: Rated, task: Task, score: float) -> tuple[Rated, Rated]:
    """The person and the item after an answer that scored 0 to 1; ValueError for another score.

    What the one gains the other loses, each more the fewer answers it rests on. The sequence of answers matters.
    """
    if not 0 <= score <= 1:
        raise ValueError(f"a score of {score} cannot be: pass 0 to 1")
    surprise = score - expected(person, task)
    return _moved(person, surprise), _moved(task.rated, -surprise)


def _moved(rated: Rated, surprise: float) -> Rated:
    most = max(_LEAST, _FIRST / (1 + _STEADIER * rated.n))
    return Rated(rated.rating + most * surprise, rated.n + 1)
