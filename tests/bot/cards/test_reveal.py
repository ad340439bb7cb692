"""What the reveal and the explanation say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards.reveal import Result, explains, explanation_card, key_text, reveal_card
from bot.languages import words
from bot.ports import Bars
from bot.rules.shown import Shown
from content.item import Difficulty, Kind, NumericKey, OpenKey, Option, ShortKey
from tests.hall import text_of

ENGLISH = words("en")
CHOICE = Shown(
    item_id="p/i",
    version="1",
    kind=Kind.CHOICE,
    stem="Which?",
    topic="statistics",
    concept="c",
    difficulty=Difficulty.EASY,
    explanation="Because.",
    options=(Option("one", "Not one."), Option("two", "It is two."), Option("three")),
    key=(1,),
    references=("Author, A. Letters. 2020.",),
)


def test_bars_show_counts_and_shares_and_mark_the_key() -> None:
    card = reveal_card(ENGLISH, CHOICE, Result("Statistics", 4, (1, 3, 0), ("Ada", "Ben", "Cy"), 3))
    (bars,) = [block for block in card.blocks if isinstance(block, Bars)]
    assert [(bar.count, bar.share, bar.marked) for bar in bars.bars] == [
        (1, 0.25, False),
        (3, 0.75, True),
        (0, 0, False),
    ]
    assert "Right: Ada, Ben, Cy" in text_of(card)


def test_many_right_answers_are_counted_after_the_first_dozen_names() -> None:
    names = tuple(f"P{n}" for n in range(20))
    told = text_of(reveal_card(ENGLISH, CHOICE, Result("Statistics", 25, (5, 20, 0), names, 22)))
    assert "P11 and 10 more" in told


@pytest.mark.parametrize(
    ("answered", "right", "told"),
    [(0, 0, "Nobody answered this time."), (2, 0, "2 people answered. Nobody had it right.")],
)
def test_a_round_without_right_answers_says_so(answered: int, right: int, told: str) -> None:
    assert told in text_of(reveal_card(ENGLISH, CHOICE, Result("Statistics", answered, (answered, 0, 0), (), right)))


def test_the_explanation_lists_the_reasons_that_there_are_and_what_to_read() -> None:
    told = text_of(explanation_card(ENGLISH, CHOICE))
    assert "- ✗ **A** Not one.\n- ✓ **B** It is two." in told
    assert "**C**" not in told
    assert "Letters" in told


def test_an_item_with_nothing_to_explain_has_no_explanation() -> None:
    bare = replace(CHOICE, explanation="", references=(), options=(Option("one"), Option("two")))
    assert explains(CHOICE)
    assert not explains(bare)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (NumericKey("0.5"), "**0\\.5**"),
        (NumericKey("50", "1", unit="%"), "**50 \\% \\(within 1\\)**"),
        (NumericKey("50", "0.02", relative=True), "**50 \\(within 2\\.00 \\%\\)**"),
    ],
)
def test_a_number_is_revealed_with_its_unit_and_tolerance(key: NumericKey, told: str) -> None:
    assert key_text(ENGLISH, replace(CHOICE, kind=Kind.NUMERIC, numeric=key)) == told


def test_a_short_answer_is_revealed_with_other_names_for_it() -> None:
    shown = replace(CHOICE, kind=Kind.SHORT, options=(), short=ShortKey(("recall", "sensitivity")))
    assert key_text(ENGLISH, shown) == "**recall** (also accepted: sensitivity)"
    assert key_text(ENGLISH, replace(shown, short=ShortKey(("recall",)))) == "**recall**"


def test_letters_of_several_keys_and_the_right_order_are_told() -> None:
    assert key_text(ENGLISH, replace(CHOICE, kind=Kind.MULTI, key=(0, 2))) == "A, C"
    assert key_text(ENGLISH, replace(CHOICE, kind=Kind.ORDER, key=(2, 0, 1))) == "1. three\n2. one\n3. two"


def test_an_open_item_without_a_rubric_shows_its_reference_alone() -> None:
    shown = replace(CHOICE, kind=Kind.OPEN, options=(), open=OpenKey("So it is."))
    told = text_of(reveal_card(ENGLISH, shown, Result("Statistics", 1)))
    assert "So it is." in told
    assert "Rate yours by" not in told
