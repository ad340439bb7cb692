from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.streaks import Streak, streak

MONDAY = date(2026, 11, 16)
DAYS = st.lists(st.integers(0, 40).map(lambda number: MONDAY + timedelta(days=number)), max_size=30)


def weekdays(count: int) -> list[date]:
    return [day for day in (MONDAY + timedelta(days=number) for number in range(count * 2)) if day.weekday() < 5][
        :count
    ]


def test_days_without_a_slot_neither_break_nor_count() -> None:
    days = weekdays(7)
    assert streak(days, days, today=days[-1]) == Streak(current=7, best=7)


def test_a_missed_slot_ends_the_streak_and_the_best_one_stays() -> None:
    days = weekdays(8)
    assert streak(days, [*days[:4], *days[5:]], today=days[-1]) == Streak(current=3, best=4)


def test_today_breaks_nothing_before_it_is_over() -> None:
    days = weekdays(5)
    assert streak(days, days[:4], today=days[4]) == Streak(current=4, best=4)
    assert streak(days, days[:4], today=days[4] + timedelta(days=1)) == Streak(current=0, best=4)


def test_nothing_scheduled_is_no_streak() -> None:
    assert streak([], [MONDAY], today=MONDAY) == Streak(current=0, best=0)


@given(DAYS, DAYS, DAYS)
def test_unscheduled_and_later_days_change_nothing(
    scheduled: list[date], answered: list[date], others: list[date]
) -> None:
    today = MONDAY + timedelta(days=20)
    later = [day for day in others if day > today]
    strangers = [day for day in others if day not in scheduled]
    assert streak([*scheduled, *later], [*answered, *strangers], today) == streak(scheduled, answered, today)


@given(DAYS, DAYS)
def test_the_best_run_is_at_least_the_current_and_at_most_the_days_answered(
    scheduled: list[date], answered: list[date]
) -> None:
    found = streak(scheduled, answered, MONDAY + timedelta(days=40))
    assert 0 <= found.current <= found.best <= len(set(scheduled) & set(answered))


@given(DAYS, DAYS)
def test_answering_one_more_day_never_shortens_a_streak(scheduled: list[date], answered: list[date]) -> None:
    today = MONDAY + timedelta(days=40)
    before = streak(scheduled, answered, today)
    for day in scheduled:
        after = streak(scheduled, [*answered, day], today)
        assert after.current >= before.current
        assert after.best >= before.best


@given(st.sets(st.integers(0, 40)))
def test_answering_every_slot_makes_one_streak_of_all(numbers: set[int]) -> None:
    days = [MONDAY + timedelta(days=number) for number in numbers]
    assert streak(days, days, MONDAY + timedelta(days=41)) == Streak(len(days), len(days))
