"""Hot statements: written in SQLAlchemy Core, compiled once, run on the driver's own cursor (a fifth of the time)."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, cast

from sqlalchemy import ClauseElement, Connection, Dialect, Select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

Values = Mapping[str, Any]
Bind = Callable[[Values], Values]
Read = Callable[[Sequence[Any]], Any]


def spoken(dialect: Dialect) -> ModuleType:
    """The module of a connection's dialect, whose `insert` knows ON CONFLICT; the other's is not imported for it."""
    return import_module(f"sqlalchemy.dialects.{dialect.name}")


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement's text for one dialect, and how its parameters become the driver's; None where they are that."""

    text: str
    bind: Bind | None


class Prepared:
    """A statement with named parameters. `build` gets the dialect's module, whose `insert` knows ON CONFLICT.

    Parameters are converted as their columns say. Lists (IN with any number of values) are not possible, unless their
    values stand in the statement. Values that no parameter names are passed over.
    """

    def __init__(self, build: Callable[[ModuleType], ClauseElement]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}
        self._reads: dict[str, Read] = {}

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """Run it; returns all rows as the driver gives them, which is right for texts and integers."""
        compiled = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.text, compiled.bind(values) if compiled.bind else values)
        rows = cast("list[tuple[Any, ...]]", cursor.fetchall())
        cursor.close()
        return rows

    def found(self, connection: Connection, values: Values) -> list[Any]:
        """Run a SELECT; returns all rows, their columns by name and converted as they say."""
        dialect = connection.dialect
        read = self._reads.get(dialect.name)
        if read is None:
            read = self._reads[dialect.name] = _reader(self._build(spoken(dialect)), dialect)
        return [read(row) for row in self.rows(connection, values)]

    def run(self, connection: Connection, values: Values) -> int:
        """Run a statement that gives no rows; returns how many it changed."""
        compiled = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.text, compiled.bind(values) if compiled.bind else values)
        changed = cursor.rowcount
        cursor.close()
        return changed

    def many(self, connection: Connection, many: Sequence[Values]) -> None:
        """Run it once for each of many values."""
        if many:
            compiled = self._for(connection.dialect)
            cursor = connection.connection.cursor()
            cursor.executemany(compiled.text, [compiled.bind(values) for values in many] if compiled.bind else many)
            cursor.close()

    def _for(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = self._compile(dialect)
        return known

    def _compile(self, dialect: Dialect) -> _Compiled:
        """The statement with parameters by name, each of which is bound once however often it is said."""
        module = spoken(dialect)
        named = dialect if dialect.name == "postgresql" else module.dialect(paramstyle="named")
        compiled = self._build(module).compile(dialect=named, compile_kwargs={"render_postcompile": True})
        return _Compiled(str(compiled), _binder(cast("SQLCompiler", compiled), named))


def _reader(statement: ClauseElement, dialect: Dialect) -> Read:
    """How a SELECT's rows become rows with names, converted by the columns' types."""
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    named = namedtuple("Found", [column.name for column in columns])  # type: ignore[misc]  # known at run time
    processors = ((place, _converting(column.type, dialect)) for place, column in enumerate(columns))
    convert = [(place, processor) for place, processor in processors if processor]

    def read(row: Sequence[Any]) -> Any:  # noqa: ANN401  a row with names
        values = list(row)
        for place, processor in convert:
            values[place] = processor(values[place])
        return named(*values)

    return read


def _converting(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    decorated = kind if isinstance(kind, TypeDecorator) else kind.dialect_impl(dialect)
    return decorated.result_processor(dialect, None)


def _binder(compiled: SQLCompiler, dialect: Dialect) -> Bind | None:
    """How values become what the driver takes, converted by the columns' types; None where they are that already."""
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    convert = [
        (name, processor)
        for name, parameter in compiled.binds.items()
        if (processor := parameter.type.dialect_impl(dialect).bind_processor(dialect))
    ]
    if not constants and not convert:
        return None

    def bind(values: Values) -> Values:
        merged = {**constants, **values}
        for name, processor in convert:
            merged[name] = processor(merged[name])
        return merged

    return bind
