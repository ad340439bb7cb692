from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, select, update

from bot.store import Store
from bot.store.planning import asked_in
from bot.store.tables import turns
from tests.bot.store.facts import found_hall

BLOCK = 24


async def history(store: Store, days: int) -> list[str]:
    """The items that are read back of a place that was asked one a day."""

    def ask(connection: Connection) -> None:
        found_hall(connection, f"h{days}", 1, days)
        asked = select(turns.c.id).where(turns.c.hall_id == f"h{days}").order_by(turns.c.id)
        for number, turn in enumerate(connection.execute(asked).scalars().all()):
            connection.execute(update(turns).where(turns.c.id == turn).values(item_id=f"item-{number}"))

    await store.write(f"h{days}", ask)
    places = await store.read(partial(asked_in, place_ids=range(1, 1_000), block=BLOCK))
    return next(asked for asked in reversed(places.values()) if asked)


async def test_a_history_is_read_from_the_beginning_of_a_block_and_two_at_most(store: Store) -> None:
    first = {days: int((await history(store, days))[0].removeprefix("item-")) for days in (1, 24, 47, 48, 71, 72)}
    assert first == {1: 0, 24: 0, 47: 0, 48: 24, 71: 24, 72: 48}
