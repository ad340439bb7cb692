from __future__ import annotations

from functools import partial

from bot.store import Store
from bot.store.notes import SELDOM, new_note
from tests.bot.store.facts import found_hall
from tests.clock import Clock


async def test_a_note_that_is_told_seldom_is_told_again_after_a_while_and_after_the_clock_was_set_back(
    store: Store, clock: Clock
) -> None:
    await store.write("h", lambda connection: found_hall(connection, "h", 1, 1))

    async def told() -> bool:
        note = partial(new_note, hall="h", kind="unsaved", about="h", facts={}, now=clock())
        return await store.write("h", note) is not None

    assert await told()
    clock.at += SELDOM["unsaved"]
    assert not await told()
    clock.forward(seconds=1)
    assert await told()
    clock.forward(days=-1)
    assert await told()
