"""How a group's round is rated, which questions go to what it forgets, and what is brought back first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.memory import Rating
from bot.rules.team import EVERY, LastSeen, brings_back, forgotten_first, last_seen_from_json, rating_of_group

NOW, HOUR = 1_000_000, 3_600


@pytest.mark.parametrize(
    ("right", "partly", "answered", "rating"),
    [
        (0, 0, 1, Rating.AGAIN),
        (4, 0, 10, Rating.AGAIN),
        (49, 0, 100, Rating.AGAIN),
        (5, 0, 10, Rating.HARD),
        (1, 0, 2, Rating.HARD),
        (79, 0, 100, Rating.HARD),
        (8, 0, 10, Rating.GOOD),
        (99, 0, 100, Rating.GOOD),
        (1, 0, 1, Rating.GOOD),
        (7, 0, 7, Rating.GOOD),
        (8, 0, 8, Rating.EASY),
        (0, 1, 1, Rating.HARD),
        (0, 9, 10, Rating.AGAIN),
        (0, 10, 10, Rating.HARD),
        (7, 2, 10, Rating.GOOD),
        (9, 1, 10, Rating.GOOD),
    ],
)
def test_a_round_is_rated_by_the_share_of_right_answers(right: int, partly: int, answered: int, rating: Rating) -> None:
    assert rating_of_group(right, partly, answered) is rating


def test_a_round_that_nobody_answered_tells_nothing() -> None:
    assert rating_of_group(0, 0, 0) is None


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_one_more_right_answer_never_makes_a_rating_worse(answered: tuple[int, int]) -> None:
    n, right = answered
    worse, partly, better = (rating_of_group(*each, n) for each in ((right, 0), (right, 1), (right + 1, 0)))
    assert worse is not None
    assert partly is not None
    assert better is not None
    assert worse <= partly <= better


def test_every_third_question_of_a_place_goes_to_what_is_forgotten() -> None:
    assert [n for n in range(9) if brings_back(n)] == [2, 5, 8]
    assert EVERY == 3


def test_what_is_due_longest_in_any_place_comes_first_and_names_decide_among_equals() -> None:
    one = [("drift", NOW - HOUR), ("bias", NOW - 3 * HOUR)]
    other = [("drift", NOW - 5 * HOUR), ("auc", NOW - 3 * HOUR), ("later", NOW + HOUR)]
    assert forgotten_first([one, other], NOW) == ("drift", "auc", "bias")
    assert forgotten_first([other, one], NOW) == ("drift", "auc", "bias")
    assert forgotten_first([], NOW) == ()


def test_what_is_due_at_this_very_instant_is_due() -> None:
    assert forgotten_first([[("bias", NOW)]], NOW) == ("bias",)


def test_how_it_went_before_comes_back_from_json_equal() -> None:
    before = LastSeen(12, 4, 10)
    assert last_seen_from_json(before.to_json()) == before
    assert last_seen_from_json(None) is None
    assert before.percent == 40
