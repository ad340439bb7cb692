"""Only what a card's Markdown says is markdown at Discord, and what a person reads there is what was written."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.markdown import line, literal, passage, table
from content.markup import (
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Grid,
    Inline,
    Link,
    Listing,
    MathsBlock,
    Paragraph,
    Strong,
    parse,
    plain,
    visible,
)
from tests.adapters.discord.reader import read
from tests.fakes.discord.pings import marked

ACTING = (
    *("<@1>", "<@!22>", "<@&3>", "<#4>", "@everyone", "@here", "</cmd:5>", "</cmd sub:6>", "<t:7>", "<t:8:R>"),
    *("<:smile:9>", "<a:smile:10>", "<id:customize>", ":smile:", ":a::b:c:", "||spoiler||", "~~struck~~", "__lined__"),
    *(
        "**bold**",
        "*slanted*",
        "_slanted_",
        "***both***",
        "`code`",
        "``co`de``",
        "```py\ncode\n```",
        "[a](https://b.cd)",
    ),
    *(
        "# Heading",
        "### Heading",
        "-# small",
        "> quote",
        ">>> quote",
        "- item",
        "* item",
        "+ item",
        "1. item",
        "2) item",
    ),
    *("\\", "\\*", "¯\\_(ツ)_/¯", "a_b_c", "C#", "#", "-", "1.", "`", "```", "*", "**", "<", ">", "[", "]", "](", "<@"),
)
KINDS = {
    Strong: {"bold", "italic"},
    Emphasis: {"bold", "italic"},
    Code: {"code"},
    CodeBlock: {"block"},
    MathsBlock: {"block"},
    Grid: {"block"},
    Listing: {"item"},
    Link: {"link"},
}
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            (*ACTING, " ", "\n", "\n\n", "$x^2$", "$\\text{veryone}$", "@e", "| a | b |\n|---|--:|\n| 1 | 2 |\n")
        ),
        st.text(st.sampled_from("ab1.*_`~|<>@#:[]()!\\/-+& \n$数"), max_size=6),
    ),
    max_size=8,
).map("".join)


def kinds_of(markdown: str) -> set[str]:
    """What the tree of a passage has, in the reader's words."""
    found: set[str] = set()

    def look(nodes: Iterable[Block | Inline]) -> None:
        for node in nodes:
            found.update(KINDS.get(type(node), ()))
            look(getattr(node, "children", ()))
            for item in getattr(node, "items", ()):
                look(item)

    look(parse(markdown).blocks)
    return found


@pytest.mark.parametrize("text", ACTING)
def test_a_plain_text_stays_as_it_is_and_does_nothing(text: str) -> None:
    told = read(literal(f"{text} and {text}"))
    assert told.kinds == ({"address"} if "https://" in text else set())
    assert told.text.split() == f"{text} and {text}".split()


@given(HOSTILE)
def test_of_any_plain_text_each_sign_is_read_and_none_acts(text: str) -> None:
    written = literal(text)
    told = read(written)
    assert told.kinds == set() or (told.kinds == {"address"} and "https://" in text)
    assert "https://" in text or told.text.split() == visible(text).split()
    assert list(marked(written)) == []


@given(HOSTILE)
def test_a_passage_has_the_marks_of_its_tree_and_no_others(markdown: str) -> None:
    for written in (passage(markdown), line(markdown)):
        assert read(written).kinds <= kinds_of(markdown) | {"address"} | ({"code"} if "```" in markdown else set())
        assert list(marked(written)) == []


@given(HOSTILE)
def test_the_words_of_a_passage_are_read_as_they_were_written(markdown: str) -> None:
    blocks = parse(markdown).blocks
    if all(isinstance(block, Paragraph) for block in blocks) and "https://" not in markdown:
        assert "".join(read(passage(markdown)).text.split()) == "".join(plain(markdown).split())


@given(HOSTILE, st.integers(2, 60))
def test_a_passage_without_room_is_cut_where_nothing_is_left_open(markdown: str, room: int) -> None:
    for write in (passage, line):
        whole, short = write(markdown), write(markdown, room)
        assert len(short) <= room
        if len(whole) > room:
            assert "…" in short[-5:]
        else:
            assert short == whole
        assert read(short).kinds <= read(whole).kinds
        assert short.count("```") % 2 == 0
        assert list(marked(short)) == []


def test_marks_of_the_subset_are_those_of_discord() -> None:
    assert passage("**a** *b* ***c*** `d` x_1") == "**a** *b* ***c*** `d` x\\_1"
    assert passage("**a *b* `c`** d") == "**a** ***b*** **`c`** d"
    assert passage("a\\\nb\nc\n\nd") == "a\nb c\n\nd"


def test_marks_that_touch_do_not_become_others() -> None:
    assert passage("**a**`b`*c*") == "**a**`b`*c*"
    assert read(passage("**a`b`**")).text == "ab"
    assert read(passage("*a **b** c*")).kinds == {"italic", "bold"}
    assert read(passage("**a `x*y` b**")).text == "a x*y b"
    assert read(passage("**`` `x` ``**")).text == "`x`"


def test_lists_keep_their_numbers_and_stand_below_what_they_belong_to() -> None:
    markdown = "Before\n\n3. c\n4. d\n   - e\\\n     f\n   - g\n\n     h\n\nAfter"
    assert passage(markdown).split("\n") == [
        "Before",
        "3. c",
        "4. d",
        "   - e",
        "     f",
        "   - g",
        "     h",
        "",
        "After",
    ]


def test_blocks_of_code_keep_their_language_and_cannot_be_left() -> None:
    assert passage("a\n\n```Python\nprint(1)\n```\n\nb") == "a\n```python\nprint(1)\n```\n\nb"
    outside = passage("````\n```\n@everyone <@1> **x**\n```\n````")
    assert outside.startswith("```\n")
    assert outside.count("```") == 2
    assert outside.endswith("\n```")
    assert read(outside).kinds == {"block"}
    assert list(marked(outside)) == []


@pytest.mark.parametrize("code", ["`", "``", "```", "a`b``c", "`<@1>", "a<@1>`b`", "*`", "x ` ", "\\"])
def test_ticks_in_a_piece_of_code_do_not_end_it(code: str) -> None:
    written = passage(f"````` {code} `````")
    assert read(written).kinds == {"code"}
    assert read(written).text.strip() == code.strip()
    assert list(marked(written)) == []


@pytest.mark.parametrize(
    ("markdown", "written"),
    [
        ("[text](https://a.bc/d)", "[text](https://a.bc/d)"),
        ("**[text](https://a.bc/d)**", "**[text](https://a.bc/d)**"),
        ("[text](https://a.bc/d_(e)*f)", "[text](https://a.bc/d_%28e%29%2Af)"),
        ("[text](<https://a.bc/d e>)", "[text](https://a.bc/d%20e)"),
        ("[text](https://a.bc/@everyone)", "[text](https://a.bc/%40everyone)"),
        ("[a\\]b](https://a.bc)", "a]b (<https://a.bc>)"),
        ("[`a_b`](https://a.bc)", "a\\_b (<https://a.bc>)"),
        ("[https://good.example](https://evil.example)", "<https://good.example> (<https://evil.example>)"),
        ("[🎓](https://a.bc)", "🎓 (<https://a.bc>)"),
        ("[](https://a.bc)", "<https://a.bc>"),
    ],
)
def test_a_link_shows_its_text_or_its_address_too_where_discord_makes_none_of_that(markdown: str, written: str) -> None:
    assert passage(markdown) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("see https://a.bc/d_e_f.", "see <https://a.bc/d_e_f>."),
        ("(https://a.bc/d_(e))", "(<https://a.bc/d_(e)>)"),
        ("https://a.bc/*x*y", "<https://a.bc/%2Ax%2Ay>"),
        ("https://a.bc/@here/x", "<https://a.bc/%40here/x>"),
        ("xhttps://a.bc", "x<https://a.bc>"),
        ("steam://run", "steam\\://run"),
    ],
)
def test_a_bare_address_stays_whole_and_one_can_follow_it(text: str, written: str) -> None:
    assert literal(text) == written


def test_no_address_is_cut_to_another_one() -> None:
    assert literal("see https://a.bc/d/e/f/g/h", 20) == "see…"
    assert line("[a text](https://a.bc/d/e/f/g/h)", 20) == "a text…"


@pytest.mark.parametrize(
    "markdown", ["@ev$\\text{eryone}$", "<$\\text{@1}$>", "|$\\vert$x|$\\vert$", ":sm$\\text{ile}$:"]
)
def test_what_formulas_add_to_a_text_is_escaped_with_it(markdown: str) -> None:
    assert read(passage(markdown)).kinds == set()
    assert list(marked(passage(markdown))) == []


def test_a_table_that_is_too_wide_for_a_line_is_a_line_for_each_row() -> None:
    rows = (("/study help", "Show all commands and how to answer"), ("/daily", "Show the question. " * 5))
    drawn = table(("Type", "to"), rows, set())
    assert "```" not in drawn
    assert drawn.splitlines()[0] == "**/study help**  Show all commands and how to answer"
    assert len(drawn.splitlines()) == 2
    assert len(table(("Type", "to"), rows, set(), 60)) <= 60


def test_maths_is_unicode_and_tables_are_aligned() -> None:
    assert passage("so $x_1^2 < y$") == "so x₁² \\< y"
    assert passage("$$\n\\frac{a}{b}\n$$") == "```\na/b\n```"
    assert passage("| a | b |\n|---|--:|\n| **x** | 10 |") == "```\na   b\n─  ──\nx  10\n```"
    assert table(("#", "Name"), (("1", "```"),), {0}).count("```") == 2


def test_what_is_no_paragraph_becomes_text_in_a_line() -> None:
    assert line("a\n\n- b\n- *c*\n\n```\nd\ne\n```\n\n$$x^2$$") == "a • b; • c `d e` x²"


def test_what_steers_a_reader_is_taken_out() -> None:
    written = passage("a\u202eb\x1b[31m `c\u2066` [d](https://a.bc)")
    assert not {"\u202e", "\u2066", "\x1b"} & set(written)


def test_a_text_of_nothing_is_nothing() -> None:
    assert passage("") == line("") == literal("") == ""


def test_plain_words_and_figures_stay_readable_in_what_is_sent() -> None:
    for text in ("At 12:30 - or 5.5 (about), 3+4 = 7: so, 50 % | a/b; me@example.org & Q#4!", "1.5 of 2", "-5 degrees"):
        assert passage(text) == literal(text) == text
