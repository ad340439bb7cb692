from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.schedule import LOOK_AHEAD, Rule, Slot, due_at, next_slot, slots

EVERY_DAY = frozenset(range(7))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rule(zone: str, *times: str, weekdays: frozenset[int] = EVERY_DAY, blackout: frozenset[date] = frozenset()) -> Rule:
    return Rule(tuple(time.fromisoformat(at) for at in times), weekdays, zone, blackout)


def told(of: Rule, after: str, until: str) -> list[tuple[str, str]]:
    return [(slot.name, f"{slot.due_at:%Y-%m-%dT%H:%M}") for slot in slots(of, utc(after), utc(until))]


def test_a_slot_is_named_by_its_local_wall_time_and_due_at_that_instant() -> None:
    assert told(rule("Europe/Berlin", "09:00"), "2026-03-27T00:00", "2026-03-30T12:00") == [
        ("2026-03-27T09:00", "2026-03-27T08:00"),
        ("2026-03-28T09:00", "2026-03-28T08:00"),
        ("2026-03-29T09:00", "2026-03-29T07:00"),
        ("2026-03-30T09:00", "2026-03-30T07:00"),
    ]


def test_a_slot_that_does_not_exist_posts_at_the_next_valid_minute() -> None:
    # Helsinki's clocks go from 03:00 to 04:00.
    assert told(rule("Europe/Helsinki", "03:30"), "2027-03-27T12:00", "2027-03-29T12:00") == [
        ("2027-03-28T03:30", "2027-03-28T01:00"),
        ("2027-03-29T03:30", "2027-03-29T00:30"),
    ]


def test_a_slot_that_comes_twice_posts_the_first_time_only() -> None:
    assert told(rule("Europe/Helsinki", "03:30"), "2027-10-30T12:00", "2027-11-01T12:00") == [
        ("2027-10-31T03:30", "2027-10-31T00:30"),
        ("2027-11-01T03:30", "2027-11-01T01:30"),
    ]


def test_a_slot_skipped_at_the_end_of_a_day_posts_at_the_first_minute_of_the_next_and_keeps_its_date() -> None:
    # Nuuk's clocks go from 23:00 to 00:00.
    assert told(rule("America/Nuuk", "23:30"), "2025-03-29T12:00", "2025-03-31T12:00") == [
        ("2025-03-29T23:30", "2025-03-30T01:00"),
        ("2025-03-30T23:30", "2025-03-31T00:30"),
    ]


def test_two_slots_due_at_one_instant_are_both_kept_in_the_order_of_their_wall_times() -> None:
    both = rule("America/Nuuk", "00:00", "23:30", "23:15")
    assert told(both, "2025-03-29T12:00", "2025-03-30T01:00") == [
        ("2025-03-29T23:15", "2025-03-30T01:00"),
        ("2025-03-29T23:30", "2025-03-30T01:00"),
        ("2025-03-30T00:00", "2025-03-30T01:00"),
    ]


def test_half_an_hour_of_summer_time_moves_a_slot_by_less_than_half_an_hour() -> None:
    # Lord Howe's clocks go from 02:00 to 02:30.
    assert told(rule("Australia/Lord_Howe", "02:10", "02:30"), "2026-10-03T00:00", "2026-10-04T00:00") == [
        ("2026-10-04T02:10", "2026-10-03T15:30"),
        ("2026-10-04T02:30", "2026-10-03T15:30"),
    ]


def test_a_slot_at_a_midnight_that_does_not_exist_posts_at_one() -> None:
    # Beirut's clocks go from 00:00 to 01:00.
    assert told(rule("Asia/Beirut", "00:00"), "2026-03-28T12:00", "2026-03-29T12:00") == [
        ("2026-03-29T00:00", "2026-03-28T22:00")
    ]


def test_a_date_that_the_calendar_skips_has_no_slots() -> None:
    # Apia went from 2011-12-29 to 2011-12-31.
    assert told(rule("Pacific/Apia", "00:00", "09:00"), "2011-12-29T00:00", "2011-12-31T00:00") == [
        ("2011-12-29T00:00", "2011-12-29T10:00"),
        ("2011-12-29T09:00", "2011-12-29T19:00"),
        ("2011-12-31T00:00", "2011-12-30T10:00"),
        ("2011-12-31T09:00", "2011-12-30T19:00"),
    ]


def test_only_the_weekdays_of_the_rule_have_slots_by_the_local_date() -> None:
    mondays = rule("Pacific/Kiritimati", "09:00", weekdays=frozenset({0}))
    assert told(mondays, "2026-11-15T00:00", "2026-11-24T00:00") == [
        ("2026-11-16T09:00", "2026-11-15T19:00"),
        ("2026-11-23T09:00", "2026-11-22T19:00"),
    ]


def test_blackout_dates_have_no_slots() -> None:
    closed = rule("UTC", "09:00", blackout=frozenset({date(2026, 12, 25), date(2026, 12, 26)}))
    assert [name for name, _ in told(closed, "2026-12-24T00:00", "2026-12-28T00:00")] == [
        "2026-12-24T09:00",
        "2026-12-27T09:00",
    ]


def test_the_interval_leaves_out_its_start_and_holds_its_end() -> None:
    assert [name for name, _ in told(rule("UTC", "09:00"), "2026-11-21T09:00", "2026-11-22T09:00")] == [
        "2026-11-22T09:00"
    ]


def test_a_time_named_twice_gives_one_slot() -> None:
    assert len(told(rule("UTC", "09:00", "09:00"), "2026-11-21T00:00", "2026-11-22T00:00")) == 1


def test_the_next_slot_is_the_first_after_an_instant() -> None:
    assert next_slot(rule("Asia/Kolkata", "09:00", "17:30"), utc("2026-11-21T03:30")) == Slot(
        "2026-11-21T17:30", utc("2026-11-21T12:00")
    )


@pytest.mark.parametrize(
    "nothing",
    [
        rule("UTC"),
        rule("UTC", "09:00", weekdays=frozenset()),
        rule("UTC", "09:00", blackout=frozenset(date(2026, 11, 1) + timedelta(days=day) for day in range(500))),
    ],
)
def test_a_rule_without_a_slot_in_the_look_ahead_has_no_next_slot(nothing: Rule) -> None:
    assert next_slot(nothing, utc("2026-11-01T00:00")) is None


def test_a_slot_on_the_last_day_of_the_look_ahead_is_found() -> None:
    start = utc("2026-11-01T00:00")
    away = frozenset(start.date() + timedelta(days=day) for day in range(LOOK_AHEAD.days - 1))
    assert next_slot(rule("UTC", "09:00", blackout=away), start) == Slot("2027-12-05T09:00", utc("2027-12-05T09:00"))


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_first_and_the_last_days_of_the_calendar_raise_nothing(zone: str) -> None:
    daily = rule(zone, "00:00", "23:59")
    whole = slots(daily, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    assert next(whole).name == "0001-01-02T00:00"
    assert len(list(islice(whole, 1000))) == 1000
    assert next_slot(daily, datetime.max.replace(tzinfo=UTC)) is None
    last = list(slots(daily, utc("9999-12-29T12:00"), datetime.max.replace(tzinfo=UTC)))
    assert last[-1].name == "9999-12-30T23:59"


def test_an_empty_rule_over_all_time_is_answered_at_once() -> None:
    never = rule("UTC", "09:00", weekdays=frozenset())
    assert not list(slots(never, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)))
    assert not list(slots(rule("UTC"), datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)))


def test_an_interval_may_be_given_in_any_zone() -> None:
    samoa, kiritimati = rule("Pacific/Pago_Pago", "00:00", "23:59"), ZoneInfo("Pacific/Kiritimati")
    after, before = utc("2026-11-20T10:30"), utc("2026-11-21T11:30")
    assert list(slots(samoa, after.astimezone(kiritimati), before)) == list(slots(samoa, after, before))
    assert next_slot(samoa, after.astimezone(kiritimati)) == Slot("2026-11-19T23:59", utc("2026-11-20T10:59"))


def test_naive_datetimes_are_refused() -> None:
    with pytest.raises(TypeError, match="naive"):
        next_slot(rule("UTC", "09:00"), datetime(2026, 11, 21))  # noqa: DTZ001  what is refused


@pytest.mark.parametrize("at", [time(9, 0, 1), time(9, 0, 0, 1), time(9, tzinfo=UTC)])
def test_a_time_that_is_no_whole_local_minute_is_refused(at: time) -> None:
    with pytest.raises(ValueError, match="no whole minute of the day"):
        Rule((at,), EVERY_DAY, "UTC")


@pytest.mark.parametrize("day", [-1, 7])
def test_a_weekday_outside_the_week_is_refused(day: int) -> None:
    with pytest.raises(ValueError, match="Monday is 0, Sunday is 6"):
        Rule((time(9),), frozenset({day}), "UTC")


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Nuuk", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Apia"]
)
RULES = st.builds(
    Rule,
    st.lists(st.builds(time, st.integers(0, 23), st.integers(0, 59)), max_size=5).map(tuple),
    st.frozensets(st.integers(0, 6)),
    ZONES,
    st.frozensets(st.dates(date(2011, 12, 20), date(2012, 1, 10)), max_size=8),
)
INSTANTS = st.datetimes(datetime(2011, 12, 15), datetime(2012, 1, 15), timezones=st.just(UTC)) | st.datetimes(  # noqa: DTZ001
    datetime(2025, 3, 25),  # noqa: DTZ001  bounds are naive by the library's rule
    datetime(2025, 4, 10),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(RULES, st.lists(INSTANTS, min_size=2, max_size=6).map(sorted))
def test_the_slots_of_the_parts_of_an_interval_are_those_of_the_whole(of: Rule, cuts: list[datetime]) -> None:
    whole = list(islice(slots(of, cuts[0], cuts[-1]), 400))
    parts = (slot for after, until in pairwise(cuts) for slot in slots(of, after, until))
    assert list(islice(parts, 400)) == whole


@given(RULES, INSTANTS)
def test_slots_ascend_by_instant_and_by_name_and_no_name_comes_twice(of: Rule, after: datetime) -> None:
    found = list(slots(of, after, after + timedelta(days=20)))
    assert found == sorted(found, key=lambda slot: (slot.due_at, slot.name))
    assert [slot.name for slot in found] == sorted({slot.name for slot in found})


@given(RULES, INSTANTS)
def test_the_next_slot_is_the_first_of_the_slots_to_come(of: Rule, after: datetime) -> None:
    assert next_slot(of, after) == next(slots(of, after, after + LOOK_AHEAD), None)


def test_an_offset_with_seconds_still_gives_whole_local_minutes() -> None:
    # Amsterdam's clocks ran 19 minutes and 32 seconds ahead of Greenwich, and an hour more in summer.
    amsterdam = ZoneInfo("Europe/Amsterdam")
    due = due_at(datetime(1937, 5, 22, 1, 30), amsterdam)  # noqa: DTZ001  a wall time
    assert due is not None
    assert due.astimezone(amsterdam).second == 0
