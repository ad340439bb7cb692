"""What a group remembers of a concept: the memory of one person (`bot.rules.memory`), told by shares of right answers.

FSRS asks whether something was remembered, and a group always remembers in part. So each round is rated as its median
member would rate it, and by how sure it is that all of them know:
- AGAIN below a half: most did not know. To FSRS every other rating is a recall (as in `bot.rules.memory`).
- HARD from a half on, GOOD from four fifths on: mastery learning takes 80 % for learnt (Bloom 1968, Learning for
  Mastery, Evaluation Comment 1; Kulik, Kulik and Bangert-Drowns 1990, Review of Educational Research 60).
- EASY where all were right, and so many that the next one will be with a probability of RETENTION: by Laplace's rule
  of succession, (n + 1) / (n + 2), from eight on. All of three say less than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.rules.memory import RETENTION, Rating

HALF, LEARNT = 0.5, 0.8

EVERY = 3
"""Each question of a place whose number this divides goes to what the group is forgetting, if there is any: the others
go on with the selection, so that what is new keeps coming however much is forgotten.
"""


@dataclass(frozen=True, slots=True)
class LastSeen:
    """How the latest round on a concept went in a place: so many `days` before, `right` of those who `answered`."""

    days: int
    right: int
    answered: int

    def to_json(self) -> dict[str, int]:
        """A JSON value that `last_seen_from_json` reads back."""
        return asdict(self)

    @property
    def percent(self) -> int:
        """The share of right answers, in whole per cent."""
        return round(100 * self.right / self.answered)


def last_seen_from_json(value: Mapping[str, Any] | None) -> LastSeen | None:
    """Read what `LastSeen.to_json` wrote; None stays None."""
    return LastSeen(**value) if value is not None else None


def rating_of_group(right: int, partly: int, answered: int) -> Rating | None:
    """The rating of a round that `answered` people gave a graded answer to; one that is partly right counts half.

    None where nobody did.
    """
    if not answered:
        return None
    share = (right + partly / 2) / answered
    if share < HALF:
        return Rating.AGAIN
    if share < LEARNT:
        return Rating.HARD
    sure = right == answered and (answered + 1) / (answered + 2) >= RETENTION
    return Rating.EASY if sure else Rating.GOOD


def brings_back(asked_before: int) -> bool:
    """Whether the next question of a place goes to what its group is forgetting."""
    return asked_before % EVERY == EVERY - 1


def forgotten_first(due: Iterable[Sequence[tuple[str, int]]], at: int) -> tuple[str, ...]:
    """The concepts that are due at an instant in any of some places, what is due longest first; by name among equals.

    `due` has the concepts of each place with the instants when they are due. Instants are numbers that grow with time.
    """
    earliest: dict[str, int] = {}
    for concept, since in (each for place in due for each in place):
        if since <= at:
            earliest[concept] = min(since, earliest.get(concept, since))
    return tuple(sorted(earliest, key=lambda concept: (earliest[concept], concept)))
