from __future__ import annotations

import re

from hypothesis import example, given, settings
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
    literal,
    parse,
    written,
)
from content.markup.plain import blocks_said


def shown(markdown: str) -> list[list[str]]:
    """The lines of each paragraph as they are shown; anything but plain text is an error."""
    passages: list[list[str]] = []
    for block in parse(markdown).blocks:
        assert isinstance(block, Paragraph)
        passages.append([""])
        for child in block.children:
            if child == Break(hard=True):
                passages[-1].append("")
            else:
                assert isinstance(child, Span), child
                passages[-1][-1] += child.text
    return passages


def said(text: str) -> list[list[str]]:
    passages = re.split(r"\n\s*\n", text.strip())
    return [[line.strip() for line in re.split(r"\n\s*", each.strip())] for each in passages if each.strip()]


@given(
    st.text("*_`$[]()|\\-1. \n#>!<{}abx^+=~:&/", max_size=60)
    | st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]))
)
@example("a | b\n--- | ---\n1 | 2")
@example("a\n===")
@example("[a]: https://example.org")
@example("* * *\n* a\n* b")
@example("    code\n\n~~~\nx")
def test_literal_text_is_shown_as_it_is_and_troubles_no_author(text: str) -> None:
    markdown = literal(text)
    assert shown(markdown) == said(text)
    assert faults(markdown) == ()


def test_ordinary_text_is_not_cluttered() -> None:
    for text in ("2 * 3 = 6, snake_case", "Is x[0] > y - 1?", "中文，没有符号。", "C# (2.0) & co."):
        assert literal(text) == text


SIGNS = st.text("ab*_`$[]()|\\-1.#>!<{}^+=~:& ", min_size=1, max_size=8)
LEAVES: st.SearchStrategy[Inline] = (
    st.builds(Span, SIGNS)
    | st.builds(Code, SIGNS)
    | st.builds(Maths, st.just("x"), st.booleans())
    | st.builds(Break, st.booleans())
)


def marks(inner: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    children = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return (
        st.builds(Emphasis, children)
        | st.builds(Strong, children)
        | st.builds(Link, st.just("https://a.b/c"), children)
    )


LINES = st.lists(st.recursive(LEAVES, marks, max_leaves=4), min_size=1, max_size=4).map(tuple)
SIMPLE: st.SearchStrategy[Block] = (
    st.builds(Paragraph, LINES)
    | st.builds(CodeBlock, st.text("ab`~\n $|", min_size=1, max_size=12), st.sampled_from(("", "python")))
    | st.builds(MathsBlock, st.just("x"))
)
ROWS = st.tuples(LINES, LINES)
BLOCKS: st.SearchStrategy[Block] = (
    SIMPLE
    | st.builds(
        Listing,
        st.lists(st.lists(SIMPLE, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple),
        st.booleans(),
        st.sampled_from((1, 7)),
        st.just(value=False),
    )
    | st.builds(Grid, ROWS, st.lists(ROWS, max_size=2).map(tuple), st.just(("", "right")))
)


def letters(document: Document) -> str:
    """All that a reader sees but spaces and the marks of lists."""
    return re.sub(r"[\s•;,]+|\b[0-9]+[.]", "", " ".join(blocks_said(document.blocks)))


@settings(max_examples=100, deadline=None)
@given(st.lists(BLOCKS, max_size=3).map(tuple).map(Document))
def test_no_text_of_a_tree_is_lost_or_marked_by_the_way_through_markdown(document: Document) -> None:
    markdown = written(document)
    assert letters(parse(markdown)) == letters(document)
    assert not [fault for fault in faults(markdown) if "formula" not in fault]


def test_a_tree_that_markdown_can_write_is_read_as_it_was() -> None:
    document = Document(
        (
            Paragraph((Span("a "), Strong((Span("b "), Emphasis((Span("c"),)))), Span("d 2 "), Maths("x"), Code("`|"))),
            Listing(((Paragraph((Span("1. one"),)),), (Paragraph((Span("- two"),)), CodeBlock("x\n\ny", "c")))),
            Grid(((Span("a|b"),), (Code("c|d"),)), (((Maths("|x|"),), (Span("\\|"),)),), ("", "right")),
        )
    )
    loose = Listing(document.blocks[1].items, tight=False) if isinstance(document.blocks[1], Listing) else None
    assert loose
    whole = Document((document.blocks[0], loose, document.blocks[2]))
    assert parse(written(whole)) == whole


def test_marks_that_cannot_be_set_are_lost_alone() -> None:
    bold = Strong((Span("（重要）"),))
    passage = Paragraph((Span("词"), bold, Span("词 "), Strong((Span("b"),)), Span(" c")))
    assert written(Document((passage,))) == "词（重要）词 **b** c"
