"""Going on when one of many fails."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.each import do_each
from bot.store import Store
from bot.store.halls import change_schedule
from tests.clock import Clock
from tests.hall import open_hall, schedule


async def test_all_have_their_turn_and_the_failures_come_at_the_end() -> None:
    done: list[int] = []

    async def do(number: int) -> None:
        done.append(number)
        if number % 2:
            raise ValueError(number)

    with pytest.raises(ExceptionGroup, match="2 of numbers failed") as group:
        await do_each("numbers", range(4), do)
    assert done == [0, 1, 2, 3]
    assert [str(error) for error in group.value.exceptions] == ["1", "3"]
    assert group.value.exceptions[0].__notes__ == ["numbers: 1"]


async def test_so_many_have_their_turn_together_and_no_more() -> None:
    waiting, most = 0, 0

    async def do(_: int) -> None:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        await asyncio.sleep(0)
        waiting -= 1

    await do_each("numbers", range(7), do, together=3)
    await do_each("numbers", [], do, together=3)
    assert (waiting, most) == (0, 3)


async def test_a_schedule_that_cannot_be_planned_does_not_keep_others_from_asking(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule("bad"), schedule("good")])
    await store.write("team", lambda connection: change_schedule(connection, 1, zone="Gone/Zone"))
    clock.forward(hours=1)
    with pytest.raises(ExceptionGroup):
        await hall.app.planner.plan()
    await hall.app.poster.post("fake")
    assert len(hall.questions()) == 1
