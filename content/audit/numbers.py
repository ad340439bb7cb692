"""Rules about options that are numbers or ranges of numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import inf

from content.audit.finding import Finding
from content.audit.seen import COMPARED, Seen, cited, found
from content.item import Kind
from content.scalars import decimal

FEWEST = 3
"""Two numbers are always in order."""

_NUMBER = r"[-+−]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?"
_UNIT = r"(?P<unit>[^\d\s]\D{0,20})?"
_ALONE = re.compile(rf"(?:about|roughly|around|≈)?\s*(?P<number>{_NUMBER})\s*{_UNIT}", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"(?:(?:from\s*)?(?P<low>{_NUMBER})\s*[^\d\s]?\s*(?:-|–|—|to|~|～|至|到)|between\s*(?P<first>{_NUMBER})\s*[^\d\s]?\s*and)"
    rf"\s*(?P<high>{_NUMBER})\s*{_UNIT}",
    re.IGNORECASE,
)
_ONE_SIDED = re.compile(
    r"(?:(?P<below>less than|fewer than|below|under|<|小于|少于|低于)|(?P<to>up to|at most|no more than|<=|≤|至多|最多)"
    r"|(?P<above>more than|greater than|above|over|>|大于|多于|超过|高于)|(?P<since>at least|no less than|>=|≥|至少))"
    rf"\s*(?P<number>{_NUMBER})\s*{_UNIT}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Range:
    """The values between `low` and `high`; each end belongs to it unless it is open."""

    low: float
    high: float
    unit: str
    low_open: bool = False
    high_open: bool = False

    def meets(self, other: Range) -> bool:
        """Whether both have values in common."""
        first, second = sorted((self, other), key=lambda each: (each.low, each.low_open))
        if first.high == second.low:
            return not (first.high_open or second.low_open)
        return second.low < first.high

    @property
    def wide(self) -> bool:
        """Whether it is more than a number."""
        return self.low < self.high


def number(text: str) -> Range | None:
    """The number that an option is, and nothing else; per cents as shares."""
    match = _ALONE.fullmatch(text.strip())
    if not match:
        return None
    value, unit = _value(match["number"]), (match["unit"] or "").strip()
    return Range(value / 100, value / 100, "") if unit == "%" else Range(value, value, unit)


def overlapping(seen: Seen) -> Iterator[Finding]:
    """All options are ranges or numbers of one unit, and two of the ranges have values in common."""
    ranges = _all_of_one_unit(seen, _range) if seen.item.kind is Kind.CHOICE else ()
    for (one, first), (other, second) in combinations(zip(seen.options, ranges, strict=False), 2):
        if (first.wide or second.wide) and first.meets(second):
            message = f"{cited(one)} and {cited(other)} have values in common"
            yield found(seen, "overlapping-options", message, "let each range begin after the one before ends")


def unordered(seen: Seen) -> Iterator[Finding]:
    """All options are numbers of one unit; where they are printed one looks for them by size."""
    values = [each.low for each in _all_of_one_unit(seen, number)] if seen.item.kind in COMPARED else []
    if len(values) < FEWEST:
        return
    if not (all(a < b for a, b in pairwise(values)) or all(a > b for a, b in pairwise(values))):
        remedy = "list them by size: rounds shuffle options, sheets and exports show them as listed"
        yield found(seen, "unordered-options", f"the options are {', '.join(seen.options)}", remedy)


def _all_of_one_unit(seen: Seen, read: Callable[[str], Range | None]) -> tuple[Range, ...]:
    """All options as ranges; none where one cannot be read as one, or has another unit."""
    ranges = tuple(each for each in map(read, seen.options) if each is not None)
    return ranges if len(ranges) == len(seen.options) and len({each.unit for each in ranges}) == 1 else ()


def _range(text: str) -> Range | None:
    """What an option that is a range or a number holds."""
    text = text.strip()
    if match := _BETWEEN.fullmatch(text):
        low, high = match["low"] or match["first"], match["high"]
        return Range(_value(low), _value(high), (match["unit"] or "").strip())
    if match := _ONE_SIDED.fullmatch(text):
        value, unit = _value(match["number"]), (match["unit"] or "").strip()
        if match["below"] or match["to"]:
            return Range(-inf, value, unit, high_open=bool(match["below"]))
        return Range(value, inf, unit, low_open=bool(match["above"]))
    return number(text)


def _value(text: str) -> float:
    read = decimal(text.replace(",", "").replace("−", "-").removeprefix("+"))
    return inf if read is None else float(read)
