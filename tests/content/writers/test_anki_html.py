"""What Anki shows of a flashcard: the texts as they are, and none of them read as a mark of Anki's own."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from content.writers.anki_html import html_of, literal_html

MARKS = "[sound:a.mp3] [latex]x[/latex] [$]x[/$] \\(x\\) \\[x\\] {{c1::x}} <script>alert(1)</script> &amp;"


class Read(HTMLParser):
    """The texts and the elements of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.elements: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Co", "Cn"])) | st.just(MARKS))
def test_a_text_is_shown_as_it_is_and_holds_no_mark(text: str) -> None:
    html = literal_html(text)
    read = Read(html)
    assert read.text == text
    assert set(read.elements) <= {"span"}
    assert "[" not in html
    assert not re.search(r"\\[(\[]", html)


def test_marks_in_a_passage_stay_text() -> None:
    html = html_of(f"{MARKS.replace('<script>alert(1)</script>', '')} `[sound:b.mp3]`\n\n```\n[latex]y[/latex]\n```")
    assert "[" not in html
    assert "[sound:a.mp3]" in Read(html).text
    assert "[sound:b.mp3]" in Read(html).text


def test_each_kind_of_passage_has_its_element() -> None:
    html = html_of(
        "A *stem* with **bold**, `code`, $a < b$ and a [link](https://example.org/?a=1&b=2).\n\n"
        "$$\n\\frac{a}{b}\n$$\n\n1. one\n2. two\n\n- three\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        "\n\n```python\nprint(1)\n```"
    )
    assert "\\(a &lt; b\\)" in html
    assert "\\[\\frac{a}{b}\\]" in html
    assert '<a href="https://example.org/?a=1&amp;b=2">link</a>' in html
    assert '<ol start="1"><li>one</li><li>two</li></ol><ul><li>three</li></ul>' in html
    assert "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>" in html
    assert "<pre><code>print(1)</code></pre>" in html
    assert {"em", "strong", "code", "p"} < set(Read(html).elements)


def test_a_single_line_has_no_paragraph_around_it() -> None:
    assert html_of("one line") == "one line"
    assert html_of("one\n\ntwo") == "<p>one</p><p>two</p>"
