"""Copying a study hall to another database, such as from SQLite to PostgreSQL: every row and each as it was, or none.

The source is read in one snapshot while its writers are kept out, the target is filled in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    TableClause,
    Text,
    TypeDecorator,
    cast,
    column,
    func,
    insert,
    inspect,
    literal,
    select,
    table,
)

from bot.store import schema
from bot.store.address import Address, find_address
from bot.store.held import NAMES, CopyError, alone, connected, still, told
from bot.store.processes import ALIVE, living
from bot.store.tables import metadata

CHUNK = 1_000
"""So many rows of the source are held at a time."""
MOST_TOLD = 20
BITS = 128

Progress = Callable[[str, int, int], None]
"""Told the table, and how many of all rows are done."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows there are, and a sum over all that is in them, which their order does not change."""

    rows: int = 0
    digest: int = 0

    def plus(self, rows: Iterable[Sequence[Any]]) -> Tally:
        """The tally with more rows."""
        digests = [blake2b(repr(tuple(row)).encode(), digest_size=BITS // 8).digest() for row in rows]
        digest = (self.digest + sum(int.from_bytes(each) for each in digests)) % 2**BITS
        return Tally(self.rows + len(digests), digest)


def copy_database(
    source: str, target: str, now: datetime, prove: Callable[[Connection], Sequence[str]], progress: Progress
) -> dict[str, int]:
    """Copy all rows into a database that has none, making its tables; returns how many rows each table has.

    `prove` looks at the target before anything is final and gives a line for each fault. Raises CopyError,
    AddressError, DatabaseFileError or SchemaError; then the target has no row. The source is never written to.
    """
    origin, goal = find_address(source), find_address(target)
    if origin == goal:
        raise CopyError(f"{origin} cannot be copied to itself: give an empty database as the second")
    with still(origin) as rows:
        _refuse_living(origin, rows, now)
        if origin.file and not goal.file:
            _refuse_nul(origin, rows)
        with told(f"{goal} cannot be used"):
            _refuse_filled_file(goal)
            schema.upgrade(target)
        with alone(goal) as into:
            _refuse_rows(goal, into)
            tallies = _copy(origin, rows, goal, into, progress)
            _refuse_unlike(goal, into, tallies)
            _measure(into)
            _refuse_faults(goal, prove(into))
            _number_on(into)
    return {name: tally.rows for name, tally in tallies.items()}


def written(address: str) -> str:
    """An address as `DATABASE_URL` takes it, with `***` in the place of its password."""
    found = find_address(address)
    if found.file:
        return f"sqlite:///{found.file}"
    return found.url.set(drivername="postgresql").render_as_string(hide_password=True)


def _refuse_living(origin: Address, rows: Connection, now: datetime) -> None:
    if living(rows, now - ALIVE):
        raise CopyError(f"a Studyhall runs on {origin}: stop it first, and wait half a minute")


def _refuse_nul(origin: Address, rows: Connection) -> None:
    """Name every text that PostgreSQL cannot hold."""
    found = [
        f"{known.name} {' '.join(map(repr, key))}: its {each.name}"
        for known in metadata.sorted_tables
        for each in known.columns
        if isinstance(_held(each), Text)
        for key in rows.execute(_with_nul(each))
    ]
    if found:
        first = "\n".join(found[:MOST_TOLD])
        raise CopyError(
            f"PostgreSQL cannot hold the character NUL, which {len(found):,} texts in {origin} have: "
            f"change them first, nothing was copied\n{first}"
        )


def _with_nul(text: Column[Any]) -> Any:  # noqa: ANN401  a Select of the keys, however many columns that is
    has = func.instr(cast(text, LargeBinary), literal(b"\0", LargeBinary)) > 0
    return select(*text.table.primary_key.columns).where(has)


def _refuse_filled_file(goal: Address) -> None:
    """Refuse a target with rows before its tables are brought up to date."""
    if goal.file and not goal.file.exists():
        return
    with connected(goal, writes=False) as connection:
        _refuse_rows(goal, connection)


def _refuse_rows(goal: Address, connection: Connection) -> None:
    there = set(inspect(connection).get_table_names())
    for known in metadata.sorted_tables:
        if known.name in there and connection.execute(select(literal(1)).select_from(known).limit(1)).first():
            raise CopyError(f"{goal} has rows in {known.name} already: give an empty database, nothing was copied")


def _copy(origin: Address, rows: Connection, goal: Address, into: Connection, progress: Progress) -> dict[str, Tally]:
    """Copy table by table, those that are referred to first."""
    plain = {known.name: _plain(known.name) for known in metadata.sorted_tables}
    all_rows = sum(rows.execute(select(func.count()).select_from(each)).scalar_one() for each in plain.values())
    tallies, before = {}, 0
    for name, each in plain.items():
        tally = Tally()
        for chunk in _chunks(origin, rows, each):
            with told(f"{goal} does not take rows of {name}"):
                into.execute(insert(each), [dict(row._mapping) for row in chunk])  # noqa: SLF001  SQLAlchemy's public name
            tally = tally.plus(chunk)
            progress(name, before + tally.rows, all_rows)
        tallies[name] = tally
        before += tally.rows
    return tallies


def _refuse_unlike(goal: Address, into: Connection, tallies: dict[str, Tally]) -> None:
    """Read back what was written."""
    for name, tally in tallies.items():
        found = Tally()
        for chunk in _chunks(goal, into, _plain(name)):
            found = found.plus(chunk)
        if found != tally:
            raise CopyError(
                f"the {found.rows:,} rows of {name} in {goal} are not the {tally.rows:,} that were read: "
                "nothing was copied; look for triggers, and for an encoding other than UTF-8"
            )


def _refuse_faults(goal: Address, lines: Sequence[str]) -> None:
    if lines:
        first = "\n".join(lines[:MOST_TOLD])
        raise CopyError(
            f"the copy in {goal} would not pass the checks, so nothing was copied; "
            f"run `studyhall db verify --repair --database …` on the source first:\n{first}"
        )


def _measure(into: Connection) -> None:
    """Let PostgreSQL know how much there is, for the checks and the first hours; SQLite plans well without."""
    if into.dialect.name != "sqlite":
        into.exec_driver_sql(f"ANALYZE {NAMES}")


def _number_on(into: Connection) -> None:
    """Have the next rows numbered after those that there are; SQLite does so by itself."""
    if into.dialect.name == "sqlite":
        return
    for known in metadata.sorted_tables:
        if known.autoincrement_column is not None:
            number = known.autoincrement_column
            highest = select(func.setval(func.pg_get_serial_sequence(known.name, number.name), func.max(number)))
            into.execute(highest.having(func.max(number).is_not(None)))


def _held(each: Column[Any]) -> Any:  # noqa: ANN401  a TypeEngine of whatever
    return each.type.impl_instance if isinstance(each.type, TypeDecorator) else each.type


def _plain(name: str) -> TableClause:
    """A table with what its columns hold rather than what that means: instants are numbers, JSON is text."""
    return table(name, *(column(each.name, _held(each)) for each in metadata.tables[name].columns))


def _chunks(address: Address, connection: Connection, plain: TableClause) -> Iterator[Sequence[Any]]:
    streamed = {"yield_per": CHUNK}
    with told(f"{address} cannot be read"), connection.execute(select(plain), execution_options=streamed) as found:
        yield from found.partitions()
