from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from content.markup import (
    Break,
    Paragraph,
    Span,
    faults,
    literal,
    parse,
)


def shown(markdown: str) -> list[list[str]]:
    """The lines of each paragraph as they are shown; anything but plain text is an error."""
    passages: list[list[str]] = []
    for block in parse(markdown).blocks:
        assert isinstance(block, Paragraph)
        passages.append([""])
        for child in block.children:
            if child == Break(hard=True):
                passages[-1].append("")
            else:
                assert isinstance(child, Span), child
                passages[-1][-1] += child.text
    return passages


def said(text: str) -> list[list[str]]:
    passages = re.split(r"\n\s*\n", text.strip())
    return [[line.strip() for line in re.split(r"\n\s*", each.strip())] for each in passages if each.strip()]


@given(
    st.text("*_`$[]()|\\-1. \n#>!<{}abx^+=~:&/", max_size=60)
    | st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]))
)
@example("a | b\n--- | ---\n1 | 2")
@example("a\n===")
@example("[a]: https://example.org")
@example("* * *\n* a\n* b")
@example("    code\n\n~~~\nx")
def test_literal_text_is_shown_as_it_is_and_troubles_no_author(text: str) -> None:
    markdown = literal(text)
    assert shown(markdown) == said(text)
    assert faults(markdown) == ()


def test_ordinary_text_is_not_cluttered() -> None:
    for text in ("2 * 3 = 6, snake_case", "Is x[0] > y - 1?", "中文，没有符号。", "C# (2.0) & co."):
        assert literal(text) == text
