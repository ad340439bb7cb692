"""Which of the answers that people starred is named as the best."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.rules.liking import best


@pytest.mark.parametrize(
    ("stars", "named"),
    [
        ({}, ()),
        ({7: 0}, ()),
        ({7: 1}, (7,)),
        ({7: 1, 3: 5, 9: 4}, (3,)),
        ({9: 2, 3: 2, 7: 1}, (3, 9)),
        ({9: 2, 3: 2, 7: 2}, (3, 7, 9)),
        ({9: 2, 3: 2, 7: 2, 8: 2}, ()),
        ({9: 2, 3: 2, 7: 2, 8: 2, 1: 3}, (1,)),
    ],
)
def test_the_most_stars_are_named_and_too_many_that_are_even_are_not(
    stars: Mapping[int, int], named: tuple[int, ...]
) -> None:
    assert best(stars) == named
