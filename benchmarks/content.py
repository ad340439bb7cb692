"""Packs: read and checked cold, opened unchanged, and checked by the command an author runs."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from benchmarks.frame import (
    Figure,
    LostError,
    Part,
    Row,
    Scale,
    Spent,
    cpu_of,
    in_fresh_process,
    in_turn,
    memory,
    timed,
    wall_of,
)
from content.audit import RULES, Report, audit
from content.bank import open_bank
from content.pack import load_pack

IMPORTS = """\
A fifth is the interpreter's own start, a seventh `dataclasses`, `argparse` and `typing`, half the import of PyYAML and
of the forms of packs, and a tenth the check itself. On a machine with nothing else to do it is about the goal."""
ROOT = Path(__file__).resolve().parent.parent
A_FILE = 100
SMALL = 14
HEADER = """\
format: 1
id: bench
title: A pack to measure with
version: 0.1.0
licence: CC-BY-4.0
languages: [en]
description: Questions that differ in their numbers alone.
"""
ITEM = """\
  - id: item-{n}
    kind: choice
    concept: concept-{concept}
    topic: topic-{topic}
    difficulty: {difficulty}
    stem: In sample {n}, which quantity does the confidence interval around the mean describe?
    options:
      - text: The mean of the population, by a method that covers it in {percent} % of samples
        reason: The method covers the mean that often, whatever the sample.
      - text: The probability that the next observation lies inside
        reason: That is a prediction interval, which is wider.
      - text: The share of the observations inside
        reason: It shrinks as the sample grows, so it is no share of observations.
      - text: The range that all of the {n} means fell into
        reason: Some of them fall outside, and that is intended.
    key: A
    explanation: An interval is made by a method; its level says how often the method covers the true mean.
"""


def write_pack(at: Path, items: int) -> Path:
    """A pack of so many items, a hundred a file."""
    pack = at / "bench"
    pack.mkdir()
    (pack / "pack.yaml").write_text(HEADER, encoding="utf-8")
    for start in range(0, items, A_FILE):
        texts = [
            ITEM.format(
                n=n,
                concept=n // 3,
                topic=n % 12,
                difficulty=("easy", "medium", "hard")[n % 3],
                percent=90 + n % 10,
            )
            for n in range(start, min(start + A_FILE, items))
        ]
        (pack / f"part-{start:06}.yaml").write_text("items:\n" + "".join(texts), encoding="utf-8")
    return pack


def parse_alone(pack: Path) -> list[object]:
    """The floor: each file through PyYAML's C loader, unchecked."""
    return [yaml.load(file.read_bytes(), yaml.CSafeLoader) for file in sorted(pack.glob("*.yaml"))]


def cold(scale: Scale) -> list[Row]:
    """A changed bank: read, checked and compiled."""
    items = scale.of(10_000, 300)
    with TemporaryDirectory() as at:
        pack = write_pack(Path(at), items)
        floors, loads, opens = in_turn(
            scale.runs,
            lambda: in_fresh_process(_timed_floor, pack),
            lambda: in_fresh_process(_timed_load, pack, items),
            lambda: in_fresh_process(_timed_open, pack, items),
        )
    return [
        Row(f"{items:,} items read and checked", wall_of(loads, items), wall_of(floors, items), 1.5),
        Row("the same, CPU", cpu_of(loads, items), cpu_of(floors, items), 1.5),
        Row(f"{items:,} items read, checked and compiled into the bank", wall_of(opens, items), wall_of(floors, items)),
    ]


def _timed_floor(pack: Path) -> Spent:
    return timed(lambda: parse_alone(pack))


def _timed_load(pack: Path, items: int) -> Spent:
    loaded = []
    spent = timed(lambda: loaded.append(load_pack(pack)))
    if loaded[0].faults or len(loaded[0].items) != items:
        raise LostError(f"of {items} items {len(loaded[0].items)} were read: {loaded[0].faults[:3]}")
    return spent


def _timed_open(pack: Path, items: int) -> Spent:
    banks = []
    spent = timed(lambda: banks.append(open_bank([pack], pack.parent / "bank")))
    if len(banks[0].items) != items:
        raise LostError(f"of {items} items {len(banks[0].items)} are in the bank")
    (pack.parent / "bank").unlink()
    return spent


def unchanged(scale: Scale) -> list[Row]:
    """A bank that did not change: opened, and ten items read from it."""
    items = scale.of(100_000, 300)
    with TemporaryDirectory() as at:
        pack = write_pack(Path(at), items)
        in_fresh_process(_compile, pack)
        found = [in_fresh_process(_opened, pack, items) for _ in range(scale.runs)]
    milliseconds, megabytes = zip(*found, strict=True)
    return [
        Row(f"an unchanged bank of {items:,} items opened", Figure(milliseconds, "ms"), most=20),
        Row("the same, memory above the imports", Figure(megabytes, "MB"), most=5),
    ]


def _compile(pack: Path) -> None:
    open_bank([pack], pack.parent / "bank")


def _opened(pack: Path, items: int) -> tuple[float, float]:
    """Milliseconds and megabytes of opening the bank and reading ten items."""
    gc.collect()
    before, start = memory().now, time.perf_counter()
    bank = open_bank([pack], pack.parent / "bank")
    read = [bank.items[f"bench/item-{n}"] for n in range(0, items, items // 10)]
    took = time.perf_counter() - start
    if len(read) != len({item.id for item in read}) or len(bank.items) != items:
        raise LostError("the bank is not whole")
    return took * 1e3, memory().now - before


def audited(scale: Scale) -> list[Row]:
    """An audit by all rules, of items of which none is like another and of items that differ in their numbers alone."""
    items = scale.of(10_000, 300)
    with TemporaryDirectory() as at:
        pack = write_pack(Path(at), items)
        alike, unlike = in_turn(
            scale.runs,
            lambda: in_fresh_process(_timed_audit, pack, items, alike=True),
            lambda: in_fresh_process(_timed_audit, pack, items, alike=False),
        )
    return [
        Row(f"{items:,} items audited, all of them alike", Figure(tuple(each.cpu for each in alike), "s CPU"), most=10),
        Row("the same, none of them alike", Figure(tuple(each.cpu for each in unlike), "s CPU"), most=10),
    ]


def _timed_audit(pack: Path, items: int, *, alike: bool) -> Spent:
    loaded = load_pack(pack)
    header = loaded.pack
    if header is None or len(loaded.items) != items:
        raise LostError(f"of {items} items {len(loaded.items)} were read")
    found = [each if alike else replace(each, stem=_other_words(n)) for n, each in enumerate(loaded.items)]
    reports: list[Report] = []
    spent = timed(lambda: reports.append(audit(header, found, tuple(RULES))))
    alike_ones = sum(finding.rule == "near-duplicate" for finding in reports[0].findings)
    if alike_ones != (items - 1 if alike else 0):
        raise LostError(f"{alike_ones} of {items} items were found to be alike")
    return spent


def _other_words(number: int) -> str:
    """A stem of forty words that no other item has."""
    return " ".join(f"w{number * 40 + n:x}" for n in range(40))


def command(scale: Scale) -> list[Row]:
    """`studyhall content check` of a small pack as a whole process, against bare Python and the parse."""
    with TemporaryDirectory() as at:
        pack = write_pack(Path(at), SMALL)
        bare, checks = in_turn(
            scale.of(15, 2), lambda: _run("-c", "pass"), lambda: _run("-m", "bot", "content", "check", str(pack))
        )
        parses = [in_fresh_process(_timed_floor, pack).wall * 1e3 for _ in range(scale.runs)]
    least = Figure(tuple(bare), "ms")
    parse = Figure(tuple(parses), "ms")
    beyond = Figure(tuple(check - parse.value for check in checks), "ms")
    return [
        Row(
            f"`content check` of {SMALL} items, the whole process without the parse",
            beyond,
            most=100,
            explained=IMPORTS,
        ),
        Row("the same, with the parse, beside `python -c pass`", Figure(tuple(checks), "ms"), least),
        Row("the parse alone", parse),
    ]


def _run(*arguments: str) -> float:
    """Milliseconds of a fresh interpreter, start to exit."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1e3


PART = Part(
    "Packs",
    f"""\
The items are single-choice questions of 1 KB of YAML, {A_FILE} a file. The floor reads the same files with PyYAML's C
loader one after another and checks nothing; the product finds every fault with its line. Each measurement has a fresh
process. *Read and checked* is what a pack that comes with the program costs; *compiled* is another pack, read by a
child process with limits, and the compiled bank written.""",
    {"cold": cold, "unchanged": unchanged, "audited": audited, "command": command},
)
