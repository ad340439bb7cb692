"""Taking one protection away, to see that the checks notice. Each function patches the program for one test."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.ports import Limits, Platform
from bot.poster import Poster
from bot.store import posts as real
from bot.store.posts import Claimed
from bot.store.tables import posts
from tests import without
from tests.simulation.process import Client

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

    async def look(*_: Any, **__: Any) -> None:
        return None

    patch.setattr("bot.poster.Poster._look", look)


def without_unique_answer(patch: pytest.MonkeyPatch, file: Path) -> None:
    """Neither the table nor the program minds a second answer to a round, nor an event that is delivered again."""
    patch.setattr("bot.counting.look", without.forgetful_look)
    without.allow_two_answers(file)


def without_latest(patch: pytest.MonkeyPatch) -> None:
    """Who stood still between the claim and the send sends all the same, however long its lease is over."""

    async def do(self: Poster, platform: Platform, limits: Limits, post: Claimed, _: float) -> None:
        await real_do(self, platform, limits, post, math.inf)

    async def one_after_another(self: Poster, room: asyncio.Semaphore, owed: Sequence[Claimed], _: float) -> None:
        await real_walk(self, room, owed, math.inf)

    real_do, real_walk = Poster._do, Poster._one_after_another
    patch.setattr(Poster, "_do", do)
    patch.setattr(Poster, "_one_after_another", one_after_another)


def without_second_look(patch: pytest.MonkeyPatch) -> None:
    """What is not there at the first look is sent again."""
    patch.setattr("bot.poster.LOOKS", 1)


def without_room_for_clocks(patch: pytest.MonkeyPatch) -> None:
    """A message is looked for from the instant on that our clock showed at its first try."""
    patch.setattr("bot.poster.CLOCKS_DIFFER", timedelta(0))


def without_marks(patch: pytest.MonkeyPatch) -> None:
    """Who closes a round does not look whether an edit of its count may be under way."""
    patch.setattr("bot.counting.telling_until", lambda *_: None)


def without_settling(patch: pytest.MonkeyPatch) -> None:
    """A question whose sending is in doubt at its closing time is given up at once."""
    patch.setattr("bot.quizmaster.SETTLING", timedelta(0))
