"""Answers in characters that look alike, cannot be seen or are none: what the page on grading says of them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.grading import Given, grade
from bot.rules.verdicts import Verdict, Why
from content.item import Kind, ShortKey
from tests.bot.rules.rates import asked

KEY = asked(Kind.SHORT, short=ShortKey(("overfitting",), ("underfitting",)))
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u00ad"


@pytest.mark.parametrize(
    "text",
    [
        "OVERFITTING",
        "ｏｖｅｒｆｉｔｔｉｎｇ",
        "𝐨𝐯𝐞𝐫𝐟𝐢𝐭𝐭𝐢𝐧𝐠",
        "ⓞⓥⓔⓡⓕⓘⓣⓣⓘⓝⓖ",
        "óvérfïttîng",
        "o\u0301verfitting",
        "over\u00adfitting",
        "\u200foverfitting\u200e",
        "\u202doverfitting\u202c",
        "o\u200bver\u2060fitting",
        "оverfitting",
        "оvеrfіtting",
        "🎉 overfitting 🎉",
        "over\u2010fitting",
        "over\u00a0fitting",
        "overﬁtting",
    ],
    ids=ascii,
)
def test_what_only_looks_different_is_the_same_answer(text: str) -> None:
    assert grade(KEY, Given(text=text)).verdict is Verdict.RIGHT


@pytest.mark.parametrize(
    "text", ["🎉🎉🎉", "👩‍🔬", "\u200b", "\u202e\u202c", "...", "оооооо", "переобучение", "过拟合"], ids=ascii
)
def test_what_holds_no_answer_is_not_right(text: str) -> None:
    assert grade(KEY, Given(text=text)).verdict is Verdict.WRONG


def test_five_thousand_characters_are_too_long_and_no_wrong_answer_of_their_own() -> None:
    for text in ("overfitting " * 417, "🎉" * 5000, "\u200b" * 5000, "a\u0301" * 2500):
        began = time.process_time()
        assert grade(KEY, Given(text=text)).why in {Why.TOO_LONG, Why.EMPTY, Why.UNKNOWN}
        assert time.process_time() - began < 0.25


@given(st.lists(st.sampled_from(INVISIBLE), max_size=12), st.randoms(use_true_random=False))
def test_marks_that_cannot_be_seen_change_nothing_wherever_they_stand(marks: list[str], rng: object) -> None:
    for word, verdict in (("overfitting", Verdict.RIGHT), ("underfitting", Verdict.WRONG)):
        letters = list(word)
        for mark in marks:
            letters.insert(rng.randint(0, len(letters)), mark)  # type: ignore[attr-defined]
        assert grade(KEY, Given(text="".join(letters))).verdict is verdict
