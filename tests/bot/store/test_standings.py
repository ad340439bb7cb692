from __future__ import annotations

from dataclasses import replace
from functools import partial
from random import Random

import pytest
from sqlalchemy import Connection, delete, select, update

from bot.rules.boards import Counted, periods, replay
from bot.store import Store
from bot.store.answers import both_answered
from bot.store.proof import rebuild, verify
from bot.store.replay import counted_answers
from bot.store.standings import Ranked, count, join, page, rank_of, recompute, recount
from bot.store.tables import answers, histogram, identities, people, rounds, standings
from tests.bot.store.facts import START, answer, found_hall, some_points
from tests.clock import Clock

MEMBERS, DAYS = 6, 8


@pytest.fixture
async def hall(url: str, clock: Clock) -> Store:
    """A store, inline, with the halls `h` and `other`."""
    store = Store.open(url, now=clock, runner="inline")
    await store.write("h", lambda connection: found_hall(connection, "h", MEMBERS, DAYS))
    await store.write("other", lambda connection: found_hall(connection, "other", 2, 1))
    return store


def answer_everything(connection: Connection, seed: int) -> list[Counted]:
    """Everybody answers in most rounds, in any order; only the first answer a turn and person is counted."""
    random = Random(seed)
    asked = list(connection.execute(select(rounds.c.id, rounds.c.turn_id).where(rounds.c.hall_id == "h")).all())
    who = list(connection.execute(select(identities.c.id).where(identities.c.hall_id == "h")).scalars())
    pairs = [(turn, round_id, identity) for round_id, turn in asked for identity in who if random.random() < 0.7]
    random.shuffle(pairs)
    seen: set[tuple[int, int]] = set()
    kept = []
    for turn, round_id, identity in pairs:
        counted = answer(connection, round_id, identity, some_points(random))
        if (turn, counted.person_id) not in seen:
            seen.add((turn, counted.person_id))
            count(connection, "h", counted)
            kept.append(counted)
    return kept


@pytest.mark.parametrize("seed", range(3))
async def test_standings_kept_answer_by_answer_equal_a_replay(hall: Store, seed: int) -> None:
    kept = await hall.write("h", lambda connection: answer_everything(connection, seed))
    assert len(kept) > MEMBERS * DAYS / 2
    assert await hall.read(lambda connection: verify(connection, "h")) == []
    assert await hall.read(lambda connection: sorted(counted_answers(connection, "h"), key=repr)) == sorted(
        kept, key=repr
    )
    assert await hall.read(lambda connection: verify(connection, "other")) == []
    await hall.close()


@pytest.mark.parametrize(("before", "after"), [(10, 20), (0, 10), (10, 0), (0, 0), (20, 10)])
async def test_an_answer_that_was_changed_counts_as_it_is_now(hall: Store, before: int, after: int) -> None:
    def change(connection: Connection) -> list[str]:
        asked = list(connection.execute(select(rounds.c.id).where(rounds.c.hall_id == "h")).scalars())
        who = connection.execute(select(identities.c.id).where(identities.c.hall_id == "h")).scalars().first()
        assert who is not None
        count(connection, "h", answer(connection, asked[0], who, 10))
        old = answer(connection, asked[2], who, before)
        count(connection, "h", old)
        new = replace(old, points=after, right=after > 0)
        row = {"points": after, "verdict": "right" if after else "wrong"}
        connection.execute(update(answers).where(answers.c.id == old.answer_id).values(row))
        recount(connection, "h", old, new)
        return verify(connection, "h")

    assert await hall.write("h", change) == []
    await hall.close()


async def test_an_answer_that_is_changed_in_another_season_than_it_was_given_in_counts_in_that_one(hall: Store) -> None:
    def change(connection: Connection) -> list[str]:
        asked = connection.execute(select(rounds.c.id).where(rounds.c.hall_id == "h")).scalars().first()
        assert asked is not None
        old = answer(connection, asked, 1, 10)
        count(connection, "h", old)
        new = replace(old, points=20, periods=periods(START.date(), "2026-11"))
        row = {"points": 20, "season": "2026-11"}
        connection.execute(update(answers).where(answers.c.id == old.answer_id).values(row))
        recount(connection, "h", old, new)
        assert rank_of(connection, "h", "hall", "season:2026-Q4", 1) is None
        return verify(connection, "h")

    assert await hall.write("h", change) == []
    await hall.close()


async def test_linking_two_identities_and_unlinking_them_moves_what_counts(hall: Store) -> None:
    await hall.write("h", lambda connection: answer_everything(connection, 7))
    before = await hall.read(lambda connection: replay(counted_answers(connection, "h")))

    def give(connection: Connection, identity: int, person: int) -> list[str]:
        connection.execute(update(identities).where(identities.c.id == identity).values(person_id=person))
        if person == 1:
            join(connection, "h", 2, 1)
        else:
            recompute(connection, "h", 1, 2)
        return verify(connection, "h")

    assert await hall.write("h", lambda connection: give(connection, 2, 1)) == []
    assert await hall.read(lambda connection: rank_of(connection, "h", "hall", "all", 2)) is None
    assert await hall.write("h", lambda connection: give(connection, 2, 2)) == []
    assert await hall.read(lambda connection: replay(counted_answers(connection, "h"))) == before
    await hall.close()


async def test_two_who_never_answered_the_same_turn_are_joined_by_sums(hall: Store) -> None:
    def link(connection: Connection) -> list[str]:
        chance = Random(5)
        asked = connection.execute(select(rounds.c.id).where(rounds.c.hall_id == "h").order_by("id")).scalars().all()
        for number, round_id in enumerate(asked[::2]):
            for identity in (1 + number % 2, 3):
                count(connection, "h", answer(connection, round_id, identity, some_points(chance)))
        assert not both_answered(connection, [1], [2])
        assert both_answered(connection, [1, 2], [3])
        connection.execute(update(identities).where(identities.c.id == 2).values(person_id=1))
        join(connection, "h", 2, 1, apart=True)
        return verify(connection, "h")

    assert await hall.write("h", link) == []
    assert await hall.read(lambda connection: rank_of(connection, "h", "hall", "all", 2)) is None
    await hall.close()


async def test_the_board_shares_ranks_among_equals_and_keeps_hidden_people_out_of_sight(hall: Store) -> None:
    def given(connection: Connection) -> None:
        asked = connection.execute(select(rounds.c.id).where(rounds.c.hall_id == "h")).scalars().first()
        assert asked is not None
        for person, points in ((3, 10), (1, 20), (2, 10), (4, 30), (5, 0)):
            count(connection, "h", answer(connection, asked, person, points))
        connection.execute(update(people).where(people.c.id == 4).values(hidden=True))

    await hall.write("h", given)
    board = await hall.read(lambda connection: page(connection, "h", "hall", "all"))
    assert board == [
        Ranked(1, 1, "p0", 20, 1, 1),
        Ranked(2, 3, "p2", 10, 1, 1),
        Ranked(2, 2, "p1", 10, 1, 1),
        Ranked(4, 5, "p4", 0, 0, 1),
    ]
    for offset in range(5):
        rest = await hall.read(partial(page, hall="h", board="hall", period="all", limit=2, offset=offset))
        assert rest == board[offset : offset + 2]
    for line in board:
        own = await hall.read(partial(rank_of, hall="h", board="hall", period="all", person_id=line.person_id))
        assert own == line
    hidden = await hall.read(lambda connection: rank_of(connection, "h", "hall", "all", 4))
    assert hidden == Ranked(1, 4, "p3", 30, 1, 1)
    assert await hall.read(lambda connection: page(connection, "other", "hall", "all")) == []
    assert await hall.read(lambda connection: rank_of(connection, "h", "hall", "all", 6)) is None
    await hall.close()


async def test_spoiled_standings_are_found_and_made_anew(hall: Store) -> None:
    await hall.write("h", lambda connection: answer_everything(connection, 3))

    def spoil(connection: Connection) -> None:
        connection.execute(update(standings).where(standings.c.person_id == 1).values(points=standings.c.points + 1))
        connection.execute(delete(standings).where(standings.c.person_id == 2, standings.c.period == "all"))
        connection.execute(update(histogram).where(histogram.c.board == "hall").values(people=99))
        stray = {"hall_id": "h", "board": "hall", "period": "day:1999-01-01", "points": 5, "people": 1}
        connection.execute(histogram.insert().values(stray))

    await hall.write("h", spoil)
    told = "\n".join(await hall.read(lambda connection: verify(connection, "h")))
    assert "standings hall all 2: stored None, replayed Standing(" in told
    assert "histogram hall day:1999-01-01 5: stored 1, replayed None" in told
    assert await rebuild(hall, "h") == MEMBERS
    assert await hall.read(lambda connection: verify(connection, "h")) == []
    await hall.close()
