"""The shelf: rows that an adapter keeps, in a namespace of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from bot.ports import ConflictError, Row
from bot.store import leases
from bot.store.columns import AnyRow
from bot.store.prepared import spoken
from bot.store.tables import shelf

if TYPE_CHECKING:
    from bot.store.engine import Store

LAST = chr(0x10FFFF)
SURROGATES = range(0xD800, 0xE000)


class StoredShelf:
    """`bot.ports.Shelf` over the table `shelf`.

    `seq` grows with every change of the namespace, in the order in which changes are committed, whichever process makes
    them, and is never used again: the row with the empty key counts. Keys are not empty; they sort by code point.
    """

    def __init__(self, store: Store, namespace: str) -> None:
        self._store = store
        self._namespace = namespace
        self._hall = f"shelf:{namespace}"

    async def get(self, key: str) -> Row | None:
        """The row, None where there is none."""
        return await self._store.read(lambda connection: self._row(connection, key))

    async def put(self, key: str, value: Any, expected: int | None = None) -> Row:  # noqa: ANN401  any JSON
        """Write; with `expected` (0: must be absent) only if the row's seq is still that, else raises ConflictError.

        Raises ValueError or TypeError for what is no JSON (NaN is not) and for an empty key.
        """
        if not key:
            raise ValueError("a row on a shelf needs a key")
        stored = json.loads(json.dumps(value, allow_nan=False))
        ran: list[bool] = []

        def put_in(connection: Connection) -> Row | None:
            row = self._row(connection, key)
            again = bool(ran)
            ran.append(True)
            if expected is not None and (row.seq if row else 0) != expected:
                return row if again and row and row.value == stored else None  # ours, from a COMMIT in doubt
            return self._write(connection, key, stored)

        row = await self._store.write(self._hall, put_in)
        if row is None:
            raise ConflictError(f"{self._namespace}/{key} was changed by somebody else: read it again")
        return row

    async def delete(self, key: str) -> None:
        """Remove the row if it is there."""
        gone = delete(shelf).where(shelf.c.namespace == self._namespace, shelf.c.key == key, shelf.c.key != "")
        await self._store.write(self._hall, lambda connection: connection.execute(gone).close())

    async def changed(self, prefix: str, after: int = 0, limit: int = 200) -> Sequence[Row]:
        """Rows whose key starts with `prefix` and whose seq is greater than `after`, in order of seq."""

        def changed_in(connection: Connection) -> list[Row]:
            rows = self._rows(connection, prefix).where(shelf.c.seq > after)
            return [_told(row) for row in connection.execute(rows.order_by(shelf.c.seq).limit(limit))]

        return await self._store.read(changed_in)

    async def newest(self, prefix: str, limit: int = 50) -> Sequence[Row]:
        """The last rows by key whose key starts with `prefix`, in ascending order of key."""

        def newest_in(connection: Connection) -> list[Row]:
            rows = self._rows(connection, prefix).order_by(_by_code_point(connection).desc())
            return [_told(row) for row in connection.execute(rows.limit(limit))][::-1]

        return await self._store.read(newest_in)

    async def lease(self, key: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease; False where another owner holds it."""
        return await leases.take(self._store, f"{self._namespace}/{key}", owner, seconds)

    def _row(self, connection: Connection, key: str) -> Row | None:
        found = connection.execute(
            select(shelf.c.key, shelf.c.value, shelf.c.seq).where(
                shelf.c.namespace == self._namespace, shelf.c.key == key, shelf.c.key != ""
            )
        ).first()
        return _told(found) if found else None

    def _rows(self, connection: Connection, prefix: str) -> Any:  # noqa: ANN401  a Select of three columns
        key = _by_code_point(connection)
        return select(shelf.c.key, shelf.c.value, shelf.c.seq).where(
            shelf.c.namespace == self._namespace, shelf.c.key != "", key >= prefix, key < _end_of(prefix)
        )

    def _write(self, connection: Connection, key: str, value: Any) -> Row:  # noqa: ANN401  any JSON
        seq = self._next(connection)
        insert = spoken(connection.dialect).insert(shelf)
        row = {"namespace": self._namespace, "key": key, "value": value, "seq": seq}
        statement = insert.values(row).on_conflict_do_update(
            index_elements=["namespace", "key"], set_={"value": insert.excluded.value, "seq": insert.excluded.seq}
        )
        connection.execute(statement)
        return Row(key, value, seq)

    def _next(self, connection: Connection) -> int:
        counter = (shelf.c.namespace == self._namespace) & (shelf.c.key == "")
        seq = int(connection.execute(select(shelf.c.value).where(counter)).scalar() or 0) + 1
        if seq == 1:
            row = {"namespace": self._namespace, "key": "", "value": seq, "seq": 0}
            connection.execute(shelf.insert().values(row))
        else:
            connection.execute(update(shelf).where(counter).values(value=seq))
        return seq


def _by_code_point(connection: Connection) -> ColumnElement[str]:
    return shelf.c.key.collate("C" if connection.dialect.name == "postgresql" else "BINARY")


def _end_of(prefix: str) -> str:
    """The least text, by code point, above all that start with `prefix`."""
    kept = prefix.rstrip(LAST)
    if not kept:
        return LAST * (len(prefix) + 100)
    above = ord(kept[-1]) + 1
    return kept[:-1] + chr(SURROGATES.stop if above in SURROGATES else above)


def _told(row: AnyRow) -> Row:
    return Row(row.key, row.value, row.seq)
