"""Statements compiled once a process, not once for each database that a test opens: two fifths of a simulation's time.

SQLAlchemy keeps what it compiled for an engine and its dialect; here all engines of one kind are opened alike.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_compiled: LRUCache[Any, Any] = LRUCache(5_000)


def _is_alike(dialect: DefaultDialect, other: object) -> bool:
    return type(dialect) is type(other)


def _hash_alike(dialect: DefaultDialect) -> int:
    return hash(type(dialect))


def share() -> None:
    """From now on engines share what was compiled."""
    Engine._compiled_cache = property(lambda _: _compiled, lambda *_: None)  # type: ignore[assignment]
    DefaultDialect.__eq__ = _is_alike  # type: ignore[assignment,method-assign]
    DefaultDialect.__hash__ = _hash_alike  # type: ignore[assignment,method-assign]
