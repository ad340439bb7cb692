from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.store import Store
from bot.store.proof import verify
from bot.store.tables import answers, halls
from tests.bot.store.facts import found_hall
from tests.clock import Clock

PROCESSES, PEOPLE = 8, 60
ROOT = Path(__file__).parents[3]


def start(url: str, mode: str, first: int, last: int) -> subprocess.Popen[str]:
    """Another process on the same database; see answering.py."""
    command = [sys.executable, "-m", "tests.bot.store.answering", url, mode, str(first), str(last)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True)
async def test_eight_processes_that_get_the_same_answers_count_each_once(url: str, clock: Clock) -> None:
    store = Store.open(url, now=clock, runner="inline")
    await store.write("h", lambda connection: found_hall(connection, "h", PEOPLE, 1))
    processes = [start(url, "same", 1, PEOPLE + 1) for _ in range(PROCESSES)]
    told = await asyncio.gather(*(asyncio.to_thread(process.communicate) for process in processes))
    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert sum(int(out) for out, _ in told) == PEOPLE
    assert await store.read(lambda c: c.execute(select(func.count()).select_from(answers)).scalar_one()) == PEOPLE
    assert await store.read(lambda connection: verify(connection, "h")) == []
    await store.close()


async def test_what_was_acknowledged_survives_kill_minus_nine(url: str, clock: Clock) -> None:
    acknowledged: list[int] = []
    for attempt in range(3):
        process = start(url, "own", attempt * 100_000, attempt * 100_000 + 100_000)
        assert process.stdout is not None
        acknowledged += [int(process.stdout.readline()) for _ in range(20 + attempt * 7)]
        os.kill(process.pid, 9)
        rest, _ = process.communicate()
        acknowledged += [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    store = Store.open(url, now=clock, runner="inline")
    there = await store.read(lambda connection: set(connection.execute(select(halls.c.id)).scalars()))
    assert {f"h{number}" for number in acknowledged} <= there
    assert len(there) - len(acknowledged) <= 3
    await store.close()
