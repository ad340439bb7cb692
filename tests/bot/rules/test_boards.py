from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.rules.boards import (
    SEASONS,
    Counted,
    Standing,
    added,
    boards,
    changed_in,
    counted_in,
    histogram,
    needs_replay,
    periods,
    replay,
    season_of,
)

DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))


@st.composite
def answer_lists(draw: st.DrawFn) -> list[Counted]:
    """Answers of up to four people on two boards, with distinct ids."""
    ids = draw(st.lists(st.integers(1, 10_000), unique=True, max_size=25))
    return [
        Counted(
            person_id=draw(st.integers(1, 4)),
            answer_id=answer_id,
            points=draw(st.sampled_from([0, 0, 5, 10, 15])),
            right=draw(st.booleans()),
            boards=("hall", f"topic:{draw(st.sampled_from('ab'))}"),
            periods=("week:2026-W47", "all"),
        )
        for answer_id in ids
    ]


def test_an_answer_counts_for_its_day_iso_week_month_season_and_all_time() -> None:
    assert periods(date(2026, 11, 21), "2026-Q4") == (
        "day:2026-11-21",
        "week:2026-W47",
        "month:2026-11",
        "season:2026-Q4",
        "all",
    )


def test_the_first_days_of_a_year_may_belong_to_the_last_week_of_the_year_before() -> None:
    assert periods(date(2027, 1, 1), "2027")[1] == "week:2026-W53"
    assert periods(date(2024, 12, 30), "2024")[1] == "week:2025-W01"


def test_an_answer_counts_on_the_boards_of_its_hall_place_and_topic() -> None:
    assert boards(3, "statistics") == ("hall", "place:3", "topic:statistics")


@pytest.mark.parametrize(
    ("kind", "name"), [("month", "2026-11"), ("quarter", "2026-Q4"), ("half-year", "2026-H2"), ("year", "2026")]
)
def test_a_season_is_named_by_its_year_and_number(kind: str, name: str) -> None:
    assert season_of(date(2026, 11, 21), kind) == name


def test_a_season_of_an_unknown_kind_is_refused_with_the_kinds_there_are() -> None:
    with pytest.raises(ValueError, match="'fortnight' is no season: choose one of month, quarter, half-year, year"):
        season_of(date(2026, 1, 1), "fortnight")


@given(DAYS, st.sampled_from(SEASONS))
def test_neighbouring_days_share_a_period_or_begin_the_next_one(day: date, kind: str) -> None:
    today, tomorrow = (periods(each, season_of(each, kind)) for each in (day, day + timedelta(days=1)))
    assert today[0] != tomorrow[0]
    assert (today[1] == tomorrow[1]) == (day.isoweekday() != 7)
    assert (today[2] == tomorrow[2]) == (day.month == (day + timedelta(days=1)).month)
    assert today[3] <= tomorrow[3]
    assert today[4] == tomorrow[4] == "all"


@pytest.mark.parametrize(("kind", "count"), [("month", 12), ("quarter", 4), ("half-year", 2), ("year", 1)])
def test_each_day_of_a_year_is_in_one_season_and_seasons_do_not_interleave(kind: str, count: int) -> None:
    days = [date(2028, 1, 1) + timedelta(days=number) for number in range(366)]
    names = [season_of(day, kind) for day in days]
    assert len(set(names)) == count
    assert names == sorted(names)
    assert names[0] != season_of(date(2027, 12, 31), kind)
    assert names[-1] != season_of(date(2029, 1, 1), kind)


@given(answer_lists(), st.data())
def test_a_standing_with_a_changed_answer_equals_a_replay_or_asks_for_one(
    answers: list[Counted], data: st.DataObject
) -> None:
    assume(answers)
    old = data.draw(st.sampled_from(answers))
    new = replace(old, points=data.draw(st.sampled_from([0, 5, 10])), right=data.draw(st.booleans()))
    changed = replay([new if each is old else each for each in answers])
    for (board, period, person), standing in replay(answers).items():
        if person == old.person_id and board in old.boards and not needs_replay(standing, old, new):
            assert changed_in(standing, old, new) == changed[board, period, person]


def test_only_a_loss_of_the_latest_points_or_of_all_of_them_asks_for_a_replay() -> None:
    old = Counted(1, 7, 10, right=True, boards=("hall",), periods=("all",))
    none, fewer = replace(old, points=0), replace(old, points=5)
    assert needs_replay(Standing(30, 3, 3, 7), old, none)
    assert needs_replay(Standing(10, 1, 3, 7), old, none)
    assert not needs_replay(Standing(30, 3, 3, 9), old, none)
    assert not needs_replay(Standing(30, 3, 3, 7), old, fewer)
    assert not needs_replay(Standing(30, 3, 3, 7), none, old)


@given(answer_lists(), st.randoms(use_true_random=False))
def test_a_replay_does_not_depend_on_the_sequence_of_answers(answers: list[Counted], rng: object) -> None:
    shuffled = list(answers)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert replay(shuffled) == replay(answers)


@given(answer_lists())
def test_a_standing_adds_up_a_persons_answers_on_the_board(answers: list[Counted]) -> None:
    for (board, _, person), standing in replay(answers).items():
        own = sorted(
            (one for one in answers if one.person_id == person and board in one.boards), key=lambda one: one.answer_id
        )
        scored = [one.answer_id for one in own if one.points]
        assert standing == Standing(
            points=sum(one.points for one in own),
            right=sum(one.right for one in own),
            answered=len(own),
            reached=scored[-1] if scored else own[0].answer_id,
        )


@given(answer_lists(), st.data())
def test_the_standings_of_two_people_who_answered_apart_add_up_to_a_replay(
    answers: list[Counted], data: st.DataObject
) -> None:
    assume(len(answers) > 1)
    mine = data.draw(st.integers(1, len(answers) - 1))
    split = [replace(each, person_id=1, boards=("hall",), periods=("all",)) for each in answers]
    (one,), (other,), (both,) = (replay(some).values() for some in (split[:mine], split[mine:], split))
    assert added(one, other) == added(other, one) == both


def test_answers_without_points_do_not_move_who_got_there_first() -> None:
    first = Counted(1, 10, 10, right=True, boards=("hall",), periods=("all",))
    missed = Counted(1, 12, 0, right=False, boards=("hall",), periods=("all",))
    assert counted_in(counted_in(None, first), missed) == Standing(points=10, right=1, answered=2, reached=10)


@given(answer_lists())
def test_a_histogram_counts_each_person_once_a_board_and_period(answers: list[Counted]) -> None:
    standings = replay(answers)
    people = histogram(standings)
    assert sum(people.values()) == len(standings)
    for (board, period, points), count in people.items():
        assert count == sum(key[:2] == (board, period) and row.points == points for key, row in standings.items())
