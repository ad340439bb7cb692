"""The whole core on virtual time: processes die and freeze, platforms and databases fail, clocks are set.

Seeds run in a process of their own, which has nothing else in its memory. One that fails is run again by
`python -m tests.simulation SEED`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOGETHER = 40
SHORT = 200
MINUTES, DAYS = 9, 6
"""Of the long form. Within the week for which events are kept: the checks look for what came of each of them."""
LONG = int(os.environ.get("STUDYHALL_SEEDS", "20000"))


def simulated(*arguments: object, **environment: str) -> str:
    """What the command prints; it fails where a seed does."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("first", range(0, SHORT, TOGETHER))
def test_every_slot_is_posted_once_or_named_and_no_answer_is_lost(first: int) -> None:
    told = simulated(*range(first, first + TOGETHER)).splitlines()
    assert len(told) == TOGETHER + 1
    posted, answers, kills, faults = map(int, re.findall(r"\d+", told[-1]))
    assert min(posted, answers, kills) > 0 == faults


@pytest.mark.soak
@pytest.mark.parametrize("first", range(SHORT, LONG, 200))
def test_so_it_is_over_many_seeds_and_longer_days(first: int) -> None:
    simulated(*range(first, first + 200), "--minutes", MINUTES, "--days", DAYS)


def test_a_seed_gives_the_same_run_in_every_process() -> None:
    told = [simulated(3, "--trace", PYTHONHASHSEED=salt) for salt in ("1", "2")]
    assert told[0] == told[1]
    assert "m1 " in told[0]
