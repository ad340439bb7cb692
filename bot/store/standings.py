"""Standings and their histogram, kept answer by answer so that they always equal a replay of the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    tuple_,
    update,
)

from bot.rules import boards as rules
from bot.rules.boards import Counted, Standing
from bot.store.prepared import Prepared
from bot.store.replay import counted_answers
from bot.store.tables import histogram, people, standings

ONE: ColumnElement[int] = literal_column("1")
POINTS = 2
"""Where a line of a board has its points."""
Standings = Mapping[tuple[str, str, int], Standing]
"""By (board, period, person)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A person's line on a board. Equal points share a rank; people who are hidden take no rank away from others."""

    rank: int
    person_id: int
    name: str
    points: int
    right: int
    answered: int


def count(connection: Connection, hall: str, counted: Counted) -> None:
    """Add an answer that counts. Call it once an answer, in the order in which answers are stored: their ids ascend."""
    values = _values(hall, counted)
    steps = _gain if counted.points else _no_gain
    for step in steps(len(counted.boards), len(counted.periods)):
        step.run(connection, values)


def count_late(connection: Connection, hall: str, counted: Counted) -> None:
    """`count` for an answer that others were counted before which were stored after it."""
    before = _stored(connection, hall, counted)
    keys = ((board, period, counted.person_id) for board in counted.boards for period in counted.periods)
    _change(connection, hall, before, {key: rules.counted_in(before.get(key), counted) for key in keys})


def recount(connection: Connection, hall: str, old: Counted, new: Counted) -> None:
    """Put `new` in the place of `old`, the same answer before it was changed. `answers` has it already."""
    before = _stored(connection, hall, new)
    same_boards = (old.boards, old.periods) == (new.boards, new.periods)
    if not same_boards or any(rules.needs_replay(standing, old, new) for standing in before.values()):
        recompute(connection, hall, new.person_id)
    else:
        _change(connection, hall, before, {key: rules.changed_in(before[key], old, new) for key in before})


def recompute(connection: Connection, hall: str, *persons: int) -> None:
    """Make the standings of some people equal to a replay of their answers: after a regrade, a link or an unlink."""
    before: dict[tuple[str, str, int], Standing] = {}
    after: dict[tuple[str, str, int], Standing] = {}
    for person in persons:
        before |= stored_standings(connection, hall, person)
        after |= rules.replay(counted_answers(connection, hall, person))
    _change(connection, hall, before, after)


def join(connection: Connection, hall: str, one: int, other: int, *, apart: bool = False) -> None:
    """`recompute` for two people after all that was the one's has become the other's: most rows only go over. `apart`:
    they never answered the same turn, so that the rest are sums.
    """
    both = {"hall": hall, "one": one, "other": other}
    _hand_over.run(connection, both)
    if not apart:
        recompute(connection, hall, one, other)
        return
    before: dict[tuple[str, str, int], Standing] = {}
    after: dict[tuple[str, str, int], Standing] = {}
    for board, period, *numbers in _of_both.rows(connection, both):
        mine, theirs = Standing(*numbers[:4]), Standing(*numbers[4:])
        before |= {(board, period, one): mine, (board, period, other): theirs}
        after[board, period, other] = rules.added(mine, theirs)
    _change(connection, hall, before, after)


def page(connection: Connection, hall: str, board: str, period: str, limit: int = 10, offset: int = 0) -> list[Ranked]:
    """Lines of a board, best first, who got to equal points first standing first. Hidden people are left out."""
    at = {"hall": hall, "board": board, "period": period}
    found = _page(limit, offset).rows(connection, at)
    lines: list[Ranked] = []
    for position, row in enumerate(found, start=offset + 1):
        if lines and lines[-1].points == row[POINTS]:
            rank = lines[-1].rank
        elif lines or not offset:
            rank = position
        else:
            rank = _own.rows(connection, at | {"person": row[0]})[0][-1]
        lines.append(Ranked(rank, *row))
    return lines


def rank_of(connection: Connection, hall: str, board: str, period: str, person_id: int) -> Ranked | None:
    """A person's line, None while they have no answer there. A hidden person sees the rank they would have."""
    found = _own.rows(connection, {"hall": hall, "board": board, "period": period, "person": person_id})
    if not found:
        return None
    *row, rank = found[0]
    return Ranked(rank, *row)


def stored_standings(
    connection: Connection, hall: str, person: int | None = None
) -> dict[tuple[str, str, int], Standing]:
    """A hall's rows, or those of one person of it."""
    names = ("board", "period", "person_id", "points", "right", "answered", "reached")
    statement = select(*(standings.c[name] for name in names)).where(standings.c.hall_id == hall)
    if person is not None:
        statement = statement.where(standings.c.person_id == person)
    return {(board, period, who): Standing(*rest) for board, period, who, *rest in connection.execute(statement)}


# ----------------------------------------------------------------------------------------------------- statements


def _upsert_standing(dialect: Any) -> ClauseElement:  # noqa: ANN401  its module
    insert = dialect.insert(standings)
    changed = {name: insert.excluded[name] for name in ("points", "right", "answered", "reached")}
    statement: ClauseElement = insert.on_conflict_do_update(index_elements=list(standings.primary_key), set_=changed)
    return statement


def _upsert_people(dialect: Any) -> ClauseElement:  # noqa: ANN401  its module
    insert = dialect.insert(histogram)
    more = {"people": histogram.c.people + insert.excluded.people}
    statement: ClauseElement = insert.on_conflict_do_update(index_elements=list(histogram.primary_key), set_=more)
    return statement


_put_standing = Prepared(_upsert_standing)
_add_people = Prepared(_upsert_people)
_drop_empty = Prepared(
    lambda _: delete(histogram).where(
        *(column == bindparam(column.name) for column in histogram.primary_key), histogram.c.people == 0
    )
)
_drop_standing = Prepared(
    lambda _: delete(standings).where(*(column == bindparam(column.name) for column in standings.primary_key))
)


def _handing_over(_: Any) -> ClauseElement:  # noqa: ANN401  a module
    """The other one gets the rows where they have none of their own; each bar has as many people as before."""
    theirs = standings.alias("theirs")
    own = standings.c.hall_id == bindparam("hall"), standings.c.person_id == bindparam("one")
    same = (theirs.c[name] == standings.c[name] for name in ("hall_id", "board", "period"))
    taken = exists().where(*same, theirs.c.person_id == bindparam("other")).correlate(standings)
    return update(standings).where(*own, ~taken).values(person_id=bindparam("other"))


def _standing_both(_: Any) -> ClauseElement:  # noqa: ANN401  a module
    """Where both have a row: the one's and the other's."""
    theirs = standings.alias("theirs")
    same = and_(*(theirs.c[name] == standings.c[name] for name in ("hall_id", "board", "period")))
    numbers = (table.c[name] for table in (standings, theirs) for name in ("points", "right", "answered", "reached"))
    found = select(standings.c.board, standings.c.period, *numbers).join_from(standings, theirs, same)
    own = standings.c.hall_id == bindparam("hall"), standings.c.person_id == bindparam("one")
    return found.where(*own, theirs.c.person_id == bindparam("other"))


_hand_over = Prepared(_handing_over)
_of_both = Prepared(_standing_both)


def _of_person(board_count: int, period_count: int) -> tuple[ColumnElement[bool], ...]:
    """The standings of a person on some boards and periods."""
    return (
        standings.c.hall_id == bindparam("hall"),
        standings.c.board.in_([bindparam(f"board{n}") for n in range(board_count)]),
        standings.c.period.in_([bindparam(f"period{n}") for n in range(period_count)]),
        standings.c.person_id == bindparam("person"),
    )


@cache
def _select_stored(board_count: int, period_count: int) -> Prepared:
    columns = [standings.c[name] for name in ("board", "period", "points", "right", "answered", "reached")]
    return Prepared(lambda _: select(*columns).where(*_of_person(board_count, period_count)))


@cache
def _gain(board_count: int, period_count: int) -> tuple[Prepared, ...]:
    """An answer that brings points: the standings, the bars that the person comes to and leaves, those left empty.

    It does what `rules.counted_in` says, for an answer stored after all others.
    """
    mine = _of_person(board_count, period_count)
    gained = bindparam("points", type_=standings.c.points.type)
    bar = (standings.c.hall_id, standings.c.board, standings.c.period)

    def bars(dialect: Any) -> ClauseElement:  # noqa: ANN401  its module
        come = select(*bar, standings.c.points, ONE).where(*mine)
        left = select(*bar, standings.c.points - gained, literal_column("-1")).where(*mine, standings.c.answered > ONE)
        return _moving(dialect, come.union_all(left))

    def empty(_: Any) -> ClauseElement:  # noqa: ANN401  a module
        left = select(*bar, standings.c.points - gained).where(*mine, standings.c.answered > ONE)
        return delete(histogram).where(
            tuple_(*histogram.primary_key).in_(left), histogram.c.people == literal_column("0")
        )

    changed = ("points", "right", "answered", "reached")
    return Prepared(partial(_adding, board_count, period_count, changed)), Prepared(bars), Prepared(empty)


@cache
def _no_gain(board_count: int, period_count: int) -> tuple[Prepared, ...]:
    """An answer that brings no points: it moves nobody, but brings newcomers to the bar of no points."""
    mine = _of_person(board_count, period_count)

    def bars(dialect: Any) -> ClauseElement:  # noqa: ANN401  its module
        names = (standings.c[name] for name in ("hall_id", "board", "period", "points"))
        return _moving(dialect, select(*names, ONE).where(*mine, standings.c.answered == ONE))

    return Prepared(partial(_adding, board_count, period_count, ("right", "answered"))), Prepared(bars)


def _adding(board_count: int, period_count: int, changed: tuple[str, ...], dialect: Any) -> ClauseElement:  # noqa: ANN401
    """Add to standings, or make them: one row for each board and period."""
    same = {"hall_id": "hall", "person_id": "person", "points": "points", "right": "right", "reached": "answer"}
    shared: dict[str, Any] = {name: bindparam(parameter) for name, parameter in same.items()} | {"answered": ONE}
    rows = [
        shared | {"board": bindparam(f"board{board}"), "period": bindparam(f"period{period}")}
        for board in range(board_count)
        for period in range(period_count)
    ]
    insert = dialect.insert(standings).values(rows)
    more = {name: standings.c[name] + insert.excluded[name] for name in changed if name != "reached"}
    if "reached" in changed:
        more["reached"] = insert.excluded.reached
    statement: ClauseElement = insert.on_conflict_do_update(index_elements=list(standings.primary_key), set_=more)
    return statement


def _moving(dialect: Any, people_of: Any) -> ClauseElement:  # noqa: ANN401  a module, a select
    """Add so many people to bars, or make them."""
    insert = dialect.insert(histogram).from_select([column.name for column in histogram.c], people_of)
    more = {"people": histogram.c.people + insert.excluded.people}
    statement: ClauseElement = insert.on_conflict_do_update(index_elements=list(histogram.primary_key), set_=more)
    return statement


def _values(hall: str, counted: Counted) -> dict[str, Any]:
    values: dict[str, Any] = {"hall": hall, "person": counted.person_id, "points": counted.points}
    values |= {"right": int(counted.right), "answer": counted.answer_id}
    values |= {f"board{n}": board for n, board in enumerate(counted.boards)}
    return values | {f"period{n}": period for n, period in enumerate(counted.periods)}


def _stored(connection: Connection, hall: str, counted: Counted) -> dict[tuple[str, str, int], Standing]:
    found = _select_stored(len(counted.boards), len(counted.periods)).rows(connection, _values(hall, counted))
    return {(board, period, counted.person_id): Standing(*rest) for board, period, *rest in found}


def _change(connection: Connection, hall: str, before: Standings, after: Standings) -> None:
    """Bring some rows from what they are to what they shall be, and the histogram with them."""
    new = {key: row for key, row in after.items() if before.get(key) != row}
    old = {key: row for key, row in before.items() if key in new or key not in after}
    put = [
        _row(hall, key) | {"points": row.points, "right": row.right, "answered": row.answered, "reached": row.reached}
        for key, row in new.items()
    ]
    _put_standing.many(connection, put)
    _drop_standing.many(connection, [_row(hall, key) for key in old.keys() - new.keys()])
    moved = Counter(rules.histogram(new))
    moved.subtract(rules.histogram(old))
    bars: list[dict[str, Any]] = [
        {"hall_id": hall, "board": board, "period": period, "points": points, "people": more}
        for (board, period, points), more in moved.items()
        if more
    ]
    _add_people.many(connection, bars)
    _drop_empty.many(connection, [bar for bar in bars if bar["people"] < 0])


def _row(hall: str, key: tuple[str, str, int]) -> dict[str, Any]:
    return {"hall_id": hall, "board": key[0], "period": key[1], "person_id": key[2]}


def _at(table: FromClause) -> Iterator[ColumnElement[bool]]:
    """The rows of a board and period."""
    return (table.c[name] == bindparam(name.removesuffix("_id")) for name in ("hall_id", "board", "period"))


def _lines(table: FromClause, *more: ColumnElement[Any]) -> Select[tuple[Any, ...]]:
    names = (table.c[name] for name in ("points", "right", "answered"))
    line = select(table.c.person_id, people.c.name, *names, *more)
    return line.join_from(table, people, people.c.id == table.c.person_id)


def _best(limit: int, offset: int) -> Select[tuple[Any, ...]]:
    """The best by their index first, so that names are looked up for one page and no more.

    How many is a part of the statement: PostgreSQL would plan it anew each time if it did not know.
    """
    unseen = exists().where(people.c.id == standings.c.person_id, people.c.hidden.is_(True))
    order = standings.c.points.desc(), standings.c.reached
    best = select(standings).where(*_at(standings), ~unseen.correlate(standings)).order_by(*order)
    few = best.limit(literal_column(f"{limit:d}")).offset(literal_column(f"{offset:d}")).subquery()
    return _lines(few).order_by(few.c.points.desc(), few.c.reached)


def _ranked() -> Select[tuple[Any, ...]]:
    """A line and its rank: by the bars with more points, without those people in them who are hidden."""
    other, who = standings.alias("other"), people.alias("who")
    bars = select(func.coalesce(func.sum(histogram.c.people), literal_column("0")))
    above = bars.where(*_at(histogram), histogram.c.points > standings.c.points).correlate(standings)
    hidden = select(func.count()).select_from(who).join(other, other.c.person_id == who.c.id)
    few = who.c.hall_id == bindparam("hall"), who.c.hidden.is_(True)
    unseen = hidden.where(*few, *_at(other), other.c.points > standings.c.points).correlate(standings)
    rank = above.scalar_subquery() - unseen.scalar_subquery() + ONE
    return _lines(standings, rank).where(*_at(standings), standings.c.person_id == bindparam("person"))


@lru_cache(maxsize=64)
def _page(limit: int, offset: int) -> Prepared:
    return Prepared(lambda _: _best(limit, offset))


_own = Prepared(lambda _: _ranked())
