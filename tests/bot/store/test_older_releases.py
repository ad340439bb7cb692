"""Rows that an older release wrote, and an older release that goes on writing beside a newer one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, Table, insert, text

from bot.store import Store, postgresql, schema, sqlite
from bot.store.address import find_address
from bot.store.proof import verify
from tests.clock import Clock
from tests.databases import fresh_database
from tests.hall import StudyHall, choice_pack, settings_for, text_of

REVISIONS = sorted(schema.revisions())
MORNING = int(datetime(2026, 11, 23, 9, 0, tzinfo=UTC).timestamp()) * 1_000_000

FIRST_RELEASE: dict[str, dict[str, Any]] = {
    "halls": {
        "id": "team",
        "title": "The team",
        "zone": "UTC",
        "language": "en",
        "season": "quarter",
        "organisers": "{}",
    },
    "places": {"id": 1, "hall_id": "team", "platform": "fake", "workspace": "team", "channel": "general"},
    "schedules": {
        "id": 1,
        "hall_id": "team",
        "name": "daily",
        "zone": "UTC",
        "times": '["09:00"]',
        "weekdays": "[0,1,2,3,4,5,6]",
        "blackout": "[]",
        "selection": json.dumps({"packs": [], "topics": [], "difficulties": [], "kinds": []}),
        "policy": json.dumps(
            {"open_for": None, "grace": 3600, "answers": "first", "answer_by": "buttons", "first": "on time"}
        ),
        "places": "[1]",
        "made_at": MORNING - 86_400_000_000,
        "looked_until": MORNING - 1,
        "next_due": MORNING,
    },
}
"""Rows as the tables of revision 0001 hold them, spelt out: no code of today's has a part in them."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        yield from fresh_database(request.getfixturevalue("postgresql_server"), "template0")


def engine_of(url: str) -> Engine:
    address = find_address(url)
    if address.file:
        return sqlite.open_engine(address.file, writes=True)
    return postgresql.open_engine(address.url, writes=True)


def write_first_release(url: str) -> None:
    schema.upgrade(url, "0001")
    engine = engine_of(url)
    with engine.begin() as connection:
        for table, row in FIRST_RELEASE.items():
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    engine.dispose()


async def test_a_schedule_that_the_first_release_wrote_is_asked_answered_and_counted_by_this_one(
    empty: str, clock: Clock, tmp_path: Path
) -> None:
    write_first_release(empty)
    schema.upgrade(empty)
    pack = tmp_path / "pack.yaml"
    pack.write_text(choice_pack(), encoding="utf-8")
    store = Store.open(empty, now=clock, virtual=True)
    hall = StudyHall(store, clock, settings_for([], [pack]))
    await hall.app.timetable.retime()
    await hall.run()
    assert text_of(await hall.press(hall.questions()[0], "beta")).startswith("Right")
    await hall.run(days=1)
    assert [each.card.tone for each in hall.questions()] == ["reveal", "question"]
    assert await store.read(lambda connection: verify(connection, "team")) == []
    await store.close()


def reflected(url: str) -> dict[str, Table]:
    """The tables as they are in the database."""
    engine, found = engine_of(url), MetaData()
    found.reflect(engine)
    engine.dispose()
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}


def a_row(table: Table, old: Table) -> dict[str, Any]:
    """What the older release writes: values for the columns that it knew; ids are 1 and texts x or JSON."""
    return {
        column.name: 1 if column.type.python_type is int else False if column.type.python_type is bool else "1"
        for column in old.columns
        if column.name in table.columns
    }


@pytest.mark.parametrize("older", REVISIONS[:-1])
def test_what_an_older_process_writes_goes_into_the_newer_tables(empty: str, older: str) -> None:
    schema.upgrade(empty, older)
    known = reflected(empty)
    newer = REVISIONS[REVISIONS.index(older) + 1]
    schema.upgrade(empty, newer)
    now = reflected(empty)
    assert known.keys() <= now.keys(), "a table that an older process writes to has to stay for one release"
    engine = engine_of(empty)
    with engine.begin() as connection:
        for name, old in known.items():
            assert {column.name for column in old.columns} <= {column.name for column in now[name].columns}
            connection.execute(insert(old).values(a_row(now[name], old)))
    engine.dispose()
