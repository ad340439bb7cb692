"""What every benchmark shares: rows, figures, runs in turn, clocks of wall and processor, and the size of a run.

A measuring module has `PART`, a `Part` whose cases each return rows. `python -m benchmarks` runs every part of
`benchmarks.registry`, each case in a fresh process, and writes docs/benchmarks.md.
"""

from __future__ import annotations

import gc
import multiprocessing
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class LostError(Exception):
    """A benchmark found that the product lost something, or did something twice: a figure would mean nothing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: the value of each run, all in `unit`. It stands for their median."""

    runs: tuple[float, ...]
    unit: str

    @property
    def value(self) -> float:
        """The median of the runs."""
        return median(self.runs)

    def __str__(self) -> str:
        """`54 (52..57) µs`."""
        if len(self.runs) == 1:
            return f"{short(self.value)} {self.unit}".rstrip()
        return f"{short(self.value)} ({short(min(self.runs))}..{short(max(self.runs))}) {self.unit}"


def short(value: float) -> str:
    """A value with three significant digits, thousands in full."""
    if value == 0 or abs(value) >= 100:  # noqa: PLR2004  three digits
        return f"{value:,.0f}"
    return f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the page: what the product needs, beside its floor where it has one.

    `most` is the goal: of the product's ratio to the floor, or of the product's own value where there is no floor
    (in its unit); None for a row that only tells. `explained` says, where the goal is missed, what a profile found.
    """

    what: str
    product: Figure
    floor: Figure | None = None
    most: float | None = None
    explained: str = ""

    @property
    def ratio(self) -> float | None:
        """The product's value for one of the floor's."""
        return self.product.value / self.floor.value if self.floor else None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if self.most is None:
            return None
        return (self.product.value if self.ratio is None else self.ratio) <= self.most

    @property
    def missed(self) -> bool:
        """Whether the goal is missed, and nothing explains it."""
        return self.reached is False and not self.explained


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a run is: `quick` is for a look and for the tests, the full size is for the page."""

    quick: bool = False

    def of(self, full: T, quick: T) -> T:
        """The one that fits."""
        return quick if self.quick else full

    @property
    def runs(self) -> int:
        """How often floor and product are measured."""
        return self.of(5, 1)


Case = Callable[[Scale], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page: its title, a paragraph on how it was measured (Markdown), and its cases by name.

    `python -m benchmarks NAME.CASE` runs one case; a case is a function at the top of its module.
    """

    title: str
    method: str
    cases: Mapping[str, Case]


@dataclass(frozen=True, slots=True)
class Spent:
    """What something took, in seconds: on the wall, and of the processor in all threads of this process."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Spent:
    """Do something once, after the garbage of others is gone."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def in_turn(runs: int, *measures: Callable[[], T]) -> list[list[T]]:
    """Run measures one after another, then all of them again: `runs` results of each, by measure.

    Whatever else the machine does meets floor and product alike that way.
    """
    results: list[list[T]] = [[] for _ in measures]
    for _ in range(runs):
        for measure, found in zip(measures, results, strict=True):
            found.append(measure())
    return results


def cpu_of(spent: Sequence[Spent], each: int = 1, unit: str = "µs CPU") -> Figure:
    """Microseconds of processor for one of `each` operations."""
    return Figure(tuple(one.cpu / each * 1e6 for one in spent), unit)


def wall_of(spent: Sequence[Spent], each: int = 1, unit: str = "µs") -> Figure:
    """Microseconds on the wall for one of `each` operations."""
    return Figure(tuple(one.wall / each * 1e6 for one in spent), unit)


def in_fresh_process(work: Callable[P, T], *arguments: P.args, **words: P.kwargs) -> T:
    """Call a function of a module in a new interpreter and return what it returns; its errors are raised here."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(work, *arguments, **words).result()


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of this process in megabytes (10^6 bytes): now, and the most since it began."""

    now: float
    peak: float


def memory() -> Memory:
    """What this process holds, as Linux tells it."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    kilobytes = {name: int(size) for name, size in re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status, re.MULTILINE)}
    return Memory(kilobytes["VmRSS"] * 1024 / 1e6, kilobytes["VmHWM"] * 1024 / 1e6)
