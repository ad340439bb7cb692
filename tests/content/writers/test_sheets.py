"""Sheets to print: the questions tell nothing of the answers, which stand on later pages; texts are only texts."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.item import Difficulty, Item, Kind, NumericKey, OpenKey, Option, Picture, ShortKey
from content.markup import parse, plain
from content.writers import sheet, sheet_html
from content.writers.asked import options_shown, right
from content.writers.sheet import passage
from content.writers.written import Writer
from tests.items import PICTURES, items, pack_of, texts

CHOICE = Item(
    "p/a",
    Kind.CHOICE,
    "Which is *even*?",
    "sums",
    "parity",
    Difficulty.EASY,
    "Two is $2 \\cdot 1$.",
    (Option("One", "It is odd."), Option("Two", "It is even.")),
    (1,),
    picture=Picture("sets.png", "Two <sets>"),
    references=("A. Writer. Sums.",),
)
STEPS = replace(
    CHOICE,
    id="p/b",
    kind=Kind.ORDER,
    picture=None,
    options=tuple(map(Option, ("One", "Two", "Three", "Four"))),
    key=(0, 1, 2, 3),
)
BOTH = pytest.mark.parametrize("writer", [sheet.WRITER, sheet_html.WRITER])


def page(writer: Writer, *listed: Item, **header: str) -> str:
    """The sheet of the items."""
    return next(iter(writer.write(pack_of(**header), listed, PICTURES).files.values())).decode()


def halves(text: str) -> tuple[str, str]:
    """What stands before the answers, and the answers."""
    questions, mark, answers = text.partition("Answers")
    assert mark
    return questions, answers


@BOTH
def test_the_questions_are_the_same_whatever_is_right(writer: Writer) -> None:
    other = replace(CHOICE, key=(0,), explanation="Another one.", references=())
    questions, answers = halves(page(writer, CHOICE))
    assert questions == halves(page(writer, other))[0]
    assert answers != halves(page(writer, other))[1]
    for told in ("It is odd.", "It is even.", "A. Writer. Sums."):
        assert told not in questions
        assert told in answers


@BOTH
def test_steps_stand_in_another_order_than_the_right_one(writer: Writer) -> None:
    questions, answers = halves(page(writer, STEPS))
    wanted = ["One", "Two", "Three", "Four"]
    shown = re.findall("One|Two|Three|Four", questions)
    assert shown != wanted
    assert sorted(shown) == sorted(wanted)
    assert re.findall("One|Two|Three|Four", answers)[:4] == wanted


@BOTH
def test_all_items_stand_below_their_topics_under_one_number(writer: Writer) -> None:
    listed = [replace(CHOICE, id=f"p/{n}", topic=topic) for n, topic in enumerate(("a", "a", "b"))]
    written = writer.write(pack_of(topics={"a": "First things"}), listed, PICTURES)
    questions, answers = halves(next(iter(written.files.values())).decode())
    assert re.findall(r"First things|\bB\b(?=</h2>|\n)", questions) == ["First things", "B"]
    numbers = re.compile(r'^### (\d+)$|class="number">(\d+)\.', re.MULTILINE)
    assert ["".join(found) for found in numbers.findall(questions)] == ["1", "2", "3"]
    assert ["".join(found) for found in numbers.findall(answers)] == ["1", "2", "3"]


@BOTH
def test_a_picture_that_is_not_there_is_told(writer: Writer) -> None:
    lost = replace(CHOICE, picture=Picture("lost.png", "Lost"))
    written = writer.write(pack_of(), [lost], PICTURES)
    assert written.notes == ("the picture is not there and was left out: p/a",)
    assert b"lost" not in next(iter(written.files.values()))


def test_the_page_brings_its_pictures_along() -> None:
    assert '<img src="data:image/png;base64,iVBORw0KGgogb2Ygc2V0cw==" alt="Two &lt;sets&gt;">' in page(
        sheet_html.WRITER, CHOICE
    )
    assert set(sheet.WRITER.write(pack_of(), [CHOICE], PICTURES).files) == {"drawn.md", "sets.png"}
    assert "![Two <sets>](<sets.png>)" in page(sheet.WRITER, CHOICE)


class Elements(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"@{name}" for name, _ in attrs)}
        assert not any(
            name in {"src", "href"} and not (value or "").startswith(("data:", "http")) for name, value in attrs
        )


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(items(), texts(100))
def test_nothing_of_an_item_acts_on_the_page(item: Item, title: str) -> None:
    hostile = replace(item, stem=f"<script>alert(1)</script> <img src=x onerror=y> {item.stem}")
    found = Elements(page(sheet_html.WRITER, hostile, text=title)).found
    assert not found & {"script", "iframe", "link", "object", "@onerror", "@onload"}


@settings(max_examples=60, deadline=None)
@given(texts())
def test_a_passage_reads_the_same_in_wider_markdown(text: str) -> None:
    assert parse(passage(text)) == parse(passage(passage(text)))
    assert plain(passage(text)) == plain(text)
    assert not re.search(r"^#|^\s*<[a-z]", passage(f"# {text}") if "```" not in text else "")


def test_what_is_right_is_said_for_each_kind() -> None:
    bare = replace(CHOICE, options=(), key=())
    number = replace(bare, kind=Kind.NUMERIC, numeric=NumericKey("0.5", "0.01", relative=True, unit="kg"))
    term = replace(bare, kind=Kind.SHORT, short=ShortKey(("*a*", "b"), ("c",)))
    talk = replace(bare, kind=Kind.OPEN, open=OpenKey("So.", ("One line",)))
    truth = replace(bare, kind=Kind.TRUE_FALSE, options=(Option("true"), Option("false")), key=(1,))
    assert right(number) == [("", "0.5 ± 1 % kg")]
    assert right(term) == [("", "\\*a\\*"), ("", "b")]
    assert right(talk) == [("", "So."), ("•", "One line")]
    assert right(truth) == [("", "false")]
    assert [sign for sign, _ in options_shown(truth)] == ["true", "false"]
    assert right(CHOICE) == [("B", "Two")]
    assert right(STEPS) == [("1", "One"), ("2", "Two"), ("3", "Three"), ("4", "Four")]


@given(st.integers(0, 1000))
def test_steps_are_mixed_in_the_same_way_each_time(number: int) -> None:
    item = replace(STEPS, id=f"p/{number}")
    shown = options_shown(item)
    assert shown == options_shown(item)
    assert [sign for sign, _ in shown] != ["1", "2", "3", "4"]
    assert {sign: option.text for sign, option in shown} == {"1": "One", "2": "Two", "3": "Three", "4": "Four"}
