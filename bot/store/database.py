"""What the store needs to know of a kind of database; `sqlite` and `postgresql` each tell it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import Enum
from typing import Protocol

from sqlalchemy import Connection, Engine

COUNTED = {"preserve_rowcount": True}
"""Execution options of every engine: an INSERT tells its rowcount too, which ON CONFLICT DO NOTHING needs."""


class Trouble(Enum):
    """Why the database, rather than a statement, failed; the value ends the sentence that people read."""

    BUSY = "the database is busy. Try again in a moment."
    UNLUCKY = "others were writing the same. Try again in a moment."
    SLOW = "the database took too long."
    LOST = "the database cannot be reached. Try again in a few minutes."
    FULL = "the database's disk is full. An organiser has to make room; it goes on by itself then."
    BROKEN = "the database's files cannot be read or written. An organiser has to look at the log."

    @property
    def passes(self) -> bool:
        """Whether trying again soon can help."""
        return self in {Trouble.BUSY, Trouble.UNLUCKY, Trouble.LOST}

    @property
    def sentence(self) -> str:
        """A sentence for the person whose write it was."""
        return f"Nothing was saved: {self.value}"


class Database(Protocol):
    """A kind of database, opened."""

    writer: Engine
    """Gives the connection that writes; its `begin` takes SQLite's write lock."""
    readers: Engine
    """Gives connections that see one consistent moment and cannot write."""

    def lock(self, connection: Connection, halls: AbstractSet[str], *, wait: bool) -> AbstractSet[str]:
        """Keep other writers out of halls until the transaction ends; returns those that were got. With `wait`, all
        of them or an error of `Trouble.BUSY`; without, those that are free.
        """

    def is_whole(self, connection: Connection) -> bool:
        """Whether the transaction still stands: neither aborted nor rolled back by an error that was caught."""

    def trouble(self, error: BaseException) -> Trouble | None:
        """What an error means; None for one that the statement itself earned."""

    def clock(self, connection: Connection) -> datetime | None:
        """The database's own clock, aware and in UTC; None where it has none of its own."""
