"""Where the database is: a SQLite file or a PostgreSQL URL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


class AddressError(ValueError):
    """A database address that Studyhall does not understand; the text says what to write."""


@dataclass(frozen=True, slots=True)
class Address:
    """A database. `file` is set for SQLite alone; `str()` never shows a password."""

    url: URL
    file: Path | None = None

    def __str__(self) -> str:
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)


def find_address(text: str | Path) -> Address:
    """Read `sqlite:///path`, a bare path, or `postgresql://user@host/name`; raises AddressError."""
    written = str(text)
    if "://" not in written:
        return _sqlite(Path(written))
    try:
        url = make_url(written)
    except (ArgumentError, ValueError) as error:
        raise AddressError(f"{written!r} is no database address: write {_FORMS}") from error
    if url.drivername == "sqlite":
        return _sqlite(Path(url.database or ""))
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return Address(url.set(drivername="postgresql+psycopg"))
    raise AddressError(f"Studyhall keeps nothing in {url.drivername!r}: write {_FORMS}")


_FORMS = "a path, sqlite:///path or postgresql://user@host/name"


def _sqlite(file: Path) -> Address:
    if not file.name or file.name == ":memory:":
        raise AddressError(f"a SQLite database needs a file that outlives the process: write {_FORMS}")
    return Address(URL.create("sqlite", database=str(file)), file.absolute())
