"""Grading and scoring of one answer, by kind and over all kinds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from random import Random

from benchmarks.frame import Figure, LostError, Part, Row, Scale, cpu_of, timed
from benchmarks.study import given, shown_items
from bot.rules.grading import Given, grade
from bot.rules.scoring import points
from bot.rules.shown import Shown
from bot.rules.verdicts import Verdict
from content.item import Kind

MOST = 40
"""Microseconds of processor that an answer may take."""


TYPED = (
    "A typed answer that is no known one is compared with every accepted, confusable and near answer, slip by slip, "
    "before it is refused: two thirds of the time are distances and negations of words. Of a number, two thirds are "
    "the patterns of its many notations, and exact fractions. A spelling that came before is folded already, and here "
    "are far more of them than a group gives."
)


def grade_all(answers: Sequence[tuple[Shown, Given]]) -> int:
    """Grade and score answers; returns how many are right."""
    right = 0
    for shown, answer in answers:
        graded = grade(shown, answer)
        points(graded.verdict, graded.share, shown.difficulty)
        right += graded.verdict is Verdict.RIGHT
    return right


def measured(items: Sequence[Shown], scale: Scale) -> Figure:
    """Processor time an answer, other answers in each run; LostError where none or all are right: no people are so."""
    spent = []
    for run in range(scale.runs):
        answers = answers_to(items, scale.of(20_000, 400), run)
        spent.append(timed(partial(grade_all, answers)))
        if not 0 < grade_all(answers) < len(answers):
            raise LostError("the answers are all right or all wrong: they are not as people give them")
    return cpu_of(spent, scale.of(20_000, 400))


def answers_to(items: Sequence[Shown], count: int, seed: int) -> list[tuple[Shown, Given]]:
    """So many answers to items in turn."""
    random = Random(seed)
    return [(shown, given(shown, random)) for shown in (items[number % len(items)] for number in range(count))]


def by_kind(scale: Scale) -> list[Row]:
    """A row for each kind, and one for all of them as the shipped pack mixes them."""
    items = shown_items()
    kinds = [kind for kind in Kind if kind is not Kind.OPEN]
    found = [
        Row(f"an answer to an item of the kind {kind}", measured(of_kind(items, kind), scale), None, MOST, TYPED)
        for kind in kinds
    ]
    return [*found, Row("an answer to any item of the shipped pack", measured(items, scale), None, MOST)]


def of_kind(items: Sequence[Shown], kind: Kind) -> list[Shown]:
    """The items of a kind."""
    return [each for each in items if each.kind is kind]


PART = Part(
    title="Grading",
    method=(
        "`grade` and `points` on answers to the shipped items, right about half the time. Typed answers are as people "
        "type them: with units and decimals, and every other short one with a slip (a letter dropped, doubled, changed "
        "or swapped), also of words that are confusable or near."
    ),
    cases={"kinds": by_kind},
)
