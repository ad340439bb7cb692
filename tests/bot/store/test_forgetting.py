from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, insert, update

from bot.store import Store
from bot.store.forgetting import people_left
from bot.store.tables import identities, links
from tests.bot.store.facts import START, found_hall


async def test_a_person_is_left_by_links_only_when_no_identity_is_theirs_any_more(store: Store) -> None:
    def link(connection: Connection, identity: int, before: int, person: int) -> None:
        connection.execute(update(identities).where(identities.c.id == identity).values(person_id=person))
        row = {"hall_id": "h", "identity_id": identity, "from_person": before, "to_person": person, "at": START}
        connection.execute(insert(links).values(row))

    await store.write("h", lambda connection: found_hall(connection, "h", 3, 1))
    await store.write("h", partial(link, identity=1, before=1, person=2))
    assert await store.read(partial(people_left, person=2)) == [1]
    await store.write("h", partial(link, identity=3, before=3, person=1))
    assert await store.read(partial(people_left, person=2)) == [], "somebody is who they were"
