import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.grading import Given, Verdict, Why, grade, read_choice
from bot.rules.shown import Shown
from content.item import Difficulty, Kind, Option


def shown(kind: Kind, texts: tuple[str, ...], key: tuple[int, ...]) -> Shown:
    options = tuple(Option(text) for text in texts)
    return Shown("pack/item", "1", kind, "?", "topic", "concept", Difficulty.EASY, "", options, key)


FRUIT = ("Bagging", "Boosting", "Stacking with *ridge*", "Voting")
CHOICE = shown(Kind.CHOICE, FRUIT, (1,))
MULTI = shown(Kind.MULTI, FRUIT, (0, 2))
ORDER = shown(Kind.ORDER, FRUIT, (1, 3, 0, 2))
TRUTH = shown(Kind.TRUE_FALSE, ("true", "false"), (1,))


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("B", 1), ("b", 1), ("b)", 1), ("(B)", 1), ("B.", 1), ("option B", 1), ("I think it's B", 1),
        ("the answer is C", 2), ("Ｂ", 1), ("answer: d", 3), ("A", 0), ("Boosting", 1), ("boosting!", 1),
        ("it is boosting", 1),
        ("B) Boosting", 1),
        ("stacking with ridge", 2), ("B!", 1), ("**B**", 1),
    ],
)  # fmt: skip
def test_a_typed_choice_is_read_by_its_letter_or_its_text(text: str, index: int) -> None:
    assert read_choice(CHOICE, text) == (index,)


@pytest.mark.parametrize(
    "text",
    ["", "?", "E", "AB", "A or B", "A, B", "B) Bagging", "boost", "1", "🅱", "not B", "none", "bag", "ß", "b" * 5000],
)
def test_a_typed_text_that_names_no_single_option_is_not_read(text: str) -> None:
    assert read_choice(CHOICE, text) is None


@pytest.mark.parametrize(
    ("text", "indexes"),
    [("A and C", (0, 2)), ("ac", (0, 2)), ("A,C", (0, 2)), ("c a", (0, 2)), ("C & A", (0, 2)), ("a/c", (0, 2)),
     ("B", (1,)),
     ("options A, B and D", (0, 1, 3)), ("A+C", (0, 2)), ("(A), (C)", (0, 2)), ("aa", None),
     ("a e", None), ("bagging", None)],
)  # fmt: skip
def test_several_letters_select_several_options(text: str, indexes: tuple[int, ...] | None) -> None:
    assert read_choice(MULTI, text) == indexes


@pytest.mark.parametrize(
    ("text", "indexes"),
    [("BDAC", (1, 3, 0, 2)), ("b > d > a > c", (1, 3, 0, 2)), ("B, D, A, C", (1, 3, 0, 2)),
     ("B then D then A then C", (1, 3, 0, 2)),
     ("b->d->a->c", (1, 3, 0, 2)), ("BDA", None), ("BDAA", None), ("BDAE", None), ("Boosting", None)],
)  # fmt: skip
def test_letters_in_sequence_put_options_in_order(text: str, indexes: tuple[int, ...] | None) -> None:
    assert read_choice(ORDER, text) == indexes


@pytest.mark.parametrize(
    ("text", "index"),
    [("true", 0), ("False.", 1), ("it's false", 1), ("A", 0), ("b", 1), ("t", 0), ("F", 1), ("yes", 0), ("No", 1)],
)
def test_a_statement_is_answered_by_words_or_letters(text: str, index: int) -> None:
    assert read_choice(TRUTH, text) == (index,)


@pytest.mark.parametrize("text", ["not true", "true or false", "maybe", "c", "ab"])
def test_anything_else_about_a_statement_is_not_read(text: str) -> None:
    assert read_choice(TRUTH, text) is None


def test_a_letter_that_is_also_the_text_of_another_option_is_not_read() -> None:
    letters = shown(Kind.CHOICE, ("B", "A", "C"), (0,))
    assert read_choice(letters, "A") is None
    assert read_choice(letters, "C") == (2,)


def test_a_text_that_two_options_share_is_not_read() -> None:
    assert read_choice(shown(Kind.CHOICE, ("same", "*same*", "other"), (0,)), "same") is None


def test_a_choice_is_right_or_wrong() -> None:
    assert grade(CHOICE, Given(picked=(1,))).verdict is Verdict.RIGHT
    assert grade(CHOICE, Given(text="b")).why is Why.CHOSEN
    assert grade(CHOICE, Given(picked=(0,))).why is Why.OTHER
    assert grade(CHOICE, Given(picked=(1, 2))).verdict is Verdict.WRONG
    assert grade(CHOICE, Given(text="both of them")).why is Why.UNREADABLE
    assert grade(CHOICE, Given()).why is Why.EMPTY


@pytest.mark.parametrize(
    ("picked", "verdict", "share"),
    [((0, 2), "right", 1.0), ((2, 0), "right", 1.0), ((0,), "partly", 0.5), ((0, 1, 2), "partly", 0.5),
     ((0, 1), "wrong", 0.0),
     ((1, 3), "wrong", 0.0), ((0, 1, 2, 3), "wrong", 0.0)],
)  # fmt: skip
def test_each_false_pick_takes_one_hit_back(picked: tuple[int, ...], verdict: str, share: float) -> None:
    graded = grade(MULTI, Given(picked=picked))
    assert (graded.verdict, graded.share) == (verdict, share)


@given(st.sets(st.integers(0, 5), min_size=1), st.sets(st.integers(0, 5), min_size=1))
def test_only_exactly_the_key_is_right_for_multi(key: set[int], picked: set[int]) -> None:
    graded = grade(shown(Kind.MULTI, tuple("uvwxyz"), tuple(sorted(key))), Given(picked=tuple(picked)))
    assert (graded.verdict is Verdict.RIGHT) == (key == picked)
    assert (graded.verdict is Verdict.PARTLY) == (0 < graded.share < 1)


@given(st.permutations(range(5)), st.permutations(range(5)))
def test_an_order_earns_the_share_of_pairs_that_stand_right(key: list[int], given_order: list[int]) -> None:
    graded = grade(shown(Kind.ORDER, tuple("vwxyz"), tuple(key)), Given(picked=tuple(given_order)))
    pairs = [(key[i], key[j]) for i in range(5) for j in range(i + 1, 5)]
    share = sum(given_order.index(first) < given_order.index(second) for first, second in pairs) / len(pairs)
    assert graded.share == (share if share > 0.5 else 0)
    assert (graded.verdict is Verdict.RIGHT) == (key == given_order)
    assert (graded.verdict is Verdict.WRONG) == (share <= 0.5)


@pytest.mark.parametrize("picked", [(1, 3, 0), (1, 3, 0, 0), (1, 3, 0, 9)])
def test_an_order_without_each_option_once_is_wrong(picked: tuple[int, ...]) -> None:
    assert grade(ORDER, Given(picked=picked)).verdict is Verdict.WRONG
