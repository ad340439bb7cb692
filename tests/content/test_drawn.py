from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from content.markup import aligned, drawn_bar

WORDS = st.text(st.sampled_from("ab 数é\u0301\n\t\x1b\u202e"), max_size=8)


def test_a_table_stands_in_columns_and_figures_are_flush_right() -> None:
    assert aligned(("#", "Name"), (("1", "数据"), ("10", "Ada")), {0}).splitlines() == [
        " #  Name",
        "──  ────",
        " 1  数据",
        "10  Ada",
    ]


@given(st.lists(st.tuples(WORDS, WORDS), max_size=4))
def test_second_columns_begin_at_the_same_width_and_no_cell_leaves_its_line(rows: list[tuple[str, str]]) -> None:
    lines = aligned(("x" * 16, "|"), [(first, f"|{second}") for first, second in rows], ()).splitlines()
    assert len(lines) == len(rows) + 2
    assert {wcswidth(line.partition("|")[0]) for line in (lines[0], *lines[2:])} == {18}
    assert not {"\x1b", "\u202e"} & set("".join(lines))


@pytest.mark.parametrize(
    ("share", "bar"),
    [(-1.0, "········"), (0.0, "········"), (0.5, "████····"), (1 / 64, "▏·······"), (9.0, "████████")],
)
def test_a_bar_is_as_long_as_its_share_to_an_eighth_of_a_column(share: float, bar: str) -> None:
    assert drawn_bar(share, 8) == bar
