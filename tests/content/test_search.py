"""Finding items by words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.cache import Shelf, write_shelf
from content.item import Difficulty, Item, Kind, OpenKey, Option, ShortKey, Translation
from content.record import Pack

PACK = Pack("small", "A small pack", "0.1.0", "CC-BY-4.0", ("en", "zh"), "For searching.", "small")
PLAIN = Item("small/plain", Kind.CHOICE, "What is a median?", "statistics", "centre", Difficulty.EASY)
ITEMS = (
    PLAIN,
    replace(PLAIN, id="small/fitting", stem="Why does a **deep** tree overfit?", concept="model-capacity"),
    replace(PLAIN, id="small/early", stem="When does one stop training?", explanation="Before it overfits."),
    replace(PLAIN, id="small/option", stem="Pick one.", options=(Option("Dropout"), Option("Naïve Bayes"))),
    replace(PLAIN, id="small/short", stem="Name it.", short=ShortKey(("heteroscedasticity",))),
    replace(PLAIN, id="small/open", stem="Talk.", open=OpenKey("The kernel trick spares the mapping.")),
    replace(PLAIN, id="small/both", stem="Say.", translations={"zh": Translation(stem="什么是过拟合？")}),
    replace(PLAIN, id="small/tagged", stem="Tell.", tags=("interview-day",), topic="databases"),
)


@pytest.fixture(name="found")
def _found() -> Callable[[str], list[str]]:
    shelf = write_shelf([(PACK, ITEMS)], "mark", None)
    return lambda text: [name.removeprefix("small/") for name in shelf.search(text, 10)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("median", ["plain"]),
        ("MEDIANS", ["plain"]),
        ("overfitting", ["fitting", "early"]),
        ("trees that overfit", ["fitting", "early"]),
        ("capacity", ["fitting"]),
        ("naive bayes", ["option"]),
        ("heterosced", ["short"]),
        ("kernel tricks", ["open"]),
        ("过拟合", ["both"]),
        ("拟合", ["both"]),
        ("databases", ["tagged"]),
        ("interview", ["tagged"]),
        ("median dropout", ["plain", "option"]),
        ("nothing of that", []),
        ("", []),
        ('" OR * NEAR(', []),
    ],
)
def test_items_are_found_by_any_form_of_their_words_in_any_language(
    text: str, names: list[str], found: Callable[[str], list[str]]
) -> None:
    assert found(text) == names


@given(st.text(max_size=60))
def test_no_text_is_taken_for_a_statement(text: str) -> None:
    assert isinstance(SHELF.search(text, 3), list)


SHELF: Shelf = write_shelf([(PACK, ITEMS)], "mark", None)


def test_a_compiled_bank_is_searched_without_its_packs(tmp_path: Path) -> None:
    file = tmp_path / "bank"
    write_shelf([(PACK, ITEMS)], "mark", file).close()
    again = write_shelf([(PACK, ITEMS)], "mark", file)
    assert again.search("median", 1) == ["small/plain"]
    assert again.search("one", 1) == again.search("one", 9)[:1]
