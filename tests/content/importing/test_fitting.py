"""Drafts as pieces of a pack: the kind by what there is, texts that cards show, nothing beyond the limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.importing.checking import fault_of
from content.importing.fitting import Piece, fitted
from content.importing.kinds import UNANSWERED, UNKEYED
from content.item import Difficulty, Kind, NumericKey, Option, Picture, ShortKey, Translation
from content.readers.draft import Draft, Skipped
from tests.items import HOSTILE


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(text) for text in texts)


def piece(draft: Draft) -> Piece:
    made = fitted(draft, "quiz.md")
    assert isinstance(made, Piece), made
    return made


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        (Draft("Which?", options=options("a", "b"), key=(1,)), Kind.CHOICE),
        (Draft("Which?", options=options("a", "b", "c"), key=(0, 2)), Kind.MULTI),
        (Draft("Which?", options=options("a", "b"), key=(0,), kind=Kind.MULTI), Kind.MULTI),
        (Draft("Which?", options=options("a", "b"), key=(0, 1), kind=Kind.CHOICE), Kind.MULTI),
        (Draft("It rains.", options=options("Wrong", "Right"), key=(0,)), Kind.TRUE_FALSE),
        (Draft("天是蓝的。", options=options("正确", "错误"), key=(0,)), Kind.TRUE_FALSE),
        (Draft("Der Himmel ist blau.", answer="**Falsch.**"), Kind.TRUE_FALSE),
        (Draft("What is `not False`?", answer="True"), Kind.OPEN),
        (Draft("How many?", numeric=NumericKey("3", "0.1")), Kind.NUMERIC),
        (Draft("How many?", numeric=NumericKey("three"), answer="3"), Kind.OPEN),
        (Draft("Who?", short=ShortKey(("Ada", "Lovelace"))), Kind.SHORT),
        (Draft("Sort.", options=options("a", "b", "c"), kind=Kind.ORDER), Kind.ORDER),
        (Draft("Sort.", options=options("a", "b"), kind=Kind.ORDER), Kind.OPEN),
        (Draft("Why?", answer="So."), Kind.OPEN),
        (Draft("Why?", explanation="So."), Kind.OPEN),
    ],
)
def test_the_kind_follows_from_what_there_is(draft: Draft, kind: Kind) -> None:
    made = piece(draft)
    assert made.item.kind is kind
    assert made.answered


def test_true_stands_first_with_its_reason_and_its_translation() -> None:
    made = piece(
        Draft(
            "It rains.",
            options=(Option("Falsch", "It does."), Option("Wahr", "Look.")),
            key=(1,),
            translations={"zh": Translation(stem="下雨。", options=options("错", "对"))},
        )
    ).item
    assert made.options == (Option("true", "Look."), Option("false", "It does."))
    assert made.key == (0,)
    assert made.translations["zh"].options == options("对", "错")


@pytest.mark.parametrize(("answer", "key"), [("Blue", 1), ("  blue. ", 1), ("b", 1), ("(A)", 0)])
def test_an_answer_that_names_an_option_is_its_key(answer: str, key: int) -> None:
    made = piece(Draft("Which?", options=options("Red", "Blue"), answer=answer)).item
    assert (made.kind, made.key) == (Kind.CHOICE, (key,))
    assert made.explanation == ""


def test_an_answer_beside_a_key_becomes_part_of_the_explanation() -> None:
    made = piece(Draft("Which?", options=options("Red", "Blue"), key=(1,), answer="Because.", explanation="More.")).item
    assert made.explanation == "Because.\n\nMore."


def test_options_without_a_key_are_asked_as_an_open_question_with_a_doubt() -> None:
    made = piece(Draft("Which?", options=options("Red", "Blue\nand green")))
    assert made.item.kind is Kind.OPEN
    assert made.item.stem == "Which?\n\n- Red\n- Blue\n  and green"
    assert made.item.open
    assert made.item.open.reference == UNKEYED
    assert made.doubts == ("It names no right option, and is asked as an open question: give it a key.",)


def test_a_piece_knows_its_place_as_far_as_its_source_has_lines() -> None:
    assert piece(Draft("Why?", line=7, answer="x")).item.where == "quiz.md:7"
    assert piece(Draft("Why?", answer="x")).item.where == "quiz.md"


def test_options_in_a_stem_stand_in_its_translation_too() -> None:
    zh = Translation(stem="哪个？", options=options("红", "蓝"), explanation="因为。")
    made = piece(Draft("Which?", options=options("Red", "Blue"), explanation="So.", translations={"zh": zh})).item
    assert made.translations["zh"].stem == "哪个？\n\n- 红\n- 蓝"


def test_a_question_without_an_answer_is_marked() -> None:
    made = piece(Draft("Why?"))
    assert not made.answered
    assert made.item.open
    assert made.item.open.reference == UNANSWERED


def test_options_that_are_there_twice_or_empty_go_and_the_key_stays_with_its_option() -> None:
    made = piece(Draft("Which?", options=options("a", " ", "b", "A", "c"), key=(3, 4)))
    assert [option.text for option in made.item.options] == ["a", "b", "c"]
    assert made.item.key == (0, 2)
    assert made.doubts == ("2 empty or repeated options were left out: check the key.",)


def test_of_many_options_the_right_ones_and_the_first_others_stay() -> None:
    made = piece(Draft("Which?", options=options(*map(str, range(15))), key=(12,)))
    assert [option.text for option in made.item.options] == [*map(str, range(9)), "12"]
    assert made.item.key == (9,)


def test_an_option_that_is_too_long_is_spelt_out() -> None:
    made = piece(Draft("Which?", options=options("a", "b" * 501), key=(1,)))
    assert made.item.kind is Kind.OPEN
    assert made.item.open
    assert made.item.open.reference == "b" * 501
    assert "An option has more than 500 characters: it is asked as an open question." in made.doubts


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (Draft("", answer="x"), "it has no text that asks"),
        (Draft(" \u200b\x00\n…", answer="x"), "it has no text that asks"),
        (Draft("x" * 3001, answer="x"), "3,001 characters, more than 3,000"),
        (Draft("x" * 2900, options=options("a" * 400, "b")), "more than 3,000"),
    ],
)
def test_what_cannot_be_an_item_is_skipped_with_its_line_and_why(draft: Draft, why: str) -> None:
    made = fitted(draft, "quiz.md")
    assert isinstance(made, Skipped)
    assert why in made.why


def test_long_answers_are_cut_after_a_whole_paragraph_and_told() -> None:
    answer = "word " * 1000 + "\n\n" + "```\n" + "code\n" * 5000 + "```\n\nend"
    made = piece(Draft("Why?", answer=answer))
    assert made.item.open
    assert made.item.open.reference == ("word " * 1000).strip() + "\n\n…"
    assert made.doubts == ("Its reference answer has 30,014 characters and was cut to fit into 30,000.",)


def test_formatting_that_cards_lack_becomes_what_they_have() -> None:
    text = (
        "# Head\n\n> said\n\n![a sketch](http://example.org/a.png) <b>bold</b> $x^2$ $\\nope{x}$ List<T>\n\n---\n\nend"
    )
    made = piece(Draft("Why?", answer=text))
    assert made.item.open
    assert made.item.open.reference == (
        "**Head**\n\nsaid\n\n[a sketch](http://example.org/a.png) **bold** $x^2$ `\\nope{x}` List\\<T>\n\nend"
    )
    assert made.doubts == ("Formatting that cards do not show was taken out: compare it with the source.",)


def test_text_that_cards_show_stays_as_it_is() -> None:
    text = "- *a*\n- `b`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx\n```"
    made = piece(Draft("Why?", answer=text))
    assert made.item.open
    assert made.item.open.reference == text
    assert made.doubts == ()


def test_lists_beyond_their_limits_are_shortened_and_told() -> None:
    made = piece(Draft("Why?", answer="x", hints=("h" * 501, *map(str, range(12))), tags=("t" * 41, "a", "A", "b")))
    assert made.item.hints == tuple(map(str, range(10)))
    assert made.item.tags == ("A", "b")
    assert made.doubts == (
        "3 of its hints were left out: more than fit, or too long.",
        "1 of its tags were left out: more than fit, or too long.",
    )


def test_translations_keep_what_the_item_has_too() -> None:
    good = Translation(stem="Warum?", reference="Darum.")
    made = piece(
        Draft("Why?", answer="So.", translations={"de": good, "fr": Translation(options=options("a")), "no!": good})
    )
    assert made.item.translations == {"de": good}
    assert any("(fr)" in doubt for doubt in made.doubts)


def test_numbers_that_make_no_sense_are_set_right() -> None:
    made = piece(Draft("How many?", numeric=NumericKey("0", "0.1", relative=True, unit="u" * 41)))
    assert made.item.numeric == NumericKey("0")
    assert made.doubts == ("Its tolerance or its unit made no sense and was left out.",)


def test_difficulty_is_what_the_source_says_else_guessed_by_its_headings() -> None:
    assert piece(Draft("Why?", answer="x", difficulty=Difficulty.HARD)).item.difficulty is Difficulty.HARD
    assert not piece(Draft("Why?", answer="x", difficulty=Difficulty.HARD)).guessed
    assert piece(Draft("Why?", answer="x", topic="Advanced statistics")).item.difficulty is Difficulty.HARD
    assert piece(Draft("Why?", answer="x" * 1600)).item.difficulty is Difficulty.HARD
    assert piece(Draft("Why?", answer="x", tags=("初级",))).guessed


def test_ids_are_words_of_the_stem_unless_the_source_has_readable_ones() -> None:
    assert piece(Draft("What's [overfitting](http://x.y/z)?", answer="x")).item.id == "whats-overfitting"
    assert piece(Draft("什么是过拟合？", answer="x")).item.id == "shen-me-shi-guo-ni-he"
    assert piece(Draft("Why?", own_id="mean-and-median", answer="x")).item.id == "mean-and-median"
    for own_id in ("4711", "b7f3e1", "x#(&k.Y]", "A-B", ""):
        assert piece(Draft("Why so?", own_id=own_id, answer="x")).item.id == "why-so"


TEXTS = (
    st.sampled_from(HOSTILE) | st.text(max_size=30) | st.sampled_from(["# a\n", "$x$ $\\a", "[a]: b", "<a>", "\t- `"])
)
DRAFTS = st.builds(
    Draft,
    TEXTS,
    kind=st.none() | st.sampled_from(Kind),
    options=st.lists(st.builds(Option, TEXTS, TEXTS), max_size=12).map(tuple),
    key=st.lists(st.integers(0, 14), max_size=4).map(tuple),
    numeric=st.none() | st.builds(NumericKey, TEXTS, TEXTS, st.booleans(), TEXTS),
    short=st.none() | st.builds(ShortKey, st.lists(TEXTS).map(tuple), st.lists(TEXTS).map(tuple)),
    answer=TEXTS,
    rubric=st.lists(TEXTS, max_size=3).map(tuple),
    explanation=TEXTS,
    hints=st.lists(TEXTS, max_size=3).map(tuple),
    topic=TEXTS,
    concept=TEXTS,
    own_id=TEXTS,
    tags=st.lists(TEXTS, max_size=3).map(tuple),
    picture=st.none() | st.builds(Picture, TEXTS, TEXTS),
    translations=st.dictionaries(
        st.sampled_from(["zh", "de", "?", ""]),
        st.builds(
            Translation,
            TEXTS,
            st.lists(st.builds(Option, TEXTS, TEXTS), max_size=4).map(tuple),
            TEXTS,
            accepted=st.lists(TEXTS, max_size=3).map(tuple),
            reference=TEXTS,
            rubric=st.lists(TEXTS, max_size=3).map(tuple),
            picture_alt=TEXTS,
        ),
        max_size=2,
    ),
)


@given(DRAFTS)
def test_any_draft_becomes_an_item_without_a_fault_or_is_skipped(draft: Draft) -> None:
    made = fitted(draft, "quiz.md")
    if isinstance(made, Piece):
        assert fault_of(made.item, "quiz.md") == ""
    else:
        assert made.why.startswith(("it has no text", "the question has"))
