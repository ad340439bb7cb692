"""A process of its own that stores answers: `python answering.py URL MODE FROM TO`.

`same` stores the answers of people FROM to TO once, as every other process tries to; `own` stores a hall a number and
says each number once it is saved.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, insert, select

from bot.ports import NotSavedError
from bot.store import Store
from bot.store.answers import answer_in
from bot.store.standings import count
from bot.store.tables import halls, rounds
from tests.bot.store.facts import answer, hall


def once(connection: Connection, identity: int) -> bool:
    """Store and count an answer unless it is there; whether it was stored."""
    asked = connection.execute(select(rounds.c.id).where(rounds.c.hall_id == "h").order_by("id")).scalars().first()
    if asked is None or answer_in(connection, asked, identity):
        return False
    count(connection, "h", answer(connection, asked, identity, 10))
    return True


async def same(store: Store, identities: range) -> None:
    stored = await asyncio.gather(*(store.write("h", partial(once, identity=n), within=60) for n in identities))
    print(sum(stored))  # noqa: T201  what the other process reads


def add(connection: Connection, number: int) -> None:
    """A hall with this number."""
    connection.execute(insert(halls).values(hall(f"h{number}")))


async def own(store: Store, numbers: range) -> None:
    for number in numbers:
        try:
            await store.write(f"h{number}", partial(add, number=number))
        except NotSavedError:
            continue
        print(number, flush=True)  # noqa: T201  the acknowledgement


async def main(url: str, mode: str, first: str, last: str) -> None:
    store = Store.open(url, now=lambda: datetime.now(UTC))
    await {"same": same, "own": own}[mode](store, range(int(first), int(last)))
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
