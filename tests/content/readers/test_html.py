from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.item import Picture
from content.markup import faults, plain
from content.readers.html import markdown_of, read_html

SAME = [
    ("<p>What is <b>bold </b>and <i>it</i>?</p><p>Yes</p>", "What is **bold** and *it*?\n\nYes"),
    ("a<br>b<br/><br>c", "a\\\nb\n\nc"),
    ("<ul><li>x<ul><li>y</ul><li>z</ul>", "- x\n  - y\n- z"),
    ("<ol start=3><li>a<li>b</ol><ol><li>c</ol>", "3. a\n4. b\n\n1) c"),
    ("<pre><code class='language-python'>def f():\n\n  x*y</code></pre>", "```python\ndef f():\n\n  x*y\n```"),
    (
        "<table><tr><th>a<th align=right>b|c<tr><td>1<td><code>x|y</code></table>",
        "| a | b\\|c |\n| --- | --: |\n| 1 | `x\\|y` |",
    ),
    ("<table><tr><td>one<tr><td>two</table>", "one\n\ntwo"),
    ("H<sub>2</sub>O, x<sup>n+1</sup>, y<sup>Q!</sup>", "H₂O, xⁿ⁺¹, y^(Q!)"),
    (r"Is \(x^2 &lt; 3\) or [$]y[/$] or 2\(z\)?", "Is $x^2 < 3$ or $y$ or 2 $z$?"),
    (r"Then:<br>$$\frac{1}{2}$$", "Then:\\\n$$\\frac{1}{2}$$"),
    ("<p>\\[ a \\]</p>", "$$\na\n$$"),
    ("<anki-mathjax block='true'>z</anki-mathjax> [latex]$w$[/latex]", "$$z$$ $w$"),
    ("<math><mi>x</mi><annotation encoding='application/x-tex'>x_1</annotation></math>", "$x_1$"),
    (r"\(\nosuchcommand\) costs $5", r"`\nosuchcommand` costs \$5"),
    ("<h2>Title</h2><details><summary>More</summary>text</details>", "**Title**\n\n**More**\n\ntext"),
    (
        "<a href='https://example.org/a_(b)'>w*</a> <a href='javascript:x'>t</a>",
        r"[w\*](https://example.org/a_%28b%29) t",
    ),
    ("2 * 3 &lt; 7 &amp; [x](y)&nbsp;<!-- not this -->", r"2 * 3 < 7 & [x\](y)"),
    ("<p># one</p><p>1. two</p>", "\\# one\n\n1\\. two"),
    (
        "<img src='a.png' alt='A &quot;b&quot;'> <img src='https://example.org/p.png'>",
        'A "b" [p.png](https://example.org/p.png)',
    ),
    ("<img class='texrender' src='x.gif' alt='x^2'>", "$x^2$"),
    ("see <ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "see 漢(kan)"),
    ("中<b>文</b>字 <b>(x)</b> <b>y</b>z", "中**文**字 **(x)** **y**z"),
    ("", ""),
    (" \n ", ""),
]


@pytest.mark.parametrize(("html", "markdown"), SAME, ids=[html[:30] for html, _ in SAME])
def test_html_becomes_markdown_that_says_the_same(html: str, markdown: str) -> None:
    assert markdown_of(html) == markdown
    assert faults(markdown_of(html)) == ()


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        "<iframe src=//example.org>inside</iframe>",
        "<object data=x>inside</object>",
        "<svg onload=x><text>inside</text></svg>",
        "<video src=x>inside</video>",
        "<textarea>inside</textarea>",
    ],
)
def test_what_html_does_is_dropped(html: str) -> None:
    assert markdown_of(f"<p onclick=x>seen {html}</p>") == "seen"


def test_marks_that_markdown_cannot_set_are_left_out_and_the_text_stays() -> None:
    assert plain(markdown_of("<b>a</b>b<b>(c)</b>d")) == "ab(c)d"


def test_pictures_are_taken_out_for_who_has_them() -> None:
    read = read_html("<p>See <img src='@@PLUGINFILE@@/a.png' alt='A map'>.</p><img src='b.png'>")
    assert read.markdown == "See ."
    assert read.pictures == (Picture("@@PLUGINFILE@@/a.png", "A map"), Picture("b.png", ""))


WORDS = st.text("ab*_`$[]()|\\-1.#>!{}^+=~:/ ", max_size=12)
TAGS = st.sampled_from(
    ["p", "b", "i", "code", "pre", "li", "ul", "ol", "td", "tr", "table", "span", "a href='http://x'"]
)


@given(st.lists(st.tuples(WORDS, TAGS, st.booleans()), max_size=12))
def test_no_letter_is_lost_and_no_author_is_troubled(pieces: list[tuple[str, str, bool]]) -> None:
    parts = [f"{text}<{'' if opens else '/'}{tag.split()[0] if not opens else tag}>" for text, tag, opens in pieces]
    markdown = markdown_of("".join(parts))
    assert not [fault for fault in faults(markdown) if "formula" not in fault]
    wanted = "".join(re.findall("[ab]", "".join(text for text, _, _ in pieces)))
    assert sorted(re.findall("[ab]", plain(markdown))) == sorted(wanted)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<b>" * 50_000 + "x",
        "\\(" * 50_000,
        "<ul><li>" * 5_000,
        "<table><tr>" + "<td>" * 50_000,
        "**a" * 20_000,
        "<br> " * 20_000,
        "<i>a</i>**" * 3_000,
        " " * 100_000 + "<x" + " " * 100_000,
        "a" + " " * 100_000 + "$" + " " * 100_000 + "\n",
    ],
    ids=lambda html: html[:12],
)
def test_hostile_html_takes_no_longer_than_its_length_asks(html: str) -> None:
    began = time.perf_counter()
    markdown_of(html)
    assert time.perf_counter() - began < 3
