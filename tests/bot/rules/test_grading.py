import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.grading import LONGEST, RULES, Given, Graded, Verdict, Why, grade
from bot.rules.shown import Shown
from content.item import Difficulty, Kind, NumericKey, OpenKey, ShortKey
from tests.bot.rules.rates import Guess, asked, guesses

OVERFITTING = asked(
    Kind.SHORT, short=ShortKey(("overfitting", "high variance"), ("underfitting",)), near=("outfitting",)
)
NORMS = asked(Kind.SHORT, short=ShortKey(("L2 regularization", "ridge"), ("lasso",)))
SORTING = asked(Kind.SHORT, short=ShortKey(("O(n log n)",), ("O(n^2)",)))
SHARE = asked(Kind.NUMERIC, numeric=NumericKey("0.5", "0.01"))
PERCENT = asked(Kind.NUMERIC, numeric=NumericKey("50", unit="%"))
DELAY = asked(Kind.NUMERIC, numeric=NumericKey("250", unit="ms"))
OPEN = Shown(
    "pack/item", "1", Kind.OPEN, "?", "topic", "concept", Difficulty.EASY, "", open=OpenKey("A reference.", ("line",))
)


@pytest.mark.parametrize(
    ("shown", "text", "why", "detail"),
    [
        (OVERFITTING, "Over-fitting", Why.EXACT, "overfitting"),
        (OVERFITTING, "high variance", Why.ALIAS, "high variance"),
        (OVERFITTING, "overfittings", Why.PLURAL, "overfitting"),
        (OVERFITTING, "overfit", Why.ALIAS, "overfitting"),
        (OVERFITTING, "ovrfitting", Why.TYPO, "overfitting"),
        (OVERFITTING, "underfitting", Why.CONFUSABLE, "underfitting"),
        (OVERFITTING, "outfitting", Why.UNKNOWN, ""),
        (OVERFITTING, "not overfitting", Why.NEGATED, "overfitting"),
        (OVERFITTING, "nonoverfitting", Why.NEGATED, "overfitting"),
        (OVERFITTING, "overfitting or underfitting", Why.EITHER_OR, "overfitting"),
        (OVERFITTING, "banana", Why.UNKNOWN, ""),
        (OVERFITTING, "  ", Why.EMPTY, ""),
        (OVERFITTING, "overfitting " * 20, Why.TOO_LONG, ""),
        (NORMS, "L1 regularization", Why.NUMBER_DIFFERS, "L2 regularization"),
        (NORMS, "ridge, L2 regularization", Why.ALIAS, "ridge"),
        (SORTING, "n*log(n)", Why.FORMULA, "O(n log n)"),
        (SORTING, "O(n log n)", Why.EXACT, "O(n log n)"),
        (SORTING, "O(n^2)", Why.CONFUSABLE, "O(n^2)"),
        (SORTING, "O(n^3)", Why.OTHER_FORMULA, ""),
        (SORTING, "fast", Why.UNKNOWN, ""),
        (SHARE, "1/2", Why.NUMBER, ""),
        (SHARE, "0.51", Why.TOLERANCE, ""),
        (SHARE, "50 %", Why.UNIT_CONVERTED, "%"),
        (SHARE, "50", Why.UNIT_MISSING, "%"),
        (SHARE, "0.5 GB", Why.UNIT_WRONG, "GB"),
        (SHARE, "0.6", Why.NUMBER_WRONG, ""),
        (SHARE, "half of 3", Why.SEVERAL_NUMBERS, ""),
        (SHARE, "0.4-0.6", Why.SEVERAL_NUMBERS, ""),
        (SHARE, "at least 0.5", Why.SEVERAL_NUMBERS, ""),
        (SHARE, "a lot", Why.NO_NUMBER, ""),
        (SHARE, "see chapter 5", Why.UNREADABLE, ""),
        (SHARE, "not 0.5", Why.NEGATED, ""),
        (PERCENT, "0.5", Why.UNIT_CONVERTED, ""),
        (PERCENT, "50", Why.NUMBER, ""),
        (PERCENT, "0.5 %", Why.NUMBER_WRONG, ""),
        (DELAY, "0.25 s", Why.UNIT_CONVERTED, "s"),
        (DELAY, "250 MB", Why.UNIT_WRONG, "MB"),
        (OPEN, "Because it memorises.", Why.OPEN, ""),
        (OPEN, "long " * 3000, Why.OPEN, ""),
        (OPEN, "", Why.EMPTY, ""),
    ],
)
def test_a_verdict_says_why(shown: Shown, text: str, why: Why, detail: str) -> None:
    graded = grade(shown, Given(text=text))
    assert (graded.why, graded.detail) == (why, detail)


def test_a_slip_is_forgiven_only_where_no_other_known_answer_is_as_near() -> None:
    key = ShortKey(("interpolation",))
    alone = asked(Kind.SHORT, short=key)
    crowded = asked(Kind.SHORT, short=key, near=("interpollution",))
    assert grade(alone, Given(text="interpolution")).why is Why.TYPO
    assert grade(crowded, Given(text="interpolution")) == Graded(Verdict.WRONG, 0.0, Why.AMBIGUOUS_TYPO)


def test_only_what_the_item_itself_says_is_confused_with_it_is_named() -> None:
    named = asked(Kind.SHORT, short=ShortKey(("interpolation",), ("interpollution",)), near=("interpulation",))
    assert grade(named, Given(text="interpolution")).detail == "interpollution"
    assert grade(named, Given(text="interpollution")).detail == "interpollution"
    assert grade(named, Given(text="interpulation")) == Graded(Verdict.WRONG, 0.0, Why.UNKNOWN)


def test_an_acronym_counts_with_its_full_form_in_brackets_but_not_alone() -> None:
    shown = asked(Kind.SHORT, short=ShortKey(("stochastic gradient descent",)))
    assert grade(shown, Given(text="SGD (stochastic gradient descent)")).why is Why.ALIAS
    assert grade(shown, Given(text="SGD")).verdict is Verdict.WRONG
    assert grade(shown, Given(text="Adam (stochastic gradient descent)")).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("answer", "guess"), [("loss", "losses"), ("query", "queries"), ("matrix", "matrices"), ("statistic", "statistics")]
)
def test_singular_and_plural_are_one_answer(answer: str, guess: str) -> None:
    assert grade(asked(Kind.SHORT, short=ShortKey((answer,))), Given(text=guess)).why is Why.PLURAL
    assert grade(asked(Kind.SHORT, short=ShortKey((guess,))), Given(text=answer)).why is Why.PLURAL


def test_an_alias_that_is_also_a_known_answer_elsewhere_stays_accepted() -> None:
    shown = asked(Kind.SHORT, short=ShortKey(("ridge",)), near=("Ridge", "lasso"))
    assert grade(shown, Given(text="ridge")).verdict is Verdict.RIGHT


@pytest.mark.parametrize(
    ("answer", "guess"),
    [
        ("accuracy", "acuracy"),
        ("gradient descent", "gradiant desent"),
        ("entropy", "entrpy"),
        ("perplexity", "preplexity"),
    ],
)
def test_slips_are_forgiven_by_the_length_of_the_word(answer: str, guess: str) -> None:
    assert grade(asked(Kind.SHORT, short=ShortKey((answer,))), Given(text=guess)).why is Why.TYPO


@pytest.mark.parametrize(
    ("answer", "guess"),
    [
        ("ReLU", "ReLI"),
        ("loss", "lass"),
        ("Adam", "Adan"),
        ("F1", "F2"),
        ("bias", "bais"),
        ("GRU", "GPU"),
        ("entropy", "emtropie"),
    ],
)
def test_short_words_and_acronyms_are_never_guessed(answer: str, guess: str) -> None:
    assert grade(asked(Kind.SHORT, short=ShortKey((answer,))), Given(text=guess)).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("right", "opposite"),
    [("maximization", "minimization"), ("encoding", "decoding"), ("implicit", "explicit"), ("biased", "unbiased"),
     ("convex", "nonconvex"), ("interclass", "intraclass"), ("univariate", "bivariate"), ("internal", "external"),
     ("inductive", "deductive"), ("stationary", "non-stationary"), ("overflow", "underflow"),
     ("reversible", "irreversible")],
)  # fmt: skip
def test_opposites_that_differ_by_few_letters_are_no_slips_of_each_other(right: str, opposite: str) -> None:
    for answer, guess in ((right, opposite), (opposite, right)):
        assert grade(asked(Kind.SHORT, short=ShortKey((answer,))), Given(text=guess)).verdict is Verdict.WRONG


@given(
    st.sampled_from([guess for guess in guesses() if guess.accept]),
    st.sampled_from([" {} ", "{}.", "“{}”", "\u200b{}"]),
)
def test_blanks_stops_quotes_and_invisible_marks_around_an_answer_change_nothing(guess: Guess, frame: str) -> None:
    plain = grade(guess.shown, Given(text=guess.text))
    assert grade(guess.shown, Given(text=frame.format(guess.text))).verdict is plain.verdict


@settings(max_examples=300, deadline=1000)
@given(
    st.sampled_from([OVERFITTING, NORMS, SORTING, SHARE, PERCENT, DELAY, OPEN]),
    st.text(max_size=250)
    | st.text("0123456789.,eE+-*/^()%x ²½n log", max_size=60)
    | st.text("overfitting not/,()0", max_size=60),
)
def test_any_text_gets_a_verdict(shown: Shown, text: str) -> None:
    graded = grade(shown, Given(text=text))
    assert graded.share == (1.0 if graded.verdict is Verdict.RIGHT else 0.0)
    assert grade(shown, Given(text=text)) == graded


@pytest.mark.parametrize(
    "text",
    [
        "overfitting" * 18, "(" * 200, "((n" * 60, "n^" * 100, "9^" * 99 + "9", "9" * 200, "1e" + "9" * 190, "-" * 200,
        "o " * 100, ", " * 100, "not " * 50, "½" * 200, "²" * 200, "1," * 100, "😀" * 200, "ο" * 200, "é" * 200,
        "\u202e" * 200, "n!" * 100, "log " * 50, "(a" * 60 + ")" * 60, "1 " * 100, "a" * 5000, "1/" * 100, "'" * 200,
        "𝐎(𝑛 𝐥𝐨𝐠 𝑛)" * 10, "i think " * 25, "it is " * 33, "=" * 200, "x=" * 100,
    ],
)  # fmt: skip
def test_hostile_texts_are_refused_in_no_time(text: str) -> None:
    near = tuple(f"{'overfittin' * 8}{number}" for number in range(200))
    crowded = asked(Kind.SHORT, short=ShortKey(("overfittin" * 8, "O(n log n)")), near=near)
    before = time.process_time()
    for shown in (crowded, SORTING, SHARE, DELAY):
        assert grade(shown, Given(text=text)).verdict is Verdict.WRONG
    assert time.process_time() - before < 2


def test_the_longest_answer_is_still_read() -> None:
    words = "overfitting, because " + "x" * LONGEST
    assert grade(OVERFITTING, Given(text=words[:LONGEST])).verdict is Verdict.RIGHT
    assert grade(OVERFITTING, Given(text=words[: LONGEST + 1])).why is Why.TOO_LONG


def test_an_item_without_a_key_accepts_nothing() -> None:
    assert grade(asked(Kind.SHORT), Given(text="x")).verdict is Verdict.WRONG
    assert grade(asked(Kind.SHORT, short=ShortKey(())), Given(text="x")).verdict is Verdict.WRONG


def test_the_rules_have_a_version() -> None:
    assert RULES
