"""Every question that a pack may hold fits into Slack's messages: shortened where it has to be, never refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from adapters.slack import render
from adapters.slack.blocks import blocks_of
from adapters.slack.fitting import ELLIPSIS, LONGEST, MOST
from bot.cards.board import Line, board_card
from bot.cards.feedback import Came, Told, feedback_card
from bot.cards.question import Asked, question_card
from bot.cards.reveal import Result, explanation_card, reveal_card
from bot.languages import words
from bot.ports import Card, Text
from bot.rules.shown import Shown, show
from content.item import Difficulty, Kind, OpenKey, Option
from content.pack import load_pack
from tests.adapters.slack.conftest import said
from tests.content.test_shipped_bank import ROOT as SHIPPED
from tests.fakes.slack.rules import check_message

WORDS = words("en")
PIECES = (
    "word ",
    "**bold** _slanted_ ",
    "`x` ",
    '"\\',
    "- a\n- b\n",
    "7. a\n",
    "[a](https://example.org/path) ",
    f"[long](https://example.org/{'p' * 3200}) ",
    "$x^2$ ",
    "$$\n\\frac{a}{b}\n$$\n",
    "\n\n",
    "```python\nprint(1)\n```\n",
    "```\n```\n",
    "| a | b |\n|---|--:|\n| 1 | 2 |\n",
    "<!channel> <@U1> &lt;",
    "\u202e\u200b\x07",
    "數據🎉",
)
KINDS = (Kind.CHOICE, Kind.MULTI, Kind.ORDER, Kind.OPEN)


def texts(most: int) -> st.SearchStrategy[str]:
    """Markdown of all sorts, often as long as a pack may have it (content/layout.py)."""
    pieces = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join)
    lengths = st.sampled_from((1, most // 10, most))
    return st.builds(lambda piece, length: (piece * (length // len(piece) + 1))[:length], pieces, lengths)


@st.composite
def questions(draw: st.DrawFn) -> Shown:
    """A question of any kind with as much in it as a pack may have."""
    kind = draw(st.sampled_from(KINDS))
    count = 0 if kind is Kind.OPEN else draw(st.integers(3, 10))
    options = tuple(Option(f"{n} {draw(texts(490))}", draw(texts(1000))) for n in range(count))
    return Shown(
        "pack/item",
        "1",
        kind,
        draw(texts(3000)),
        "topic",
        "concept",
        Difficulty.HARD,
        draw(texts(4000)),
        options,
        tuple(range(count)),
        open=OpenKey(draw(texts(25_000)), (draw(texts(500)),) * 10) if kind is Kind.OPEN else None,
        references=(draw(texts(500)),) * 20,
    )


def cards_of(shown: Shown) -> list[Card]:
    """All that is ever sent about a question, each as long as it gets."""
    told = Told(Came.COUNTED, (0, 1, 2), verdict="right", text="x" * 2000)
    result = Result("t" * 120, 20, (2,) * len(shown.options), ("n" * 200,) * 12, 20, regraded=True)
    return [
        question_card(WORDS, shown, Asked("a" * 16, "t" * 120, late=True)),
        reveal_card(WORDS, shown, result),
        explanation_card(WORDS, shown),
        feedback_card(WORDS, shown, told),
    ]


def accepted(card: Card) -> list[Any]:
    """The blocks of the card, which Slack takes."""
    message = json.loads(render(card))
    check_message(message["text"], message["blocks"], {})
    assert len(message["blocks"]) <= MOST
    return list(message["blocks"])


@settings(max_examples=12, phases=(Phase.explicit, Phase.generate))  # what it finds takes long to make small
@given(questions())
def test_every_question_that_a_pack_may_hold_can_be_shown_answered_and_revealed(shown: Shown) -> None:
    asked, *rest = map(accepted, cards_of(shown))
    assert len(rest) == 3
    if shown.kind is not Kind.OPEN:
        for index in range(len(shown.options)):
            assert f"{'ABCDEFGHIJ'[index]}  " in said(asked), "each option is there, however long the others are"
    offered = [each for block in asked if block["type"] == "actions" for each in block["elements"]]
    assert len([each for each in offered if each["type"] == "button"]) == {Kind.CHOICE: len(shown.options)}.get(
        shown.kind, 1
    )


def test_the_questions_that_come_with_studyhall_are_shown_whole() -> None:
    for item in load_pack(SHIPPED).items:
        for card in cards_of(show(item, "seed"))[:3]:
            blocks = accepted(card)
            passages = [block for block in blocks if block["type"] == "rich_text"]
            assert ELLIPSIS not in said(passages).replace(ELLIPSIS, "", str(item).count(ELLIPSIS)), item.id


@pytest.mark.parametrize("piece", [piece for piece in PIECES if 0 < len(piece.strip()) < 100])
def test_what_is_left_out_is_left_out_at_the_end_and_shows_it(piece: str) -> None:
    whole = f"The beginning. {piece * 20_000}"[:20_000]
    blocks = accepted(Card("Title", (Text(whole),)))
    assert "The beginning." in said(blocks)
    assert ELLIPSIS in said(blocks)[-5:]
    assert len(json.dumps(blocks, ensure_ascii=False)) > LONGEST / 4, "no more is left out than has to be"


def test_a_passage_that_fits_loses_nothing_to_a_longer_one_beside_it() -> None:
    short = "Every word of this short passage stays where it is."
    assert short in said(accepted(Card("Title", (Text("long " * 5000), Text(short)))))


def test_more_blocks_than_a_message_holds_end_in_an_ellipsis() -> None:
    blocks = accepted(Card("", tuple(Text(f"passage {n}") for n in range(80))))
    assert len(blocks) == MOST
    assert said(blocks[-1]) == ELLIPSIS
    assert "passage 48" in said(blocks)


def test_names_of_any_length_leave_a_board_that_can_be_shown() -> None:
    lines = tuple(Line(n, "n" * 3000, 1, 1, 1) for n in range(1, 26))
    assert ELLIPSIS in said(accepted(board_card(WORDS, "The team", "all", lines)))


def test_titles_and_labels_are_cut_to_what_slack_takes() -> None:
    header = blocks_of(Card("t" * 500, ()))[0]["text"]["text"]
    assert len(header) == 150
    assert header.endswith(ELLIPSIS)
