"""PostgreSQL databases emptied after a test and used again by the next: a tenth of what making one takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.databases import fresh_database

_LARGE = 8_000_000
"""What is deleted stays in a database's files: one whose tables have grown over so many bytes is not emptied."""

_SHAPE = """
SELECT
  (SELECT sum(xmin::text::bigint) FROM pg_class),
  (SELECT sum(xmin::text::bigint) FROM pg_attribute),
  (SELECT sum(xmin::text::bigint) FROM pg_constraint),
  (SELECT sum(xmin::text::bigint) FROM pg_trigger),
  (SELECT sum(xmin::text::bigint) FROM pg_proc),
  (SELECT sum(xmin::text::bigint) FROM alembic_version)
"""
"""What a database is made of, by who wrote it: any change gives another sum."""

_SIZE = "SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace"

_END_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

_EMPTY = """
DO $$ DECLARE name regclass; filled boolean; BEGIN
  SET LOCAL session_replication_role = replica;  -- in any order of the tables
  FOR name IN SELECT oid FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %s', name); END IF;
  END LOOP;
  PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
END $$
"""


@dataclass(slots=True)
class Emptied:
    """Databases on a server that are as a template is, whose tables are empty."""

    server: str
    template: str
    _shape: Any = None
    _held: Iterator[str] | None = None
    _url: str = ""

    def lend(self) -> Iterator[str]:
        """Give the URL of one to a test; it is dropped where the test changed more than rows."""
        if self._shape is None:
            with psycopg.connect(self.server.format(name=self.template), autocommit=True) as session:
                self._shape = _shape_of(session)
        if self._held is None:
            self._held = fresh_database(self.server, self.template)
            self._url = next(self._held)
        yield self._url
        if not self._emptied():
            self.drop()

    def drop(self) -> None:
        """Drop the one that is kept for the next test."""
        for _ in self._held or ():
            raise AssertionError
        self._held = None

    def _emptied(self) -> bool:
        with psycopg.connect(self._url, autocommit=True) as session:
            session.execute(_END_OTHERS)
            if _shape_of(session) != self._shape or session.execute(_SIZE).fetchall() > [(_LARGE,)]:
                return False
            session.execute(_EMPTY)
            return True


def _shape_of(session: psycopg.Connection[tuple[Any, ...]]) -> object:
    try:
        return session.execute(_SHAPE).fetchone()
    except psycopg.errors.UndefinedTable:
        return None
