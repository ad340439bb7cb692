from __future__ import annotations

import pytest

from content.markup import faults
from content.readers.texts import markdown_from


@pytest.mark.parametrize(
    ("form", "text", "markdown"),
    [
        ("plain", "2 * 3 <b> *x*\nnext", "2 * 3 \\<b> \\*x\\*\\\nnext"),
        ("plain", "Is \\(x_1\\) so?\n\nYes.", "Is $x_1$ so?\n\nYes."),
        ("html", "<p>one</p>\n<p>two * 3</p>", "one\n\ntwo * 3"),
        ("moodle", "one <b>two</b>\nthree", "one **two**\\\nthree"),
        ("moodle", "<p>one\ntwo</p>", "one two"),
        ("moodle", "a < b\nand c > d", "a < b\\\nand c > d"),
        ("markdown", "Is *it* `x`?", "Is *it* `x`?"),
        ("markdown", "# Title\n\n> said <b>so</b>", "**Title**\n\nsaid **so**"),
        ("markdown", "Is \\(x_1 + y_1\\) *so*?", "Is $x_1 + y_1$ *so*?"),
        ("markdown", "| a | b |\n|---|---|\n| 1 | 2 |\n\n---", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
    ],
)
def test_texts_of_each_form_say_the_same_in_markdown(form: str, text: str, markdown: str) -> None:
    assert markdown_from(text, form) == markdown
    assert faults(markdown) == ()
