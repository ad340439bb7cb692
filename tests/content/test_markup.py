from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.markup import (
    Block,
    Break,
    Code,
    CodeBlock,
    Document,
    Emphasis,
    Grid,
    Inline,
    Link,
    Listing,
    Maths,
    MathsBlock,
    Paragraph,
    Span,
    Strong,
    faults,
    mathml,
    parse,
    plain,
    unicode_maths,
)
from content.markup.maths import written


def line(markdown: str) -> tuple[Inline, ...]:
    (paragraph,) = parse(markdown).blocks
    assert isinstance(paragraph, Paragraph)
    return paragraph.children


def test_marks_within_a_line_become_nodes() -> None:
    assert line("*a **b*** `c*` [d *e*](https://x.org/?q=1)") == (
        Emphasis((Span("a "), Strong((Span("b"),)))),
        Span(" "),
        Code("c*"),
        Span(" "),
        Link("https://x.org/?q=1", (Span("d "), Emphasis((Span("e"),)))),
    )


def test_two_spaces_or_a_backslash_break_a_line_and_a_line_end_alone_does_not() -> None:
    assert line("a\nb  \nc\\\nd") == (
        Span("a"),
        Break(hard=False),
        Span("b"),
        Break(hard=True),
        Span("c"),
        Break(hard=True),
        Span("d"),
    )


def test_prices_are_text_and_formulas_are_maths() -> None:
    assert line("costs $5 and $6, $x^2$ more") == (Span("costs $5 and $6, "), Maths("x^2"), Span(" more"))
    assert line(r"\$x\$ and $$y$$ here") == (Span("$x$ and "), Maths("y", display=True), Span(" here"))


def test_blocks_of_code_maths_lists_and_tables_are_read() -> None:
    source = """Look:

```Python title=x
x = 1

y = 2
```

$$
x^2
$$

- one
- two
  3. deep

    loose

| a | b |
|:--|--:|
| *1* | `2` |
| 3 |
"""
    assert parse(source) == Document(
        (
            Paragraph((Span("Look:"),)),
            CodeBlock("x = 1\n\ny = 2", "python"),
            MathsBlock("x^2"),
            Listing(
                (
                    (Paragraph((Span("one"),)),),
                    (
                        Paragraph((Span("two"), Break(hard=False), Span("3. deep"))),
                        Paragraph((Span("loose"),)),
                    ),
                ),
                tight=False,
            ),
            Grid(
                ((Span("a"),), (Span("b"),)),
                (((Emphasis((Span("1"),)),), (Code("2"),)), ((Span("3"),), ())),
                ("left", "right"),
            ),
        )
    )


def test_a_numbered_list_keeps_its_first_number_and_may_hold_another_list() -> None:
    assert parse("3. a\n   - b\n4. c").blocks == (
        Listing(
            (
                (Paragraph((Span("a"),)), Listing(((Paragraph((Span("b"),)),),))),
                (Paragraph((Span("c"),)),),
            ),
            ordered=True,
            start=3,
        ),
    )


def test_a_language_that_is_no_word_is_left_out() -> None:
    assert parse('```"><b>\nx\n```').blocks == (CodeBlock("x"),)
    assert parse("```c++\nx\n```").blocks == (CodeBlock("x", "c++"),)


@pytest.mark.parametrize(
    "source",
    [
        "# heading",
        "<script>alert(1)</script>",
        "<b>bold</b> &amp; &lt;",
        "![alt](https://x.org/a.png)",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "[a](//x.org)",
        "<https://x.org> https://x.org www.x.org",
        "> quoted",
        "---",
        "~~gone~~",
        "[ref]",
        "@everyone <!channel> <@U123> #general",
    ],
)
def test_what_is_not_of_the_subset_is_literal_text(source: str) -> None:
    assert line(source) == (Span(source),)


def depth(children: tuple[Inline, ...]) -> int:
    return max(
        (1 + depth(child.children) for child in children if isinstance(child, (Emphasis, Strong, Link))), default=0
    )


def test_emphasis_nested_without_end_keeps_its_text_and_is_not_deep() -> None:
    children = line("*a **b " * 500 + "c" + "** d*" * 500)
    assert depth(children) <= 12
    assert plain("*a **b " * 500 + "c" + "** d*" * 500).count("a") == 500


UNITS = ["**a *b ", "[", "[a](", "[a](http://b", "`a", "$a ", "$$a\n", "- ", "- a\n", "|", "\\", "_*", "a|b\n-|-\n"]
UNITS += ["![", "*[`$", "<!--", "[a]: b\n", "> ", "$\\frac{$", "$x^2$ "]


@pytest.mark.parametrize(("reads", "most"), [(plain, 30_000), (faults, 10_000)])
def test_hostile_text_is_read_in_bounded_time(reads: Callable[[str], object], most: int) -> None:
    for unit in UNITS:
        source = (unit * most)[:most]
        start = time.process_time()
        reads(source)
        assert time.process_time() - start < 6, unit


def spans(blocks: tuple[Block, ...]) -> str:
    (paragraph,) = blocks
    assert isinstance(paragraph, Paragraph)
    return "".join(child.text for child in paragraph.children if isinstance(child, Span))


visible = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\x85"))


@settings(max_examples=300)
@given(st.text("*_`$[]()|\\-1. \n#>!<{}abx^", max_size=80))
def test_any_text_is_read_and_said_on_one_line(text: str) -> None:
    assert "\n" not in plain(text)
    assert all(sentence.endswith(".") for sentence in faults(text))


def test_plain_text_of_every_block_is_one_line_without_marks() -> None:
    source = "**A** [b](https://c.d)\nis `e`\n\n1. x\n2. y\n   - z\n\n```py\nq=1\n```\n\n$$\n\\alpha^2\n$$\n\n"
    source += "|a|b|\n|-|-|\n|1|$x_1$|"
    assert plain(source) == "A b is e 1. x 2. y • z q=1 α² a, b; 1, x₁"


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"x^2", "x²"),
        (r"x_{i,j}^{n+1}", "x_(i,j)ⁿ⁺¹"),
        (r"\frac{a}{b}", "a/b"),
        (r"\frac{a+b}{c}", "(a + b)/c"),
        (r"\frac{TP}{TP+FP}", "TP/(TP + FP)"),
        (r"\frac{\partial L}{\partial w}", "∂L/∂w"),
        (r"\binom{n}{k}", "(n choose k)"),
        (r"\sqrt{x+1} + \sqrt[3]{x}", "√(x + 1) + ³√x"),
        (r"\hat{\beta} \le -\bar{x}", "β\u0302 ≤ −x\u0304"),
        (r"\overline{AB}", "(AB)\u0305"),
        (r"\sum_{i=1}^n x_i", "∑ᵢ₌₁ⁿ xᵢ"),
        (r"\lim_{n\to\infty} a_n", "lim_(n→∞) aₙ"),
        (r"O(n \log n)", "O(n log n)"),
        (r"2\log_2 n", "2 log₂ n"),
        (r"\mathbf{w}^\top x", "𝐰ᵀx"),
        (r"f'(x)", "f′(x)"),
        (r"H_0: \mu = -1, p < 0.05", "H₀: μ = −1, p < 0.05"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "(1 2; 3 4)"),
        (r"\begin{align} a &= b \\ c &= d \end{align}", "a = b; c = d"),
        (r"x\quad y\,z\phantom{q}", "x yz"),
        (r"\text{if } x \in \mathbb{R}^n", "if x ∈ ℝⁿ"),
        (r"50\%", "50%"),
        (r"1{,}000", "1,000"),
        (r"e^{-x^2/2}", "e^(−x²/2)"),
        (r"\unknowncommand{x", r"\unknowncommand{x"),
    ],
)
def test_a_formula_becomes_a_line_of_unicode(latex: str, text: str) -> None:
    assert unicodedata.normalize("NFD", unicode_maths(latex)) == unicodedata.normalize("NFD", text)


def test_an_element_that_is_not_of_mathml_leaves_only_its_text() -> None:
    strange = ET.fromstring(
        '<mrow onclick="x"><script>alert(1)</script><mi style="x" mathvariant="&quot;&gt;">y</mi></mrow>'
    )
    assert "".join(written(strange)) == "<mrow>alert(1)<mi>y</mi></mrow>"


def test_mathml_lays_out_sums_above_and_below_in_display() -> None:
    assert mathml(r"\sum_{i}^n x", display=True) == (
        '<math display="block"><mrow><munderover><mo>∑</mo><mrow><mi>i</mi></mrow><mi>n</mi>'
        "</munderover><mi>x</mi></mrow></math>"
    )
    assert (
        mathml("x<y", display=False) == '<math display="inline"><mrow><mi>x</mi><mo>&lt;</mo><mi>y</mi></mrow></math>'
    )


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{x}",
        "x^",
        "{",
        "}",
        r"\foo",
        "x" * 3000,
        r"\sqrt{" * 70 + "x" + "}" * 70,
        r"\frac{a}",
        r"\frac12\frac",
    ],
)
def test_a_formula_that_cannot_be_read_is_shown_as_its_source(latex: str) -> None:
    assert mathml(latex, display=False) == f"<code>{latex}</code>"
    assert len(faults(f"${latex}$")) == 1


@given(st.text("\\{}^_&x1<>\"'=/ abcdefghrstyl:", max_size=60))
def test_mathml_of_any_source_has_only_elements_and_attributes_that_lay_out(latex: str) -> None:
    allowed = {
        "display",
        "stretchy",
        "fence",
        "form",
        "accent",
        "width",
        "height",
        "depth",
        "lspace",
        "rspace",
        "mathvariant",
    }
    for element in ET.fromstring(mathml(latex, display=False)).iter():
        assert re.fullmatch("math|m[a-z]+|code|none", element.tag)
        assert not {"style", "class", "id", "href", "onclick"} & set(element.attrib)
        assert set(element.attrib) <= allowed | {
            "displaystyle",
            "scriptlevel",
            "linethickness",
            "minsize",
            "maxsize",
            "separator",
        }


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("## Title", "Headings are not supported"),
        ("Title\n=====", "Headings are not supported"),
        ("![x](https://x.org/a.png)", "Pictures in the text are not supported"),
        ("a <b>c</b>", "HTML is not supported"),
        ("<div>\nx\n</div>", "HTML is not supported"),
        ("> said", "Quotations with > are not supported"),
        ("a\n\n---\n\nb", "Dividing lines are not supported"),
        ("a\n\n    b = 1", "Lines indented by four spaces are not shown as code"),
        ("[a](ftp://x.org)", "The link to 'ftp://x.org' is not shown as a link"),
        ("see <https://x.org>", "A bare address is not made a link: write [text](https://x.org)."),
        ("[a][b]\n\n[b]: https://x.org", "Links defined elsewhere are not supported"),
        ("$x^$", "The formula $x^$ cannot be read: something is missing"),
        (r"$\frac12\foo$", r"\foo is not a command that is known here."),
        ("$" + "x+" * 1200 + "y$", "it is longer than 2,000 characters"),
        ("$$\nx^2", "A formula is opened with $$ and never closed"),
        ("```\nx", "A code block is opened with ``` and never closed"),
        ("a|b\n-|-\n1|2|3", "Row 1 of a table has 3 cells and its header 2"),
        ("|a|b|\n|-|-|\n|1\\|2|", "Row 1 of a table has 1 cells and its header 2"),
        ("a|b|c\n-|-\n1|2", "This is not read as a table: its header has 3 cells and the line under it 2"),
        ("- a\n" + "".join("  " * i + "- b\n" for i in range(1, 6)), "Lists can be nested 4 deep"),
        ("a\u202eb", "the invisible character U+202E (right-to-left override)"),
        ("a\x07b", "the invisible character U+0007 (a control character)"),
    ],
)
def test_an_author_is_told_what_cannot_be_shown(source: str, sentence: str) -> None:
    (found,) = faults(source)
    assert sentence in found


@pytest.mark.parametrize(
    "source",
    [
        "A *b* **c** `<d>` [e](https://f.g) $x^2$ and $5 or $6.\nNext  \nline",
        "- a\n- b\n  1. c\n     - d\n\n```python\n# not a heading\n```\n\n$$\n\\alpha\n$$\n\n$$x$$",
        "| a | b |\n|---|---|\n| 1 | x \\| y |\n",
        "$$x$$ and $$y$$",
        "",
    ],
)
def test_what_cards_can_show_has_no_faults(source: str) -> None:
    assert faults(source) == ()


@pytest.mark.parametrize("text", ["a <script>alert(1)</script>", "<!channel> now", "a list of <T>", "x <y and z> w"])
def test_tags_that_format_nothing_are_text_and_no_fault(text: str) -> None:
    assert faults(text) == ()
    assert plain(text) == text


def test_a_table_in_a_list_ends_where_it_ends() -> None:
    (listing,) = parse("- item\n\n  | a |\n  |---|\n  | b |\n\n  after\n").blocks

    assert isinstance(listing, Listing)
    assert [type(block) for block in listing.items[0]] == [Paragraph, Grid, Paragraph]
