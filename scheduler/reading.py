"""Times of day, weekdays and dates as people write them in settings and commands.

Every function raises ValueError with a sentence that quotes the text and says what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from itertools import pairwise

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
GROUPS = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7)}
ABBREVIATED = 3
LONGEST_SPAN = timedelta(days=366)
SHORTEST_EVERY, LONGEST_EVERY = 15, 24 * 60

TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_time(text: str) -> time:
    """A time of day on the 24-hour clock, `09:00` or `9:00`."""
    if not (found := TIME.fullmatch(text.strip())):
        raise ValueError(
            f"{_quoted(text)} is no time of day: write hours and minutes from 00:00 to 23:59, such as 09:00"
        )
    return time(int(found[1]), int(found[2]))


def read_weekdays(text: str) -> frozenset[int]:
    """Weekdays (Monday is 0) from `mon`, `Monday`, `mon-fri`, `weekdays`, `weekend`, `daily`, or several with commas
    between them. A span may pass the end of the week: `sat-mon`.
    """
    return frozenset(day for word in text.casefold().split(",") for day in _span(word.strip(), text))


def read_dates(text: str) -> frozenset[date]:
    """The dates of `2026-12-24`, or of a span of at most a year with both ends in it: `2026-12-24..2027-01-02`."""
    first, dots, last = (part.strip() for part in text.partition(".."))
    start, end = _date(first, text), _date(last if dots else first, text)
    if end < start:
        raise ValueError(f"{_quoted(text)} ends before it starts: swap the two dates")
    if end - start > LONGEST_SPAN:
        raise ValueError(f"{_quoted(text)} is longer than a year: name a shorter span, or pause the schedule")
    return frozenset(start + timedelta(days=day) for day in range((end - start).days + 1))


def times_every(minutes: int, first: time, last: time) -> tuple[time, ...]:
    """The times of day from `first` to at most `last`, so many minutes apart (15 minutes to a day)."""
    if not SHORTEST_EVERY <= minutes <= LONGEST_EVERY:
        raise ValueError(
            f"every {minutes} minutes cannot be scheduled: write {SHORTEST_EVERY} to {LONGEST_EVERY} minutes"
        )
    if last < first:
        raise ValueError(f"the last time, {last:%H:%M}, is before the first, {first:%H:%M}: swap them")
    start, end = (at.hour * 60 + at.minute for at in (first, last))
    return tuple(time(*divmod(at, 60)) for at in range(start, end + 1, minutes))


def refuse_close(times: Iterable[time]) -> None:
    """Raise ValueError where two different times of a day, or of two days, are less than a quarter of an hour apart."""
    ordered = sorted(set(times))
    for earlier, later in pairwise([*ordered, *ordered[:1]]):
        apart = ((later.hour - earlier.hour) * 60 + later.minute - earlier.minute) % (24 * 60)
        if 0 < apart < SHORTEST_EVERY:
            near = f"the times {earlier:%H:%M} and {later:%H:%M} are closer than {SHORTEST_EVERY} minutes"
            raise ValueError(f"{near}: move one of them")


def _span(word: str, text: str) -> range | list[int]:
    if word in GROUPS:
        return GROUPS[word]
    first, hyphen, last = (part.strip() for part in word.partition("-"))
    start = _weekday(first, text)
    length = (_weekday(last, text) - start) % 7 if hyphen else 0
    return [(start + day) % 7 for day in range(length + 1)]


def _weekday(word: str, text: str) -> int:
    for number, name in enumerate(WEEKDAYS):
        if word in (name, name[:ABBREVIATED]):
            return number
    raise ValueError(
        f"{_quoted(text)} names no weekdays: write mon, tue, wed, thu, fri, sat or sun, a span such as mon-fri, "
        f"or {', '.join(GROUPS)}"
    )


def _date(word: str, text: str) -> date:
    problem = f"{_quoted(text)} is no date: write 2026-12-24, or a span such as 2026-12-24..2027-01-02"
    if not DATE.fullmatch(word):
        raise ValueError(problem)
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise ValueError(f"{problem} ({error})") from None


def _quoted(text: str) -> str:
    """The text in quotes with control characters escaped, cut where it is long."""
    longest = 40
    return repr(text if len(text) <= longest else text[:longest] + "…")
