"""Cards that are too long for a platform: their beginning, a button, and pages that leave nothing out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.paging import MOST_PAGES, Part, begun, count_pages, page_card, page_of
from bot.installed import installed_adapters
from bot.languages import words
from bot.ports import Buttons, Card, Choice, Fine, Options, Text
from bot.refs import Ref
from content.markup import plain

WORDS = words("en")
SENTENCE = "A sentence with **bold** words, `code` and $x^2$ in it. "
LONG = SENTENCE * 60
PIECES = (
    SENTENCE,
    "**b** c ",
    "`x` \\* \\_ < & @everyone #5 ",
    "[a](https://example.org/path?query=1) goes on. ",
    "一句话。",
    "\n\n- one\n- **two**\n\n",
    "\n\n3. three\n4. four\n\n",
    "\n\n```sql\nSELECT *\nFROM a;\n```\n\n",
    "\n\n$$\n\\frac{a}{b}\n$$\n\n",
    "\n\nA paragraph.\n\n",
)


def texts(card: Card) -> list[str]:
    return [block.markdown for block in card.blocks if isinstance(block, Text)]


def labels(card: Card) -> list[str]:
    return [button.label for block in card.blocks if isinstance(block, Buttons) for button in block.buttons]


def said(markdown: str) -> str:
    return re.sub(r"\s", "", plain(markdown))


def test_a_card_that_is_shown_whole_stays_as_it_is() -> None:
    card = Card("Answer", (Text(LONG),))
    assert begun(WORDS, card, None, "token", Part.REVEAL) is card
    assert begun(WORDS, card, lambda _: True, "token", Part.REVEAL) is card
    short = Card("Answer", (Text("Short."),))
    assert begun(WORDS, short, lambda _: False, "token", Part.REVEAL) is short


@pytest.mark.parametrize("platform", ["slack", "discord"])
@pytest.mark.parametrize(
    "piece", ["word ", "# <&> ", "**b** c ", "- a\n", "`x` ", "| a | b |\n|---|---|\n| c | d |\n", "[a](https://a.b) "]
)
@pytest.mark.parametrize("size", [150, 1_499])
def test_a_platform_is_not_asked_where_it_would_show_all_of_it_anyway(platform: str, piece: str, size: int) -> None:
    whole = installed_adapters()[platform].whole
    assert whole is not None
    card = Card("Right", (Text(piece * (size // len(piece))), Fine("A line.")))
    asked: list[Card] = []

    def asking(each: Card) -> bool:
        asked.append(each)
        return True

    begun(WORDS, card, asking, "token", Part.FEEDBACK)
    assert asked or whole(card)


def test_a_longer_one_begins_with_as_much_as_is_shown_and_has_a_button() -> None:
    def whole(card: Card) -> bool:
        return sum(map(len, texts(card))) <= 1_300

    card = begun(WORDS, Card("Answer", (Text("Why?"), Text(LONG))), whole, "token", Part.REVEAL)
    assert whole(card)
    assert texts(card)[0] == "Why?"
    assert texts(card)[1].startswith(SENTENCE)
    assert texts(card)[1].endswith("it.\n\n…")
    assert len(texts(card)[1]) > 900
    assert labels(card) == ["Read on"]
    (row,) = (block for block in card.blocks if isinstance(block, Buttons))
    assert row.buttons[0].ref == "read:token:1"


def test_the_pages_say_all_of_it_and_the_buttons_lead_on_and_back() -> None:
    def whole(card: Card) -> bool:
        return sum(map(len, texts(card))) <= 1_300

    card = Card("Answer", (Text("Why?"), Text(LONG), Buttons(())))
    number = count_pages(card, whole)
    found = [page_card(WORDS, card, whole, "token", Part.WHY, each) for each in range(number)]
    assert number == 4
    assert all(map(whole, found))
    assert [page.title for page in found] == [f"Answer · {n}/4" for n in range(1, 5)]
    assert said("".join(text for page in found for text in texts(page))) == said(f"Why?{LONG}")
    assert labels(found[0]) == ["Next page"]
    assert labels(found[1]) == ["Previous page", "Next page"]
    assert labels(found[3]) == ["Previous page"]
    refs = [button.ref for block in found[1].blocks if isinstance(block, Buttons) for button in block.buttons]
    assert refs == ["turn:token:2000", "turn:token:2002"]
    assert page_card(WORDS, card, whole, "token", Part.WHY, 99) == found[3]


def test_options_and_long_small_print_are_read_too_and_short_small_print_is_not() -> None:
    options = Options((Choice("a:b:0", "The *first*"), Choice("a:b:1", "The second")))
    card = Card("Question", (Text(LONG), options, Fine("Pick one."), Fine("A long reference. " * 30)))
    (text,) = texts(page_card(WORDS, card, None, "token", Part.QUESTION, 0))
    assert "**A**  The *first*\n\n**B**  The second" in text
    assert "A long reference." in text
    assert "Pick one." not in text


@pytest.mark.parametrize("ref", [Ref("turn", "t", 99 * MOST_PAGES), Ref("read", "t", 7)])
def test_a_ref_to_no_part_is_read_as_none(ref: Ref) -> None:
    assert page_of(ref) is None
    assert page_of(Ref("read", "t")) == (Part.QUESTION, 0)
    assert page_of(Ref("turn", "t", 2003)) == (Part.WHY, 3)


@pytest.mark.parametrize("platform", ["slack", "discord"])
@settings(max_examples=4, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), size=st.sampled_from((5_000, 30_000)))
def test_of_any_answer_as_long_as_a_pack_may_have_it_nothing_is_left_out(
    platform: str, pieces: list[str], size: int
) -> None:
    whole = installed_adapters()[platform].whole
    assert whole is not None
    once = "".join(pieces)
    answer = once * (size // len(once))
    card = Card("Answer · Statistics · easy", (Text("Why?"), Text(answer)))
    sent = begun(WORDS, card, whole, "t" * 16, Part.REVEAL)
    assert whole(sent)
    pages = [page_card(WORDS, card, whole, "t" * 16, Part.REVEAL, n) for n in range(count_pages(card, whole))]
    assert all(whole(page) for page in pages)
    assert said("\n\n".join(text for page in pages for text in texts(page))) == said(f"Why?\n\n{answer}")
