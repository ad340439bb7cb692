"""Named leases: one process at a time does a thing, such as the nightly sweep or editing a live count.

A lease is a row of `shelf` in a namespace of its own. Its clock is the store's: the database's where there are several
processes.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, or_

from bot.store.prepared import spoken
from bot.store.tables import shelf

if TYPE_CHECKING:
    from bot.store.engine import Store

LONGEST = 86_400.0


async def take(store: Store, name: str, owner: str, seconds: float) -> bool:
    """Take a lease or renew one's own; False where another owner holds it.

    Raises ValueError unless it is for more than 0 seconds and at most a day.
    """
    if not (math.isfinite(seconds) and 0 < seconds <= LONGEST):
        raise ValueError(f"a lease lasts more than 0 and at most {LONGEST:.0f} seconds, not {seconds}")
    span = timedelta(seconds=seconds)
    return await store.write(
        _hall(name), lambda connection: take_in(connection, name, owner, store.lease_now(connection), span)
    )


def take_in(connection: Connection, name: str, owner: str, now: datetime, span: timedelta) -> bool:
    """`take` inside a transaction that does more. A lease lasts the same `span` for all; one that is to last longer was
    taken by a clock that has been set back since, and is over.
    """
    insert = spoken(connection.dialect).insert(shelf)
    row = {"namespace": _hall(name), "key": "", "value": {}, "seq": 0, "owner": owner, "lease_until": now + span}
    statement = insert.values(row).on_conflict_do_update(
        index_elements=["namespace", "key"],
        set_={"owner": insert.excluded.owner, "lease_until": insert.excluded.lease_until},
        where=or_(shelf.c.owner == owner, shelf.c.lease_until <= now, shelf.c.lease_until > now + span),
    )
    return connection.execute(statement).rowcount == 1


def _hall(name: str) -> str:
    return f"lease:{name}"
