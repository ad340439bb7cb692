"""The whole core on virtual time: processes die and freeze, platforms and databases fail, clocks are set.

A seed that fails is run again by `python -m tests.simulation SEED`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.checks import Report
from tests.simulation.running import Ground

TOGETHER = 10
SHORT = 200
LONG = int(os.environ.get("STUDYHALL_SEEDS", "20000"))


def run(ground: Ground, seeds: range, days: int = 4) -> Report:
    """All these seeds."""
    total = Report()
    for seed in seeds:
        total += ground.run(seed, days=days)
    return total


@pytest.mark.parametrize("first", range(0, SHORT, TOGETHER))
def test_every_slot_is_posted_once_or_named_and_no_answer_is_lost(ground: Ground, first: int) -> None:
    report = run(ground, range(first, first + TOGETHER))
    assert report.wrong == []
    assert report.posted > 0
    assert report.answers > 0


@pytest.mark.soak
@pytest.mark.parametrize("first", range(SHORT, LONG, 200))
def test_so_it_is_over_many_seeds_and_longer_days(ground: Ground, first: int) -> None:
    report = run(ground, range(first, first + 200), days=40)
    assert report.wrong == []


def test_a_seed_gives_the_same_run_in_every_process() -> None:
    root = Path(__file__).parents[2]
    told = [
        subprocess.run(
            [sys.executable, "-m", "tests.simulation", "3", "--trace"],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for salt in ("1", "2")
    ]
    assert told[0] == told[1]
    assert "m1 " in told[0]
