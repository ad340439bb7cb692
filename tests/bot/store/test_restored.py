from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, insert, select

from bot.store import Store
from bot.store.posts import AT_ONCE
from bot.store.restored import doubt_posts
from bot.store.tables import places, posts
from tests.bot.store.facts import found_hall
from tests.clock import Clock


async def test_what_was_being_sent_is_looked_for_as_often_as_anything(store: Store, clock: Clock) -> None:
    def sending(connection: Connection) -> None:
        found_hall(connection, "h", 1, 1)
        place = connection.execute(select(places.c.id)).scalars().first()
        row = {"hall_id": "h", "place_id": place, "platform": "web", "kind": "note", "stamp": "n-1", "state": "sending"}
        times = {"next_try": clock(), "made_at": clock(), "lease_until": clock(), "first_try": clock()}
        connection.execute(insert(posts).values(row | times | {"looks": 1, "owner": "me"}))

    await store.write("h", sending)
    assert await store.write("h", partial(doubt_posts, hall="h")) == 1
    query = select(posts.c.state, posts.c.looks, posts.c.next_try, posts.c.owner, posts.c.lease_until)
    (row,) = await store.read(lambda connection: connection.execute(query).all())
    assert tuple(row) == ("uncertain", 0, AT_ONCE, None, None)
