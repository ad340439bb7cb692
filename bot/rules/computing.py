"""Computing a formula from its tokens: sums, products, powers, factorials and a few functions, by recursive descent."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping


class FormulaError(ValueError):
    """A text is no formula that can be read here."""


FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "log": math.log, "ln": math.log, "lg": math.log, "log2": math.log2, "log10": math.log10, "exp": math.exp,
    "sqrt": math.sqrt, "abs": abs, "sin": math.sin, "cos": math.cos, "tanh": math.tanh,
}  # fmt: skip
"""Functions by name."""

NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
"""A number in a formula."""

LONGEST_LETTERS = 3
"""Longer names are words: they are never split into letters nor multiplied by standing side by side."""

_DEEPEST = 24


def computed(tokens: tuple[str, ...], value_of: Callable[[str], float]) -> float:
    """The value of a formula where `value_of` gives the values of its names.

    Raises FormulaError where the tokens are no formula or are nested too deeply, ArithmeticError or ValueError where
    the formula has no value there.
    """
    return _Reading(tokens, value_of).whole()


class _Reading:
    """One computation of a formula, token by token, by recursive descent."""

    def __init__(self, tokens: tuple[str, ...], value_of: Callable[[str], float]) -> None:
        self._tokens = (*tokens, "")
        self._at = 0
        self._depth = 0
        self._value_of = value_of

    def whole(self) -> float:
        value = self._sum()
        if self._next:
            raise FormulaError
        return value

    @property
    def _next(self) -> str:
        return self._tokens[self._at]

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _sum(self) -> float:
        value = self._product()
        while self._next in ("+", "-"):
            value = value + self._product() if self._take() == "+" else value - self._product()
        return value

    def _product(self) -> float:
        value = self._signed()
        while self._next and self._next not in "+-)^!":
            if self._next == "/":
                self._take()
                value /= self._signed()
            else:
                self._skip_times()
                value *= self._signed()
        return value

    def _skip_times(self) -> None:
        """Pass a multiplication sign, or the nothing that stands for it beside numbers, brackets and letters."""
        if self._next == "*":
            self._take()
        elif any(_is_word(token) for token in self._tokens[self._at - 1 : self._at + 1]):
            raise FormulaError

    def _signed(self) -> float:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormulaError
        if self._next in ("-", "+"):
            value = -self._signed() if self._take() == "-" else self._signed()
        else:
            value = self._power()
        self._depth -= 1
        return value

    def _power(self) -> float:
        value = self._atom()
        while self._next == "!":
            self._take()
            value = math.gamma(value + 1)
        if self._next != "^":
            return value
        self._take()
        return _raise(value, self._signed())

    def _atom(self) -> float:
        piece = self._take()
        if piece == "(":
            value = self._sum()
            if self._take() != ")":
                raise FormulaError
            return value
        if piece in FUNCTIONS:
            return self._applied(FUNCTIONS[piece])
        if piece[:1].isalpha():
            return self._value_of(piece)
        if not NUMBER.fullmatch(piece):
            raise FormulaError
        return float(piece)

    def _applied(self, function: Callable[[float], float]) -> float:
        """A function's value; log^2 n is (log n)^2."""
        if self._next != "^":
            return function(self._power_or_bracket())
        self._take()
        exponent = self._atom()
        return _raise(function(self._power_or_bracket()), exponent)

    def _power_or_bracket(self) -> float:
        return self._atom() if self._next == "(" else self._signed()


def _is_word(token: str) -> bool:
    return len(token.rstrip("0123456789")) > LONGEST_LETTERS and token[0].isalpha() and token not in FUNCTIONS


def _raise(value: float, exponent: float) -> float:
    """A real power; raises ArithmeticError or ValueError where there is none."""
    return math.pow(value, exponent)
