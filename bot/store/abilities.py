"""How able people were when the latest day that they answered on was rated. Functions of a connection.

What is kept is a mark on the way of a replay, so that a night goes on from there. Whatever changes somebody's past
takes it away; then their answers are replayed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection, bindparam, literal_column, null, select, update

from bot.rules.ability import Rated
from bot.store.columns import AnyRow
from bot.store.prepared import Prepared
from bot.store.tables import abilities, people

MILLIONTHS = 1_000_000
"""A rating is kept in whole millionths, so that both databases hold the same number."""
AT_ONCE = 500
"""So many people are named in one statement."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a person; `able` is None where their past was changed, `changes` so often."""

    able: Rated | None
    changes: int


def kept_abilities(connection: Connection, persons: Sequence[int]) -> dict[int, Kept]:
    """What is kept of these people; nothing of who was never rated."""
    found: dict[int, Kept] = {}
    for start in range(0, len(persons), AT_ONCE):
        some = persons[start : start + AT_ONCE]
        for row in connection.execute(select(abilities).where(abilities.c.person_id.in_(some))):
            able = None if row.rating is None else Rated(row.rating / MILLIONTHS, row.answers)
            found[row.person_id] = Kept(able, row.changes)
    return found


def keep_abilities(connection: Connection, hall: str, able: Mapping[int, Rated], before: Mapping[int, Kept]) -> None:
    """Keep how able people are, but of those whose past was changed since `before` was read."""
    new, known = list[dict[str, Any]](), list[dict[str, Any]]()
    for person, each in able.items():
        row = {"person": person, "rating": round(each.rating * MILLIONTHS), "answers": each.n}
        if person in before:
            known.append({**row, "seen": before[person].changes})
        else:
            new.append({**row, "hall": hall})
    _move.many(connection, known)
    _begin.many(connection, new)


def past_changed(connection: Connection, persons: Iterable[int]) -> None:
    """What these people answered, or what it was worth, is not what it was: the next night replays them."""
    for person in persons:
        _change.run(connection, {"person": person})


def ability_rows(connection: Connection, person: int) -> Sequence[AnyRow]:
    """What is kept of a person, as rows."""
    return connection.execute(select(abilities).where(abilities.c.person_id == person)).all()


def _beginning(dialect: Any) -> ClauseElement:  # noqa: ANN401  its module
    named = {"person_id": "person", "hall_id": "hall", "rating": "rating", "answers": "answers"}
    values: dict[str, Any] = {column: bindparam(name) for column, name in named.items()}
    statement: ClauseElement = dialect.insert(abilities).values(**values, changes=0).on_conflict_do_nothing()
    return statement


def _changing(dialect: Any) -> ClauseElement:  # noqa: ANN401  its module
    theirs = select(people.c.id, people.c.hall_id, literal_column("1"))
    insert = dialect.insert(abilities).from_select(
        ["person_id", "hall_id", "changes"], theirs.where(people.c.id == bindparam("person"))
    )
    changed = {"rating": null(), "answers": null(), "changes": abilities.c.changes + 1}
    statement: ClauseElement = insert.on_conflict_do_update(index_elements=["person_id"], set_=changed)
    return statement


_begin = Prepared(_beginning)
_change = Prepared(_changing)
_move = Prepared(
    lambda _: (
        update(abilities)
        .where(abilities.c.person_id == bindparam("person"), abilities.c.changes == bindparam("seen"))
        .values(rating=bindparam("rating"), answers=bindparam("answers"))
    )
)
