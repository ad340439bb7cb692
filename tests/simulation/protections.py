"""Taking one protection away, to see that the checks notice. Each function patches the program for one test."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.ports import Who
from bot.store import answers
from bot.store import posts as real
from bot.store.answers import Seen
from bot.store.posts import Claimed
from bot.store.tables import posts
from tests.simulation.process import Client

UNIQUE = re.compile(r",\s*CONSTRAINT uq_answers_round_id_identity_id UNIQUE \([^)]*\)")
_numbers = count(1)


class Unstamped(Client):
    """Messages that carry no name of ours: nothing is found again, and the platform knows none of them."""

    @staticmethod
    def stamped(stamp: str) -> str:
        """Another one each time."""
        return f"{stamp[0]}-{next(_numbers)}"


def without_claim(patch: pytest.MonkeyPatch) -> None:
    """Posts are sent, then marked: nothing says meanwhile that somebody is about to send them."""

    def claim(
        connection: Connection, owner: str, platform: str, now: datetime, lease: timedelta, limit: int = 64
    ) -> list[Claimed]:
        taken = real.claim(connection, owner, platform, now, lease, limit)
        unmarked = update(posts).where(posts.c.id.in_([each.id for each in taken]))
        connection.execute(unmarked.values(state="due", owner=None, lease_until=None))
        return taken

    patch.setattr("bot.poster.claim", claim)
    without_fence(patch)


def without_fence(patch: pytest.MonkeyPatch) -> None:
    """What became of a claim is written, whoever has claimed the post since."""

    def settle(connection: Connection, claimed: Claimed, state: str, **values: Any) -> bool:
        statement = update(posts).where(posts.c.id == claimed.id)
        return connection.execute(statement.values(state=state, lease_until=None, owner=None, **values)).rowcount == 1

    patch.setattr("bot.poster.settle", settle)


def without_look(patch: pytest.MonkeyPatch) -> None:
    """A post in doubt is sent again without a look whether it is there."""

    async def look(*_: Any) -> None:
        return None

    patch.setattr("bot.poster.Poster._look", look)


def without_unique_answer(patch: pytest.MonkeyPatch, file: Path) -> None:
    """Neither the table nor the program minds a second answer to a round, nor an event that is delivered again."""

    def look(connection: Connection, hall: str, round_id: int, who: Who, event: str) -> Seen:
        seen = answers.look(connection, hall, round_id, who, event)
        return replace(seen, outcome=None, own=None, counting=None)

    patch.setattr("bot.counting.look", look)
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT sql FROM sqlite_master WHERE tbl_name = 'answers' AND sql IS NOT NULL ORDER BY type DESC"
        made = [sql for (sql,) in connection.execute(query)]
        assert any(UNIQUE.search(sql) for sql in made)
        connection.execute("DROP TABLE answers")
        for sql in made:
            connection.execute(UNIQUE.sub("", sql))
        connection.commit()
