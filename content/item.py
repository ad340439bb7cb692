"""An item: one question of a pack, as the rest of the program sees it. Values only; reading is `content.pack`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """How an item is asked and what an answer to it looks like."""

    CHOICE = "choice"
    """One option of several is right."""
    MULTI = "multi"
    """Every right option has to be selected and no other."""
    TRUE_FALSE = "true-false"
    """A statement; its two options are always shown true first."""
    NUMERIC = "numeric"
    """A number, with a tolerance and possibly a unit."""
    SHORT = "short"
    """A word or a short phrase."""
    ORDER = "order"
    """The options have to be put in order; the pack lists them in the right one."""
    OPEN = "open"
    """Talked over; a reference answer and a rubric appear at the reveal."""


class Difficulty(StrEnum):
    """How hard an item is for the people it is written for."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


CHOSEN_KINDS = frozenset({Kind.CHOICE, Kind.MULTI, Kind.TRUE_FALSE, Kind.ORDER})
"""Kinds answered by choosing among options; the others are typed."""


class Brief(NamedTuple):
    """What an item is about, without its texts: enough to select it by."""

    id: str
    kind: Kind
    topic: str
    difficulty: Difficulty
    concept: str
    options: int
    """How many there are; 0 where the answer is typed."""

    @property
    def pack(self) -> str:
        """The id of the pack that the item comes from."""
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice, and why it is right or wrong (shown to who chose it). Both are Markdown."""

    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NumericKey:
    """The right number. `tolerance` is absolute, or a share of |value| where `relative`; `unit` is "" or as written."""

    value: str
    tolerance: str = "0"
    relative: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ShortKey:
    """Accepted answers, the first of which is shown, and terms near them that are wrong (`confusable`)."""

    accepted: tuple[str, ...]
    confusable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A reference answer (Markdown) and the lines of a rubric to rate oneself by."""

    reference: str
    rubric: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file beside the pack, as a relative path, and the text that replaces it."""

    path: str
    alt: str


@dataclass(frozen=True, slots=True)
class Translation:
    """The texts of an item in another language; `options` are in the order of the item's own."""

    stem: str = ""
    options: tuple[Option, ...] = ()
    explanation: str = ""
    hints: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    reference: str = ""
    rubric: tuple[str, ...] = ()
    picture_alt: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `id` is unique over the bank: `pack-id/item-id`.

    `key` holds the indexes into `options` that are right: one for choice and true-false, one or more for multi, all of
    them in the order listed for order, none for typed kinds (whose key is `numeric`, `short` or `open`).
    `version` is a hash of everything a learner can see or be graded by. `where` is `file:line`.
    """

    id: str
    kind: Kind
    stem: str
    topic: str
    concept: str
    difficulty: Difficulty
    explanation: str = ""
    options: tuple[Option, ...] = ()
    key: tuple[int, ...] = ()
    numeric: NumericKey | None = None
    short: ShortKey | None = None
    open: OpenKey | None = None
    hints: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    translations: Mapping[str, Translation] = field(default_factory=dict)
    picture: Picture | None = None
    version: str = ""
    where: str = ""

    @property
    def pack(self) -> str:
        """The id of the pack that the item comes from."""
        return self.id.partition("/")[0]
