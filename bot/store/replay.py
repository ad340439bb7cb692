"""The answers that count, read from the facts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from bot.rules.boards import Counted, Standing, boards, periods_on, replay
from bot.rules.verdicts import Verdict
from bot.store.tables import answers, identities, rounds, turns


def counted_answers(connection: Connection, hall: str, person: int | None = None) -> Iterator[Counted]:
    """The answers that count, of a hall or one person of it: of a turn and person the one that was stored first.
    Where the last answer counts, it does so from the reveal on; in turns that are on no board none does.

    They come person by person, in the order of their ids.
    """
    for row in connection.execute(_counting(hall, person), execution_options={"yield_per": 1_000}):
        yield Counted(
            person_id=row.person_id,
            answer_id=row.id,
            points=row.points,
            right=row.verdict == Verdict.RIGHT,
            boards=_boards(row.place_id, row.topic),
            periods=periods_on(row.board_date, row.season),
        )


def replayed(connection: Connection, hall: str) -> Iterator[tuple[int, dict[tuple[str, str, int], Standing]]]:
    """A replay person by person, in the order of their ids: no more is held than the answers of one of them."""
    for person, given in groupby(counted_answers(connection, hall), attrgetter("person_id")):
        yield person, replay(given)


_boards = lru_cache(maxsize=1024)(boards)


def _counting(hall: str, person: int | None) -> Select[tuple[Any, ...]]:
    first = (
        select(func.min(answers.c.id))
        .join(identities, identities.c.id == answers.c.identity_id)
        .where(answers.c.hall_id == hall)
        .group_by(answers.c.turn_id, identities.c.person_id)
    )
    if person is not None:
        first = first.where(identities.c.person_id == person)
    names = (answers.c[name] for name in ("id", "points", "verdict", "board_date", "season"))
    return (
        select(identities.c.person_id, rounds.c.place_id, turns.c.topic, *names)
        .join(identities, identities.c.id == answers.c.identity_id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .join(turns, turns.c.id == answers.c.turn_id)
        .where(turns.c.unranked.is_(False))
        .where(answers.c.id.in_(first), or_(rounds.c.counted_to.is_(None), answers.c.id <= rounds.c.counted_to))
        .order_by(identities.c.person_id)
    )
