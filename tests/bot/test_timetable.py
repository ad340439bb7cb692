"""Schedules as organisers change them in a chat."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.ports import Moment
from bot.store import Store
from bot.store.halls import change_schedule
from bot.store.tables import schedules
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, hall_entry, open_hall, schedule, text_of, who

OLGA = who("olga")


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall at 09:05 whose schedule `daily` stands in the settings file; olga organises."""
    clock.forward(minutes=5)
    return await open_hall(store, clock, tmp_path)


async def told(hall: StudyHall, line: str) -> str:
    return text_of(await hall.type(line, OLGA)).replace("\\", "")


async def test_a_schedule_added_in_the_chat_asks_in_that_place(hall: StudyHall) -> None:
    assert "Done: **evening**" in await told(hall, "/study schedule add evening 10:00,18:00 mon-fri")
    await hall.run(minutes=55)
    assert len(hall.questions()) == 1
    await hall.run(hours=8)
    assert len(hall.questions()) == 2


async def test_a_schedule_may_keep_to_a_topic(hall: StudyHall) -> None:
    await told(hall, "/study schedule add stats times:10:00 topic:statistics")
    await hall.run(minutes=55)
    assert "Statistics" in hall.questions()[0].card.title


async def test_a_schedule_of_the_settings_file_is_not_changed_and_its_line_is_named(hall: StudyHall) -> None:
    for word in ("pause", "resume", "remove"):
        reply = await told(hall, f"/study schedule {word} daily")
        assert "studyhall.yaml:7" in reply
        assert reply.startswith("Nothing was changed")
    await hall.run(days=1)
    assert len(hall.questions()) == 1


async def test_a_paused_schedule_asks_nothing_and_shows_since_when(hall: StudyHall) -> None:
    await told(hall, "/study schedule add evening 18:00")
    await told(hall, "/study schedule pause evening")
    assert "Done" in await told(hall, "/study schedule pause evening")
    await hall.run(hours=10)
    assert hall.questions() == []
    assert "paused since" in await told(hall, "/study schedule list")
    assert "paused since" in await told(hall, "/study status")
    await told(hall, "/study schedule resume evening")
    await hall.run(hours=22, minutes=55)
    assert len([each for each in hall.questions() if each.card.tone == "question"]) == 1


async def test_a_removed_schedule_is_gone_and_may_be_added_again(hall: StudyHall) -> None:
    await told(hall, "/study schedule add evening 18:00")
    assert "Done" in await told(hall, "/study schedule remove evening")
    assert "There is no schedule **evening**. There are: daily" in await told(hall, "/study schedule pause evening")
    assert "evening" not in await told(hall, "/study schedule list")
    assert "Done" in await told(hall, "/study schedule add evening 19:00")
    assert "There is a schedule **evening** already" in await told(hall, "/study schedule add evening 19:00")


@pytest.mark.parametrize(
    "line", ["add evening 25:00", "add evening 18:00 someday", "add evening 18:00,18:05", f"add {'x' * 50} 18:00"]
)
async def test_what_cannot_be_read_is_told_with_its_reason(hall: StudyHall, line: str) -> None:
    assert "That cannot be read" in await told(hall, f"/study schedule {line}")
    assert "evening" not in await told(hall, "/study schedule list")


@pytest.mark.parametrize("word", ["add evening 18:00", "pause daily", "resume daily", "remove daily", "now"])
async def test_only_organisers_change_schedules(hall: StudyHall, word: str) -> None:
    assert "Only organisers" in text_of(await hall.type(f"/study schedule {word}"))


async def test_everybody_may_list_them_with_times_zone_and_origin(hall: StudyHall) -> None:
    reply = await hall.type("/study schedule list")
    (block,) = reply.card.blocks  # type: ignore[union-attr]
    assert isinstance(block, Moment)
    assert block.text == "daily (09:00, UTC): next {time} · studyhall.yaml:7"


async def test_a_hall_without_schedules_says_how_to_make_one(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, clock, tmp_path, schedules=[])
    assert "`/study schedule add` makes one" in await told(hall, "/study schedule list")
    assert "No schedule of this place" in await told(hall, "/study schedule now")


async def test_names_of_schedules_are_completed(hall: StudyHall) -> None:
    found = await hall.app.desk.completed(OLGA, GENERAL, "/study schedule pause d")
    assert [each.value for each in found] == ["/study schedule pause daily"]
    assert [each.value for each in await hall.app.desk.suggested(OLGA, GENERAL, (), "name", "da")] == ["daily"]


async def test_a_topic_that_the_bank_does_not_have_makes_no_schedule(hall: StudyHall) -> None:
    assert "Did you mean `/study schedule add statistics`" in await told(hall, "/study schedule add x 18:00 topic:stat")
    assert "x (18:00" not in await told(hall, "/study schedule list")


async def test_a_paused_schedule_that_the_settings_name_asks_again(hall: StudyHall) -> None:
    await told(hall, "/study schedule add evening 18:00")
    await told(hall, "/study schedule pause evening")
    await hall.app.registrar.settle([hall_entry(schedules=[schedule("evening", times=("18:00",))])])
    await hall.run(hours=8, minutes=55)
    assert len(hall.questions()) == 1


async def test_a_start_survives_a_zone_that_is_not_known_any_more_and_tells_the_organisers_once(
    hall: StudyHall,
) -> None:
    await told(hall, "/study schedule add evening 18:00")
    await told(hall, "/study schedule add noon 12:00")
    await hall.store.write("team", lambda connection: change_schedule(connection, 2, zone="Gone/Zone"))
    for _ in range(2):
        await hall.settle()
    await hall.run(hours=2, minutes=55)
    (note,) = hall.notes()
    assert "The schedule evening asks nothing, because its time zone is not known: 'Gone/Zone' is no time zone" in note
    assert len(hall.questions()) == 1, "the others ask"
    await told(hall, "/study schedule remove evening")
    await told(hall, "/study schedule add evening 18:00")
    assert "time zone" not in await told(hall, "/study status")


async def test_what_was_told_of_a_zone_is_over_when_the_zone_is_known_again(hall: StudyHall) -> None:
    for zone, notes in (("Gone/Zone", 1), ("UTC", 0)):
        await told(hall, "/study schedule add evening 18:00")
        await hall.store.write("team", partial(change_schedule, schedule_id=2, zone=zone))
        await hall.settle()
        status = await told(hall, "/study status")
        assert status.count("A schedule without a time") == notes


async def test_a_start_gives_a_schedule_its_next_slot_again_where_that_was_lost(hall: StudyHall) -> None:
    due = select(schedules.c.next_due).order_by(schedules.c.id)
    await told(hall, "/study schedule add evening 18:00")
    await told(hall, "/study schedule add paused 18:00")
    await told(hall, "/study schedule pause paused")
    right = await hall.store.read(lambda connection: connection.execute(due).scalars().all())
    for lost in (None, hall.clock().replace(year=2030)):
        for number in (1, 2):
            change = partial(change_schedule, schedule_id=number, next_due=lost)
            await hall.store.write("team", change)
        await hall.settle()
        assert await hall.store.read(lambda connection: connection.execute(due).scalars().all()) == right
