"""Standings and their histogram, kept answer by answer so that they always equal a replay of the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, Connection, Select, bindparam, delete, func, select

from bot.rules import boards as rules
from bot.rules.boards import Counted, Standing
from bot.store.prepared import Prepared
from bot.store.replay import counted_answers
from bot.store.tables import histogram, people, standings

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
    """Add an answer that counts. Call it once an answer."""
    before = _stored(connection, hall, counted)
    after = {key: rules.counted_in(before.get(key), counted) for key in _keys(counted)}
    _change(connection, hall, before, after)


def recount(connection: Connection, hall: str, old: Counted, new: Counted) -> None:
    """Put `new` in the place of `old`, the same answer before it was changed. `answers` has it already."""
    same_boards = (old.boards, old.periods) == (new.boards, new.periods)
    if not same_boards or bool(old.points) != bool(new.points):
        recompute(connection, hall, new.person_id)
        return
    before = _stored(connection, hall, new)
    points, right = new.points - old.points, int(new.right) - int(old.right)
    after = {
        key: replace(standing, points=standing.points + points, right=standing.right + right)
        for key, standing in before.items()
    }
    _change(connection, hall, before, after)


def recompute(connection: Connection, hall: str, person: int) -> None:
    """Make a person's standings equal to a replay of their answers: after a regrade, a link or an unlink."""
    before = stored_standings(connection, hall, person)
    _change(connection, hall, before, rules.replay(counted_answers(connection, hall, person)))


def page(connection: Connection, hall: str, board: str, period: str, limit: int = 10, offset: int = 0) -> list[Ranked]:
    """Lines of a board, best first, who got to equal points first standing first. Hidden people are left out."""
    found = connection.execute(
        _lines(hall, board, period)
        .where(people.c.hidden.is_(False))
        .order_by(standings.c.points.desc(), standings.c.reached)
        .limit(limit)
        .offset(offset)
    ).all()
    lines: list[Ranked] = []
    for position, row in enumerate(found, start=offset + 1):
        if lines and lines[-1].points == row.points:
            rank = lines[-1].rank
        else:
            rank = position if lines or not offset else _rank(connection, hall, board, period, row.points)
        lines.append(Ranked(rank, *row))
    return lines


def rank_of(connection: Connection, hall: str, board: str, period: str, person_id: int) -> Ranked | None:
    """A person's line, None while they have no answer there. A hidden person sees the rank they would have."""
    row = connection.execute(_lines(hall, board, period).where(standings.c.person_id == person_id)).first()
    if row is None:
        return None
    return Ranked(_rank(connection, hall, board, period, row.points), *row)


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


@cache
def _select_stored(board_count: int, period_count: int) -> Prepared:
    columns = [standings.c[name] for name in ("board", "period", "points", "right", "answered", "reached")]
    return Prepared(
        lambda _: select(*columns).where(
            standings.c.hall_id == bindparam("hall"),
            standings.c.board.in_([bindparam(f"board{n}") for n in range(board_count)]),
            standings.c.period.in_([bindparam(f"period{n}") for n in range(period_count)]),
            standings.c.person_id == bindparam("person"),
        )
    )


def _stored(connection: Connection, hall: str, counted: Counted) -> dict[tuple[str, str, int], Standing]:
    values: dict[str, Any] = {"hall": hall, "person": counted.person_id}
    values |= {f"board{n}": board for n, board in enumerate(counted.boards)}
    values |= {f"period{n}": period for n, period in enumerate(counted.periods)}
    found = _select_stored(len(counted.boards), len(counted.periods)).rows(connection, values)
    return {(board, period, counted.person_id): Standing(*rest) for board, period, *rest in found}


def _change(connection: Connection, hall: str, before: Standings, after: Standings) -> None:
    """Bring a few rows from what they are to what they shall be, and the histogram with them."""
    put = [
        _row(hall, key) | {"points": row.points, "right": row.right, "answered": row.answered, "reached": row.reached}
        for key, row in after.items()
        if before.get(key) != row
    ]
    _put_standing.many(connection, put)
    _drop_standing.many(connection, [_row(hall, key) for key in before.keys() - after.keys()])
    moved = Counter(rules.histogram(after))
    moved.subtract(rules.histogram(before))
    bars: list[dict[str, Any]] = [
        {"hall_id": hall, "board": board, "period": period, "points": points, "people": more}
        for (board, period, points), more in moved.items()
        if more
    ]
    _add_people.many(connection, bars)
    _drop_empty.many(connection, [bar for bar in bars if bar["people"] < 0])


def _row(hall: str, key: tuple[str, str, int]) -> dict[str, Any]:
    return {"hall_id": hall, "board": key[0], "period": key[1], "person_id": key[2]}


def _keys(counted: Counted) -> Iterator[tuple[str, str, int]]:
    return ((board, period, counted.person_id) for board in counted.boards for period in counted.periods)


def _lines(hall: str, board: str, period: str) -> Select[tuple[Any, ...]]:
    names = (standings.c[name] for name in ("points", "right", "answered"))
    return (
        select(standings.c.person_id, people.c.name, *names)
        .join(people, people.c.id == standings.c.person_id)
        .where(standings.c.hall_id == hall, standings.c.board == board, standings.c.period == period)
    )


def _rank(connection: Connection, hall: str, board: str, period: str, points: int) -> int:
    above = select(func.coalesce(func.sum(histogram.c.people), 0)).where(
        histogram.c.hall_id == hall,
        histogram.c.board == board,
        histogram.c.period == period,
        histogram.c.points > points,
    )
    hidden = _lines(hall, board, period).where(
        people.c.hall_id == hall, people.c.hidden.is_(True), standings.c.points > points
    )
    unseen = hidden.with_only_columns(func.count())
    return int(connection.execute(above).scalar_one()) - int(connection.execute(unseen).scalar_one()) + 1
