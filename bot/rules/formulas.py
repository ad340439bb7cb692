"""Formulas: whether two written formulas have the same value. No code is evaluated and no algebra done: both are
computed at the same sample points, in time proportional to their length.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
import zlib
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from bot.rules.computing import FUNCTIONS, LONGEST_LETTERS, NUMBER, FormulaError, computed
from bot.rules.phrases import spoken


class Match(Enum):
    """How a guess compares with a formula."""

    SAME = "same"
    OTHER = "other"
    """A formula, of another value."""
    NONE = "none"
    """No formula at all."""


_CONSTANTS = {"e": math.e, "pi": math.pi, "π": math.pi}
_TOKEN = re.compile(rf"\s*(?:({NUMBER.pattern})|([^\W\d_]+(?:_?\d+)?)|([-+*/^()!]))")
_PROBABILITY = re.compile(
    r"\bp\s*\(\s*[^\W\d_]+(?:\s*[,|]\s*[^\W\d_]+)*\s*\)|\w+\s*\([^()|]+\|[^()|]+\)", re.IGNORECASE
)
_SPOKEN = (
    (re.compile(r"\|(\w+)\|"), r"abs(\1)"),
    (re.compile(r"\bto the power of\b|\*\*"), "^"),
    (re.compile(r"\bsquared\b"), "^2"),
    (re.compile(r"\bcubed\b"), "^3"),
    (re.compile(r"\b(?:divided by|over)\b|÷|⁄"), "/"),
    (re.compile(r"\btimes\b|[×·⋅∙]"), "*"),
    (re.compile(r"\bplus\b"), "+"),
    (re.compile(r"\bminus\b|[−‐-―]"), "-"),
    (re.compile(r"√|\bsquare root of\b"), " sqrt "),
    (re.compile(r"\b(log|ln|lg|exp)\s+of\b"), r"\1"),
    (re.compile(r"[\[{]"), "("),
    (re.compile(r"[\]}]"), ")"),
)
_TELLING = re.compile(
    r"[\^*+=!ɋ]|\d\s*/|/\s*\d|[()]\s*[-/]|[-/]\s*\(|\b(?:o|θ|theta)\(|\b(?:log|ln|lg|exp|sqrt)(?:\b|_?\d)",
    re.IGNORECASE,
)
_BIG_O = re.compile(r"^(?:big[- ]?)?(?:o|θ|theta|order)\s*(?:of\s+|(?=\())")
_GROWTH = {
    "constant": "1", "logarithmic": "log n", "linear": "n", "linearithmic": "n log n", "loglinear": "n log n",
    "quasilinear": "n log n", "quadratic": "n^2", "cubic": "n^3",
}  # fmt: skip
_TIME = re.compile(r"\s+(?:time|complexity|time complexity|operations|growth)$")
_SAMPLES = 8
_ENOUGH = 3
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class _Formula:
    """A formula in tokens, what stands left of its `=`, and whether it is a growth rate."""

    tokens: tuple[str, ...]
    left: str
    growth: bool


def is_formula(text: str) -> bool:
    """Whether an answer is compared as a formula: it can be computed, and is more than names joined by - or /."""
    return _key(text) is not None


def matches_formula(answer: str, guess: str) -> Match:
    """Compare a guess with an accepted answer. Growth rates, O(…), are the same up to a constant factor."""
    key = _key(answer)
    if key is None:
        return Match.NONE
    prepared = _prepared(guess, same_case=_tells_cases_apart(answer))
    try:
        other = _read(prepared, frozenset(key.tokens))
        alike = _same_value(key, other)
    except FormulaError:
        return Match.NONE
    if alike and key.left in ("", other.left or key.left):
        return Match.SAME
    return Match.OTHER if _TELLING.search(prepared) else Match.NONE


@lru_cache(maxsize=4096)
def _key(answer: str) -> _Formula | None:
    prepared = _prepared(answer, same_case=True)
    if not _TELLING.search(prepared):
        return None
    try:
        names = _acronyms(prepared)
        formula = _read(_prepared(answer, same_case=_tells_cases_apart(answer)), names)
        _values(formula, positive=formula.growth)
    except FormulaError:
        return None
    return formula


def _tells_cases_apart(answer: str) -> bool:
    """Whether a formula uses the same letter in both cases (n and N)."""
    names = set(re.findall(r"[^\W\d_]+", answer))
    return len({name.casefold() for name in names}) < len(names)


def _acronyms(prepared: str) -> frozenset[str]:
    """Names in capitals stay whole (TP); others of up to three letters are products (ab)."""
    return frozenset(name.casefold() for name in re.findall(r"[^\W\d_]+", prepared) if name.isupper())


def _same_value(key: _Formula, guess: _Formula) -> bool:
    pairs = [
        (left, right)
        for left, right in zip(_values(key, positive=key.growth), _values(guess, positive=key.growth), strict=True)
        if left is not None and right is not None
    ]
    if len(pairs) < _ENOUGH:
        return False
    if key.growth and (guess.growth or any(token[0].isalpha() for token in guess.tokens)):
        ratios = [left / right if right else math.inf for left, right in pairs]
        return 0 < ratios[0] < math.inf and all(math.isclose(ratio, ratios[0], rel_tol=_CLOSE) for ratio in ratios)
    return all(math.isclose(left, right, rel_tol=_CLOSE) for left, right in pairs)


# ---------------------------------------------------------------------------------------------------------- reading


def _prepared(text: str, *, same_case: bool) -> str:
    """One way of writing for powers, operators and brackets."""
    text = re.sub(r"(?<=\d)(?=[¼½¾⅐-⅞])", " ", text)
    text = re.sub(r"([¼½¾⅐-⅞])", lambda found: f"({unicodedata.normalize('NFKC', found[1])})", text)
    text = "".join(f"^({_plain(part)})" if _raised(part[0]) else part for part in _runs(text))
    text = unicodedata.normalize("NFKC", text)
    text = "".join(letter for letter in text if unicodedata.category(letter) not in {"Cf", "Cc"})
    text = spoken(text if same_case else text.casefold()).strip(" $")
    text = _PROBABILITY.sub(lambda found: f"({_named(found[0])})", text)
    for pattern, sign in _SPOKEN:
        text = pattern.sub(sign, text)
    return " ".join(text.split())


def _named(probability: str) -> str:
    """A name of its own for a probability such as P(A|B), the same however it is spaced."""
    return f"ɋ{zlib.crc32(''.join(probability.split()).casefold().encode())}"


def _runs(text: str) -> list[str]:
    """The text cut where superscripts begin and end."""
    runs: list[str] = []
    for letter in text:
        if runs and _raised(letter) == _raised(runs[-1][-1]):
            runs[-1] += letter
        else:
            runs.append(letter)
    return runs


def _raised(letter: str) -> bool:
    return unicodedata.decomposition(letter).startswith("<super>")


def _plain(raised: str) -> str:
    return unicodedata.normalize("NFKC", raised).replace("\u2212", "-")


def _read(prepared: str, names: frozenset[str]) -> _Formula:
    left, _, right = prepared.rpartition("=")
    if "=" in left:
        raise FormulaError
    text = _TIME.sub("", right.strip())
    growth = bool(_BIG_O.match(text))
    text = _GROWTH.get(text, _BIG_O.sub("", text))
    text += ")" * (text.count("(") - text.count(")"))
    return _Formula(tuple(_tokens(text, names)), "".join(left.split()), growth)


def _tokens(text: str, names: frozenset[str]) -> list[str]:
    tokens: list[str] = []
    position = 0
    text = text.strip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise FormulaError
        position = found.end()
        tokens += _pieces(found[2], names) if found[2] else [found[1] or found[3]]
    return tokens


def _pieces(word: str, names: frozenset[str]) -> list[str]:
    """A run of letters as one name, or as the functions and known names written together in it (nlogn)."""
    word = word.replace("_", "")
    if word in names or word in FUNCTIONS or word in _CONSTANTS:
        return [word]
    letters, digits = word.rstrip("0123456789"), word[len(word.rstrip("0123456789")) :]
    if digits and letters in names:
        return [letters, "^", digits]
    known = "|".join(
        sorted(map(re.escape, {*FUNCTIONS, *(name for name in names if name[0].isalpha())}), key=len)[::-1]
    )
    pieces = re.findall(rf"{known}|.", letters)
    written_together = len(letters) <= LONGEST_LETTERS or any(piece in FUNCTIONS for piece in pieces)
    if digits or not (written_together or all(piece in names for piece in pieces)):
        return [word]
    return pieces


# -------------------------------------------------------------------------------------------------------- computing


@lru_cache(maxsize=4096)
def _values(formula: _Formula, *, positive: bool) -> tuple[float | None, ...]:
    """The values at the sample points, all positive or some negative; None where the formula has none.

    Raises FormulaError where it is no formula.
    """
    return tuple(_value(formula, sample, positive=positive) for sample in range(_SAMPLES))


def _value(formula: _Formula, sample: int, *, positive: bool) -> float | None:
    try:
        value = computed(formula.tokens, lambda name: _sample(name, sample, positive=positive))
    except FormulaError:
        raise
    except (ArithmeticError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _sample(name: str, sample: int, *, positive: bool) -> float:
    """A value for a name: the same each time, between 1.1 and 4.1, negative at every other point where that may be."""
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    size = 1.1 + 3 * int.from_bytes(hashlib.sha256(f"{sample}\0{name}".encode()).digest()[:6]) / 2**48
    return -size if sample % 2 and not positive else size
