from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, insert, select, update

from bot.rules.shown import Shown
from bot.store import Store
from bot.store.tables import places, rounds, turns
from bot.store.turns import rounds_to_tell
from content.item import Difficulty, Kind
from tests.bot.store.facts import found_hall

SHOWN = Shown("pack/item", "1", Kind.OPEN, "Why?", "statistics", "concept", Difficulty.EASY, "Because.")


async def test_counts_that_wait_on_one_platform_keep_none_of_another_waiting(store: Store) -> None:
    def many(connection: Connection) -> None:
        found_hall(connection, "h", 1, 1)
        connection.execute(update(turns).values(shown=SHOWN.to_json(), policy={}, regraded=0))
        turn = connection.execute(select(turns.c.id)).scalar_one()
        place = insert(places).values(hall_id="h", platform="slack", workspace="w").returning(places.c.id)
        for number in range(500):
            place_id = connection.execute(place, {"channel": str(number)}).scalar_one()
            row = {"id": number - 1_000, "hall_id": "h", "turn_id": turn, "place_id": place_id, "token": f"s{number}"}
            connection.execute(insert(rounds).values(row | {"state": "open"}))
        connection.execute(update(rounds).values(answered=1))

    await store.write("h", many)
    assert len(await store.read(partial(rounds_to_tell, platform="slack"))) == 500
    assert [one.place.platform for one in await store.read(partial(rounds_to_tell, platform="web"))] == ["web"] * 2
