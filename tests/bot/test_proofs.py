"""The proofs: green on a hall that has lived, and red for each thing that must never be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, Executable, Table, delete, func, insert, literal, select, update

from bot.ports import PlaceRef, RefusedError
from bot.proofs import CHECKS, DATABASE, Check, Found, faults, look
from bot.store import Store
from bot.store.processes import Process, beat
from bot.store.tables import (
    abilities,
    answers,
    histogram,
    identities,
    links,
    marks,
    matches,
    metadata,
    people,
    places,
    players,
    posts,
    private_rounds,
    proposals,
    regrades,
    reminders,
    rounds,
    schedules,
    sessions,
    standings,
    stars,
    turns,
)
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, hall_entry, open_hall, schedule, who

OTHER = PlaceRef("fake", "team", "other")


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """Two halls after five days: answers, slots missed, a place that refused, a reply that was lost, an open round."""
    entries = [
        hall_entry(schedules=[schedule(times=("09:00", "15:00"), open_for=timedelta(hours=2), first="at once")]),
        hall_entry(
            "other", [OTHER], [schedule("other", [OTHER], zone="Asia/Tokyo", answers="last")], zone="Asia/Tokyo"
        ),
    ]
    hall = await open_hall(store, clock, tmp_path, halls=entries)
    await live(hall, days=1)
    hall.platform.fails = ["lost-reply", "lost-request"]
    await live(hall, days=1)
    clock.forward(days=1, hours=5)  # nobody is there
    await live(hall, days=1)
    clock.at = clock.at.replace(hour=9, minute=0) + timedelta(days=1)
    await hall.run(seconds=2)
    await hall.press(hall.questions()[-1], "beta", who("eve"))
    return hall


async def live(hall: StudyHall, days: int) -> None:
    """Let days go by with an answer or two to everything."""
    for _ in range(days * 8):
        await hall.run(hours=3)
        for place in (GENERAL, OTHER):
            posted = hall.questions(place)[-1:]
            for person, option in (("ada", "beta"), ("bob", "alpha")):
                if posted and posted[0].at == hall.clock():
                    await hall.press(posted[0], option, who(person))


async def found(hall: StudyHall, name: str = "team") -> list[Found]:
    """What the checks find in a hall."""
    return await hall.store.read(partial(faults, hall=name, now=hall.clock(), most=3))


async def names(hall: StudyHall, name: str = "team") -> list[str]:
    """Which checks fail in a hall."""
    return [each.check.name for each in await found(hall, name)]


async def do(hall: StudyHall, *statements: Executable) -> None:
    """Corrupt something."""

    def run(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    await hall.store.write("team", run)


async def test_a_hall_that_has_lived_passes_every_check(hall: StudyHall) -> None:
    assert await found(hall) == []
    assert await found(hall, "other") == []
    whole = await hall.store.read(lambda connection: look(connection, DATABASE, "", hall.clock(), 3))
    assert whole.count == 0
    skipped = await hall.store.read(lambda c: c.execute(select(func.count(turns.c.skipped))).scalar_one())
    assert skipped >= 3


async def test_a_place_that_went_to_another_hall_and_a_refused_question_are_no_faults(hall: StudyHall) -> None:
    hall.platform.fails = [RefusedError("not in the channel", "Invite the bot.")]
    await live(hall, days=1)
    entries = [
        hall_entry(places=[], schedules=[]),
        hall_entry("other", [GENERAL, OTHER], [schedule("other", [GENERAL])]),
    ]
    await hall.app.registrar.settle(entries)
    await live(hall, days=1)
    assert await names(hall) == []
    assert await names(hall, "other") == []


def first(table: Table, *where: ColumnElement[bool]) -> Any:
    """The id of the first row of a hall that fits."""
    return select(func.min(table.c.id)).where(table.c.hall_id == "team", *where).scalar_subquery()


def asked() -> Any:
    """The first turn that was asked."""
    return first(turns, turns.c.item_id.is_not(None))


def last_turn() -> Any:
    """The newest turn."""
    return select(func.max(turns.c.id)).where(turns.c.hall_id == "team").scalar_subquery()


def closed(state: str = "closed") -> ColumnElement[bool]:
    """The first round in a state."""
    of_state: ColumnElement[int] = first(rounds, rounds.c.state == state)
    return rounds.c.id == of_state


def elsewhere(table: Table) -> Any:
    """The id of a row of the other hall."""
    return select(func.min(table.c.id)).where(table.c.hall_id == "other").scalar_subquery()


QUESTION = posts.c.kind == "question"

CORRUPTED: dict[str, tuple[str, Callable[[], Sequence[Executable]], str]] = {
    "points": ("standings", lambda: [update(standings).where(standings.c.period == "all").values(points=99)], "stored"),
    "a bar": ("standings", lambda: [update(histogram).values(people=histogram.c.people + 1)], "histogram"),
    "a lost standing": ("standings", lambda: [delete(standings)], "stored None"),
    "a count": ("answers", lambda: [update(rounds).where(closed()).values(answered=7)], "answered 7, but 2 answers"),
    "an answer's turn": (
        "answers",
        lambda: [update(answers).where(answers.c.round_id == first(rounds, closed())).values(turn_id=last_turn())],
        "but its round is of turn",
    ),
    "a turn without rounds": (
        "rounds",
        lambda: [update(turns).where(turns.c.skipped.is_not(None)).values(skipped=None)],
        "neither a round nor a reason",
    ),
    "a skipped round without a reason": (
        "rounds",
        lambda: [
            insert(rounds).from_select(
                ["hall_id", "turn_id", "place_id", "token", "state", "answered", "told"],
                select(
                    turns.c.hall_id,
                    turns.c.id,
                    first(places),
                    turns.c.slot,
                    literal("skipped"),
                    literal(0),
                    literal(0),
                ).where(turns.c.id == first(turns, turns.c.skipped.is_not(None))),
            )
        ],
        "it is skipped",
    ),
    "a closed round without its message": (
        "rounds",
        lambda: [update(rounds).where(closed()).values(message=None)],
        "None",
    ),
    "an open round whose question was not sent": (
        "rounds",
        lambda: [update(posts).where(posts.c.round_id == first(rounds, closed("open")), QUESTION).values(state="due")],
        "it is open, its question due",
    ),
    "a due round whose question was sent": (
        "rounds",
        lambda: [update(rounds).where(closed("open")).values(state="due")],
        "it is due, its question sent",
    ),
    "a round without a question": (
        "rounds",
        lambda: [delete(posts).where(posts.c.round_id == first(rounds, closed()), QUESTION)],
        "its question None",
    ),
    "a slot": (
        "slots",
        lambda: [delete(turns).where(turns.c.skipped.is_not(None))],
        "neither asked nor named as missed",
    ),
    "a schedule's places": (
        "halls",
        lambda: [update(schedules).where(schedules.c.hall_id == "team").values(places=[1, 99])],
        "asks in places of other halls, 99",
    ),
    "a round of two": (
        "rounds",
        lambda: [update(turns).where(turns.c.id == asked()).values(asked_in=2)],
        "it was asked in 2 places and has rounds for 1",
    ),
    "a round too many": (
        "rounds",
        lambda: [update(turns).where(turns.c.id == asked()).values(asked_in=0)],
        "it was asked in 0 places and has rounds for 1",
    ),
    "a reveal": (
        "rounds",
        lambda: [delete(posts).where(posts.c.round_id == first(rounds, closed()), posts.c.kind == "reveal")],
        "no reveal is owed",
    ),
    "a message that is another": (
        "rounds",
        lambda: [update(rounds).where(closed()).values(message="another")],
        "it is closed, its question sent, message another",
    ),
    "a skipped round whose question was sent": (
        "rounds",
        lambda: [update(rounds).where(closed()).values(state="skipped", reason="late")],
        "it is skipped, its question sent",
    ),
    "a due round whose question failed": (
        "rounds",
        lambda: [
            update(rounds).where(closed("open")).values(state="due"),
            update(posts).where(posts.c.round_id == first(rounds, closed("due")), QUESTION).values(state="failed"),
        ],
        "it is due, its question failed",
    ),
    "a due round without a question": (
        "rounds",
        lambda: [
            update(rounds).where(closed("open")).values(state="due"),
            delete(posts).where(posts.c.round_id == first(rounds, closed("due")), QUESTION),
        ],
        "it is due, its question None",
    ),
    "a failed round without a reason": (
        "rounds",
        lambda: [
            update(rounds).where(closed()).values(state="failed", reason=""),
            update(posts).where(posts.c.round_id == first(rounds, closed("failed")), QUESTION).values(state="failed"),
        ],
        "it is failed, its question failed",
    ),
    "when a schedule is due": (
        "slots",
        lambda: [update(schedules).where(schedules.c.hall_id == "team").values(next_due=None)],
        "it looks for its slot 2026-11-28T15:00 never again",
    ),
    "when a schedule is due, by a year": (
        "slots",
        lambda: [
            update(schedules)
            .where(schedules.c.hall_id == "team")
            .values(next_due=datetime(2027, 11, 28, 15, tzinfo=UTC))
        ],
        "it looks for its slot 2026-11-28T15:00 only at 2027-11-28 15:00 UTC",
    ),
    "a schedule's zone": (
        "slots",
        lambda: [update(schedules).where(schedules.c.hall_id == "team").values(zone="Gone/Zone")],
        "schedule daily: 'Gone/Zone' is no time zone",
    ),
    "a schedule that cannot be read": (
        "slots",
        lambda: [update(schedules).where(schedules.c.hall_id == "team").values(times=["noon"])],
        "the check broke off: ValueError",
    ),
}

REFERRING = [
    (column, key.column.table)
    for table in metadata.sorted_tables
    for column in table.columns
    for key in column.foreign_keys
    if "hall_id" in table.c and "hall_id" in key.column.table.c and key.column.table is not places
]
"""The columns that refer to rows of their own hall. A place may go to another hall."""


class UndoneError(Exception):
    """What a transaction ends with that shall leave nothing behind."""


async def seen(hall: StudyHall, statements: Sequence[Executable]) -> dict[str, Found]:
    """What the checks find once these statements were carried out, which are then undone."""
    red: dict[str, Found] = {}

    def run(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)
        red.update({each.check.name: each for each in faults(connection, "team", hall.clock(), 3)})
        raise UndoneError

    with pytest.raises(UndoneError):
        await hall.store.write("team", run)
    return red


async def test_a_check_goes_red_for_each_thing_that_must_never_be(hall: StudyHall) -> None:
    for what, (check, statements, told) in CORRUPTED.items():
        red = await seen(hall, statements())
        assert check in red, what
        assert any(told in line for line in red[check].lines), (what, red[check].lines)
        assert red[check].count >= len(red[check].lines) > 0
    assert await names(hall) == []


async def test_a_check_goes_red_for_each_column_that_refers_to_another_hall(hall: StudyHall) -> None:
    mended = {"hall_id": "team", "turn_id": asked(), "before": {}, "after": {}, "by": "operator", "at": hall.clock()}
    linked = {"hall_id": "team", "identity_id": first(identities), "at": hall.clock()}
    linked |= {"from_person": first(people), "to_person": first(people)}
    proposed = {"hall_id": "team", "identity_id": first(identities), "state": "draft", "at": hall.clock()}
    proposed |= {"question": "Why?", "answer": "", "source": "fake:team:general:m1"}
    alone = {"hall_id": "team", "identity_id": first(identities)}
    began = {"kind": "practice", "wanted": 1, "queue": [], "began_at": hall.clock()}
    tried = {"nth": 0, "token": "alone", "item_id": "i", "topic": "t", "concept": "c", "shown": {}}
    tried |= {"kind": "choice", "difficulty": "easy"}
    played = {"hall_id": "team", "place_id": first(places), "host_id": first(identities), "token": "quiz"}
    played |= {"mode": "classic", "state": "over", "seconds": 20, "queue": [], "told": "", "made_at": hall.clock()}
    played |= {"seen_at": hall.clock(), "ended_at": hall.clock()}
    of_match = {"hall_id": "team", "match_id": first(matches)}
    said = {**of_match, "place_id": first(places), "platform": "fake", "kind": "podium", "stamp": "p", "state": "sent"}
    quiz = {"nth": 0, "slot": "quiz", "due_at": hall.clock(), "day": "2026-11-28", "skipped": "nothing fits"}
    written = {"place_id": first(places), "platform": "fake", "kind": "reminder", "stamp": "d-1", "state": "sent"}
    written |= {"next_try": hall.clock(), "made_at": hall.clock()}
    added = (
        (matches, played),
        (matches, played | {"hall_id": "other", "host_id": elsewhere(identities), "token": "other"}),
        (players, {**of_match, "identity_id": first(identities), "joined_at": hall.clock()}),
        (turns, {**of_match, **quiz}),
        (posts, {**said, "made_at": hall.clock(), "next_try": hall.clock()}),
        (regrades, mended),
        (links, linked),
        (proposals, proposed),
        (sessions, {**alone, **began}),
        (sessions, {**began, "hall_id": "other", "identity_id": elsewhere(identities)}),
        (stars, {**alone, "answer_id": first(answers), "at": hall.clock()}),
        (reminders, {**alone, "place_id": first(places), "time": "08:30", "zone": "UTC"}),
        (abilities, {"hall_id": "team", "person_id": first(people), "rating": 1, "answers": 1}),
        (posts, {**alone, **written}),
        (private_rounds, {**alone, **tried, "asked_at": hall.clock(), "session_id": first(sessions)}),
    )
    rows = [insert(table).values(**row) for table, row in added]
    assert await seen(hall, rows) == {}
    for column, parent in REFERRING:
        key = next(iter(column.table.primary_key)) if "id" in column.table.c else column
        one = select(func.min(key)).where(column.table.c.hall_id == "team", column.is_not(None)).scalar_subquery()
        beside = {posts.c.nth: 5} if column.table is posts else {}
        moved = update(column.table).where(column.table.c.hall_id == "team", key == one)
        red = await seen(hall, [*rows, moved.values({column: elsewhere(parent), **beside})])
        told = red["answers" if column.table is answers else "halls"].lines
        assert any(f"its {column.name} " in line and "is of the hall other" in line for line in told), (column, red)


@pytest.mark.parametrize("state", ["due", "uncertain", "sending"])
async def test_a_post_that_nobody_settles_is_overdue(hall: StudyHall, state: str) -> None:
    hall.clock.forward(hours=1)
    process = Process("p1", ("fake",), hall.clock() - timedelta(hours=1))
    await hall.store.write("processes", partial(beat, process=process, now=hall.clock()))
    long_ago, soon = hall.clock() - timedelta(minutes=40), hall.clock() + timedelta(minutes=1)
    waits = {"state": state, "made_at": long_ago, "next_try": long_ago, "lease_until": long_ago}
    owed = update(posts).where(posts.c.id == first(posts, posts.c.kind == "reveal")).values(**waits)
    assert f"(reveal): still {state}" in (await seen(hall, [owed]))["overdue"].lines[0]
    for settled in ({"made_at": hall.clock()}, {"next_try": soon, "lease_until": soon}):
        assert await seen(hall, [owed, owed.values(**settled)]) == {}


async def test_a_statement_that_fails_in_one_check_leaves_the_others_their_snapshot(
    hall: StudyHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(connection: Connection, _hall: str, _now: Any) -> Iterator[str]:
        connection.exec_driver_sql("SELECT * FROM nowhere")
        yield ""

    monkeypatch.setattr("bot.proofs.CHECKS", (Check("first", "it fails", fails), *CHECKS))
    await do(hall, update(rounds).where(closed()).values(answered=9))
    broken, wrong = await found(hall)
    assert broken.lines[0].startswith("the check broke off: ")
    assert (broken.count, wrong.check.name) == (1, "answers")


async def test_a_reveal_is_asked_for_only_as_long_as_it_is_kept(hall: StudyHall) -> None:
    await do(hall, delete(posts).where(posts.c.kind == "reveal"))
    assert await names(hall) == ["rounds"]
    hall.clock.forward(days=30)
    assert await names(hall) == []


async def test_an_answer_of_another_hall_and_a_second_answer_are_found(
    hall: StudyHall, request: pytest.FixtureRequest
) -> None:
    def meddle(connection: Connection) -> None:
        columns = ", ".join(column.name for column in answers.columns if column.name != "id")
        twice = f"INSERT INTO answers (id, {columns}) SELECT id + 1000, {columns} FROM answers WHERE id = 1"
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("CREATE TABLE copied AS SELECT * FROM answers")
            connection.exec_driver_sql("DROP TABLE answers")
            connection.exec_driver_sql("ALTER TABLE copied RENAME TO answers")
        else:
            connection.exec_driver_sql("ALTER TABLE answers DROP CONSTRAINT uq_answers_round_id_identity_id")
        connection.exec_driver_sql(twice)
        moved = update(answers).where(answers.c.id == 2)
        connection.execute(moved.values(identity_id=elsewhere(identities)))

    if "sqlite" in request.node.name:
        await hall.store.close()
        url = request.getfixturevalue("url")
        import sqlalchemy  # noqa: PLC0415

        engine = sqlalchemy.create_engine(url)
        with engine.begin() as connection:
            meddle(connection)
        engine.dispose()
        hall.store = Store.open(url, now=hall.clock, runner="inline")
    else:
        await hall.store.write("team", meddle)
    (answered,) = [each for each in await found(hall) if each.check.name == "answers"]
    assert "round 1: answered 2, but 3 answers are stored" in answered.lines
    assert any("answered 2 times" in line for line in answered.lines)
    everything = await hall.store.read(lambda c: list(answered.check.find(c, "team", hall.clock())))
    assert any("identity_id" in line and "of the hall other" in line for line in everything)
    await hall.store.close()


async def test_a_mark_on_an_answer_of_another_hall_is_found(hall: StudyHall) -> None:
    row = {"hall_id": "team", "turn_id": asked(), "before": {}, "after": {}, "by": "operator", "at": hall.clock()}
    mark = {"verdict": "", "why": "", "detail": "", "points": 0, "rules": ""}
    regrade = select(func.max(regrades.c.id)).scalar_subquery()
    await do(
        hall,
        insert(regrades).values(**row),
        insert(marks).values(regrade_id=regrade, answer_id=elsewhere(answers), **mark),
    )
    (crossing,) = await found(hall)
    assert crossing.check.name == "halls"
    assert "of the hall other" in crossing.lines[0]


async def test_what_is_overdue_is_found_only_while_a_process_has_lived_long_enough(hall: StudyHall) -> None:
    hall.clock.forward(days=1)
    past = hall.clock() - timedelta(hours=1)
    owed = update(posts).where(posts.c.id == first(posts, posts.c.kind == "reveal"))
    await do(hall, owed.values(state="sending", made_at=past, lease_until=past))
    assert await names(hall) == [], "nobody is there"
    process = Process("p1", ("fake",), hall.clock())
    await hall.store.write("processes", partial(beat, process=process, now=hall.clock()))
    assert await names(hall) == [], "it has only just come"
    hall.clock.forward(minutes=15)
    await hall.store.write("processes", partial(beat, process=process, now=hall.clock()))
    (late,) = await found(hall)
    assert late.lines == (late.lines[0],)
    assert "schedule daily: due since" in late.lines[0]
    hall.clock.forward(minutes=20)
    await hall.store.write("processes", partial(beat, process=process, now=hall.clock()))
    (late,) = await found(hall)
    assert late.check.name == "overdue"
    assert [line.split()[0] for line in late.lines] == ["round", "post", "schedule"]
    assert "still open" in late.lines[0]
    assert "(reveal): still sending" in late.lines[1]
    await hall.run(seconds=1)
    assert await names(hall) == []


async def test_what_can_be_mended_is_mended(hall: StudyHall) -> None:
    await do(hall, update(rounds).where(closed()).values(answered=9), delete(histogram))
    assert await names(hall) == ["standings", "answers"]
    for check in CHECKS:
        if check.mend:
            await check.mend(hall.store, "team")
    assert await names(hall) == []


async def test_a_file_with_a_reference_to_nowhere_is_told(sqlite_url: str, clock: Clock) -> None:
    import sqlite3  # noqa: PLC0415

    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("INSERT INTO places VALUES (1, 'gone', 'web', 'w', 'c', NULL, NULL)")
    connection.close()
    store = Store.open(sqlite_url, now=clock, runner="inline")
    whole = await store.read(lambda c: look(c, DATABASE, "", clock(), 3))
    assert whole.lines == ("places 1: it refers to a row of halls that is not there",)
    await store.close()
