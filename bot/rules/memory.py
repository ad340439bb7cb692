"""What a person remembers of a concept: FSRS-6 of the package `fsrs`, with its default parameters.

Where this differs from the package's defaults, and why:
- No learning and relearning steps (its defaults are 1 and 10 minutes). A question here comes once a day, so that a
  step of minutes would make each new concept due as soon as it was answered, and nobody comes back for it. "Evidence
  shows that repeating a card multiple times in a single day does not significantly contribute to long-term memory"
  (Anki manual, deck options, learning and relearning steps). Steps change when a concept is due, never its stability
  or difficulty.
- No fuzzing: the same answers give the same memory, so that a replay equals what was kept.
- A day has passed from 16 hours on, two from 40 hours on (EARLY). The package counts full periods of 24 hours, by
  which whoever comes a few minutes earlier than yesterday has come twice on one day. Anki counts nights for the same
  reason; that needs a zone, which a memory does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Self, cast

from bot.rules.verdicts import Verdict
from content.item import Difficulty, Kind

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

RETENTION = 0.9
"""A concept is due when its recall has fallen to this; the default of FSRS."""

EARLY = timedelta(hours=8)
"""A day ends so much sooner than 24 hours after it began, and a concept can be asked so long before it is due: what was
answered at the end of one working day (8 hours) and at the start of the next was answered on two days.
"""


class Rating(IntEnum):
    """How well something was remembered, as FSRS numbers it."""

    AGAIN = 1
    """Not remembered."""
    HARD = 2
    """Remembered in part or with effort."""
    GOOD = 3
    """Remembered."""
    EASY = 4
    """Remembered at once."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a concept since the last answer.

    `stability` is the number of days until its recall falls to RETENTION; `difficulty` goes from 1 to 10. `due` and
    `last` are UTC: when it should be asked next, and when the last answer was given. `seen` counts answers, `missed`
    those that were rated AGAIN.
    """

    stability: float
    difficulty: float
    due: datetime
    last: datetime
    seen: int
    missed: int

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """The memory that `row` holds; other columns are passed over. Its instants have to be aware."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})

    def row(self) -> dict[str, Any]:
        """Its fields as columns, from which `from_row` makes an equal one."""
        return asdict(self)


def remember(before: Memory | None, rating: Rating, at: datetime) -> Memory:
    """The memory after an answer at `at` (aware, of any zone); `before` is None for the first answer on a concept.

    An answer older than `before.last` counts as given at that instant: it is one more look on that day, and neither
    `last` nor `due` goes back behind it. Only `replay` puts it in its place. Raises ValueError when `at` is naive.
    """
    from fsrs import Rating as FsrsRating  # noqa: PLC0415  starting without an answer does not pay for it

    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone: pass an aware instant")
    at = at.astimezone(UTC)
    if before is not None:
        at = max(at, before.last)
    card, _ = _scheduler().review_card(_card(before, at), FsrsRating(rating), at)
    return Memory(
        stability=cast("float", card.stability),  # an answered card has both
        difficulty=cast("float", card.difficulty),
        due=card.due,
        last=at,
        seen=1 + (before.seen if before else 0),
        missed=(rating == Rating.AGAIN) + (before.missed if before else 0),
    )


def replay(answers: Iterable[tuple[Rating, datetime]]) -> Memory | None:
    """The memory after all `answers`, taken by their instants (those at the same one as given); None without any."""
    memory: Memory | None = None
    for rating, at in sorted(answers, key=lambda answer: answer[1]):
        memory = remember(memory, rating, at)
    return memory


def is_due(memory: Memory, at: datetime) -> bool:
    """Whether the concept can be asked at `at` (aware): EARLY before `due`, and ever after."""
    return memory.due - EARLY <= at


# A time outside these says nothing: nobody has read a question in under three seconds (the threshold in common use for
# rapid guessing: Kong, Wise and Bhola 2007, Educational and Psychological Measurement 67), and after ten minutes most
# have been away (Anki takes that for granted after one).
_READ = 3.0
_AWAY = 600.0

_QUICK = {
    Kind.TRUE_FALSE: 8.0,
    Kind.CHOICE: 12.0,
    Kind.SHORT: 15.0,
    Kind.MULTI: 20.0,
    Kind.NUMERIC: 20.0,
    Kind.ORDER: 25.0,
}
"""Seconds in which somebody who knows answers an easy item: for reading it, at 4 words a second (Brysbaert 2019,
Journal of Memory and Language 109), about 30 words of a statement and 50 to 80 with options, all of which have to be
weighed in multi and order; and a few more for typing a word or a number.
"""

_SLOW = 5
"""So many times as long is a search or a derivation: 60 s for a choice, where Anki stops its clock."""

_LONGER = {Difficulty.EASY: 1.0, Difficulty.MEDIUM: 1.5, Difficulty.HARD: 2.0}
"""Harder items are longer, and have a step of thought between the reading and the answer."""


def rating_of(verdict: Verdict, seconds: float | None, kind: Kind, difficulty: Difficulty) -> Rating | None:
    """The rating of an answer that took `seconds`.

    Wrong is AGAIN, partly is HARD. Right is GOOD; EASY when it was quick for its kind and difficulty, HARD when it was
    very slow. Without a time (a question of the day is answered whenever somebody comes by), or with one that says
    nothing (under 3 s, over 10 minutes), right is GOOD. None for what is noted: the person rates it, by
    `rating_of_self`.
    """
    if verdict is not Verdict.RIGHT:
        return {Verdict.WRONG: Rating.AGAIN, Verdict.PARTLY: Rating.HARD}.get(verdict)
    if seconds is None or kind not in _QUICK or not _READ <= seconds <= _AWAY:
        return Rating.GOOD
    quick = _QUICK[kind] * _LONGER[difficulty]
    if seconds <= quick:
        return Rating.EASY
    return Rating.HARD if seconds > quick * _SLOW else Rating.GOOD


_STARS = {1: Rating.AGAIN, 2: Rating.AGAIN, 3: Rating.HARD, 4: Rating.GOOD, 5: Rating.EASY}


def rating_of_self(stars: int) -> Rating:
    """The rating of an answer to an open item by the 1 to 5 stars that its writer gave it; ValueError for others.

    One and two are AGAIN: to FSRS, HARD is a concept that was recalled, and calling a miss so makes every later
    interval too long (Anki manual, deck options, FSRS).
    """
    if stars not in _STARS:
        raise ValueError(f"{stars} stars: rate from 1 to 5")
    return _STARS[stars]


def stars_for(met: int, lines: int) -> int:
    """The 1 to 5 stars of an answer that has `met` of the `lines` of its rubric (one at least).

    One is none of them and five is all; between, each star is a quarter of them: of the usual four lines, one each.
    """
    return 1 + 4 * met // lines


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler as FsrsScheduler  # noqa: PLC0415  starting without an answer does not pay for it

    return FsrsScheduler(desired_retention=RETENTION, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def _card(memory: Memory | None, at: datetime) -> Card:
    """The memory as FSRS takes it. A given id and due keep it from asking the clock, and from waiting for its tick."""
    from fsrs import Card as FsrsCard  # noqa: PLC0415  starting without an answer does not pay for it
    from fsrs import State  # noqa: PLC0415  the same

    if memory is None:
        return FsrsCard(card_id=0, due=at)
    return FsrsCard(
        card_id=0,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.last - EARLY,
    )
