"""What the columns of the tables hold, and how both databases keep it.

Instants are whole microseconds since 1970-01-01 UTC (`Instant` converts aware datetimes), so that SQLite and PostgreSQL
order them alike and no naive datetime can get in.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Row, Text, TypeDecorator

AnyRow = Row[*tuple[Any, ...]]
"""A row whose columns the statement names."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as microseconds since the epoch."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive datetimes with TypeError (Python's own: aware and naive cannot be subtracted)."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


def micros(at: datetime) -> int:
    """An instant as the tables hold it."""
    return (at - EPOCH) // MICROSECOND


def json_text(value: Any) -> str:  # noqa: ANN401
    """A JSON value as columns of the type `Json` hold it."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(allow_nan=False, sort_keys=True, separators=(",", ":"))


class Json(TypeDecorator[Any]):
    """A JSON value as text, with sorted keys: equal values are equal texts on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401
        """Write compact JSON."""
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Read JSON."""
        return None if value is None else json.loads(value)


Id = BigInteger().with_variant(Integer, "sqlite")

ByCodePoint = Text().with_variant(Text(collation="C"), "postgresql")
"""A text that both databases order alike, by its code points."""
