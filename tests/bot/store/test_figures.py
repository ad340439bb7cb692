from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, select, update

from bot.store import Store
from bot.store.checks import SCHEDULE_PATIENCE
from bot.store.figures import figures
from bot.store.tables import rounds, schedules
from bot.store.turns import count_answer
from tests.bot.store.facts import answer, found_hall
from tests.clock import Clock


async def test_answers_that_were_not_stored_are_not_counted(store: Store, clock: Clock) -> None:
    await store.write("h", lambda connection: found_hall(connection, "h", 1, 1))

    def take(connection: Connection, *, fails: bool) -> None:
        asked = connection.execute(select(rounds.c.id)).scalars().first()
        assert asked is not None
        answer(connection, asked, 1, 10)
        count_answer(connection, asked)
        if fails:
            raise KeyError("it cannot be done")

    for _ in range(3):
        with pytest.raises(KeyError):
            await store.write("h", partial(take, fails=True))
    assert (await store.read(partial(figures, now=clock()))).answers == 0
    await store.write("h", partial(take, fails=False))
    assert (await store.read(partial(figures, now=clock()))).answers == 1


async def test_a_schedule_is_overdue_only_after_a_while(store: Store, clock: Clock) -> None:
    await store.write("h", lambda connection: found_hall(connection, "h", 1, 1))
    due = update(schedules).values(next_due=clock() - SCHEDULE_PATIENCE + timedelta(seconds=1))
    await store.write("h", lambda connection: connection.execute(due).close())
    found = await store.read(partial(figures, now=clock()))
    assert (found.due, found.overdue) == (1, 0)
    found = await store.read(partial(figures, now=clock.forward(seconds=1)))
    assert (found.due, found.overdue) == (1, 1)
