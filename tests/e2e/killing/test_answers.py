"""An answer that was acknowledged is never lost, and counts once: whatever happens to the process or its database."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Literal

import psycopg
import pytest
from sqlalchemy import Connection, func, select

from bot.app import random_token, wall_clock
from bot.planner import Planner
from bot.refs import ANSWER, Ref
from bot.store.address import find_address
from bot.store.proof import verify
from bot.store.tables import answers, events, places, rounds, standings
from content.bank import open_bank
from tests.e2e.killing.cable import Cable
from tests.e2e.killing.orders import HALLS
from tests.e2e.killing.platform import Weather
from tests.e2e.killing.points import ACK, STORE
from tests.e2e.killing.processes import ROOT
from tests.e2e.killing.siege import Siege, besieged, findings

PRESSING = Weather(slowest=0.1, lost_requests=0.0, lost_replies=0.0, busy=0.0, presses=40.0)
PROCESSES, ANSWERS = 8, 2_000


async def pressed(siege: Siege, more: int) -> None:
    """Wait until so many more presses were made."""
    before = len((await siege.platform.look())["events"])
    async with asyncio.timeout(30):
        while len((await siege.platform.look())["events"]) < before + more:
            await asyncio.sleep(0.2)


async def none_is_lost(siege: Siege) -> None:
    """People stop, one sound worker takes what was not acknowledged, and everything is checked."""
    await siege.platform.change(presses=0.0)
    await siege.calm()
    await siege.start(pages=0, file_size=0)
    await siege.quiet()
    await siege.calm()
    found = await findings(siege)
    assert found.wrong == []
    assert found.presses > 20


async def test_no_answer_is_lost_by_a_kill_before_or_after_each_commit_and_acknowledgement(
    url: str, tmp_path: Path, seed: int
) -> None:
    async with besieged(url, tmp_path, seed, replace(PRESSING)) as siege:
        await siege.ask(8)
        for moment in (*STORE, *ACK):
            worker = await siege.start(kill=f"{moment}:{siege.rng.randint(15, 30)}")
            async with asyncio.timeout(30):
                await worker.gone.wait()
        await none_is_lost(siege)


@pytest.mark.parametrize("room", [{"pages": 12}, {"file_size": 700_000}])
async def test_no_answer_is_lost_by_a_full_disk(
    sqlite_url: str, tmp_path: Path, seed: int, room: dict[str, int]
) -> None:
    async with besieged(sqlite_url, tmp_path, seed, replace(PRESSING)) as siege:
        await siege.ask(8)
        await siege.start()
        await pressed(siege, 10)
        await siege.calm()
        await siege.start(**room)
        await pressed(siege, 100)
        refused = [
            each for each in (await siege.platform.look())["events"] if each["told"] and not each["acknowledged"]
        ]
        assert refused, "the disk never got full"
        await none_is_lost(siege)


async def test_no_answer_is_lost_by_a_database_that_is_locked_for_ten_seconds(
    sqlite_url: str, postgresql_url: str, tmp_path: Path, seed: int
) -> None:
    async def besiege(url: str, hold: Callable[[str], Any]) -> None:
        folder = tmp_path / url.partition(":")[0]
        folder.mkdir()
        async with besieged(url, folder, seed, replace(PRESSING, presses=10.0)) as siege:
            await siege.ask(8)
            await siege.start()
            await pressed(siege, 10)
            with closing(hold(url)):
                await asyncio.sleep(10)
            await pressed(siege, 10)
            await none_is_lost(siege)

    await asyncio.gather(besiege(sqlite_url, hold_sqlite), besiege(postgresql_url, hold_postgresql))


def hold_sqlite(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(str(find_address(url).file), isolation_level=None, timeout=30)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def hold_postgresql(url: str) -> psycopg.Connection:
    connection = psycopg.connect(url)
    connection.execute("LOCK TABLE answers, events IN ACCESS EXCLUSIVE MODE")
    return connection


@pytest.mark.parametrize("when", ["before", "after"])
async def test_no_answer_is_lost_or_counted_twice_by_connections_cut_in_commit(
    postgresql_url: str, tmp_path: Path, seed: int, when: Literal["before", "after"]
) -> None:
    async with (
        Cable.laid(postgresql_url, when, every=10) as cable,
        besieged(postgresql_url, tmp_path, seed, replace(PRESSING)) as siege,
    ):
        await siege.ask(8)
        await siege.start(url=cable.url)
        await pressed(siege, 150)
        await none_is_lost(siege)
        assert cable.cuts >= 5


@pytest.mark.parametrize("url", [pytest.param("sqlite", marks=pytest.mark.soak), "postgresql"], indirect=True)
async def test_eight_processes_delivering_the_same_answers_up_to_four_times_count_each_once(
    url: str, tmp_path: Path, seed: int
) -> None:
    async with besieged(url, tmp_path, seed, Weather()) as siege:
        await siege.ask(40)
        pack = siege.folder / "pack.yaml"
        bank = open_bank((pack,), pack.with_suffix(".bank"))
        numbers = Random(seed)
        await Planner(siege.store, lambda: bank, wall_clock, random_token).plan()
        presses = await siege.store.read(lambda connection: presses_for(connection, numbers))
        crowd = [await start_crowd(url, seed + n, pack, presses) for n in range(PROCESSES)]
        delivered = sum(await asyncio.gather(*(end_crowd(each) for each in crowd)))
        counts = await siege.store.read(counted)
        assert delivered > PROCESSES * ANSWERS
        assert counts == [ANSWERS] * 3
        for hall in HALLS:
            assert await siege.store.read(partial(verify, hall=hall)) == []


def presses_for(connection: Connection, rng: Random) -> list[list[str]]:
    """Each of fifty people presses something in as many rounds as there have to be, one of each turn."""
    statement = select(rounds.c.token, rounds.c.turn_id, places).join(places, places.c.id == rounds.c.place_id)
    asked = list({row.turn_id: row for row in connection.execute(statement)}.values())
    people = ANSWERS // len(asked)
    at = datetime.now(UTC).isoformat()
    return [
        [
            f"press-{number}-{person}",
            f"p{person}",
            f"{row.platform}:{row.workspace}:{row.channel}",
            str(Ref(ANSWER, row.token, rng.randrange(3))),
            at,
        ]
        for number, row in enumerate(asked)
        for person in range(people)
    ]


def counted(connection: Connection) -> list[int]:
    """Answers, events, and what the standings counted."""
    total = select(func.sum(standings.c.answered)).where(standings.c.board == "hall", standings.c.period == "all")
    of = (connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (answers, events))
    return [*of, int(connection.execute(total).scalar_one())]


async def start_crowd(url: str, seed: int, pack: Path, presses: list[list[str]]) -> Process:
    """Start one process and hand it the answers; it waits for the others."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.e2e.killing.crowd", url, str(seed), str(pack), cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(presses).encode() + b"\n")
    return process


async def end_crowd(process: Process) -> int:
    """How many it has delivered."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    out, _ = await process.communicate(b"\n")
    assert process.returncode == 0
    return int(out)
