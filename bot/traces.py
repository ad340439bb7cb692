"""What adapters keep of people on their shelves, and how it goes when somebody is forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from bot.ports import Adapter, PlaceRef
from bot.store import Store
from bot.store.columns import AnyRow
from bot.store.halls import places_of
from bot.store.people import identities_of


async def remove_traces(store: Store, adapters: Mapping[str, Adapter], hall: str, person: int) -> None:
    """Have adapters take away what they keep of a person's accounts in a hall. Safe to repeat."""

    def known(connection: Connection) -> tuple[Sequence[AnyRow], list[PlaceRef]]:
        return identities_of(connection, person), [each.ref for each in places_of(connection, hall)]

    own, places = await store.read(known)
    for each in own:
        adapter = adapters.get(each.platform)
        if adapter is not None and adapter.forget is not None:
            there = [place for place in places if place.platform == each.platform]
            await adapter.forget(store.shelf(each.platform), each.account, there)
