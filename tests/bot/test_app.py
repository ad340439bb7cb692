"""The whole process: start, serve, stop, and what happens when a part of it fails."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Connection, select

from bot.app import App, cache_beside, random_token, run, wall_clock
from bot.installed import installed_adapters
from bot.ports import Adapter, Limits, Listener, NotSetUpError, Options, PlaceRef, Press, Tone, Who
from bot.store import Store, schema
from bot.store.notes import open_notes
from bot.store.tables import posts
from scheduler.alarm import Alarm
from tests.clock import Clock
from tests.fakes.platform import FakePlatform
from tests.hall import (
    GENERAL,
    ORGANISERS,
    StudyHall,
    choice_pack,
    hall_entry,
    open_hall,
    schedule,
    settings_for,
    text_of,
)


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall that asks its first question at once."""
    return await open_hall(store, clock, tmp_path, schedules=[schedule(first="at once")])


async def until(condition: object, seconds: float = 10.0) -> None:
    """Wait for what a callable says to come true."""
    assert callable(condition)
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def open_notes_of_the_team(connection: Connection) -> list[str]:
    """What the organisers were told and is not over."""
    return [note.kind for note in open_notes(connection, "team")]


def states(connection: Connection) -> list[str]:
    """The states of all posts."""
    return list(connection.execute(select(posts.c.state)).scalars())


async def test_a_process_asks_shows_its_health_and_stops_when_told(hall: StudyHall) -> None:
    serving = asyncio.create_task(hall.app.serve())
    await until(lambda: hall.questions() and hall.app.up()["fake"])
    async with aiohttp.ClientSession() as session, session.get(f"{hall.app.doors.address}/health") as response:
        health = await response.json()
    assert health["status"] == "ok"
    assert health["platforms"] == {"fake": True}
    hall.app.stop()
    async with asyncio.timeout(10):
        await serving
    await hall.app.close()
    assert len(hall.questions()) == 1


async def test_a_platform_that_fails_is_started_again_and_told(hall: StudyHall) -> None:
    runs = []

    async def fails_once(listener: Listener) -> None:
        runs.append(listener)
        if len(runs) == 1:
            raise ConnectionError("refused by the other side")
        await asyncio.Event().wait()

    hall.platform.run = fails_once  # type: ignore[method-assign]  # the platform's own fault, not ours
    hall.app.running["fake"].wait = 0.05
    serving = asyncio.create_task(hall.app.serve())
    await until(lambda: len(runs) == 2 and hall.notes())
    assert "refused by the other side" in hall.notes()[0]
    assert hall.app.up() == {"fake": True}
    hall.app.stop()
    await serving
    await hall.app.close()


async def test_a_platform_that_is_not_set_up_is_given_up_and_told_while_another_goes_on(
    store: Store, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app, platforms = await open_both(store, clock, tmp_path, organiser_place=ORGANISERS)
    runs = []

    async def not_taken(listener: Listener) -> None:
        runs.append(listener)
        raise NotSetUpError("the token is not taken")

    platforms["other"].run = not_taken  # type: ignore[method-assign]  # the platform's own fault, not ours
    app.running["other"].wait = 0.05
    serving = asyncio.create_task(app.serve())
    await until(lambda: app.up() == {"other": False, "fake": True} and platforms["fake"].in_place(ORGANISERS))
    (note,) = platforms["fake"].in_place(ORGANISERS)
    assert "other cannot be connected: the token is not taken." in text_of(note.card)
    assert "the token is not taken" in caplog.text
    assert not [record for record in caplog.records if record.exc_info]
    await asyncio.sleep(0.3)
    assert len(runs) == 1
    assert not serving.done()
    await app.porter.resumed("other")
    assert await store.read(open_notes_of_the_team) == []
    app.stop()
    assert await serving == 0
    await app.close()


async def test_where_no_platform_is_left_the_process_ends_with_one(hall: StudyHall) -> None:
    async def not_taken(listener: Listener) -> None:
        raise NotSetUpError("the token is not taken")

    hall.platform.run = not_taken  # type: ignore[method-assign]  # the platform's own fault, not ours
    async with asyncio.timeout(10):
        assert await hall.app.serve() == 3
    await hall.app.close()


async def test_a_platform_whose_person_leaves_ends_the_process(hall: StudyHall) -> None:
    async def leaves(listener: Listener) -> None:
        return

    hall.platform.run = leaves  # type: ignore[method-assign]  # a console's end of input
    async with asyncio.timeout(10):
        assert await hall.app.serve() == 0
    await hall.app.close()


async def test_what_is_due_can_be_run_by_hand(hall: StudyHall) -> None:
    await hall.app.run_due()
    assert len(hall.questions()) == 1


async def open_both(
    store: Store, clock: Clock, folder: Path, organiser_place: PlaceRef | None = None
) -> tuple[App, dict[str, FakePlatform]]:
    """A process on two platforms, `fake` and `other`, a question being due in both and open for an hour."""
    file = folder / "pack.yaml"
    file.write_text(choice_pack(), encoding="utf-8")
    both = (replace(GENERAL, platform="other"), GENERAL)
    entry = hall_entry(
        places=both, schedules=[schedule(places=both, open_for=timedelta(hours=1))], organiser_place=organiser_place
    )
    platforms = {name: FakePlatform(name, clock) for name in ("other", "fake")}
    adapters = {
        name: Adapter(name, lambda _, each=each: each, str, Limits(settle=0.0))  # type: ignore[misc]
        for name, each in platforms.items()
    }
    settings = settings_for([entry], [file], tuple(platforms))
    clock.forward(hours=-1)
    app = App(settings, store, adapters, environment={}, now=clock, token=random_token)
    await app.registrar.settle(settings.halls)
    clock.forward(hours=1)
    return app, platforms


async def test_a_platform_that_never_answers_keeps_no_other_from_its_counts_and_reveals(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    app, platforms = await open_both(store, clock, tmp_path)
    await app.run_due()
    for name, platform in platforms.items():
        posted = platform.posted[0]
        options = next(block for block in posted.card.blocks if isinstance(block, Options))
        person = Who(name, "team", "ada", "Ada")
        await app.desk.pressed(Press(f"{name} 1", clock(), person, posted.place, options.choices[0].ref))

    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    platforms["other"].reactors = never  # type: ignore[assignment, method-assign]  # the platform's own fault
    platforms["other"].edit = never  # type: ignore[assignment, method-assign]
    alarm = asyncio.create_task(Alarm(app.jobs(), lambda *_: None).run())
    question = platforms["fake"].posted[0]

    def shows(tone: Tone) -> bool:
        return question.card.tone == tone

    await until(lambda: question.edits == 1)
    assert shows(Tone.QUESTION)
    clock.forward(hours=1)
    await until(lambda: shows(Tone.REVEAL))
    alarm.cancel()
    await asyncio.gather(alarm, return_exceptions=True)


async def test_one_platform_down_does_not_stop_another(store: Store, clock: Clock, tmp_path: Path) -> None:
    app, platforms = await open_both(store, clock, tmp_path)
    platforms["other"].fails = [OSError("no route")] * 50
    await app.run_due()
    assert len(platforms["fake"].posted) == 1
    platforms["other"].fails = []
    clock.forward(minutes=1)
    await app.run_due()
    await app.run_due()
    clock.forward(minutes=1)
    await app.run_due()
    assert len(platforms["other"].posted) == 1


def test_the_installed_adapters_are_found_by_their_entry_points() -> None:
    assert {"console", "web"} <= set(installed_adapters())


def test_tokens_are_unguessable_and_fit_a_ref() -> None:
    tokens = {random_token(16) for _ in range(100)}
    assert len(tokens) == 100
    assert all(set(token) <= set("abcdefghijklmnopqrstuvwxyz234567") for token in tokens)


def test_the_wall_clock_is_aware() -> None:
    assert wall_clock().tzinfo is not None


def test_the_compiled_bank_lies_beside_a_sqlite_file() -> None:
    assert cache_beside("sqlite:////srv/studyhall.db") == Path("/srv/studyhall.bank")
    assert cache_beside("postgresql://host/db") is None


async def test_run_makes_the_database_serves_and_ends_on_a_signal(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "pack.yaml"
    file.write_text(choice_pack(), encoding="utf-8")
    place = replace(GENERAL, platform="web", workspace="local")
    entry = hall_entry(places=(place,), schedules=[schedule(places=(place,), first="at once")], organiser_place=None)
    url = f"sqlite:///{tmp_path / 'studyhall.db'}"
    web = {setting.name: setting.default for setting in installed_adapters()["web"].settings}
    settings = replace(settings_for([entry], [file]), platforms={"web": web}, database=url)
    running = asyncio.create_task(run(settings, {}))
    async with asyncio.timeout(30):
        while not (tmp_path / "studyhall.bank").exists():
            await asyncio.sleep(0.1)
        store = Store.open(url, now=clock)
        while "sent" not in await store.read(states):
            await asyncio.sleep(0.1)
    await store.close()
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(10):
        assert await running == 0
    assert schema.current(url) == schema.head()
