"""The flat form in which pages carry their data."""

from __future__ import annotations

import pytest

from content.readers.devalue import DevalueError, texts

PAGE = [{"data": 1, "at": -1}, ["ShallowReactive", 2], {"a": 3, "b": 4}, "first", [5, 6, 7], 3, "second", 3]


def test_containers_hold_places_and_the_top_holds_values() -> None:
    assert texts(PAGE) == ["first", "second"]


@pytest.mark.parametrize(
    ("flat", "found"),
    [
        ([["Set", 1, 2], "a", "b"], ["a", "b"]),
        ([["Map", 1, 2], "key", "value"], ["key", "value"]),
        ([["null", "key", 1], "value"], ["value"]),
        ([["Date", "2026-01-01T00:00:00Z"]], []),
        ([[1, -2, 2], "a", ["BigInt", "12"]], ["a"]),
        (["alone"], ["alone"]),
        ([{"self": 0, "text": 1}, "once"], ["once"]),
    ],
)
def test_each_kind_of_value_is_followed(flat: list[object], found: list[str]) -> None:
    assert texts(flat) == found


@pytest.mark.parametrize("flat", [[], [[9]], [[0.5]], [{"a": "b"}], [[True]], [[-7]]])
def test_what_is_none_of_that_form_is_refused(flat: list[object]) -> None:
    with pytest.raises(DevalueError):
        texts(flat)


def test_a_list_that_means_very_much_is_followed_once_a_place() -> None:
    flat: list[object] = [[place + 1] * 50 for place in range(5_000)]
    assert texts([*flat, "end"]) == ["end"]
