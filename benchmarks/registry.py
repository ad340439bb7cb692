"""The parts of the page, in its order, and how they are run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

from benchmarks.frame import Part, Row, Scale, in_fresh_process

PARTS = (
    "answers",
    "boards",
    "grading",
    "replay",
    "due",
    "content",
    "importing",
    "start",
    "burst",
    "memory",
    "practice",
    "matches",
    "slack",
    "discord",
)
"""The modules of this package that measure; each has a `PART`."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The rows of a case and its name, `answers.sqlite`, by which it is run alone."""

    name: str
    rows: tuple[Row, ...]


def part_of(name: str) -> Part:
    """The part that a module of this package measures."""
    found = import_module(f"benchmarks.{name}").PART
    if not isinstance(found, Part):
        raise TypeError(f"benchmarks.{name}.PART is {found!r}, no Part")
    return found


def all_cases() -> list[str]:
    """The names of all cases, `answers.sqlite`, in the order of the page."""
    return [f"{part}.{case}" for part in PARTS for case in part_of(part).cases]


def chosen(names: Sequence[str]) -> list[str]:
    """The cases that these names mean, each a part or a case; all where there are none. Raises LookupError."""
    known = all_cases()
    for name in names:
        if name not in known and name not in PARTS:
            raise LookupError(f"there is no benchmark {name!r}: there are {', '.join([*PARTS, *known])}")
    return [case for case in known if not names or case in names or case.partition(".")[0] in names]


def measure(name: str, scale: Scale) -> Measured:
    """Run one case in this process."""
    part, _, case = name.partition(".")
    return Measured(name, tuple(part_of(part).cases[case](scale)))


def run(names: Sequence[str], scale: Scale) -> Iterator[Measured]:
    """Run cases one after another, each in a fresh process, so that none pays for what another left behind."""
    for name in names:
        yield in_fresh_process(measure, name, scale)
