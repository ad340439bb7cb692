from __future__ import annotations

from datetime import date, time

import pytest

from scheduler.reading import read_dates, read_time, read_weekdays, times_every


@pytest.mark.parametrize(
    ("text", "at"), [("09:00", time(9)), ("9:05", time(9, 5)), (" 23:59 ", time(23, 59)), ("0:00", time(0))]
)
def test_a_time_of_day_is_read(text: str, at: time) -> None:
    assert read_time(text) == at


@pytest.mark.parametrize(
    "text", ["", "9", "24:00", "12:60", "9:5", "09:00:00", "9am", "٠٩:٠٠", "09:00\n10:00", "x" * 9999]
)
def test_anything_else_is_no_time_of_day_and_the_message_says_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no time of day: write hours and minutes .* such as 09:00") as refusal:
        read_time(text)
    assert len(str(refusal.value)) < 200
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", {0}),
        ("Sunday", {6}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat - mon", {5, 6, 0}),
        ("tue,thu", {1, 3}),
        ("Mon, wed-fri", {0, 2, 3, 4}),
        ("weekdays", {0, 1, 2, 3, 4}),
        ("weekend", {5, 6}),
        ("daily", {0, 1, 2, 3, 4, 5, 6}),
        ("wed-wed", {2}),
    ],
)
def test_weekdays_are_read(text: str, days: set[int]) -> None:
    assert read_weekdays(text) == days


@pytest.mark.parametrize("text", ["", "mo", "mon,,tue", "mon-", "-fri", "1", "mon-fri-sun", "moonday"])
def test_anything_else_names_no_weekdays(text: str) -> None:
    with pytest.raises(ValueError, match="names no weekdays: write mon, tue, wed, thu, fri, sat or sun"):
        read_weekdays(text)


def test_a_date_is_read() -> None:
    assert read_dates("2028-02-29") == {date(2028, 2, 29)}


def test_a_span_of_dates_holds_both_of_its_ends() -> None:
    assert read_dates("2026-12-30 .. 2027-01-02") == {
        date(2026, 12, 30),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 2),
    }


def test_a_span_of_a_year_is_the_longest() -> None:
    assert len(read_dates("2026-01-01..2027-01-02")) == 367
    with pytest.raises(ValueError, match="longer than a year: name a shorter span, or pause the schedule"):
        read_dates("2026-01-01..2027-01-03")


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "20261224", "2026-W52-4", "2026-12-24..", "..2026-12-24", "24.12.2026"]
)
def test_anything_else_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no date: write 2026-12-24, or a span such as"):
        read_dates(text)


def test_a_date_that_no_calendar_has_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match="day is out of range for month"):
        read_dates("2026-02-29")


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it starts: swap the two dates"):
        read_dates("2027-01-02..2026-12-24")


def test_times_are_so_many_minutes_apart_up_to_the_last() -> None:
    assert times_every(90, time(9), time(13, 30)) == (time(9), time(10, 30), time(12), time(13, 30))
    assert times_every(45, time(9, 15), time(10, 59)) == (time(9, 15), time(10), time(10, 45))
    assert times_every(1440, time(9), time(9)) == (time(9),)
    assert len(times_every(15, time(0), time(23, 59))) == 96


@pytest.mark.parametrize("minutes", [-15, 0, 14, 1441])
def test_an_interval_under_a_quarter_of_an_hour_or_over_a_day_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="write 15 to 1440 minutes"):
        times_every(minutes, time(9), time(17))


def test_a_last_time_before_the_first_is_refused() -> None:
    with pytest.raises(ValueError, match="the last time, 09:00, is before the first, 17:00: swap them"):
        times_every(60, time(17), time(9))
