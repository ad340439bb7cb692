from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.web import adapter
from adapters.web.rendering import Pictures, people
from adapters.web.text import LONGEST_UNFOLDED, html_of, line_html
from bot.ports import (
    Bar,
    Bars,
    Button,
    Buttons,
    Card,
    Choice,
    Fine,
    Moment,
    Options,
    Pick,
    Picture,
    Table,
    Text,
    Tone,
)
from content.markup import visible
from tests.long import BEGINS, ENDS, REFERENCE

render = adapter.render


class Elements(HTMLParser):
    """What elements and attributes a piece of HTML has, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("*a* **b** `c<`", '<p dir="auto"><em>a</em> <strong>b</strong> <code dir="ltr">c&lt;</code></p>'),
        (
            "[a](https://x.org/?a=1&b=2)",
            '<p dir="auto"><a href="https://x.org/?a=1&amp;b=2" rel="noopener noreferrer nofollow" target=',
        ),
        ("a  \nb\nc", '<p dir="auto">a<br>b c</p>'),
        ("2. a\n3. b", '<ol start="2"><li dir="auto">a</li><li dir="auto">b</li></ol>'),
        ("- a\n\n- b\n  - c", '<ul><li dir="auto"><p dir="auto">a</p></li><li dir="auto"><p dir="auto">b</p><ul>'),
        (
            "|a||\n|:-:|-|\n|1|2|",
            '<div class="scroll"><table><thead><tr><th dir="auto" class="center">a</th><td dir="auto">',
        ),
        ("$x$", '<p dir="auto"><math display="inline"><mrow><mi>x</mi></mrow></math></p>'),
        ("$$\nx\n$$", '<div class="maths scroll"><math display="block"><mrow><mi>x</mi></mrow></math></div>'),
        ("```\na<b\n```", '<pre class="code scroll" dir="ltr"><code>a&lt;b</code></pre>'),
        ("```nonsense\na\n```", '<pre class="code scroll" dir="ltr" data-language="nonsense"><code>a</code></pre>'),
        (
            "```python\nx = 1\n```",
            '<pre class="code scroll" dir="ltr" data-language="python"><code><span class="hl-n">x</span>',
        ),
        ("<b>x</b> \u202ey \x00\x07", '<p dir="auto">&lt;b&gt;x&lt;/b&gt; y \ufffd␇</p>'),
    ],
)
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    assert str(html_of(markdown)).startswith(html)


def test_a_link_inside_a_button_is_its_text_alone() -> None:
    assert html_of("[a *b*](https://x.org)", links=False) == '<p dir="auto">a <em>b</em></p>'


def test_small_print_of_one_paragraph_has_none_around_it() -> None:
    assert line_html("a *b*") == "a <em>b</em>"
    assert line_html("a\n\nb") == '<p dir="auto">a</p><p dir="auto">b</p>'


@given(st.text())
def test_visible_text_holds_nothing_that_turns_or_hides_the_rest(text: str) -> None:
    shown = visible(text)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x07\x1b\x7f\x9b")


@settings(deadline=None)
@given(st.text("<>&\"'`*_$[](){}|\n\\ abc:/=\u202e\x00", max_size=120))
def test_no_text_makes_an_element_or_an_attribute_that_acts(text: str) -> None:
    card = Card(
        text,
        (
            Text(text),
            Fine(text),
            Options((Choice("answer:t:0", text),)),
            Table((text,), ((text,),)),
            Buttons((Button("write:t", text),)),
            Bars((Bar(text, 1, 1.0),)),
            Moment(text, datetime(2026, 1, 1, tzinfo=UTC)),
        ),
        Tone.QUESTION,
        summary=text,
    )
    found = Elements(render(card))
    assert not found.names & {"script", "img", "iframe", "style", "object", "b", "form", "input"}
    assert not {name for name, _ in found.attributes if name.startswith("on") or name in {"style", "srcdoc"}}
    assert all(value.startswith(("http://", "https://")) for name, value in found.attributes if name == "href")


def test_every_block_of_a_card_is_written() -> None:
    card = Card(
        "Answer · Maths · hard",
        (
            Text("stem"),
            Options((Choice("a:t:0", "one"), Choice("a:t:1", "two")), pressable=False),
            Options((Choice("a:t:0", "one"),), Pick.MANY, "a:t"),
            Options((Choice("a:t:0", "one"),), Pick.ORDERED, "a:t"),
            Bars((Bar("**A** one", 3, 0.75, marked=True), Bar("**B** two", 1, 0.25))),
            Bars((Bar("nobody yet", 0, 0.0),)),
            Table(("#", "Name"), (("1", "<Ada>"),), frozenset({0})),
            Moment("Closes {time}.", datetime(2026, 3, 4, 5, 6, tzinfo=UTC)),
            Picture(b"\x89PNG", "image/png", 'a "plot"'),
            Buttons((Button("write:t", "Write"),)),
        ),
        Tone.REVEAL,
    )
    html = render(card)
    text = Elements(html).text
    for part in (
        "Answer",
        "Maths",
        "stem",
        "3 of 4, 75 %, right",
        "1 of 4, 25 %",
        "nobody",
        "<Ada>",
        "2026-03-04 05:06 UTC",
    ):
        assert part in text
    assert 'src="data:image/png;base64,iVBORw=="' in html
    assert 'alt="a &#34;plot&#34;"' in html
    assert '<td dir="auto" class="number">1</td>' in html
    assert 'width="75%"' in html


def test_how_many_people_a_distribution_is_of_follows_from_counts_and_shares() -> None:
    assert people(Bars((Bar("a", 2, 2 / 7), Bar("b", 5, 5 / 7)))) == 7
    assert people(Bars((Bar("a", 0, 0.0),))) == 0


def test_pictures_have_an_address_of_their_content_and_only_the_last_are_kept() -> None:
    pictures = Pictures()
    first = Picture(b"first", "image/png", "")
    address = pictures.address(first)
    assert pictures.address(first) == address
    assert pictures.named(address.rpartition("/")[2]) == first
    svg = pictures.address(Picture(b"<svg>", "image/svg+xml", ""))
    assert pictures.named(svg.rpartition("/")[2]) is None
    for number in range(80):
        pictures.address(Picture(b"%d" % number, "image/png", ""))
    assert pictures.named(address.rpartition("/")[2]) is None


def test_a_long_answer_is_there_whole_and_all_but_its_beginning_is_folded() -> None:
    html = render(Card("Answer", (Text(REFERENCE), Text("Rate yours by"))))
    before, fold, after = html.partition("<details")
    assert fold
    assert BEGINS in before
    assert "Part 2 " in before
    folded, _, beneath = after.partition("</details>")
    assert "<summary>Read on</summary>" in folded
    assert ENDS in folded
    assert "line_99" in Elements(folded).text
    assert "Rate yours by" in beneath
    assert html.count("Part 20 ") == REFERENCE.count("Part 20 ")


def test_a_passage_of_ordinary_length_or_of_a_single_block_is_not_folded() -> None:
    assert "<details" not in render(Card("Answer", (Text("A paragraph. \n\n" * (LONGEST_UNFOLDED // 16)),)))
    assert "<details" not in render(Card("Answer", (Text("A sentence. " * LONGEST_UNFOLDED),)))
