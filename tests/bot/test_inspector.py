"""What the health page and the metrics tell, and the note when nothing could be saved."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families as read
from sqlalchemy import Connection, update

from bot.ports import NotSavedError
from bot.store import Store
from bot.store.tables import rounds, schedules
from tests.clock import Clock
from tests.hall import StudyHall, open_hall, schedule


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall that has asked, and one answer."""
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(first="at once")])
    await hall.run()
    await hall.press(hall.questions()[0], "beta")
    hall.app.running["fake"].up = True
    return hall


async def metrics(hall: StudyHall, *, whole: bool = True) -> dict[str, float]:
    """The metrics as a scraper reads them, by name and labels."""
    page, content_type = await hall.app.inspector.metrics(whole=whole)
    assert content_type.startswith("text/plain; version=")
    samples = [sample for family in read(page.decode()) for sample in family.samples]
    return {" ".join([each.name, *each.labels.values()]): each.value for each in samples}


async def test_the_metrics_tell_what_the_hall_is_up_to(hall: StudyHall) -> None:
    hall.clock.forward(seconds=5)
    told = await metrics(hall)
    assert 0 <= told.pop("studyhall_event_loop_lag_seconds") < 5
    assert told == {
        "studyhall_healthy": 1,
        "studyhall_up fake": 1,
        "studyhall_last_tick_age_seconds": 5,
        "studyhall_processes": 1,
        "studyhall_schedules_due": 0,
        "studyhall_schedules_overdue": 0,
        "studyhall_posts_waiting due": 0,
        "studyhall_posts_waiting sending": 0,
        "studyhall_posts_waiting uncertain": 0,
        "studyhall_answers_stored_total": 1,
        "studyhall_notes_open": 0,
    }


async def test_the_metrics_tell_what_is_late_and_what_a_sweep_found(hall: StudyHall) -> None:

    def spoil(connection: Connection) -> None:
        connection.execute(update(schedules).values(next_due=hall.clock()))
        connection.execute(update(rounds).values(answered=4))

    await hall.store.write("team", spoil)
    await hall.app.sweeper.sweep()
    hall.clock.forward(minutes=11)
    hall.app.running["fake"].up = False
    told = await metrics(hall)
    assert told["studyhall_healthy"] == told["studyhall_up fake"] == 0
    assert told["studyhall_schedules_due"] == told["studyhall_schedules_overdue"] == 1
    assert told["studyhall_notes_open"] == told["studyhall_posts_waiting due"] == 1
    assert told["studyhall_last_sweep_timestamp_seconds"] == hall.clock().timestamp() - 660
    failures = {name: value for name, value in told.items() if name.startswith("studyhall_invariant_failures")}
    assert failures.pop("studyhall_invariant_failures answers") == 1
    assert set(failures.values()) == {0}
    assert len(failures) == 6


async def test_strangers_are_told_no_more_than_whether_all_is_well(hall: StudyHall) -> None:
    assert await metrics(hall, whole=False) == {"studyhall_healthy": 1}


async def test_a_hall_that_has_just_started_has_metrics_too(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, clock, tmp_path)
    told = await metrics(hall)
    assert told["studyhall_healthy"] == told["studyhall_answers_stored_total"] == 0
    assert told["studyhall_processes"] == 1
    assert told["studyhall_last_tick_age_seconds"] == 0


def test_the_library_of_the_metrics_is_loaded_only_when_they_are_asked_for() -> None:
    code = "import sys, bot.app; print('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(("seconds", "told"), [(50, 0), (90, 1)])
async def test_a_database_that_took_nothing_for_over_a_minute_is_told_when_it_does_again(
    hall: StudyHall, seconds: float, told: int
) -> None:
    inspector, process = hall.app.inspector, hall.app.process
    inspector.failed(ValueError("something else"))
    hall.clock.forward(seconds=20)
    inspector.failed(ExceptionGroup("jobs", [ValueError("this"), NotSavedError("the disk is full")]))
    hall.clock.forward(seconds=seconds)
    inspector.failed(NotSavedError("the disk is full"))
    await inspector.beat(process)
    hall.clock.forward(seconds=70)
    await inspector.beat(process)
    await hall.run()
    assert len(hall.notes()) == told
    for note in hall.notes():
        assert "from 2026-11-23 09:00:20 UTC to 2026-11-23 09:01:50 UTC" in note
    assert (await metrics(hall))["studyhall_notes_open"] == 0, "it is over"


async def test_an_outage_is_told_although_its_note_could_not_be_saved_at_first(hall: StudyHall) -> None:
    inspector, process, write = hall.app.inspector, hall.app.process, hall.store.write

    async def flaps(name: str, fn: Callable[[Connection], Any], **rest: Any) -> Any:
        if name == "team":
            raise NotSavedError("the disk is full again")
        return await write(name, fn, **rest)

    inspector.failed(NotSavedError("the disk is full"))
    hall.clock.forward(minutes=10)
    hall.store.write = flaps  # type: ignore[assignment, method-assign]  # the disk, not ours
    with pytest.raises(ExceptionGroup) as raised:
        await inspector.beat(process)
    inspector.failed(raised.value)
    hall.store.write = write  # type: ignore[method-assign]
    hall.clock.forward(seconds=10)
    await inspector.beat(process)
    await hall.run()
    (note,) = hall.notes()
    assert "from 2026-11-23 09:00:00 UTC to 2026-11-23 09:10:10 UTC" in note
