"""The page of results: docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.frame import Figure, Row
from benchmarks.registry import PARTS, Measured, part_of

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
LIBRARIES = ("sqlalchemy", "psycopg", "aiohttp", "pyyaml", "apscheduler", "slack-bolt", "slack-sdk", "discord.py")

HEAD = """\
# Benchmarks

What Studyhall costs, each time beside a floor: the least that the library or driver beneath it needs for the same
work. `make bench` measures all of it anew and writes this page; the last column runs one row alone. Figures of another
machine differ; the ratios should not differ by much.

- Floor and product are measured in the same run, in turn, and a figure is the median of the runs (lowest..highest).
- *CPU* is processor time of the measuring process, all its threads together: the steadiest figure where others use the
  machine too. Figures without *CPU* are of the clock on the wall.
- A benchmark that stores answers checks that none was lost or counted twice, and that standings equal a replay; it
  fails rather than tell a figure otherwise.
"""

COLUMNS = "| what | floor | product | ratio | goal | reached | alone |\n|---|---|---|---|---|---|---|"


def render(measured: Sequence[Measured], day: date, server: str) -> str:
    """The whole page. `server` is the version of the PostgreSQL that was measured."""
    parts = dict.fromkeys(each.name.partition(".")[0] for each in measured)
    sections = [section(part, [each for each in measured if each.name.startswith(f"{part}.")]) for part in parts]
    return "\n".join([HEAD, machine(day, server), *sections])


def renewed(page: str, measured: Sequence[Measured], day: date) -> str:
    """The page with the sections of some parts measured anew, each of which says when; the others stay as they are."""
    head, *old = re.split(r"^(?=## )", page, flags=re.MULTILINE)
    sections = {_title(each): each for each in old}
    for part in dict.fromkeys(each.name.partition(".")[0] for each in measured):
        new = section(part, [each for each in measured if each.name.startswith(f"{part}.")])
        title, _, rest = new.partition("\n")
        sections[_title(new)] = f"{title}\n\nMeasured on {day:%Y-%m-%d}, apart from the others.\n{rest}"
    ranks = {part_of(part).title: rank for rank, part in enumerate(PARTS)}
    told = sorted(sections, key=lambda title: ranks.get(title, len(ranks)))
    return head + "\n".join(sections[title].rstrip("\n") + "\n" for title in told)


def _title(text: str) -> str:
    """What a section is called."""
    return text.partition("\n")[0].removeprefix("## ")


def machine(day: date, server: str) -> str:
    """What was measured on, in general words."""
    versions = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
    implementation = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"Measured on {day:%Y-%m-%d}: {os.cpu_count()} cores, {_memory():.0f} GB of memory, "
        f"{platform.system()} on {platform.machine()}, {implementation}, SQLite {sqlite3.sqlite_version}, "
        f"PostgreSQL {server}, {versions}.\n"
    )


def section(part: str, measured: Iterable[Measured]) -> str:
    """A part of the page: its rows, and beneath them what keeps rows from their goals."""
    found = part_of(part)
    lines = [f"## {found.title}\n", f"{found.method}\n", COLUMNS]
    rows = [(each.name, row) for each in measured for row in each.rows]
    lines += [line(row, name) for name, row in rows]
    short_of = [row for _, row in rows if row.explained and row.reached is False]
    if short_of:
        lines += ["", *(f"- *{row.what}*: {row.explained}" for row in short_of)]
    return "\n".join([*lines, ""])


def line(row: Row, name: str) -> str:
    """A row as a line of the table."""
    cells = (
        row.what,
        str(row.floor or ""),
        str(row.product),
        "" if row.ratio is None else f"{row.ratio:.2f}",
        _goal(row),
        {None: "", True: "yes", False: "**no**"}[row.reached],
        f"`python -m benchmarks {name}`",
    )
    return f"| {' | '.join(cells)} |"


def told(measured: Measured) -> Iterator[str]:
    """The rows of a case as lines for a terminal."""
    for row in measured.rows:
        ratio = "" if row.ratio is None else f"  = {row.ratio:.2f} x {row.floor}"
        goal = "" if row.most is None else f"  [{_goal(row)}: {'reached' if row.reached else 'MISSED'}]"
        yield f"{measured.name}: {row.what}: {row.product}{ratio}{goal}"


def _goal(row: Row) -> str:
    if row.most is None:
        return ""
    return f"at most {row.most:g} x" if row.floor else f"at most {Figure((row.most,), row.product.unit)}"


def _memory() -> float:
    """Gigabytes (10^9 bytes) of this machine."""
    found = re.search(r"^MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"), re.MULTILINE)
    return int(found[1]) * 1024 / 1e9 if found else 0.0
