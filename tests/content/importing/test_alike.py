"""Which texts are nearly the same, and which only look so."""

import time

import pytest

from content.importing.alike import NEAR, Crowd, likeness


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is overfitting?", "What is **overfitting** ?"),
        ("What is the central limit theorem?", "What's the Central Limit Theorem?"),
        ("什么是机器学习中的过拟合？", "什么是机器学习中的过拟合"),
        ("Ｗｈａｔ is a full width?", "what is a full width"),
    ],
)
def test_texts_that_differ_in_marks_case_and_little_words_are_near(one: str, other: str) -> None:
    assert likeness(one, other) >= NEAR


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is the sum of 3 and 4 and all of these?", "What is the sum of 3 and 5 and all of these?"),
        ("Which of these is a supervised method?", "Which of these is not a supervised method?"),
        ("Which of these is true of a random forest?", "Which of these is false of a random forest?"),
    ],
)
def test_a_number_or_a_negation_makes_another_question(one: str, other: str) -> None:
    assert likeness(one, other) == 0
    assert Crowd([("other", other)]).near(one) == []


def test_a_crowd_finds_the_nearest_first() -> None:
    texts = {
        "far": "What is a kernel?",
        "near": "How does gradient boosting reduce a bias of the trees?",
        "same": "How does gradient boosting reduce the bias of trees?",
    }
    found = Crowd(texts.items()).near("How does gradient boosting reduce the bias of trees")
    assert [name for name, _ in found] == ["same", "near"]


def test_thousands_are_compared_in_a_moment() -> None:
    texts = [
        (number, f"What do {number // 100} samples say of method {number % 100}, as all asked?")
        for number in range(5000)
    ]
    started = time.process_time()
    crowd = Crowd(texts)
    found = [crowd.near(text) for _, text in texts]
    assert time.process_time() - started < 5
    assert all(number in [name for name, _ in near] for (number, _), near in zip(texts, found, strict=True))
