"""Every IANA zone through every clock change from 2020 to 2040, against clocks read minute by minute."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from scheduler.schedule import Rule, slots
from scheduler.zones import HOST_DEPENDENT
from tests.scheduler.oracle import DAY, FIRST, LAST, changes, reached, shown, walls

NAMES = sorted(available_timezones() - HOST_DEPENDENT)
EVERY_DAY = frozenset(range(7))
ANY_OFFSET = timedelta(hours=27)


@cache
def changes_of(name: str) -> tuple[datetime, ...]:
    return tuple(changes(ZoneInfo(name)))


@cache
def unlike() -> tuple[str, ...]:
    """One zone of each group whose clocks are changed at the same instants to the same times."""
    found: dict[tuple[tuple[datetime, str, str], ...], str] = {}
    for name in NAMES:
        zone = ZoneInfo(name)
        key = tuple((at, str(shown(at - timedelta(minutes=1), zone)), str(shown(at, zone))) for at in changes_of(name))
        found.setdefault(key, name)
    return tuple(found.values())


def check(name: str, around: datetime, reach: timedelta, times: Iterable[time]) -> None:
    """The slots due within `reach` of an instant are those that the clocks show, each once, and none else."""
    zone, start, end = ZoneInfo(name), around - reach, around + reach
    rule = Rule(tuple(times), EVERY_DAY, name)
    days = [(start + DAY * day).date() for day in range(-2, (end - start).days + 3)]
    expected = reached(zone, start, end, walls(days, rule.times))
    # A wall time that the first minute of the walk shows already may have been due before.
    found = {slot.name: slot.due_at for slot in slots(rule, start, end)}
    assert found == {f"{wall:%Y-%m-%dT%H:%M}": at for wall, at in expected.items()}, (name, around)


def near(zone: ZoneInfo, change: datetime, minutes: Iterable[int]) -> set[time]:
    """Times of day around a clock change, by the clocks of both sides."""
    sides = [shown(change - timedelta(minutes=1), zone) + timedelta(minutes=1), shown(change, zone)]
    return {(side + timedelta(minutes=minute)).time() for side in sides for minute in minutes}


def daily(name: str, change: datetime, times: Iterable[time]) -> None:
    """Each day gives each slot once, strictly later than the day before did."""
    rule = Rule(tuple(times), EVERY_DAY, name)
    found = list(slots(rule, change - 3 * DAY, change + 3 * DAY))
    for at in {slot.name[11:] for slot in found}:
        due = [slot.due_at for slot in found if slot.name.endswith(at)]
        dates = [slot.name[:10] for slot in found if slot.name.endswith(at)]
        assert all(earlier < later for earlier, later in itertools.pairwise(due)), (name, at)
        first = datetime.fromisoformat(dates[0])
        assert dates == [f"{first + DAY * day:%Y-%m-%d}" for day in range(len(dates))], (name, at)


def test_there_are_zones_and_changes_to_test() -> None:
    assert len(NAMES) > 400
    assert len(changes_of("Europe/Berlin")) == 42
    assert len(changes_of("Asia/Tokyo")) == 0
    assert datetime(2026, 3, 29, 1, tzinfo=UTC) in changes_of("Europe/Berlin")
    assert 40 < len(unlike()) < len(NAMES)
    assert len({"Europe/Berlin", "Europe/Paris", "Africa/Ceuta"} & set(unlike())) == 1


def test_every_slot_around_every_clock_change_of_every_zone_is_due_when_the_clocks_say() -> None:
    seen = 0
    for name in unlike():
        zone = ZoneInfo(name)
        for change in changes_of(name):
            times = near(zone, change, (-60, -31, -30, -29, -1, 0, 1, 15, 30, 59))
            check(name, change, timedelta(minutes=95), times)
            daily(name, change, [*sorted(times)[::4], time(0)])
            seen += 1
    assert seen > 1_000


def test_every_slot_of_days_at_random_in_every_zone_is_due_when_the_clocks_say() -> None:
    rng = random.Random("days at random")
    for name in NAMES:
        for _ in range(2):
            around = FIRST + timedelta(minutes=rng.randrange((LAST - FIRST) // timedelta(minutes=1)))
            check(name, around, timedelta(hours=8), [time(rng.randrange(24), rng.randrange(60)) for _ in range(12)])


@pytest.mark.soak
def test_every_minute_around_every_clock_change_of_every_zone_is_due_when_the_clocks_say() -> None:
    for name in NAMES:
        for change in changes_of(name):
            check(name, change, ANY_OFFSET, [time(*divmod(minute, 60)) for minute in range(24 * 60)])


@pytest.mark.soak
def test_every_day_of_every_zone_has_each_of_its_slots_once() -> None:
    for name in NAMES:
        rule = Rule((time(0), time(2, 30), time(9), time(23, 30)), EVERY_DAY, name)
        names = [slot.name for slot in slots(rule, FIRST + DAY, LAST - DAY)]
        assert len(names) == len(set(names))
        local = [f"{wall:%Y-%m-%dT%H:%M}" for wall in walls(map(day_of, range(2, (LAST - FIRST).days - 2)), rule.times)]
        assert set(local) <= set(names)


def day_of(number: int) -> datetime:
    return FIRST + DAY * number
