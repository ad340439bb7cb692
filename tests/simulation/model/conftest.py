"""What the tests of the model share."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from content.pack import load_pack
from tests.simulation.model.machine import StudyHalls

MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def quick() -> settings:
    """The short form: the same examples each time."""
    return settings(
        max_examples=10,
        stateful_step_count=40,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )


@pytest.fixture
def machine(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[StudyHalls]]:
    """The machine, with a room for its databases, in memory where there is one.

    Packs are read in this process: starting a child for each of them takes longer than all the rest.
    """
    monkeypatch.setattr("content.bank.load_guarded", lambda path, *_: load_pack(path))
    room = Path(tempfile.mkdtemp(prefix="studyhall-model-", dir=MEMORY if MEMORY.is_dir() else None))
    shutil.copyfile(sqlite_template, room / "template.db")
    with closing(asyncio.new_event_loop()) as loop:
        yield type("Halls", (StudyHalls,), {"template": room / "template.db", "room": room, "loop": loop})
    shutil.rmtree(room)
