"""Values of people and packs in messages, and languages."""

from __future__ import annotations

from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.words import Words, in_a_row, letters, literal
from bot.languages import languages, translate, words
from content.markup import plain

ENGLISH = Words(NullTranslations())


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60))
def test_a_literal_text_shows_exactly_itself(text: str) -> None:
    assert plain(literal(text)) == text


@pytest.mark.parametrize(
    "text",
    ["*bold*", "[x](http://evil.example)", "`code`", "# no heading", "$x$", "1. no list", "<b>", "a | b", "~~s~~"],
)
def test_markup_in_a_literal_text_is_shown_and_not_acted_upon(text: str) -> None:
    assert plain(literal(text)) == text


def test_what_cannot_be_seen_does_not_get_into_a_literal_text() -> None:
    assert plain(literal("a\u202eb\x1b[31m\x00c\nd")) == "a b [31m c d"


def test_texts_in_a_row_have_no_full_stop_before_a_semicolon() -> None:
    assert in_a_row(["Knuth, D. E. 1968.", "Dijkstra. 1959", "Hoare. 1961."]) == (
        "Knuth, D. E. 1968; Dijkstra. 1959; Hoare. 1961."
    )
    assert (in_a_row(["One. 2004."]), in_a_row([])) == ("One. 2004.", "")


def test_letters_name_options() -> None:
    assert letters((0, 2)) == "A, C"


def test_a_language_without_a_catalogue_is_english() -> None:
    assert words("tlh")("Right") == "Right"
    assert words("en").language == "en"
    assert translate("tlh", "Right") == "Right"


def test_the_second_language_speaks() -> None:
    assert "zh" in languages()
    assert words("zh")("Right") != "Right"
    assert words("zh-CN").language == "zh"
    assert words("zh").many("{n} person has answered.", "{n} people have answered.", 3) != "3 people have answered."
