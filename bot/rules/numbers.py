"""Numbers as people write them: 0,5 · .5 · 1/2 · ½ · 5e-1 · 5×10⁻¹ · 1,000,000 · 1 000 000 · one half · 2 million."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from bot.rules.verdicts import Why

_LARGEST_EXPONENT = 400
_LONGEST_BASE = 3
_MINUS = re.compile(r"[\u2010-\u2015\u2212\u207b]")
_SIGNS = str.maketrans(
    {"٫": ".", "٬": ",", "⁄": "/", "∕": "/", "÷": "/", "×": "*", "·": "*", "⋅": "*", "’": "'", "_": "'"}
)
_DIGIT = re.compile(r"\d")
_WORDS = re.compile(r"[^\W\d_]{3}")
"""What a number in words has: one, half, ten."""
_LITERAL = r"(?:\d+(?:[.,' ]\d+)*\.?|[.,]\d+)"
_POWER = r"\s*(?:\^|\*\*)\s*\(?\s*([-+]?\d+)\)?"
_MIXED = re.compile(r"(\d+) (\d+)\s*/\s*(\d+)")
_FRACTION = re.compile(rf"({_LITERAL})\s*/\s*({_LITERAL})")
_SCIENTIFIC = re.compile(rf"({_LITERAL})(?:e([-+]?\d+)\b|\s*[*x]\s*10{_POWER})", re.IGNORECASE)
_RAISED = re.compile(rf"(\d+){_POWER}")
_PLAIN = re.compile(rf"({_LITERAL})")
_FORMS = (_MIXED, _SCIENTIFIC, _RAISED, _FRACTION, _PLAIN)
_GROUPED = (
    (re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"), str.maketrans("", "", ",")),
    (re.compile(r"[1-9]\d{0,2}(?:[ ']\d{3})+(?:[.,]\d+)?"), str.maketrans(",", ".", " '")),
    (re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3}){2,}(?:,\d+)?|\.\d{3},\d+)"), str.maketrans(",", ".", ".")),
)
_DECIMAL = re.compile(r"\d*[.,]\d+|\d+\.?")
_OF = re.compile(r"(?:^|\s+)of\s.*$", re.IGNORECASE)
_CURRENCY = re.compile(r"^[$€£]\s*")
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: value for value, word in enumerate(_SMALL)} | {word: 10 * ten for ten, word in enumerate(_TENS, 2)}
_PARTS = {"half": "1/2", "third": "1/3", "quarter": "1/4", "fifth": "1/5", "tenth": "1/10"}
_COMPOUND = re.compile(rf"\b({'|'.join(_TENS)})[- ]({'|'.join(_SMALL[1:10])})\b", re.IGNORECASE)
_NAMED = re.compile(rf"\b({'|'.join(_VALUES)})\b", re.IGNORECASE)
_PART = re.compile(rf"(?:\b(?:an?|one|1)[- ])?\b({'|'.join(_PARTS)})\b(?:\s+of\s+an?)?", re.IGNORECASE)
_THREE_QUARTERS = re.compile(r"\b(?:three|3)[- ]quarters\b", re.IGNORECASE)
_ONE_OF = re.compile(r"\ban?\s+(?=(?:hundred|thousand|million|billion)\b)", re.IGNORECASE)
_SIGN_WORD = re.compile(r"^(?:minus|negative)\s+", re.IGNORECASE)
_MULTIPLIERS = {
    "k": 10**3, "K": 10**3, "hundred": 10**2, "thousand": 10**3, "M": 10**6, "mn": 10**6, "million": 10**6,
    "bn": 10**9, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_MULTIPLIER = re.compile(rf"\s*({'|'.join(_MULTIPLIERS)})s?\b\s*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what follows it.

    `values` holds each value that it can be read as ("1,234" is 1234 or 1.234). `whole` tells a number written without
    fraction or decimals. `unit` is the text after the number, `multiplied` that text without a leading million, k and
    the like, whose factor is `factor`.
    """

    values: tuple[Fraction, ...]
    whole: bool
    unit: str
    multiplied: str
    factor: int


def read_quantity(text: str, unit: str = "") -> Quantity | Why:
    """Read the one number at the beginning of a text (leading phrases gone), or say why it cannot be read.

    `unit` is the one expected; it may hold digits (m², m^2), which are then no second number.
    """
    text, expected = _digits(text), _digits(unit) if unit else ""
    if _DIGIT.search(expected) and text.casefold().endswith(expected.casefold()):
        read = read_quantity(text[: -len(expected)])
        return read if isinstance(read, Why) else replace(read, unit=unit, multiplied=unit, factor=1)
    currency = _CURRENCY.match(text)
    text = _CURRENCY.sub("", text)
    sign, text = _signed(text)
    found = next((match for form in _FORMS if (match := form.match(text))), None)
    if found is None:
        return Why.UNREADABLE if _DIGIT.search(text) else Why.NO_NUMBER
    rest = text[found.end() :].strip()
    if re.search(r"\d|±", rest):
        return Why.SEVERAL_NUMBERS
    values = tuple(sign * value for value in _values(found))
    if not values:
        return Why.SEVERAL_NUMBERS if " " in found[0] else Why.UNREADABLE
    return _quantity(values, found, f"{currency[0] if currency else ''}{rest}")


@lru_cache(maxsize=4096)
def read_number(text: str) -> Fraction:
    """The number in a key, as an author writes it; raises ValueError where there is none."""
    quantity = read_quantity(text.strip())
    if isinstance(quantity, Why) or quantity.unit:
        raise ValueError(f"{text!r} is no number")
    return quantity.values[0]


def _quantity(values: tuple[Fraction, ...], found: re.Match[str], unit: str) -> Quantity:
    unit = _OF.sub("", unit).strip(" .!?,;:\"'()")
    named = _MULTIPLIER.match(unit)
    whole = found.re in (_PLAIN, _RAISED) and found[0].isdigit()
    if named is None:
        return Quantity(values, whole, unit, unit, 1)
    return Quantity(values, whole, unit, unit[named.end() :], _MULTIPLIERS[named[1]])


def _digits(text: str) -> str:
    """The text with numbers in ASCII digits and signs, number words and vulgar fractions written out."""
    if not (text.isascii() and text.isprintable()):
        text = _plain(text)
    text = " ".join(text.translate(_SIGNS).split())
    if not _WORDS.search(text):
        return text
    text = _ONE_OF.sub("1 ", _THREE_QUARTERS.sub("3/4", text))
    text = _COMPOUND.sub(lambda found: str(_VALUES[found[1].lower()] + _VALUES[found[2].lower()]), text)
    text = _PART.sub(lambda found: _PARTS[found[1].lower()], text)
    return _NAMED.sub(lambda found: str(_VALUES[found[1].lower()]), text)


def _plain(text: str) -> str:
    """The text with raised digits, fractions of one sign, other scripts' digits and minus signs in plain ones."""
    text = re.sub(r"([⁻⁺⁰¹²³⁴-⁹]+)", lambda found: f"^{unicodedata.normalize('NFKC', found[1])}", text)
    text = re.sub(r"(?<=\d)(?=[¼½¾⅐-⅞])", " ", text)
    text = unicodedata.normalize("NFKC", text)
    text = "".join(_ascii(letter) for letter in text if unicodedata.category(letter) not in {"Cf", "Cc"})
    return _MINUS.sub("-", text)


def _ascii(letter: str) -> str:
    return str(unicodedata.decimal(letter, letter))


def _signed(text: str) -> tuple[int, str]:
    text = _SIGN_WORD.sub("-", text)
    if text[:1] in ("-", "+"):
        return (-1 if text[0] == "-" else 1), text[1:].lstrip()
    return 1, text


def _values(found: re.Match[str]) -> tuple[Fraction, ...]:
    """Each value that the written number can have; none where it is no number after all."""
    if found.re is _MIXED:
        whole, top, bottom = map(int, found.groups())
        return (whole + Fraction(top, bottom),) if bottom and top < bottom else ()
    if found.re is _FRACTION:
        return tuple(top / bottom for top in _literal(found[1]) for bottom in _literal(found[2]) if bottom)
    if found.re is _SCIENTIFIC:
        return tuple(value * ten for value in _literal(found[1]) for ten in _power("10", found[2] or found[3]))
    return _power(found[1], found[2]) if found.re is _RAISED else _literal(found[1])


def _power(base: str, exponent: str) -> tuple[Fraction, ...]:
    """The power, or nothing where it has no value or would take long to compute."""
    if len(base) > _LONGEST_BASE or abs(int(exponent)) > _LARGEST_EXPONENT:
        return ()
    return (Fraction(int(base)) ** int(exponent),) if int(base) else ()


def _literal(text: str) -> tuple[Fraction, ...]:
    """A number in digits: with a decimal point or comma, and in groups of three."""
    readings = [text.replace(",", ".")] if _DECIMAL.fullmatch(text) else []
    readings += [text.translate(marks) for form, marks in _GROUPED if form.fullmatch(text)]
    return tuple(dict.fromkeys(Fraction(reading.rstrip(".")) for reading in readings))
