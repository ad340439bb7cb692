"""Units: which symbols and words measure the same thing, and how they convert. Factors are exact."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from bot.rules.spelling import fold, lemma, words


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit measures, and its size in the smallest unit that all of that kind share."""

    kind: str
    size: Fraction


SHARE = "share"
"""The kind of per cent and per mille: a share of one, which a bare number can be too."""

_TABLE = """
share        1/100      % percent per-cent pct procent
share        1/1000     ‰ permille per-mille
share        1/1000000  ppm
time         1/1000000000 ns nanosecond nsec
time         1/1000000  µs μs us microsecond usec
time         1/1000     ms millisecond msec
time         1          s sec second
time         60         min minute
time         3600       h hr hour
time         86400      d day
time         604800     wk week
bytes        1          B byte
bytes        1000       kB KB kilobyte
bytes        1000000    MB megabyte
bytes        1000000000 GB gigabyte
bytes        1000000000000 TB terabyte
bytes        1024       KiB kibibyte
bytes        1048576    MiB mebibyte
bytes        1073741824 GiB gibibyte
bytes        1099511627776 TiB tebibyte
bits         1          bit b
bits         1000       kbit kilobit
bits         1000000    Mbit megabit Mb
bits         1000000000 Gbit gigabit Gb
frequency    1          Hz hertz
frequency    1000       kHz kilohertz
frequency    1000000    MHz megahertz
frequency    1000000000 GHz gigahertz
length       1/1000000000 nm nanometre nanometer
length       1/1000000  µm μm um micrometre micrometer
length       1/1000     mm millimetre millimeter
length       1/100      cm centimetre centimeter
length       1          m metre meter
length       1000       km kilometre kilometer
mass         1/1000000  mg milligram
mass         1/1000     g gram
mass         1          kg kilogram
celsius      1          °C C celsius degree-C degree-celsius degC ℃
fahrenheit   1          °F F fahrenheit degree-F degree-fahrenheit degF ℉
kelvin       1          K kelvin
angle        1          ° degree deg
dollars      1          $ dollar usd
euros        1          € euro eur
pounds       1          £ gbp
"""


def _table() -> dict[str, Measure]:
    measures: dict[str, Measure] = {}
    for line in _TABLE.split("\n"):
        kind, _, rest = line.partition(" ")
        size, *names = rest.split() or [""]
        measures |= {name.replace("-", " "): Measure(kind, Fraction(size)) for name in names}
    return measures


_MEASURES = _table()
_BY_FOLDED_NAME = {name.casefold(): measure for name, measure in reversed(_MEASURES.items())}
_LONGEST_SYMBOL = 2


@lru_cache(maxsize=4096)
def measure_of(unit: str) -> Measure | None:
    """What a unit measures: symbols as written (MB, mb), words in any case and number; None for an unknown one."""
    unit = " ".join(unit.replace("-", " ").split())
    if unit in _MEASURES:
        return _MEASURES[unit]
    folded = unit.casefold()
    singular = " ".join(word.removesuffix("s") if len(word) > _LONGEST_SYMBOL else word for word in folded.split())
    return _BY_FOLDED_NAME.get(folded) or _BY_FOLDED_NAME.get(singular)


def same_unit(left: str, right: str) -> bool:
    """Whether two units are written alike but for case, plural and spaces."""
    return fold(left) == fold(right) or _lemmas(left) == _lemmas(right) != []


def _lemmas(unit: str) -> list[str]:
    return [lemma(word) for word in words(unit)]
