"""The daily sweep: once a day for all processes, what it tells and what it drops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update

from bot.ports import NotSavedError
from bot.store import Store
from bot.store.leases import take
from bot.store.outdated import CHUNK, drop_outdated
from bot.store.processes import Process, beat
from bot.store.tables import events, notes, posts, processes, rounds, schedules, shelf, standings
from bot.sweeper import Sweeper, swept
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, hall_entry, open_hall, schedule, who


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall with a question that two people answered."""
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(first="at once")])
    await hall.run()
    await hall.press(hall.questions()[0], "beta")
    return hall


async def do(hall: StudyHall, statement: Any) -> None:
    """Change rows."""
    await hall.store.write("team", lambda connection: connection.execute(statement).close())


async def test_all_processes_together_sweep_once_a_day_and_not_in_the_first_hour(hall: StudyHall) -> None:
    another = Sweeper(hall.store, hall.clock, lambda length: "z" * length)
    swept_at = []
    for _ in range(6 * 50):
        hall.clock.forward(minutes=10)
        done = [await sweeper.sweep_if_due() for sweeper in (hall.app.sweeper, another)]
        swept_at += [hall.clock.at] * sum(done)
    assert [(at - swept_at[0]) / timedelta(days=1) for at in swept_at] == [0, 1, 2]
    assert (await hall.store.read(swept)).at == swept_at[-1]


async def test_a_sweep_that_failed_is_tried_again_after_an_hour_and_a_clock_set_back_does_not_stop_it(
    hall: StudyHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not await hall.app.sweeper.sweep_if_due()
    hall.clock.forward(hours=1)

    async def gone(*_: object) -> None:
        raise NotSavedError("the database is gone")

    with monkeypatch.context() as patch:
        patch.setattr("bot.sweeper.drop_outdated", gone)
        with pytest.raises(NotSavedError):
            await hall.app.sweeper.sweep_if_due()
    assert not await hall.app.sweeper.sweep_if_due()
    hall.clock.forward(hours=1)
    assert await hall.app.sweeper.sweep_if_due()
    hall.clock.forward(days=-400)
    assert await hall.app.sweeper.sweep_if_due()


async def test_what_fails_is_told_once_and_over_when_it_passes_again(hall: StudyHall) -> None:
    assert await hall.app.sweeper.sweep() == {}
    await do(hall, update(standings).values(points=77))
    await do(hall, update(rounds).values(answered=5))
    failed = await hall.app.sweeper.sweep()
    assert failed["answers"] == 1
    assert failed["standings"] > 10
    await hall.app.sweeper.sweep()
    await hall.run()
    first, second = hall.notes()
    assert "`studyhall db verify --repair`" in first
    assert "“answers” found one fault" in second
    assert (await hall.store.read(swept)).failed == failed
    health = await hall.app.inspector.health()
    assert health["sweep"] == {"at": hall.clock().isoformat(), "failed": ["answers", "standings"]}
    assert (await hall.store.read(lambda c: c.execute(select(func.count(standings.c.points))).scalar_one())) > 0
    await do(hall, update(rounds).values(answered=1))
    assert await hall.app.sweeper.sweep() == {"standings": failed["standings"]}
    still = await hall.store.read(lambda c: list(c.execute(select(notes.c.kind).where(notes.c.resolved_at.is_(None)))))
    assert [kind for (kind,) in still] == ["standings"]


async def test_a_hall_that_cannot_be_checked_keeps_no_other_hall_from_its_check(hall: StudyHall) -> None:
    await hall.app.registrar.settle([hall_entry("alone", (), [], organiser_place=None), hall_entry()])
    await do(hall, update(rounds).values(answered=5))
    write, written = hall.store.write, list[str]()

    async def fails_once(name: str, fn: Callable[[Connection], Any], **rest: Any) -> Any:
        written.append(name)
        if name == "alone":
            raise NotSavedError("the database is busy")
        return await write(name, fn, **rest)

    hall.store.write = fails_once  # type: ignore[assignment, method-assign]  # the database's own fault, not ours
    with pytest.raises(ExceptionGroup, match="1 of halls to check failed"):
        await hall.app.sweeper.sweep()
    hall.store.write = write  # type: ignore[method-assign]
    assert written == ["alone", "team", "team"]
    await hall.run()
    assert "“answers” found one fault" in hall.notes()[0]
    assert (await hall.store.read(swept)).at is None, "it is tried again"


async def test_a_check_that_breaks_off_is_a_fault_of_its_hall_and_the_others_go_on(hall: StudyHall) -> None:
    other = replace(GENERAL, channel="other")
    await hall.app.registrar.settle([hall_entry("alone", (other,), [schedule(places=(other,))]), hall_entry()])
    await do(hall, update(schedules).where(schedules.c.hall_id == "alone").values(weekdays=["someday"]))
    await do(hall, update(rounds).values(answered=5))
    assert await hall.app.sweeper.sweep() == {"answers": 1, "slots": 1}
    open_now = select(notes.c.hall_id, notes.c.kind, notes.c.about).order_by(notes.c.hall_id)
    found = await hall.store.read(lambda c: [tuple(row) for row in c.execute(open_now)])
    assert found == [("alone", "proof", "slots"), ("team", "proof", "answers")]


async def test_a_sweep_that_lies_more_than_two_days_back_makes_the_health_page_say_degraded(hall: StudyHall) -> None:
    async def status(**forward: float) -> str:
        await hall.run(**forward)
        return str((await hall.app.inspector.health())["status"])

    hall.app.running["fake"].up = True
    assert not await hall.app.sweeper.sweep_if_due()
    assert await status(days=2) == "ok"
    assert await status(minutes=1) == "degraded", "there never was one"
    assert await hall.app.sweeper.sweep_if_due()
    assert await status(days=2) == "ok"
    assert await status(minutes=1) == "degraded"


async def test_a_failed_check_makes_the_health_page_say_degraded(hall: StudyHall) -> None:
    hall.app.running["fake"].up = True
    assert (await hall.app.inspector.health())["status"] == "ok"
    await do(hall, update(rounds).values(answered=5))
    await hall.app.sweeper.sweep()
    assert (await hall.app.inspector.health())["status"] == "degraded"


def count_of(connection: Connection, table: Any) -> int:
    """The number of rows."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


async def left(hall: StudyHall, table: Any) -> int:
    """The number of rows that are left."""
    return await hall.store.read(partial(count_of, table=table))


async def test_what_is_long_over_is_dropped_and_the_rest_stays(hall: StudyHall) -> None:
    await hall.run(days=1)
    hall.clock.forward(minutes=1)
    await hall.store.write("team", partial(tell_things, now=hall.clock()))
    await hall.store.write("processes", partial(beat, process=Process("p", ("fake",), hall.clock()), now=hall.clock()))
    await take(hall.store, "counts", "p", 60)
    kept = {table: await left(hall, table) for table in (events, notes, posts, processes, shelf)}
    await drop_outdated(hall.store, hall.clock())
    assert {table: await left(hall, table) for table in kept} == kept
    await drop_outdated(hall.store, hall.clock() + timedelta(days=8))
    assert await left(hall, events) == 0
    assert await left(hall, shelf) == 0
    assert await left(hall, notes) == kept[notes]
    hall.clock.forward(days=200)
    await drop_outdated(hall.store, hall.clock())
    assert await left(hall, processes) == 0
    assert await left(hall, notes) == 2, "one is open, one is still to be sent"
    kinds = await hall.store.read(lambda c: list(c.execute(select(posts.c.kind).distinct().order_by("kind")).scalars()))
    assert kinds == ["explanation", "note", "question"]
    assert (await hall.app.sweeper.sweep()) == {}


async def test_codes_to_link_with_that_nobody_used_are_dropped(hall: StudyHall) -> None:
    await hall.app.people.code("team", who(), "e9")
    before = await left(hall, shelf)
    hall.clock.forward(hours=1)
    await hall.app.sweeper.sweep()
    assert await left(hall, shelf) == before + 1, "the code may still be asked for; the sweep is written down"
    hall.clock.forward(days=2)
    await hall.app.sweeper.sweep()
    assert await left(hall, shelf) == 1


def tell_things(connection: Connection, now: Any) -> None:
    """Notes: open, over, and over but not sent; the last two with posts."""
    for number, resolved in ((1, None), (2, now), (3, now)):
        note = {"id": number, "hall_id": "team", "kind": "bank", "about": "", "facts": {}, "at": now}
        connection.execute(insert(notes).values(**note, resolved_at=resolved))
    post = {"hall_id": "team", "place_id": 1, "platform": "fake", "kind": "note", "next_try": now, "made_at": now}
    for number, state in ((2, "sent"), (3, "due")):
        connection.execute(insert(posts).values(**post, nth=number, stamp=f"n-{number}", state=state))


async def test_many_rows_are_dropped_a_chunk_a_transaction(store: Store, clock: Clock) -> None:
    rows = [{"platform": "web", "event": f"e{n}", "at": clock(), "outcome": {}} for n in range(2 * CHUNK + 1)]
    await store.write("events", lambda connection: connection.execute(insert(events), rows).close())
    clock.forward(days=8)
    assert await drop_outdated(store, clock()) == 2 * CHUNK + 1
    assert await store.read(partial(count_of, table=events)) == 0


async def test_the_organisers_of_every_hall_learn_of_a_damaged_file(
    sqlite_url: str, clock: Clock, tmp_path: Path
) -> None:
    store = Store.open(sqlite_url, now=clock, runner="inline")
    hall = await open_hall(store, clock, tmp_path, halls=[hall_entry()])
    await store.close()
    import sqlite3  # noqa: PLC0415

    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("INSERT INTO places VALUES (99, 'gone', 'web', 'w', 'c', NULL, NULL)")
    connection.close()
    store = Store.open(sqlite_url, now=clock, runner="inline")
    sweeper = Sweeper(store, clock, lambda length: "y" * length)
    assert await sweeper.sweep() == {"database": 1}
    facts = await store.read(lambda c: c.execute(select(notes.c.facts)).scalars().all())
    assert facts == [{"check": "database", "count": 1}]
    await store.close()
    assert hall.notes() == []
