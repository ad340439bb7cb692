"""Long passages in parts: nothing is lost, no mark is left open, and each part has room."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.markup import CodeBlock, Grid, Listing, faults, pages, parse, plain

PIECES = (
    "A sentence with **bold words in it**. ",
    "Another one, in *italics that go on for a while*, ends here! ",
    "`x = 1` and $x^2$ and [a link](https://example.org/a/long/path). ",
    "一句话就在这里结束。还有**另一句**话。",
    "\n\n",
    "\n\n- one\n- two **bold**\n\n  with a second paragraph\n- three\n\n",
    "\n\n7. seven\n8. eight\n\n",
    "\n\n```python\nfor each in range(10):\n    print(each)\n```\n\n",
    "\n\n$$\n\\frac{a}{b}\n$$\n\n",
    "a - b. 2. c. ",
    "unbroken" * 30,
)


def said(markdown: str) -> str:
    return re.sub(r"\s", "", plain(markdown))


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25).map("".join), st.integers(120, 700))
def test_the_parts_of_any_passage_have_room_and_say_all_of_it_in_sequence(markdown: str, most: int) -> None:
    found = pages(markdown, most)
    assert all(len(page) <= most for page in found)
    assert "".join(map(said, found)) == said(markdown)


def test_a_short_passage_is_one_part_as_it_stands() -> None:
    assert pages("A *short* one.\n\n- and\n- so on", 100) == ("A *short* one.\n\n- and\n- so on",)
    assert pages("", 100) == ()


def test_blocks_stay_whole_where_they_have_room() -> None:
    found = pages("\n\n".join(f"Paragraph {n} is forty characters long, so." for n in range(6)), 100)
    assert [page.count("Paragraph") for page in found] == [2, 2, 2]


def test_a_paragraph_ends_after_a_sentence_and_not_within_bold_words() -> None:
    first, second = pages("One sentence stands here. " + "**Then. come. bold. words. in. a. row.**", 60)
    assert first == "One sentence stands here."
    assert second == "**Then. come. bold. words. in. a. row.**"


@pytest.mark.parametrize("start", ["- and so on", "2. and so on"])
def test_a_part_never_begins_with_what_would_open_a_list(start: str) -> None:
    for page in pages(f"It goes on and on, so far as we know. {start} for ever and a day, and longer.", 50):
        assert not any(isinstance(block, Listing) for block in parse(page).blocks)


def test_code_stays_code_in_every_part() -> None:
    code = "\n".join(f"line_{n} = {n}" for n in range(100))
    found = pages(f"```python\n{code}\n```", 300)
    blocks = [block for page in found for block in parse(page).blocks]
    assert len(found) > 3
    assert all(isinstance(block, CodeBlock) and block.language == "python" for block in blocks)
    assert "\n".join(block.code for block in blocks if isinstance(block, CodeBlock)) == code


def test_every_part_of_a_table_has_its_header() -> None:
    rows = "\n".join(f"| {n} | number {n} |" for n in range(60))
    found = pages(f"| n | name |\n|--:|---|\n{rows}", 300)
    grids = [block for page in found for block in parse(page).blocks]
    assert len(found) > 3
    assert all(isinstance(grid, Grid) and len(grid.header) == 2 for grid in grids)
    assert sum(len(grid.rows) for grid in grids if isinstance(grid, Grid)) == 60


def test_a_row_that_is_longer_than_a_part_is_told_in_sentences() -> None:
    found = pages(f"| n | name |\n|---|---|\n| 1 | one |\n| 2 | {'many words. ' * 40}|\n| 3 | three |", 200)
    assert all(len(page) <= 200 for page in found)
    assert sum(page.count("many words.") for page in found) == 40
    assert "three" in found[-1]


def test_a_list_goes_on_with_its_numbers_and_a_long_item_behind_its_bullet() -> None:
    items = [f"{n}. item {n}" for n in range(5, 40)]
    items[10] = "15. " + "A long item. " * 40
    found = pages("\n".join(items), 200)
    assert all(len(page) <= 200 and not faults(page) for page in found)
    assert found[0].startswith("5. item 5")
    assert any(page.startswith("15. A long item.") or "\n15. A long item." in page for page in found)
    assert found[-1].endswith("39. item 39")


def test_a_formula_longer_than_a_part_is_shown_as_it_is_written() -> None:
    found = pages("$$\n" + "x + " * 100 + "y\n$$", 200)
    assert all(isinstance(block, CodeBlock) for page in found for block in parse(page).blocks)
    assert sum(page.count("+") for page in found) == 100
