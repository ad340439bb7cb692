from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from adapters.console import adapter
from adapters.console.drawing import draw
from bot.ports import Bar, Bars, Button, Buttons, Card, Choice, Fine, Moment, Options, Picture, Table, Text, Tone


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine's clock shows the time of Berlin."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


def lines(*blocks: Text | Options | Buttons | Bars | Table | Moment | Picture | Fine, width: int = 60) -> list[str]:
    return draw(Card("T", blocks), width).splitlines()[2:]


def test_a_question_shows_its_options_behind_letters_and_wraps_them_under_themselves() -> None:
    options = Options(
        (Choice("a", "short"), Choice("b", "a *long* option that has to go on in a second line"), Choice("c", "$x^2$"))
    )
    assert lines(Text("Which?"), options, width=40) == [
        "Which?",
        "",
        "A) short",
        "B) a long option that has to go on in a",
        "   second line",
        "C) x²",
    ]


def test_a_tone_can_be_told_without_colour() -> None:
    firsts = {tone: adapter.render(Card("Title", (), tone)).splitlines()[0] for tone in Tone}
    assert firsts[Tone.RIGHT] == "✓ Title"
    assert firsts[Tone.PLAIN] == "Title"
    assert len(set(firsts.values())) == len(Tone)


def test_bars_are_as_long_as_their_shares_and_the_right_one_is_marked() -> None:
    bars = Bars((Bar("**A** mean", 3, 0.75, marked=True), Bar("**B** median", 1, 0.25), Bar("**C** 中位数", 0, 0.0)))
    assert lines(bars) == [
        "✓ A mean   ███████████████····· 3 75%",
        "  B median █████··············· 1 25%",
        "  C 中位数 ···················· 0  0%",
    ]


@pytest.mark.parametrize(
    ("share", "bar"), [(-1.0, "·" * 20), (2.0, "█" * 20), (0.02, "▍" + "·" * 19), (0.5, "█" * 10 + "·" * 10)]
)
def test_a_bar_is_drawn_to_an_eighth_and_never_leaves_its_columns(share: float, bar: str) -> None:
    assert bar in lines(Bars((Bar("x", 1, share),)))[0]


def test_tables_are_aligned_by_the_columns_that_wide_characters_take() -> None:
    table = Table(("#", "Name", "Points"), (("1", "数据科学", "12"), ("10", "Ada", "7")), frozenset({0, 2}))
    assert lines(table) == [
        " #   Name       Points",
        "──────────────────────",
        " 1   数据科学       12",
        "10   Ada             7",
    ]


def test_markdown_is_set_as_plain_text() -> None:
    markdown = (
        "One *two* **three** `four` [five](https://example.org/5)\\\nsix\nseven\n\n"
        "```python\nif x:\n\treturn 1\n```\n\n"
        "| a | b |\n|:--|--:|\n| 数 | 1 |\n\n3. c\n4. d\n   - e\n\n$$\\frac{1}{2}$$"
    )
    assert lines(Text(markdown)) == [
        "One two three four five (https://example.org/5)",
        "six seven",
        "",
        "    if x:",
        "        return 1",
        "",
        "a    b",
        "──────",
        "数   1",
        "",
        "  3. c",
        "  4. d",
        "       • e",
        "",
        "    1/2",
    ]


def test_an_instant_is_told_by_the_clock_of_this_machine(berlin: None) -> None:
    assert lines(Moment("Closes {time}.", datetime(2026, 7, 1, 7, tzinfo=UTC))) == ["Closes 2026-07-01 09:00 CEST."]


def test_a_picture_is_told_by_its_text_and_one_without_leaves_no_gap() -> None:
    shown = lines(Picture(b"", "image/png", "A falling curve"), Picture(b"", "image/png", ""), Fine("Small *print*"))
    assert shown == ["[A falling curve]", "", "Small print"]


def test_buttons_of_a_preview_have_labels_only_and_live_ones_say_how_to_press_them() -> None:
    card = Card("T", (Buttons((Button("a:b", "Write"), Button("c:d", "More"))),))
    assert "[Write]  [More]\n" in adapter.render(card)
    assert "[Write] /press a:b  [More] /press c:d\n" in draw(card, 60, handle=lambda ref: f" /press {ref}")


def test_colour_is_there_only_where_it_is_asked_for() -> None:
    card = Card("Right", (Text("**so**"), Fine("small")), Tone.RIGHT)
    assert "\x1b[1;32m" in draw(card, 60, colour=True)
    assert "\x1b" not in draw(card, 60)


def test_brackets_and_colons_in_a_text_are_no_markup_of_the_library() -> None:
    assert lines(Text(r"\[bold\]x\[/bold\] :smile: a\[0\]")) == ["[bold]x[/bold] :smile: a[0]"]


def dangerous(text: str) -> list[str]:
    turning = {"LRO", "RLO", "LRE", "RLE", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return [
        sign
        for sign in text.replace("\n", "")
        if unicodedata.category(sign) in {"Cc", "Cs"} or unicodedata.bidirectional(sign) in turning
    ]


HOSTILE = st.text(
    st.sampled_from("ab `*_$|\\[]()\n\t\r\x00\x07\x1b\x9b\x7f\u202e\u2066\u2028\u200f\ud800中é"), max_size=40
)


@given(HOSTILE)
def test_no_text_of_a_card_can_steer_the_terminal(text: str) -> None:
    blocks = (
        Text(text),
        Options((Choice("a", text),)),
        Buttons((Button("a", text),)),
        Bars((Bar(text, 1, 0.5),)),
        Table((text,), ((text,),)),
        Moment(text, datetime(2026, 1, 1, tzinfo=UTC)),
        Picture(b"", "image/png", text),
        Fine(text),
        Text(f"```\n{text}\n```\n\n`{text}` $${text}$$"),
    )
    drawn = draw(Card(text, blocks), 60)
    assert not dangerous(drawn)
    assert drawn.encode()


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Mn", "Me", "Mc", "Co", "Cn", "Zl", "Zp")), max_size=80)
)
def test_no_line_is_wider_than_the_terminal(text: str) -> None:
    drawn = draw(Card("T", (Text(text), Options((Choice("a", text),)), Table(("a", "b"), ((text, text),)))), 40)
    assert max(wcswidth(line) for line in drawn.splitlines()) <= 40


def test_control_characters_are_written_out() -> None:
    assert lines(Text("a\x1b[31mb\u202ec")) == ["a<U+001B>[31mb<U+202E>c"]
