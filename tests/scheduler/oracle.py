"""What the clocks of a zone show, looked at minute by minute: it shares no arithmetic with the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)


def shown(instant: datetime, zone: ZoneInfo) -> datetime:
    """What a clock of the zone shows at an instant."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """The instants, to the second, from which the clocks of 2020 to 2040 are set otherwise."""
    before, instant = zone.utcoffset(FIRST.astimezone(zone)), FIRST
    while instant < LAST:
        now = (instant + DAY).astimezone(zone).utcoffset()
        if now != before:
            yield last_second_before(zone, instant, instant + DAY) + timedelta(seconds=1)
        before, instant = now, instant + DAY


def last_second_before(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The last second between two instants whose offset is that of the first."""
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == offset else (low, middle)
    return low


def reached(zone: ZoneInfo, start: datetime, end: datetime, walls: Iterable[datetime]) -> dict[datetime, datetime]:
    """For each wall time the first minute between two instants whose clock shows it or later. Walls ascending; those
    shown before the walk, or not within it, are left out.
    """
    found: dict[datetime, datetime] = {}
    awaited = iter([wall for wall in walls if wall > shown(start, zone)])
    wall = next(awaited, None)
    instant = start
    while wall is not None and instant <= end:
        while wall is not None and shown(instant, zone) >= wall:
            found[wall] = instant
            wall = next(awaited, None)
        instant += MINUTE
    return found


def walls(days: Iterable[date], times: Iterable[time]) -> list[datetime]:
    """Every time of every day, ascending."""
    ordered = sorted(times)
    return [datetime.combine(day, at) for day in days for at in ordered]
