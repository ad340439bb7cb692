"""What grading says: a verdict, and the reason for it as a code (the sentence for people is made where cards are)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    NOTED = "noted"
    """An answer to an open item: neither right nor wrong."""


class Why(StrEnum):
    """Why a verdict was given."""

    CHOSEN = "chosen"
    """Options: exactly the key."""
    SOME = "some"
    """Options: some of the key, or some pairs in order."""
    OTHER = "other"
    """Options: not the key."""
    OPEN = "open"
    """An open item: the answer is noted."""

    EXACT = "exact"
    """The first accepted answer, after folding case, accents, hyphens and the like."""
    ALIAS = "alias"
    """Another accepted answer, or one of them without its bracketed part."""
    PLURAL = "plural"
    """An accepted answer in the plural or singular."""
    TYPO = "typo"
    """An accepted answer with a slip that no other known answer is as near to."""
    FORMULA = "formula"
    """A formula of the same value as an accepted one."""
    NUMBER = "number"
    """Exactly the right number."""
    TOLERANCE = "tolerance"
    """A number within the tolerance, borders included."""
    UNIT_CONVERTED = "unit-converted"
    """The right number in another unit of the same kind (50 % for 0.5, 2 s for 2000 ms)."""

    EMPTY = "empty"
    """Nothing was given."""
    TOO_LONG = "too-long"
    """Longer than an answer can be."""
    UNREADABLE = "unreadable"
    """Text that names no option of the item, or holds a number in no form that is known."""
    UNKNOWN = "unknown"
    """Like no accepted answer."""
    CONFUSABLE = "confusable"
    """Another known answer than the right one."""
    AMBIGUOUS_TYPO = "ambiguous-typo"
    """Misspelt, and another known answer is as near as the right one or nearer."""
    NUMBER_DIFFERS = "number-differs"
    """The right words with another number, letter or symbol in them (L1 for L2, type I for type II)."""
    NEGATED = "negated"
    """The right words negated, or a negated answer without its negation."""
    EITHER_OR = "either-or"
    """Several answers in one."""
    OTHER_FORMULA = "other-formula"
    """A formula of another value."""
    NO_NUMBER = "no-number"
    """A number was asked for and none was found."""
    SEVERAL_NUMBERS = "several-numbers"
    """A range, a bound or more than one number."""
    NUMBER_WRONG = "number-wrong"
    """A number outside the tolerance."""
    UNIT_MISSING = "unit-missing"
    """The number would be right with its unit, and means something else without."""
    UNIT_WRONG = "unit-wrong"
    """A unit of another kind than the item's."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A verdict. `share` is the part that is right (1 right, 0 wrong, between for partly, 0 for noted).

    `detail` names what `why` is about: the accepted answer that matched, or the term, number or unit that did not.
    """

    verdict: Verdict
    share: float
    why: Why
    detail: str = ""
