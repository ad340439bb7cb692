"""Grading a number: its value within a tolerance whose borders are exact, and its unit."""

from __future__ import annotations

import re
from fractions import Fraction

from bot.rules.numbers import Quantity, read_number, read_quantity
from bot.rules.phrases import spoken, without_negation
from bot.rules.spelling import fold
from bot.rules.units import SHARE, measure_of, same_unit
from bot.rules.verdicts import Graded, Verdict, Why
from content.item import NumericKey

_LEAD = re.compile(
    r"\A(?:[=≈~≃≅:\s]|\b(?:about|approximately|approx\.?|around|roughly|circa|ca\.?|c\.|exactly|after"
    r"|equals|equal to)(?=\W)"
    r"|[^\W\d]\w{0,15}(?:\([^()]{1,15}\))?\s*[=≈](?!=))\s*",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"[<>≤≥±]|\b(?:at\s+least|at\s+most|less|more|fewer|greater|smaller|under|over|above|below|between|or|to|up\s+to"
    r"|max|and|plus|minus\s+or)\b",
    re.IGNORECASE,
)
_SAME_AGAIN = re.compile(r"\s*(?:=|\bor\b|\bi\.e\.|\bthat\s+is\b|[()\[\]])\s*", re.IGNORECASE)
_BRACKETED_EXPONENT = re.compile(r"(\^|\*\*)\s*\(\s*([-−+]?\d+)\s*\)")
_LONGEST_NOUN = 4
_HUNDRED = 100


def grade_numeric(key: NumericKey, text: str) -> Graded:
    """Grade `text` (not empty, at most 200 characters): one number, or the same one written in several ways."""
    text = _BRACKETED_EXPONENT.sub(r"\1\2", _unled(text))
    if not any(letter.isnumeric() for letter in text) and isinstance(read_quantity(text), Why):
        return _wrong(Why.NO_NUMBER)
    if without_negation(fold(text)) is not None:
        return _wrong(Why.NEGATED)
    parts = [_unled(part) for part in _SAME_AGAIN.split(text) if part.strip(" .!?")]
    graded = [_grade_one(key, part) for part in parts]
    wrong = [one for one in graded if one.verdict is Verdict.WRONG]
    if not wrong:
        return graded[0]
    return wrong[0] if len(graded) == 1 else _wrong(Why.SEVERAL_NUMBERS)


def _unled(text: str) -> str:
    """The text without what is said before the number ("it's about", "p =")."""
    before = None
    while before != text:
        before = text
        text = _LEAD.sub("", spoken(text)) or text
    return text


def _wrong(why: Why, detail: str = "") -> Graded:
    return Graded(Verdict.WRONG, 0.0, why, detail)


def _grade_one(key: NumericKey, text: str) -> Graded:
    quantity = read_quantity(text, key.unit)
    if isinstance(quantity, Why):
        return _wrong(Why.SEVERAL_NUMBERS if _BOUND.search(text) and quantity is not Why.NO_NUMBER else quantity)
    if _BOUND.search(quantity.unit):
        return _wrong(Why.SEVERAL_NUMBERS)
    for factor, why in _scales(key, quantity):
        if found := _within(key, quantity, factor):
            return Graded(Verdict.RIGHT, 1.0, why or found, quantity.unit)
    return _refusal(key, quantity)


def _scales(key: NumericKey, quantity: Quantity) -> list[tuple[Fraction, Why | None]]:
    """The factors that may turn the written number into the key's unit, each with its reason where one is needed."""
    scale = _scale(key.unit, quantity.unit)
    if quantity.factor != 1 and not same_unit(key.unit, quantity.unit):
        scale = _scale(key.unit, quantity.multiplied)
        scale = scale and (scale[0] * quantity.factor, scale[1])
    scales = [scale]
    expected = measure_of(key.unit)
    if not quantity.unit and expected and expected.kind == SHARE and not quantity.whole:
        scales.append((1 / expected.size, Why.UNIT_CONVERTED))
    return [scale for scale in scales if scale]


def _scale(expected: str, given: str) -> tuple[Fraction, Why | None] | None:
    """The factor from the given unit to the expected one; None where they do not measure the same."""
    wanted, measured = measure_of(expected), measure_of(given)
    if wanted and measured:
        factor = measured.size / wanted.size
        return (factor, None if factor == 1 else Why.UNIT_CONVERTED) if wanted.kind == measured.kind else None
    if not given or same_unit(expected, given):
        return Fraction(1), None
    if not expected and measured and measured.kind == SHARE:
        return measured.size, Why.UNIT_CONVERTED
    return (Fraction(1), None) if not expected and not measured and _is_noun(given) else None


def _is_noun(unit: str) -> bool:
    """Whether words after a number may be what is counted ("4 hidden layers"), for an item without a unit."""
    found = unit.split()
    return len(found) <= _LONGEST_NOUN and all(word.replace("-", "").isalpha() and len(word) > 1 for word in found)


def _within(key: NumericKey, quantity: Quantity, factor: Fraction) -> Why | None:
    """Whether one of the values is the key's (NUMBER) or within its tolerance, borders included (TOLERANCE)."""
    value = read_number(key.value)
    tolerance = read_number(key.tolerance.rstrip(" %"))
    if key.relative:
        tolerance *= abs(value)
    if key.tolerance.endswith("%"):
        tolerance /= _HUNDRED
    off = min(abs(candidate * factor - value) for candidate in quantity.values)
    if off == 0:
        return Why.NUMBER
    return Why.TOLERANCE if off <= tolerance else None


def _refusal(key: NumericKey, quantity: Quantity) -> Graded:
    """Why a readable number is wrong: its unit, a unit left out, or its value."""
    unit = quantity.unit
    if _scale(key.unit, unit) is None and _scale(key.unit, quantity.multiplied) is None:
        return _wrong(Why.UNIT_WRONG, unit)
    if unit and not key.unit and quantity.factor == 1 and _within(key, quantity, Fraction(1)):
        return _wrong(Why.UNIT_WRONG, unit)
    if not unit and not key.unit and _within(key, quantity, Fraction(1, _HUNDRED)):
        return _wrong(Why.UNIT_MISSING, "%")
    return _wrong(Why.NUMBER_WRONG)
