"""A table of flashcards: every text comes back as it was, and no spreadsheet computes any of them."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decks.flashcard import Flashcard
from bot.decks.sheet import sheet
from bot.languages import words
from bot.rules.shown import Shown
from content.item import Difficulty, Kind, NumericKey, OpenKey, Option, ShortKey
from content.writers.cells import guarded, unguarded

COMPUTED = "=+-@\uff1d\uff0b\uff0d\uff20"
texts = st.text(max_size=40) | st.builds(
    "{}{}".format, st.sampled_from(["", " ", "\t", "\r\n", "'", *COMPUTED]), st.text()
)


def rows_in(content: bytes) -> list[list[str]]:
    """All rows as a spreadsheet reads them, without the headings."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]


def shown(kind: Kind = Kind.CHOICE, **changes: object) -> Shown:
    """An item as it is shown."""
    values = {
        "item_id": "tests/the-item",
        "version": "1",
        "kind": kind,
        "stem": "Which?",
        "topic": "statistics",
        "concept": "an-idea",
        "difficulty": Difficulty.HARD,
        "explanation": "Because.",
        **changes,
    }
    return Shown(**values)  # type: ignore[arg-type]


def row_of(item: Shown, **changes: object) -> list[str]:
    """The row that an item gives, as a reader of it sees it."""
    card = Flashcard(item, **{"times": 3, "verdict": "partly", "due": date(2026, 11, 25), **changes})  # type: ignore[arg-type]
    (row,) = rows_in(sheet(words("en"), [card], {"statistics": "Statistics"}))
    return [unguarded(cell) for cell in row]


@given(texts)
def test_a_guarded_text_comes_back_and_is_never_computed(text: str) -> None:
    cell = guarded(text)
    assert unguarded(cell) == text
    assert cell.lstrip()[:1] not in tuple(COMPUTED)


@given(st.lists(texts, min_size=1, max_size=5))
def test_what_a_reader_gets_is_what_was_written_whatever_stands_in_it(references: list[str]) -> None:
    row = row_of(shown(references=tuple(references)))
    assert row[10] == "\n".join(references)
    assert row[-1] == "tests/the-item"
    assert len(row) == 12


@given(texts)
def test_no_cell_of_a_table_begins_like_a_formula(text: str) -> None:
    item = shown(
        stem=text, explanation=text, options=(Option(text), Option(text)), key=(1,), item_id=text, concept=text
    )
    for row in rows_in(sheet(words("en"), [Flashcard(item, 1, "right")], {"statistics": text})):
        assert len(row) == 12
        assert not any(cell.lstrip().startswith(tuple(COMPUTED)) for cell in row)


def test_a_row_says_all_that_there_is_to_say() -> None:
    item = shown(options=(Option("`a`"), Option("**b**")), key=(1,), references=("Author, A. Letters.", "B."))
    assert row_of(item) == [
        "Which?",
        "A. a\nB. b",
        "B. b",
        "Because.",
        "Statistics",
        "an-idea",
        "hard",
        "partly right",
        "3",
        "2026-11-25",
        "Author, A. Letters.\nB.",
        "tests/the-item",
    ]


def test_code_keeps_its_lines() -> None:
    assert row_of(shown(stem="What?\n\n```python\nif x:\n    y()\n```"))[0] == "What?\nif x:\n    y()"


@pytest.mark.parametrize(
    ("item", "key"),
    [
        (shown(Kind.MULTI, options=(Option("one"), Option("two"), Option("three")), key=(0, 2)), "A. one\nC. three"),
        (shown(Kind.TRUE_FALSE, options=(Option("true"), Option("false")), key=(1,)), "B. False"),
        (shown(Kind.ORDER, options=(Option("last"), Option("first")), key=(1, 0)), "B. first\nA. last"),
        (shown(Kind.NUMERIC, numeric=NumericKey("-0.5", "0.01")), "-0.5 (within 0.01)"),
        (
            shown(Kind.SHORT, short=ShortKey(("overfitting", "over-fitting"))),
            "overfitting (also accepted: over-fitting)",
        ),
        (shown(Kind.OPEN, open=OpenKey("A good answer.", ("one", "two"))), "A good answer.\n• one\n• two"),
    ],
)
def test_the_key_of_each_kind_is_there(item: Shown, key: str) -> None:
    assert row_of(item)[2] == key


def test_headings_and_words_are_those_of_the_hall() -> None:
    content = sheet(words("zh"), [Flashcard(shown(), 1, "noted")], {"statistics": "统计"}).decode("utf-8-sig")
    assert content.startswith("问题,")
    assert "统计" in content
