from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.item import Difficulty, Kind, NumericKey, Option, ShortKey
from content.readers.draft import Draft, Found, Source, UnreadableError
from content.readers.gift import READER


def read(text: str) -> Found:
    return READER.read(Source("quiz.gift", text.encode()))


def one(text: str) -> Draft:
    (draft,) = read(text).drafts
    return draft


def test_a_choice_has_its_reasons_explanation_id_tags_and_category() -> None:
    draft = one("""// Rivers, for the second week
$CATEGORY: $course$/top/Default for Earth/Water/Rivers

// [id:riv-1] [tag:europe] [tag:difficulty: hard] [tag:concept: course of a river]
::Q1:: Which river runs through Vienna? {
  =The Danube # Through Budapest too.
  // nobody chose this one
  ~The Rhine # It starts in the Alps.
  ~The Elbe
  #### The Danube ends in the Black Sea.
}
""")
    assert draft == Draft(
        "Which river runs through Vienna?",
        line=5,
        own_id="riv-1",
        kind=Kind.CHOICE,
        options=(
            Option("The Danube", "Through Budapest too."),
            Option("The Rhine", "It starts in the Alps."),
            Option("The Elbe"),
        ),
        key=(0,),
        explanation="The Danube ends in the Black Sea.",
        topic="Water / Rivers",
        concept="course of a river",
        difficulty=Difficulty.HARD,
        tags=("europe",),
    )


def test_a_title_is_an_id_where_it_is_more_than_a_number_and_its_own() -> None:
    found = read("::Rivers::a{T}\n\n::Q 2::b{T}\n\n::Lakes::c{T}\n\n::Lakes::d{T}\n\n::7::e{T}")
    assert [draft.own_id for draft in found.drafts] == ["Rivers", "", "", "", ""]


@pytest.mark.parametrize(
    ("answers", "kind", "key"),
    [
        ("~%50%a ~%50%b ~%-100%c", Kind.MULTI, (0, 1)),
        ("~%100%a ~b ~c", Kind.MULTI, (0,)),
        ("=a =b ~c", Kind.MULTI, (0, 1)),
        ("=a ~b ~c", Kind.CHOICE, (0,)),
        ("~a =b ~%50%c", Kind.CHOICE, (1,)),
        ("~a ~b ~c", Kind.CHOICE, ()),
        ("~a~b=c", Kind.CHOICE, (2,)),
    ],
)
def test_shares_of_the_mark_tell_what_is_right(answers: str, kind: Kind, key: tuple[int, ...]) -> None:
    draft = one(f"Which? {{{answers}}}")
    assert (draft.kind, draft.key, len(draft.options)) == (kind, key, 3)
    assert bool(draft.doubts) == (answers in {"=a =b ~c", "~a =b ~%50%c"})


@pytest.mark.parametrize(
    ("answer", "true", "reasons"),
    [
        ("T", True, ("", "")),
        ("FALSE", False, ("", "")),
        (" true #It is. # Right. ", True, ("Right.", "It is.")),
        ("F#It is not.#Right.", False, ("It is not.", "Right.")),
    ],
)
def test_the_first_feedback_of_a_statement_is_for_the_wrong_answer(
    answer: str, *, true: bool, reasons: tuple[str, str]
) -> None:
    draft = one(f"The sun is a star. {{{answer}}}")
    assert draft.kind is Kind.TRUE_FALSE
    assert draft.key == (0 if true else 1,)
    assert draft.options == (Option("true", reasons[0]), Option("false", reasons[1]))


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("#3", NumericKey("3")),
        ("#1822:5 # near", NumericKey("1822", "5")),
        ("# 3.141..3.142", NumericKey("3.1415", "0.0005")),
        ("#-1..1", NumericKey("0", "1")),
        ("#=0.50:1e-3 =%50%0.5:1", NumericKey("0.50", "1e-3")),
        ("#=%50%7:2 =7:0.1 ~#no", NumericKey("7", "0.1")),
        ("#2,5", NumericKey("2.5")),
    ],
)
def test_numbers_have_tolerances_and_ranges(answer: str, key: NumericKey) -> None:
    draft = one(f"How many? {{{answer}}}")
    assert (draft.kind, draft.numeric) == (Kind.NUMERIC, key)
    assert bool(draft.doubts) == ("%50%" in answer)


def test_words_are_accepted_and_those_without_a_share_are_wrong() -> None:
    draft = one("Who lies in the tomb? {=Grant#Well known. =%0%Lee =%50%a general =Ulysses G*}")
    assert draft.short == ShortKey(("Grant", "Ulysses G"), ("Lee",))
    assert draft.explanation == "Well known."
    assert len(draft.doubts) == 2


def test_a_missing_word_leaves_a_gap() -> None:
    draft = one("Budapest lies on the {=Danube ~Rhine}, in Hungary.")
    assert draft.stem == r"Budapest lies on the \_\_\_\_\_, in Hungary."
    assert draft.kind is Kind.CHOICE
    assert one("How high is it? {#3.5:0.1}.").stem == "How high is it?"


def test_pairs_that_count_are_an_order_and_others_are_talked_over() -> None:
    order = one("Sort them. {=third -> 3 =first -> 1 =second -> 2}")
    assert (order.kind, [option.text for option in order.options]) == (Kind.ORDER, ["first", "second", "third"])
    assert order.key == (0, 1, 2)
    pairs = one("Who says what? {=cat -> meow =dog -> woof = -> moo}")
    assert pairs.kind is Kind.OPEN
    assert pairs.stem == "Who says what?\n\n- cat\n- dog\n\n* meow\n* moo\n* woof"
    assert "| dog | woof |" in pairs.answer
    assert pairs.doubts


def test_an_essay_is_open_and_its_feedback_the_answer() -> None:
    assert [(draft.kind, draft.answer) for draft in read("Why? {}\n\nHow? {####So.}").drafts] == [
        (Kind.OPEN, ""),
        (Kind.OPEN, "So."),
    ]


def test_escapes_and_forms_are_read_and_plain_signs_stay() -> None:
    draft = one(
        r"::a\:b::[html]Is <b>1</b> \= 1 \& 2\{3\}?\nSay {=[plain]2 * 3 \~ \#6 <b> ~[markdown]`x` and *y* ~\\(x_1\\)}"
    )
    assert draft.own_id == "a:b"
    assert draft.stem == r"Is **1** = 1 \\& 2{3}? Say"
    assert [option.text for option in draft.options] == [r"2 * 3 ~ #6 \<b>", "`x` and *y*", "$x_1$"]


def test_line_ends_count_in_the_usual_form_and_not_in_html() -> None:
    assert one("one\ntwo {T}").stem == "one\\\ntwo"
    assert one("[html]one\ntwo {T}").stem == "one two"
    assert one(r"one\ntwo and \nabla {T}").stem == "one\\\ntwo and \\nabla"


def test_braces_of_formulas_do_not_hide_the_answers() -> None:
    draft = one(r"Half is \(\frac{1}{2}\), so {=yes ~no}")
    assert draft.stem == r"Half is $\frac{1}{2}$, so"
    assert (draft.key, len(draft.doubts)) == ((0,), 1)


def test_what_becomes_no_question_is_told_with_its_line() -> None:
    found = read("""Only a text.

::a::Open {
=x
~y

::b::Fine {T}

A {=x} and B {=y}.

{=x ~y}

Number {#many}

Nothing {right}
""")
    assert [draft.own_id for draft in found.drafts] == ["b"]
    assert [(each.line, each.what) for each in found.skipped] == [
        (1, "Only a text."),
        (3, "::a::Open { =x ~y"),
        (9, "A {=x} and B {=y}."),
        (11, "{=x ~y}"),
        (13, "Number {#many}"),
        (15, "Nothing {right}"),
    ]
    assert "line 3" in found.skipped[1].why


def test_empty_lines_inside_braces_do_not_end_a_question() -> None:
    assert len(one("Which?\n{\n\n=a\n\n~b\n\n}").options) == 2


def test_the_form_is_known_by_its_answers() -> None:
    def likeness(name: str, text: str) -> int:
        return READER.likeness(Source(name, text.encode()))

    assert likeness("a.gift", "Is it? {T}") > 90
    assert likeness("a.txt", "::x::Is it? {=yes ~no}") > 80
    assert 80 > likeness("a.txt", "Is it?{=yes ~no}\n\n它是{~a =b}") > likeness("a.txt", "How many? {#3:1}") > 0


@pytest.mark.parametrize(
    "text",
    [
        "A {set} of {1, 2}.",
        "Is $X^{T} X$ or {}?",
        '{"a": {"b": "=c"}}',
        "# Part {#part-1}",
        "def f(): return {}",
        "\\{=a}",
    ],
)
def test_other_texts_with_braces_are_not_taken_for_it(text: str) -> None:
    assert READER.likeness(Source("a.txt", text.encode())) == 0


def test_binary_files_are_refused() -> None:
    with pytest.raises(UnreadableError):
        READER.read(Source("a.gift", b"\x89PNG\r\n\x1a\n"))


@given(st.text("ab{}=~#%:\\->\n $[]/T1.", max_size=80))
def test_anything_is_read_without_a_crash(text: str) -> None:
    found = read(text)
    assert all(draft.stem for draft in found.drafts)
    assert all(0 < each.line <= text.count("\n") + 1 for each in found.skipped)


@pytest.mark.parametrize(
    "text",
    [
        "a {=b ~c}\n\n" * 10_000,
        "{" * 200_000,
        "a {" + "=x " * 60_000 + "}",
        "a {" + "\n=x" * 60_000,
        "\\" * 200_000 + "{=a}",
        "::" * 100_000,
        "a {=" + "\\(" * 30_000 + "}",
        "\n" * 200_000,
        "a {=" + "#" * 200_000,
        "a {~" + "=" * 200_000,
        "a {=" + " " * 200_000 + "<",
        "a {#1" + " " * 50_000 + ".x}",
        "// " + "[id:" * 50_000,
        "$CATEGORY: " + "top/" * 50_000 + "\n\na {T}",
        "a" + " " * 100_000 + "\\*" + " " * 100_000 + "b {T}",
    ],
    ids=str.split(
        "many braces answers open escapes titles formulas lines hashes equals spaces range labels roots gaps"
    ),
)
def test_long_files_take_no_longer_than_their_length_asks(text: str) -> None:
    began = time.perf_counter()
    READER.likeness(Source("a.txt", text.encode()))
    read(text)
    assert time.perf_counter() - began < 6
