"""A study hall is copied from SQLite to PostgreSQL and back: whole and the same, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, Table, func, insert, select, text, update

from bot.ports import NotSavedError, Submission
from bot.proofs import faults
from bot.store import Store, schema
from bot.store.copying import CHUNK, copy_database, written
from bot.store.held import CopyError, UnusableError
from bot.store.processes import Process, beat, stopped
from bot.store.proof import verify
from bot.store.replay import replayed
from bot.store.tables import answers, events, halls, identities, metadata, people, posts, rounds, standings, stars
from tests.bot.store.facts import START, found_hall, hall
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, choice_pack, open_hall, who

HALL = "team"
Value = TypeVar("Value")
PROCESS = Process("p1", ("fake",), START)


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite"])
def ways(request: pytest.FixtureRequest, sqlite_url: str, postgresql_url: str) -> tuple[str, str]:
    """The database to copy and an empty one of the other kind; the test runs both ways."""
    return (sqlite_url, postgresql_url) if request.param.startswith("sqlite") else (postgresql_url, sqlite_url)


async def lived(url: str, clock: Clock, folder: Path) -> StudyHall:
    """A hall in which everything has happened: no table is without rows."""
    clock.forward(hours=-1)
    hall = await open_hall(Store.open(url, now=clock, runner="inline"), clock, folder, choice_pack(2))
    await hall.run(hours=1)
    for person, option in (("ada", "beta"), ("ada-at-home", "alpha"), ("bob", "alpha"), ("eve", "gamma")):
        await hall.press(hall.questions()[-1], option, who(person))
    shown = str(await hall.type("/study link", who("ada")))
    await hall.type(f"/study link {shown.partition('`/study link ')[2].partition('`')[0]}", who("ada-at-home"))
    hall.settings.packs[0].write_text(choice_pack(2, key="A"), encoding="utf-8")
    await hall.app.library.reload(hall.app.registrar)
    for item in hall.app.library.bank().items:
        await hall.app.librarian.regrade(HALL, item, "operator")
    for forward in (24, 71, 1):
        await hall.run(hours=forward)
    await hall.app.rater.rate()
    await hall.press(hall.questions()[-1], "alpha", who("bob", name="Bob “the \N{OWL}” O'Neill"))
    idea = Submission("idea", clock(), who("ada"), GENERAL, "propose:m1", {"question": "Why does dropout help?"})
    await hall.app.porter.submitted(idea)
    await hall.type("/practice", who("eve"))
    await hall.type("/quiz start", who("bob"))
    await hall.type("/study remind 08:30 Asia/Tokyo", who("eve"))
    await hall.store.shelf("web").put("page", {"text": "ä\N{OWL}\0", "of": [1, 2.5, None]})
    await hall.store.write(HALL, partial(liked, at=clock()))
    await hall.store.write(HALL, partial(stopped, process_id=hall.app.process.id, now=clock()))
    return hall


def liked(connection: Connection, at: datetime) -> None:
    """Somebody likes what another wrote."""
    found = select(answers.c.id, identities.c.id).where(identities.c.id != answers.c.identity_id).limit(1)
    answer_id, identity_id = connection.execute(found).one()
    connection.execute(insert(stars).values(hall_id=HALL, answer_id=answer_id, identity_id=identity_id, at=at))


def everything(connection: Connection) -> dict[str, list[str]]:
    """All rows of all tables, as the code sees them."""
    return {each.name: sorted(map(repr, connection.execute(select(each)))) for each in metadata.sorted_tables}


async def read(url: str, clock: Clock, question: Callable[[Connection], Value]) -> Value:
    store = Store.open(url, now=clock, runner="inline")
    try:
        return await store.read(question)
    finally:
        await store.close()


async def write(url: str, clock: Clock, *statements: Any) -> None:
    """Run statements in one transaction."""
    store = Store.open(url, now=clock, runner="inline")

    def run(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    try:
        await store.write(HALL, run)
    finally:
        await store.close()


async def few(url: str, clock: Clock) -> dict[str, list[str]]:
    """A hall with two people; gives all rows."""
    store = Store.open(url, now=clock, runner="inline")
    await store.write(HALL, lambda connection: found_hall(connection, HALL, 2, 0))
    await store.close()
    return await read(url, clock, everything)


def at_once(inline: Coroutine[Any, Any, object]) -> None:
    """What an inline store is asked is done without waiting, so no event loop is needed."""
    with pytest.raises(StopIteration):
        inline.send(None)


def proven(connection: Connection) -> list[str]:
    return [line for found in faults(connection, HALL, START, 9) for line in found.lines]


def nothing_shown(_table: str, _done: int, _rows: int) -> None:
    """What is copied is not watched."""


def copy(source: str, target: str, clock: Clock) -> dict[str, int]:
    return copy_database(source, target, clock(), proven, nothing_shown)


async def is_empty(url: str, clock: Clock) -> bool:
    return not any((await read(url, clock, everything)).values())


@pytest.fixture
async def hall_to_move(ways: tuple[str, str], clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall that has lived, on the database to copy, and at rest."""
    found = await lived(ways[0], clock, tmp_path)
    await found.store.close()
    return found


async def test_a_hall_that_has_lived_is_the_same_on_the_other_side(
    ways: tuple[str, str], hall_to_move: StudyHall, clock: Clock
) -> None:
    source, target = ways
    before = await read(source, clock, everything)
    assert [name for name, rows in before.items() if not rows] == []
    copied = copy(source, target, clock)
    assert copied == {name: len(rows) for name, rows in before.items()}
    assert await read(target, clock, everything) == before == await read(source, clock, everything)
    replays = [await read(url, clock, lambda c: repr(list(replayed(c, HALL)))) for url in ways]
    assert replays[0] == replays[1] != "[]"
    assert await read(target, clock, lambda connection: verify(connection, HALL)) == []
    assert schema.current(target) == schema.head()


async def test_the_hall_goes_on_after_the_copy_with_new_ids(
    ways: tuple[str, str], hall_to_move: StudyHall, clock: Clock
) -> None:
    source, target = ways
    copy(source, target, clock)
    moved = StudyHall(Store.open(target, now=clock, runner="inline"), clock, hall_to_move.settings, tokens=10_000)
    moved.platform.posted = hall_to_move.platform.posted
    await moved.settle()

    def highest(connection: Connection) -> list[int]:
        return [
            connection.execute(select(func.max(each.c.id))).scalar_one() for each in (answers, people, rounds, posts)
        ]

    before = await moved.store.read(highest)
    board, _ = await moved.app.scorekeeper.board(HALL, "hall", "all")
    await moved.press(moved.questions()[-1], "alpha", who("zoe"), event="zoe-1")
    after = await moved.store.read(highest)
    assert after == [before[0] + 1, before[1] + 1, *before[2:]]
    await moved.run(hours=24)
    assert len(moved.questions()) == len({each.stamp for each in moved.questions()}) == 4
    now, _ = await moved.app.scorekeeper.board(HALL, "hall", "all")
    assert {each.name: each.points for each in now} == {each.name: each.points for each in board} | {"Zoe": 10}
    assert (await moved.store.read(highest))[2] == before[2] + 1
    assert await moved.store.read(partial(faults, hall=HALL, now=clock(), most=9)) == []
    await moved.store.close()


async def test_there_and_back_again_is_where_it_began(
    sqlite_url: str, postgresql_url: str, clock: Clock, tmp_path: Path
) -> None:
    before = await few(sqlite_url, clock)
    back = f"{tmp_path}/new folder/back.sqlite"
    copy(sqlite_url, postgresql_url, clock)
    copy(postgresql_url, back, clock)
    assert await read(back, clock, everything) == before


async def test_rows_are_copied_some_at_a_time_and_how_far_it_is_is_told(ways: tuple[str, str], clock: Clock) -> None:
    source, target = ways
    rows = [{"platform": "fake", "event": f"e{n}", "at": START, "outcome": {}} for n in range(2 * CHUNK + 1)]
    await write(source, clock, insert(events).values(rows[:CHUNK]), insert(events).values(rows[CHUNK:]))
    steps: list[tuple[str, int, int]] = []
    copied = copy_database(source, target, clock(), proven, lambda *step: steps.append(step))
    everything_of = 2 * CHUNK + 1
    assert steps == [("events", done, everything_of) for done in (CHUNK, 2 * CHUNK, everything_of)]
    assert copied["events"] == everything_of


def trigger(url: str, of: Table, sqlite: str, postgresql: str) -> list[Any]:
    """A trigger that runs after each insert."""
    if url.startswith("sqlite"):
        return [text(f"CREATE TRIGGER awkward AFTER INSERT ON {of.name} BEGIN {sqlite}; END")]
    body = f"BEGIN {postgresql}; RETURN NULL; END"
    return [
        text(f"CREATE FUNCTION awkward() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"),
        text(f"CREATE TRIGGER awkward AFTER INSERT ON {of.name} FOR EACH ROW EXECUTE FUNCTION awkward()"),
    ]


async def test_a_copy_that_fails_half_way_leaves_nothing(ways: tuple[str, str], clock: Clock) -> None:
    source, target = ways
    before = await few(source, clock)
    full = trigger(target, identities, "SELECT RAISE(ABORT, 'no room')", "RAISE EXCEPTION 'no room'")
    await write(target, clock, *full)
    with pytest.raises(UnusableError, match="does not take rows of identities: no room; nothing was copied"):
        copy(source, target, clock)
    assert await is_empty(target, clock)
    assert await read(source, clock, everything) == before


async def test_what_does_not_arrive_as_it_was_is_found_and_leaves_nothing(ways: tuple[str, str], clock: Clock) -> None:
    source, target = ways
    await few(source, clock)
    change = "UPDATE people SET name = 'x' WHERE id = NEW.id"
    await write(target, clock, *trigger(target, people, change, change))
    with pytest.raises(CopyError, match=r"the 2 rows of people in .* are not the 2 that were read"):
        copy(source, target, clock)
    assert await is_empty(target, clock)


async def test_a_hall_whose_board_is_wrong_is_not_copied(
    ways: tuple[str, str], hall_to_move: StudyHall, clock: Clock
) -> None:
    source, target = ways
    await write(source, clock, update(standings).values(points=standings.c.points + 1))
    with pytest.raises(CopyError, match=r"(?s)would not pass the checks.*--repair.*\nstandings "):
        copy(source, target, clock)
    assert await is_empty(target, clock)


async def test_nobody_writes_to_either_database_meanwhile(ways: tuple[str, str], clock: Clock) -> None:
    source, target = ways
    await few(source, clock)
    refused: list[str] = []
    late = insert(halls).values(hall("late"))

    def disturb(_: Connection) -> list[str]:
        for url in ways:
            store = Store.open(url, now=clock, runner="inline")
            with pytest.raises(NotSavedError, match="busy"):
                at_once(store.write(HALL, lambda connection: connection.execute(late).close()))
            at_once(store.close())
            refused.append(url)
        return []

    copy_database(source, target, clock(), disturb, nothing_shown)
    assert refused == [source, target]
    await write(source, clock, late)


async def test_a_database_on_which_a_studyhall_runs_is_not_copied(ways: tuple[str, str], clock: Clock) -> None:
    source, target = ways
    store = Store.open(source, now=clock, runner="inline")
    await store.write(HALL, partial(beat, process=PROCESS, now=clock()))
    clock.forward(seconds=20)
    with pytest.raises(CopyError, match=r"a Studyhall runs on .*: stop it first"):
        copy(source, target, clock)
    assert await is_empty(target, clock)
    await store.write(HALL, partial(stopped, process_id=PROCESS.id, now=clock()))
    assert copy(source, target, clock)["processes"] == 1
    await store.close()


async def test_a_target_with_rows_is_refused_and_left_alone(ways: tuple[str, str], clock: Clock) -> None:
    source, target = ways
    await few(source, clock)
    await write(target, clock, insert(halls).values(hall("theirs")))
    with pytest.raises(CopyError, match="has rows in halls already: give an empty database"):
        copy(source, target, clock)
    assert await read(target, clock, lambda c: c.execute(select(halls.c.id)).scalars().all()) == ["theirs"]
    with pytest.raises(CopyError, match="cannot be copied to itself"):
        copy(source, source, clock)


async def test_a_target_with_older_tables_is_brought_up_to_date(ways: tuple[str, str], clock: Clock) -> None:
    source, target = ways
    before = await few(source, clock)
    schema.downgrade(target, "0001")
    copy(source, target, clock)
    assert await read(target, clock, everything) == before


async def test_older_tables_or_none_are_no_source(ways: tuple[str, str], clock: Clock) -> None:
    source, target = ways
    schema.downgrade(source, "0001")
    with pytest.raises(UnusableError, match=r"are at 0001, this Studyhall needs .*: run `studyhall db upgrade"):
        copy(source, target, clock)
    schema.downgrade(source, "base")
    with pytest.raises(UnusableError, match="there is nothing in"):
        copy(source, target, clock)


async def test_texts_that_postgresql_cannot_hold_are_named_before_anything_is_copied(
    sqlite_url: str, postgresql_url: str, clock: Clock, tmp_path: Path
) -> None:
    await few(sqlite_url, clock)
    strange = {"platform": "fake", "event": "e\0", "at": START, "outcome": {"text": "\0"}}
    names = update(people).where(people.c.id == 2).values(name="A\0da")
    await write(sqlite_url, clock, names, insert(events).values(strange))
    schema.downgrade(postgresql_url, "base")
    with pytest.raises(CopyError, match="the character NUL, which 2 texts") as told:
        copy(sqlite_url, postgresql_url, clock)
    assert str(told.value).splitlines()[1:] == [r"events 'fake' 'e\x00': its event", "people 2: its name"]
    assert schema.current(postgresql_url) == "base"
    copy(sqlite_url, str(tmp_path / "other.sqlite"), clock)


async def test_a_source_that_is_not_there_or_is_written_to_is_told(
    sqlite_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.held.WAITS_MS", 100)
    missing = tmp_path / "missing.sqlite"
    with pytest.raises(UnusableError, match="there is no database at"):
        copy(str(missing), sqlite_url, clock)
    assert not missing.exists()
    with pytest.raises(UnusableError, match=r"postgresql.* cannot be read: conn.*; nothing was copied"):
        copy("postgresql://me:secret@127.0.0.1:9/study", sqlite_url, clock)
    store = Store.open(sqlite_url, now=clock, runner="inline")
    with pytest.raises(UnusableError, match=r"cannot be held still .*: stop who writes to it first"):
        await store.write(HALL, lambda _: copy(sqlite_url, str(missing), clock))
    await store.close()


def test_the_address_to_set_has_no_password_in_it() -> None:
    assert written("postgresql+psycopg://me:secret@db:5433/study") == "postgresql://me:***@db:5433/study"
    assert written("studyhall.db") == f"sqlite:///{Path('studyhall.db').absolute()}"
