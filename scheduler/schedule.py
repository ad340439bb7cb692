"""When a schedule is due: local-time arithmetic, pure.

A slot is named by its local wall time as scheduled (`2026-03-29T09:00`) and due at the first instant at which the
clocks of its zone show that time or a later one. So
- a time that the clocks skip is due at the next minute that exists (23:30 in America/Nuuk, in the night when its clocks
  go from 23:00 to 00:00: at the first minute of the next day), and its slot keeps its own date and time as its name;
- a time that the clocks show twice is due the first time;
- a date that the calendar skips altogether (2011-12-30 in Pacific/Apia) has no slots, as nobody lived it;
- a later wall time is never due earlier. Two may be due at one instant; then the earlier wall time comes first.

Slots exist for local dates from 0001-01-02 to 9999-12-30: beyond them UTC cannot be told.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.zones import ZoneError, find_zone, zone_named, zone_names

__all__ = [
    "LOOK_AHEAD",
    "Rule",
    "Slot",
    "ZoneError",
    "due_at",
    "find_zone",
    "next_slot",
    "slots",
    "zone_named",
    "zone_names",
]

LOOK_AHEAD = timedelta(days=400)
"""How far `next_slot` looks: a year's blackout and a month."""

DAYS_AROUND = 2
"""A slot's date is at most so many days from that of its instant: one for the offset of the rule's zone (a slot that
moved past midnight included), one for the offset of the instant as given.
"""

FIRST_DAY, LAST_DAY = date.min.toordinal() + 1, date.max.toordinal() - 1
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """Local times of day (whole minutes) on weekdays (Monday is 0) of an IANA zone, but not on blackout dates.

    Raises ValueError for a time with seconds or a zone of its own, and for a weekday outside 0 to 6.
    """

    times: tuple[time, ...]
    weekdays: frozenset[int]
    zone: str
    blackout: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        for at in self.times:
            if at.second or at.microsecond or at.tzinfo:
                raise ValueError(f"{at} is no whole minute of the day without a zone, such as 09:00")
        for day in self.weekdays:
            if day not in range(7):
                raise ValueError(f"{day} is no weekday: Monday is 0, Sunday is 6")


@dataclass(frozen=True, slots=True)
class Slot:
    """One due time of a rule: its local wall time as scheduled, `2026-03-29T09:00`, and its instant in UTC."""

    name: str
    due_at: datetime


def slots(rule: Rule, after: datetime, until: datetime) -> Iterator[Slot]:
    """The slots of `rule` with after < due_at <= until, by wall time, which is also by instant. Lazy.

    Takes aware datetimes (TypeError for naive ones). A rule without times or weekdays has no slots. Raises `ZoneError`.
    """
    zone = find_zone(rule.zone)
    if not (rule.times and rule.weekdays):
        return
    times = sorted(set(rule.times))
    for day in _days(rule, after.date(), until.date()):
        for at in times:
            wall = datetime.combine(day, at)
            due = due_at(wall, zone)
            if due is None or due <= after:
                continue
            if due > until:
                return
            yield Slot(wall.isoformat(timespec="minutes"), due)


def next_slot(rule: Rule, after: datetime) -> Slot | None:
    """The first slot due after `after`; None where there is none within `LOOK_AHEAD` (400 days). Raises `ZoneError`."""
    latest = datetime.max.replace(tzinfo=UTC)
    until = latest if latest - after < LOOK_AHEAD else after + LOOK_AHEAD
    return next(slots(rule, after, until), None)


def due_at(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant (UTC) at which the clocks of `zone` show `wall` (naive, whole minutes) or later; None where
    its whole date is skipped.
    """
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _clock(instant, zone) == wall:
        return instant
    midnight = datetime.combine(wall.date(), time())
    if _clock(_after_gap(midnight, zone), zone).date() != wall.date():
        return None
    return _after_gap(wall, zone)


def _days(rule: Rule, after: date, until: date) -> Iterator[date]:
    start = max(after.toordinal() - DAYS_AROUND, FIRST_DAY)
    end = min(until.toordinal() + DAYS_AROUND, LAST_DAY)
    for ordinal in range(start, end + 1):
        day = date.fromordinal(ordinal)
        if day.weekday() in rule.weekdays and day not in rule.blackout:
            yield day


def _clock(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first minute whose clock shows `wall` or later. Inside a gap, `fold` tells the offsets on its two sides."""
    earliest = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    latest = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    minutes = range((latest - earliest) // MINUTE)
    reached = bisect_left(minutes, wall, key=lambda minute: _clock(earliest + minute * MINUTE, zone))
    return earliest + reached * MINUTE
