import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.scoring import points
from bot.rules.verdicts import Verdict
from content.item import Difficulty

DIFFICULTIES = st.sampled_from(Difficulty)


@pytest.mark.parametrize(("difficulty", "expected"), [("easy", 10), ("medium", 20), ("hard", 30)])
def test_a_right_answer_earns_by_difficulty_and_five_more_after_a_miss(difficulty: str, expected: int) -> None:
    assert points(Verdict.RIGHT, 1.0, Difficulty(difficulty)) == expected
    assert points(Verdict.RIGHT, 1.0, Difficulty(difficulty), recalled_after_miss=True) == expected + 5


@pytest.mark.parametrize(
    ("share", "difficulty", "expected"),
    [
        (2 / 3, "hard", 20),
        (1 / 3, "easy", 3),
        (0.7, "easy", 7),
        (0.29, "hard", 8),
        (5 / 6, "medium", 16),
        (1 / 3, "hard", 10),
    ],
)
def test_a_partly_right_answer_earns_its_share_rounded_down(share: float, difficulty: str, expected: int) -> None:
    assert points(Verdict.PARTLY, share, Difficulty(difficulty)) == expected


@given(st.floats(0, 1), DIFFICULTIES)
def test_a_wrong_answer_earns_nothing_and_an_open_one_a_fixed_five(share: float, difficulty: Difficulty) -> None:
    for after in (False, True):
        assert points(Verdict.WRONG, share, difficulty, recalled_after_miss=after) == 0
        assert points(Verdict.NOTED, share, difficulty, recalled_after_miss=after) == 5


@given(st.integers(2, 10), DIFFICULTIES)
def test_the_points_of_a_part_are_those_of_exact_fractions(keys: int, difficulty: Difficulty) -> None:
    full = points(Verdict.RIGHT, 1.0, difficulty)
    for hits in range(1, keys):
        assert points(Verdict.PARTLY, hits / keys, difficulty) == full * hits // keys


@given(st.floats(0, 1), st.floats(0, 1), DIFFICULTIES)
def test_a_larger_share_never_earns_less_nor_more_than_a_right_answer(
    one: float, two: float, difficulty: Difficulty
) -> None:
    less, more = sorted((one, two))
    assert points(Verdict.PARTLY, less, difficulty) <= points(Verdict.PARTLY, more, difficulty)
    assert points(Verdict.PARTLY, more, difficulty) <= points(Verdict.RIGHT, 1.0, difficulty)
