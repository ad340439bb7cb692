"""The proof that standings equal a replay of the answers, and the remedy where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, union

from bot.rules import boards as rules
from bot.store.replay import counted_answers
from bot.store.standings import recompute, stored_standings
from bot.store.tables import histogram, people, standings

if TYPE_CHECKING:
    from bot.store.engine import Store

CHUNK = 20
"""People, or boards and periods, that one transaction of a rebuild takes."""


def verify(connection: Connection, hall: str) -> list[str]:
    """Replay a hall's answers; a line for each row of `standings` or `histogram` that is not as it should be."""
    replayed = rules.replay(counted_answers(connection, hall))
    found = _unlike("standings", stored_standings(connection, hall), replayed)
    return found + _unlike("histogram", _histogram(connection, hall), rules.histogram(replayed))


async def rebuild(store: Store, hall: str) -> int:
    """Make standings and histogram equal to a replay, in short transactions between which answers go on counting.

    Returns how many people were looked at.
    """
    found = await store.read(lambda connection: _people(connection, hall))
    for start in range(0, len(found), CHUNK):
        some = found[start : start + CHUNK]
        await store.write(hall, partial(_recompute_all, hall=hall, some=some))
    pairs = await store.read(lambda connection: _pairs(connection, hall))
    for start in range(0, len(pairs), CHUNK):
        few = pairs[start : start + CHUNK]
        await store.write(hall, partial(_sum_up, hall=hall, pairs=few))
    return len(found)


def _histogram(connection: Connection, hall: str) -> dict[tuple[str, str, int], int]:
    columns = (histogram.c[name] for name in ("board", "period", "points", "people"))
    found = connection.execute(select(*columns).where(histogram.c.hall_id == hall))
    return {(board, period, points): number for board, period, points, number in found}


def _unlike(table: str, stored: Mapping[Any, object], right: Mapping[Any, object]) -> list[str]:
    return [
        f"{table} {' '.join(map(str, key))}: stored {stored.get(key)}, replayed {right.get(key)}"
        for key in sorted(stored.keys() | right.keys())
        if stored.get(key) != right.get(key)
    ]


def _people(connection: Connection, hall: str) -> list[int]:
    return list(connection.execute(select(people.c.id).where(people.c.hall_id == hall).order_by("id")).scalars())


def _recompute_all(connection: Connection, hall: str, some: list[int]) -> None:
    for person in some:
        recompute(connection, hall, person)


def _pairs(connection: Connection, hall: str) -> list[tuple[str, str]]:
    both = (select(table.c.board, table.c.period).where(table.c.hall_id == hall) for table in (standings, histogram))
    return [(board, period) for board, period in connection.execute(union(*both))]


def _sum_up(connection: Connection, hall: str, pairs: list[tuple[str, str]]) -> None:
    """Make the histogram of some boards and periods anew from their standings."""
    for board, period in pairs:
        of = {"hall_id": hall, "board": board, "period": period}
        connection.execute(delete(histogram).where(*(histogram.c[name] == value for name, value in of.items())))
        bars = (
            select(*(standings.c[name] for name in ("hall_id", "board", "period", "points")), func.count())
            .where(*(standings.c[name] == value for name, value in of.items()))
            .group_by(*(standings.c[name] for name in ("hall_id", "board", "period", "points")))
        )
        connection.execute(insert(histogram).from_select(list(histogram.c), bars))
