"""How a line of an option says whether it is the right one."""

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
