import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.computing import FormulaError, computed
from bot.rules.formulas import Match, is_formula, matches_formula

NAMES = st.sampled_from(["n", "m", "TP", "x1"])
FORMULAS = st.recursive(
    NAMES | st.integers(1, 9).map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
        lambda parts: f"({parts[0]}{parts[1]}{parts[2]})"
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    "text",
    ["O(n log n)", "O(1)", "n^2", "n²", "1/n", "TP/(TP+FP)", "e^-x", "y = mx + b", "log(n)", "√n", "n!", "R^2", "2^n"],
)
def test_what_can_be_computed_is_a_formula(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize(
    "text",
    ["overfitting", "k-means", "A/B", "TCP/IP", "bias/variance", "C++", "A*", "L2", "F1 score", "AUC (ROC)",
     "precision (P)",
     "χ² test", "p < 0.05", "a = b = c", "tf-idf", "(", "1/", "softmax(x)", "(n", "^2", "n^", "2n", "N/n"],
)  # fmt: skip
def test_names_and_phrases_are_no_formulas(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize(
    ("answer", "guess"),
    [("log^2(n)", "(log n)^2"), ("log^2 n", "log(n)*log n"), ("n!", "n(n-1)!"),
     ("a^2 + 2ab + b^2", "(a+b)^2"), ("$n^2$", "n*n"),
     ("N/n^2", "N / n²"), ("y = mx + b", "b + xm"), ("y = mx + b", "y = x*m + b"), ("sqrt(x)", "x^(1/2)"),
     ("√x", "square root of x"),
     ("pi r^2", "πr²"), ("log_2(n)", "ln(n)/ln(2)"), ("x1 + x2", "x2 + x_1"),
     ("(n+1)/2", "(n plus 1) over 2"), ("O(n^3)", "n³"),
     ("O(1)", "constant time"), ("O(n^3)", "cubic"), ("O(V+E)", "O(E + V)"), ("O(log n)", "log10 n"),
     ("2^10", "1024"),
     ("-x^2", "-(x^2)"), ("2^3^2", "512"), ("n^2", "n squared"), ("2*n", "n times 2"),
     ("x/2", "x divided by 2")],
)  # fmt: skip
def test_formulas_of_the_same_value_match(answer: str, guess: str) -> None:
    assert matches_formula(answer, guess) is Match.SAME


@pytest.mark.parametrize(
    ("answer", "guess"),
    [("N/n^2", "n/N^2"), ("y = mx + b", "z = mx + b"), ("sqrt(x^2)", "x+0"), ("O(1)", "O(n)"),
     ("O(n)", "O(0)"), ("O(n)", "O(-n)"),
     ("x1 + x2", "x1 + 2*x1"), ("TP/(TP+FP)", "T*P/(TP+FP)"), ("n!", "n+0"), ("log(x)", "log(-x)"),
     ("1/n", "1/(n-n)")],
)  # fmt: skip
def test_formulas_of_another_value_do_not(answer: str, guess: str) -> None:
    assert matches_formula(answer, guess) is Match.OTHER


@pytest.mark.parametrize("guess", ["", "hello", "n^", "n^2 = n = 2", "§", "((((" * 20 + "n", "n squared, surely"])
def test_a_text_that_is_no_formula_matches_none(guess: str) -> None:
    assert matches_formula("n^2", guess) is Match.NONE
    assert matches_formula("overfitting", guess) is Match.NONE


def test_tokens_that_are_no_formula_are_refused() -> None:
    for tokens in (("(", "n"), (")",), ("n", "+"), ("n", ")"), ()):
        with pytest.raises(FormulaError):
            computed(tokens, lambda _: 1.0)


@given(FORMULAS, FORMULAS)
def test_sums_and_products_match_in_any_sequence(left: str, right: str) -> None:
    assert matches_formula(f"({left})+({right})", f"({right}) + ({left})") is Match.SAME
    assert matches_formula(f"({left})*({right})", f"({right})·({left})") is Match.SAME


@given(FORMULAS, st.integers(1, 9))
def test_adding_a_number_makes_another_formula(formula: str, number: int) -> None:
    assert matches_formula(f"{formula}+0", f"{formula}+{number}") is Match.OTHER
