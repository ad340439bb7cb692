"""The top ten and the own rank over millions of answers, against the least that can tell them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

from sqlalchemy import Connection

from benchmarks.filling import EACH, fill_boards
from benchmarks.frame import LostError, Part, Row, Scale, Spent, in_turn, timed, wall_of
from benchmarks.recorded import Driver, open_driver
from benchmarks.server import folder, new_database, postgresql
from benchmarks.study import HALL, START
from bot.store import Store, schema
from bot.store.standings import page, rank_of

PEOPLE = 100_000
SIZES = (1_000_000, 10_000_000)
BOARD = ("hall", "all")

NAMED = (
    "Beside the floor's work there are ten names to look up, ten people and the asker to be looked at whether they are "
    "hidden, the hidden people to be left out of the rank, and eleven lines to be made as values."
)
TOP = (
    "SELECT person_id, points FROM standings WHERE hall_id = {0} AND board = {0} AND period = {0} "
    "ORDER BY points DESC, reached LIMIT 10"
)
OWN = "SELECT points FROM standings WHERE hall_id = {0} AND board = {0} AND period = {0} AND person_id = {0}"
ABOVE = (
    "SELECT coalesce(sum(people), 0) FROM histogram "
    "WHERE hall_id = {0} AND board = {0} AND period = {0} AND points > {0}"
)
Places = list[int]
"""The place of each person who was asked for, hidden people counted too."""


def run_floor(driver: Driver, mark: str, people: Sequence[int]) -> tuple[Spent, Places]:
    """The scores by their index and the place by the histogram, for each of some people."""
    top, own, above = (statement.format(mark) for statement in (TOP, OWN, ABOVE))
    at, places = (HALL, *BOARD), Places()

    def ask() -> None:
        for person in people:
            driver.cursor.execute(top, at)
            driver.cursor.fetchall()
            driver.cursor.execute(own, (*at, person))
            ((points,),) = driver.cursor.fetchall()
            driver.cursor.execute(above, (*at, points))
            ((before,),) = driver.cursor.fetchall()
            places.append(int(before) + 1)

    return timed(ask), places


def run_product(url: str, people: Sequence[int]) -> tuple[Spent, Places]:
    """The same by the store, names and all, without the people who are hidden."""
    places = Places()

    def ask(connection: Connection) -> None:
        for person in people:
            page(connection, HALL, *BOARD)
            own = rank_of(connection, HALL, *BOARD, person)
            places.append(own.rank if own else 0)

    store = Store.open(url, now=lambda: START, runner="inline")
    asyncio.run(store.read(ask))  # statements are prepared, as they are in a program that runs
    spent = timed(lambda: asyncio.run(store.read(ask)))
    asyncio.run(store.close())
    return spent, places[len(people) :]


def compare(url: str, mark: str, people: int, scale: Scale) -> tuple[list[Spent], list[Spent]]:
    """Product and floor in turn, on the same people."""
    driver = open_driver(url)
    asked = Random(2).choices(range(1, people + 1), k=scale.of(2_000, 20))
    run_floor(driver, mark, asked)
    ours, floors = in_turn(scale.runs, lambda: run_product(url, asked), lambda: run_floor(driver, mark, asked))
    driver.close()
    for (_, told), (_, right) in zip(ours, floors, strict=True):
        if not all(0 < own <= place <= own + people // EACH + 1 for own, place in zip(told, right, strict=True)):
            raise LostError("a rank differs from its place by more than the people who are hidden")
    return [spent for spent, _ in ours], [spent for spent, _ in floors]


def rows(database: str, found: Sequence[tuple[int, list[Spent], list[Spent]]], asked: int) -> list[Row]:
    """A row for each size, and one for how the time grows from the first to the last."""
    what = "top ten and own rank"
    told = [
        Row(f"{what}, {database}, {answers:,} answers", wall_of(ours, asked), wall_of(floors, asked), 1.5, NAMED)
        for answers, ours, floors in found
    ]
    small, large = told[0].product, told[-1].product
    growth = Row(f"{what}, {database}: the largest beside the smallest", large, small, 2.5)
    return [*told, growth]


def on_sqlite(scale: Scale) -> list[Row]:
    """SQLite files."""
    people, found = scale.of(PEOPLE, 2_000), []
    with folder() as place:
        for answers in SIZES:
            size = scale.of(answers, answers // 1_000)
            url = f"sqlite:///{place / f'{size}.sqlite'}"
            schema.upgrade(url)
            fill(url, people, size)
            found.append((size, *compare(url, "?", people, scale)))
    return rows("SQLite", found, scale.of(2_000, 20))


def on_postgresql(scale: Scale) -> list[Row]:
    """Databases of a PostgreSQL server on this machine."""
    people, found = scale.of(PEOPLE, 2_000), []
    with postgresql() as server:
        for answers in SIZES:
            size = scale.of(answers, answers // 1_000)
            url = server.format(name=new_database(server))
            fill(url, people, size)
            found.append((size, *compare(url, "%s", people, scale)))
    return rows("PostgreSQL", found, scale.of(2_000, 20))


def fill(url: str, people: int, answers: int) -> None:
    """Boards of so many people and answers."""
    driver = open_driver(url)
    fill_boards(driver, people, answers)
    driver.close()


PART = Part(
    title="Boards",
    method=(
        "100,000 people gave 1 or 10 million answers, a fifth of the people most of them; ten are hidden. "
        "A person looks at the ten best and at their own rank (`page` and `rank_of` of bot.store.standings): with "
        "names, equal points sharing a rank, hidden people left out. The floor is told by the bare driver in three "
        "statements: the ten best scores by their index, the own score, and the people above it by the histogram; "
        "without names, and as if nobody were hidden. A rank costs one look-up more for each person who is hidden."
    ),
    cases={"sqlite": on_sqlite, "postgresql": on_postgresql},
)
