"""Grading: what an answer to an item is worth and why. docs/grading.md explains the rules and their error rates."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rules.chosen import grade_chosen, read_choice
from bot.rules.numeric import grade_numeric
from bot.rules.short import grade_short
from bot.rules.shown import Shown
from bot.rules.verdicts import Graded, Verdict, Why
from content.item import CHOSEN_KINDS, Kind

__all__ = ["LONGEST", "RULES", "Given", "Graded", "Verdict", "Why", "grade", "read_choice"]

RULES = "1"
"""The version of these rules and of `bot.rules.scoring`, stored with each answer; it changes whenever a verdict can."""

LONGEST = 200
"""A typed answer to a short or numeric item that is longer, in characters, is refused unread."""

_AROUND = " \t\r\n\"'`´“”„‘’«»\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered: options as indexes as shown (in the order given), or a text."""

    picked: tuple[int, ...] = ()
    text: str = ""


def grade(shown: Shown, given: Given) -> Graded:
    """The verdict on an answer, with its share and its reason. Never raises for any answer; takes milliseconds at most.

    An item answered by options is graded by `given.picked`, or else by what `given.text` names.
    """
    text = given.text.strip(_AROUND)
    if shown.kind in CHOSEN_KINDS:
        return _chosen(shown, given.picked, text)
    if not text:
        return Graded(Verdict.WRONG, 0.0, Why.EMPTY)
    if shown.kind is Kind.OPEN:
        return Graded(Verdict.NOTED, 0.0, Why.OPEN)
    if len(text) > LONGEST:
        return Graded(Verdict.WRONG, 0.0, Why.TOO_LONG)
    if shown.numeric:
        return grade_numeric(shown.numeric, text)
    return grade_short(shown.short, shown.near, text) if shown.short else Graded(Verdict.WRONG, 0.0, Why.UNKNOWN)


def _chosen(shown: Shown, picked: tuple[int, ...], text: str) -> Graded:
    read = picked or (read_choice(shown, text[: LONGEST + 1]) if text else ())
    return grade_chosen(shown, read) if read is not None else Graded(Verdict.WRONG, 0.0, Why.UNREADABLE)
