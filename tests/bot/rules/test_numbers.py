from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.grading import Given, Verdict, Why, grade
from bot.rules.numbers import Quantity, read_number, read_quantity
from bot.rules.units import measure_of, same_unit
from content.item import Kind, NumericKey
from tests.bot.rules.rates import asked

DECIMALS = st.decimals(-9999, 9999, places=3, allow_nan=False)


def verdict(value: str, text: str, unit: str = "", tolerance: str = "0", *, relative: bool = False) -> Verdict:
    return grade(asked(Kind.NUMERIC, numeric=NumericKey(value, tolerance, relative, unit)), Given(text=text)).verdict


@pytest.mark.parametrize(
    ("text", "values"),
    [("1,234", (Fraction("1.234"), 1234)), ("1.234", (Fraction("1.234"),)),
     ("1.234,5", (Fraction("1234.5"),)), ("0,500", (Fraction(1, 2),)),
     ("1,234,567.8", (Fraction("1234567.8"),)), ("twenty-one", (21,)), ("twenty one", (21,)),
     ("three quarters", (Fraction(3, 4),)),
     ("2 3/4", (Fraction(11, 4),)), ("٣", (3,)), ("2^-2", (Fraction(1, 4),)), ("- 5", (-5,)),
     ("3.", (3,)), ("a third", (Fraction(1, 3),))],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, values: tuple[Fraction, ...]) -> None:
    quantity = read_quantity(text)
    assert isinstance(quantity, Quantity)
    assert quantity.values == values


@pytest.mark.parametrize(
    ("text", "why"),
    [("", Why.NO_NUMBER), ("nan", Why.NO_NUMBER), ("room 5", Why.UNREADABLE), ("1.2.3", Why.UNREADABLE),
     ("1/0", Why.UNREADABLE),
     ("1e999", Why.UNREADABLE), ("9999^99", Why.UNREADABLE), ("0^-1", Why.UNREADABLE),
     ("1 2", Why.SEVERAL_NUMBERS),
     ("3 4/3", Why.SEVERAL_NUMBERS), ("1 ± 2", Why.SEVERAL_NUMBERS), ("5 km 3 m", Why.SEVERAL_NUMBERS)],
)  # fmt: skip
def test_what_is_not_one_number_is_refused_with_the_reason(text: str, why: Why) -> None:
    assert read_quantity(text) is why


@given(DECIMALS)
def test_a_number_is_read_alike_with_point_comma_and_in_scientific_form(number: object) -> None:
    for text in (f"{number}", f"{number}".replace(".", ","), f"{number}e0", f"{number}×10^0", f"{number} * 10^(0)"):
        assert verdict(f"{number}", text) is Verdict.RIGHT


@given(DECIMALS, st.decimals(0, 10, places=3), st.decimals("0.001", 1, places=3))
def test_the_borders_of_a_tolerance_are_exact_and_included(value: object, tolerance: object, beyond: object) -> None:
    number, most, more = (Fraction(str(each)) for each in (value, tolerance, beyond))
    for side in (1, -1):
        inside, outside = number + side * most, number + side * (most + more)
        assert (
            verdict(f"{value}", f"{inside.numerator}/{inside.denominator}", tolerance=f"{tolerance}") is Verdict.RIGHT
        )
        assert (
            verdict(f"{value}", f"{outside.numerator}/{outside.denominator}", tolerance=f"{tolerance}") is Verdict.WRONG
        )


@given(st.integers(1, 9999), st.integers(0, 50))
def test_a_relative_tolerance_is_a_share_of_the_key(value: int, percent: int) -> None:
    share = f"{percent / 100:.2f}"
    border = Fraction(value) * (1 + Fraction(share))
    above = border + Fraction(1, 1000)
    assert (
        verdict(str(value), f"{border.numerator}/{border.denominator}", tolerance=share, relative=True) is Verdict.RIGHT
    )
    assert (
        verdict(str(-value), f"-{border.numerator}/{border.denominator}", tolerance=share, relative=True)
        is Verdict.RIGHT
    )
    assert (
        verdict(str(value), f"{above.numerator}/{above.denominator}", tolerance=share, relative=True) is Verdict.WRONG
    )


def test_a_tolerance_written_in_per_cent_is_relative() -> None:
    assert verdict("200", "202", tolerance="1 %", relative=True) is Verdict.RIGHT
    assert verdict("200", "203", tolerance="1 %", relative=True) is Verdict.WRONG


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [("2", "", "2 million"), ("2", "", "2 thousand"), ("25", "m²", "25 m"), ("25", "m", "25 m²"),
     ("5", "", "5 or so"), ("5", "", "5 at most"), ("5", "MB", "5 Mb"),
     ("1", "%", "100"), ("100", "%", "1"), ("5", "$", "5 €"), ("5", "epochs", "5 s")],
)  # fmt: skip
def test_a_number_of_something_else_is_wrong(value: str, unit: str, text: str) -> None:
    assert verdict(value, text, unit) is Verdict.WRONG


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [("2000000", "", "2 million"), ("25", "m²", "25 m^2"), ("25", "m²", "25 m²"), ("5", "$", "$5"),
     ("5", "$", "5 dollars"), ("300", "K", "300 K"),
     ("5", "MB", "5 megabytes"), ("0.05", "", "5 per cent"), ("3000", "tokens", "3k tokens"),
     ("3", "tokens/s", "3 tokens/s"),
     ("2", "hours", "120 minutes"), ("0", "", "zero"), ("4", "", "4 = four"), ("4", "", "(4)"),
     ("0.5", "", "1/2 = 0.5 = 50%")],
)  # fmt: skip
def test_the_same_number_in_other_words_is_right(value: str, unit: str, text: str) -> None:
    assert verdict(value, text, unit) is Verdict.RIGHT


@pytest.mark.parametrize("text", ["", "five apples", "1 2", "x"])
def test_a_key_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        read_number(text)


@given(st.fractions(-1000, 1000))
def test_a_key_may_be_a_fraction(number: Fraction) -> None:
    assert read_number(f"{number.numerator}/{number.denominator}") == number


def test_units_are_known_by_symbol_and_by_name() -> None:
    assert measure_of("ms") == measure_of("Milliseconds") == measure_of("msec")
    assert measure_of("per-cent") == measure_of("%")
    assert measure_of("furlongs") is None
    assert same_unit("Tokens", "token")
    assert not same_unit("%", "‰")
