"""Live matches through kill -9: no question twice, no acknowledged answer lost, and each ends with its standings."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select

from bot.app import random_token
from bot.matches.lobby import open_lobby
from bot.matches.means import Means
from bot.matches.playing import join
from bot.ports import PlaceRef, Tone, Who
from bot.store.halls import learner, place_at
from bot.store.matches import find_match
from bot.store.tables import matches, posts, rounds, turns
from tests.e2e.killing.orders import HALLS, PLACES
from tests.e2e.killing.platform import Weather
from tests.e2e.killing.siege import Siege, besieged, findings, insist

QUESTIONS, SECONDS = 3, 2
KILLS, MORE_KILLS = 15, 60
GAP = (0.3, 0.9)
"""Seconds between two kills."""
ENDED = 120.0


def begin(connection: Connection, ref: PlaceRef, items: Sequence[str]) -> None:
    """A match in a place, with its host and one more in it."""
    place = place_at(connection, ref)
    assert place is not None
    now, numbers = datetime.now(UTC), count()
    means = Means(now, random_token, lambda *_: None)
    values = {"mode": "classic", "topic": None, "seconds": SECONDS, "queue": list(items)}
    host, other = (
        learner(connection, place.hall, Who(ref.platform, ref.workspace, f"host{next(numbers)}", name), now)
        for name in ("Host", "Other")
    )
    open_lobby(connection, place, host, values, means)
    found = connection.execute(select(matches.c.id).where(matches.c.place_id == place.id)).scalar_one()
    match = find_match(connection, found)
    assert match is not None
    join(connection, match, other, None, now)


async def play(siege: Siege) -> None:
    """A match in each place."""
    items = [f"tests/item-{n}" for n in range(QUESTIONS)]
    for hall in HALLS:
        for ref in PLACES[hall]:
            await insist(partial(siege.store.write, hall, partial(begin, ref=ref, items=items)))


async def ended(siege: Siege) -> None:
    """Wait until no match is live."""
    live = select(matches.c.id).where(matches.c.ended_at.is_(None))
    async with asyncio.timeout(ENDED):
        while await insist(lambda: siege.store.read(lambda connection: connection.execute(live).all())):
            await asyncio.sleep(0.3)


def rows(connection: Connection) -> dict[str, list[Row[Any]]]:
    """Matches, their rounds with their posts, and their podiums."""
    asked = select(rounds, turns.c.match_id, turns.c.nth).join(turns, turns.c.id == rounds.c.turn_id)
    said = select(posts).where(posts.c.match_id.is_not(None))
    statements = {"matches": select(matches), "rounds": asked.order_by(turns.c.nth), "posts": said}
    return {name: list(connection.execute(statement)) for name, statement in statements.items()}


@pytest.mark.timeout(300)
async def test_live_matches_lose_nothing_by_workers_that_are_killed(sqlite_url: str, tmp_path: Path, seed: int) -> None:
    await ride_out(sqlite_url, tmp_path, seed, KILLS)


@pytest.mark.soak
async def test_live_matches_lose_nothing_by_more_kills_on_either_database(url: str, tmp_path: Path, seed: int) -> None:
    await ride_out(url, tmp_path, seed, MORE_KILLS)


async def ride_out(url: str, tmp_path: Path, seed: int, kills: int) -> None:
    """Matches are played while so many workers are killed; then everything is looked at."""
    async with besieged(url, tmp_path, seed, Weather(presses=20.0)) as siege:
        await play(siege)
        await siege.man(2, 0.25)
        while siege.kills < kills:
            await asyncio.sleep(siege.rng.uniform(*GAP))
            await siege.kill_one()
        await siege.calm()
        await siege.start()
        await ended(siege)
        await siege.platform.change(presses=0.0)
        await siege.quiet()
        await siege.calm()
        told, stored = await siege.platform.look(), await siege.store.read(rows)
        found = await findings(siege)
    assert found.wrong == []
    assert found.presses > kills
    assert siege.unforeseen() == []
    shown = {each["id"]: each["body"]["tone"] for each in told["messages"]}
    for match in stored["matches"]:
        own = [row for row in stored["rounds"] if row.match_id == match.id]
        assert [row.nth for row in own] == list(range(QUESTIONS)), match
        assert {row.state for row in own} == {"closed"}
        assert {shown[row.message] for row in own} == {Tone.REVEAL.value}
        said = Counter(row.kind for row in stored["posts"] if row.match_id == match.id and row.nth == 0)
        assert said["podium"] == 1
        assert match.reason is None
