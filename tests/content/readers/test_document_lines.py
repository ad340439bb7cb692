"""What a line of a document says: which option is right, an answer behind its question."""

from __future__ import annotations

import pytest

from content.readers.documents import read_document
from content.readers.documents.options import choice


@pytest.mark.parametrize(
    ("line", "text", "right", "stressed"),
    [
        ("pooling", "pooling", False, False),
        ("pooling *", "pooling", True, False),
        ("*pooling", "pooling", True, False),
        ("pooling ✓", "pooling", True, False),
        ("pooling (correct)", "pooling", True, False),
        ("pooling ❌", "pooling", False, False),
        ("*pooling*", "pooling", False, True),
        ("**pooling**", "pooling", False, True),
        ("_pooling_", "pooling", False, True),
        ("*max* or *mean*", "*max* or *mean*", False, False),
        ("a * b", "a * b", False, False),
    ],
)
def test_an_option_is_right_by_its_sign_or_stressed(line: str, text: str, right: bool, stressed: bool) -> None:  # noqa: FBT001
    made = choice(0, line)
    assert (made.text, made.right, made.bold) == (text, right, stressed)


def test_a_stressed_option_is_shown_plainly_where_the_key_says_another_is_right() -> None:
    (draft,) = read_document("1) Which layer shrinks maps? (a) conv (b) *pool* (c) norm\nAns: (b)\n").drafts
    assert [each.text for each in draft.options] == ["conv", "pool", "norm"]
    assert draft.key == (1,)
    assert draft.doubts == ()


def test_an_answer_may_stand_behind_its_question() -> None:
    bold = "**What is fog?** A cloud on the ground.\n\n**What is dew?** Water that settles at night.\n"
    numbered = "1. What is fog? - A cloud on the ground.\n2. What is dew? :: Water that settles at night.\n"
    for text in (bold, numbered):
        assert [(each.stem, each.answer) for each in read_document(text).drafts] == [
            ("What is fog?", "A cloud on the ground."),
            ("What is dew?", "Water that settles at night."),
        ]


def test_what_was_taken_for_what_is_said_of_one_and_of_several() -> None:
    assert read_document("## What is fog?\n\nA cloud.\n").notes == ("Taken for questions: 1 heading.",)
    assert read_document("## What is fog?\n\nA.\n\n## What is dew?\n\nB.\n").notes == (
        "Taken for questions: 2 headings.",
    )


def test_a_tag_over_several_lines_keeps_the_numbers_of_the_lines_below() -> None:
    for tag in ('<p class="a"\n   id="b">', "<odd\n\n>"):
        (draft,) = read_document(f"A page.\n\n{tag}\n\n## What is fog?\n\nA cloud.\n").drafts
        assert draft.line == 6 + tag.count("\n") - 1
