"""The proof that standings equal a replay of the answers, and the remedy where they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, union

from bot.rules import boards as rules
from bot.rules.boards import Standing
from bot.store.replay import replayed
from bot.store.standings import recompute
from bot.store.tables import histogram, people, standings

if TYPE_CHECKING:
    from bot.store.engine import Store

CHUNK = 20
"""People, or boards and periods, that one transaction of a rebuild takes."""

KEY = ("board", "period")
STREAMED = {"yield_per": 1_000}


def verify(connection: Connection, hall: str) -> list[str]:
    """Replay a hall's answers; a line for each row of `standings` or `histogram` that is not as it should be."""
    return list(differences(connection, hall))


def differences(connection: Connection, hall: str) -> Iterator[str]:
    """`verify`, a line at a time: no more than one person's rows and the histogram are held."""
    bars = Counter[tuple[str, str, int]]()
    both = merge(_stored(connection, hall), _replayed(connection, hall), key=itemgetter(0))
    for _, found in groupby(both, itemgetter(0)):
        rows = {source: standing for _, source, standing in found}
        right = rows.get("replayed", {})
        bars.update(rules.histogram(right))
        yield from _unlike("standings", rows.get("stored", {}).items(), right)
    yield from _unlike("histogram", _histogram(connection, hall), bars)


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


Found = Iterator[tuple[int, str, dict[tuple[str, str, int], Standing]]]
"""A person, where the rows come from, and the rows; by ascending person."""


def _replayed(connection: Connection, hall: str) -> Found:
    return ((person, "replayed", rows) for person, rows in replayed(connection, hall))


def _stored(connection: Connection, hall: str) -> Found:
    columns = (standings.c[name] for name in ("person_id", *KEY, "points", "right", "answered", "reached"))
    statement = select(*columns).where(standings.c.hall_id == hall).order_by(standings.c.person_id)
    for person, rows in groupby(connection.execute(statement, execution_options=STREAMED), itemgetter(0)):
        yield person, "stored", {(board, period, who): Standing(*rest) for who, board, period, *rest in rows}


def _histogram(connection: Connection, hall: str) -> Iterator[tuple[tuple[str, str, int], int]]:
    columns = (histogram.c[name] for name in (*KEY, "points", "people"))
    statement = select(*columns).where(histogram.c.hall_id == hall).order_by(*(histogram.c[name] for name in KEY))
    for board, period, points, number in connection.execute(statement, execution_options=STREAMED):
        yield (board, period, points), number


def _unlike(table: str, stored: Iterable[tuple[tuple[str, str, int], object]], right: dict[Any, Any]) -> Iterator[str]:
    """A line for each row that differs, is missing or is too much; empties `right`."""
    for key, value in stored:
        expected = right.pop(key, None)
        if value != expected:
            yield f"{table} {' '.join(map(str, key))}: stored {value}, replayed {expected}"
    for key in sorted(right):
        yield f"{table} {' '.join(map(str, key))}: stored None, replayed {right[key]}"


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
