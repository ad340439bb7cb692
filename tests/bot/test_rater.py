"""How hard a hall's items are to its people, and how able somebody is: from the answers, by day."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, insert, select

from bot.ports import Buttons, Card, Edit, Options, PlaceRef, Press, Reply, Who
from bot.proofs import faults
from bot.rater import ability_of, tasks_in, tasks_of
from bot.rules.ability import NEWCOMER, Rated, Task, after, expected, unanswered
from bot.rules.shown import show
from bot.sessions import PRACTICE, Plan, Sessions, Wish
from bot.store import Store
from bot.store.abilities import MILLIONTHS, keep_abilities, kept_abilities, past_changed
from bot.store.halls import find_learner, learner, place_of
from bot.store.ratings import keep_rated_until, ratings_of
from bot.store.tables import abilities, answers, private_rounds, ratings, rounds, sessions, turns
from content.item import Difficulty
from tests.clock import Clock
from tests.hall import CHOICE, GENERAL, PACK, StudyHall, choice_pack, hall_entry, open_hall, who
from tests.ranks import rank_correlation

EASY = Task(unanswered(Difficulty.EASY), 1 / 3)
"""An item of `choice_pack`, which nobody has answered."""


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall at eight in the morning, an hour before its question, whose key is beta always."""
    clock.forward(hours=-1)
    return await open_hall(store, clock, tmp_path, choice_pack(12))


async def practise(
    hall: StudyHall, person: Who | None = None, line: str = "/practice", *, right: bool, place: PlaceRef = GENERAL
) -> None:
    """Answer the question at which somebody's practice is, and go on."""
    reply = await hall.type(line, person, place)
    assert isinstance(reply, Reply)
    text = "beta of" if right else "alpha of"
    options = next(block for block in reply.card.blocks if isinstance(block, Options))
    told = await press(hall, next(each.ref for each in options.choices if text in each.text), person, place)
    onward = [each for block in told.blocks if isinstance(block, Buttons) for each in block.buttons]
    await press(hall, next(each.ref for each in onward if each.label in ("Next", "Finish")), person, place)


async def press(hall: StudyHall, ref: str, person: Who | None = None, place: PlaceRef = GENERAL) -> Card:
    answered = await hall.app.desk.pressed(Press(hall.event(), hall.clock(), person or who(), place, ref))
    assert isinstance(answered, Edit)
    return answered.card


async def rated(hall: StudyHall, name: str = "team") -> dict[str, Rated]:
    """What the items of a hall are rated, once everything was that is over."""
    await next(job for job in hall.app.jobs() if job.name == "rate").run()
    return await hall.store.read(partial(ratings_of, hall=name))


async def ability(hall: StudyHall, person: Who | None = None) -> Rated:
    """How able somebody is by now."""

    def look(connection: Connection) -> Rated:
        known = find_learner(connection, "team", person or who())
        tasks = tasks_in(connection, "team", tasks_of(hall.app.library.bank()))
        return ability_of(connection, known.person, tasks) if known else NEWCOMER

    return await hall.store.read(look)


def near(rating: float) -> object:
    """A rating as it is stored."""
    return pytest.approx(rating, abs=0.0006)


async def test_the_answers_of_a_day_move_its_items_once_the_day_is_over(hall: StudyHall) -> None:
    await practise(hall, right=False)
    harder = after(NEWCOMER, EASY, 0.0)[1]
    assert await rated(hall) == {}
    assert (await ability(hall)).rating == after(NEWCOMER, EASY, 0.0)[0].rating
    hall.clock.forward(hours=16, minutes=59)
    assert await rated(hall) == {}
    hall.clock.forward(minutes=1)
    ((item, found),) = (await rated(hall)).items()
    assert item in hall.app.library.bank().items
    assert (found.rating, found.n) == (near(harder.rating), 1)


async def test_an_item_moves_by_how_able_whoever_answered_it_was_just_before(hall: StudyHall) -> None:
    await practise(hall, right=True)
    hall.clock.forward(minutes=1)
    await practise(hall, right=True)
    able, first = after(NEWCOMER, EASY, 1.0)
    second = after(able, EASY, 1.0)[1]
    hall.clock.forward(days=2)
    found = await rated(hall)
    asked = await rows(hall, private_rounds.c.item_id, where=private_rounds.c.at.is_not(None))
    assert [found[item].rating for (item,) in asked] == [near(first.rating), near(second.rating)]


async def test_an_item_meets_people_in_the_sequence_in_which_they_answered(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, choice_pack(1), schedules=())
    for person in ("ada", "bob"):
        await hall.type("/practice", who(person))
    for person, right in (("bob", True), ("ada", False)):
        clock.forward(minutes=1)
        await practise(hall, who(person), right=right)
    easier = after(NEWCOMER, EASY, 1.0)[1]
    harder = after(NEWCOMER, EASY._replace(rated=easier), 0.0)[1]
    clock.forward(days=2)
    assert [each.rating for each in (await rated(hall)).values()] == [near(harder.rating)]


async def test_a_question_of_the_hall_counts_from_its_reveal_on_with_what_was_delivered_late(hall: StudyHall) -> None:
    await hall.run(hours=1)
    await hall.press(hall.questions()[0], "beta", who("ada"))
    asked = next(block for block in hall.questions()[0].card.blocks if isinstance(block, Options))
    hall.clock.forward(hours=23)
    assert await rated(hall) == {}
    assert await ability(hall) == NEWCOMER
    await hall.run(hours=1)
    late = hall.clock() - timedelta(minutes=1)
    hall.clock.forward(minutes=5)
    await hall.app.desk.pressed(Press(hall.event(), late, who("bob"), GENERAL, asked.choices[0].ref))
    assert (await ability(hall)).n == 1
    assert await rated(hall) == {}
    hall.clock.forward(hours=16)
    assert [each.n for each in (await rated(hall)).values()] == [2]


async def test_rating_again_and_in_two_processes_at_once_changes_nothing(hall: StudyHall) -> None:
    for _ in range(5):
        await practise(hall, right=True)
    hall.clock.forward(days=2)
    other = StudyHall(hall.store, hall.clock, hall.settings, tokens=1000)
    await asyncio.gather(hall.app.rater.rate(), other.app.rater.rate())
    once = await rated(hall)
    assert [each.n for each in once.values()] == [1] * 5
    hall.clock.forward(days=2)
    assert await rated(hall) == once


async def test_a_process_that_fell_behind_puts_no_older_rating_in_the_place_of_a_newer_one(
    store: Store, url: str, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, choice_pack(2), schedules=())
    await practise(hall, who("ada"), right=False)
    clock.forward(days=1)
    for _ in range(2):
        await practise(hall, who("bob"), right=False)
    clock.forward(days=2)
    waits, goes_on = Event(), Event()

    def held_up(point: str) -> None:
        if point == "before-begin":
            waits.set()
            goes_on.wait(20)

    behind = Store.open(url, now=clock, virtual=True, failpoint=held_up)
    other = asyncio.create_task(StudyHall(behind, clock, hall.settings).app.rater.rate())
    assert await asyncio.to_thread(waits.wait, 20)
    newest = await rated(hall)
    goes_on.set()
    await other
    await behind.close()
    assert sorted(each.n for each in newest.values()) == [1, 2]
    assert await rated(hall) == newest


async def test_what_somebody_is_asked_again_after_they_were_told_its_key_rates_nothing(hall: StudyHall) -> None:
    await practise(hall, right=False, line="/practice count:1")
    before = await ability(hall)
    reply = await hall.type("/missed")
    assert isinstance(reply, Reply)
    (again,) = [each for block in reply.card.blocks if isinstance(block, Buttons) for each in block.buttons]
    asked = await press(hall, again.ref)
    options = next(block for block in asked.blocks if isinstance(block, Options))
    await press(hall, next(each.ref for each in options.choices if "beta" in each.text))
    assert len(await rows(hall, private_rounds.c.verdict)) == 2
    assert await ability(hall) == before
    hall.clock.forward(days=2)
    assert [each.n for each in (await rated(hall)).values()] == [1]


async def test_halls_rate_for_themselves(store: Store, clock: Clock, tmp_path: Path) -> None:
    there = PlaceRef("fake", "team", "elsewhere")
    halls = [hall_entry(), hall_entry("other", places=(there,), organiser_place=None, schedules=())]
    hall = await open_hall(store, clock, tmp_path, choice_pack(1), halls=halls)
    await practise(hall, right=False)
    await practise(hall, who("bob"), place=there, right=True)
    hall.clock.forward(days=2)
    for name, score in (("team", 0.0), ("other", 1.0)):
        (found,) = (await rated(hall, name)).values()
        assert (found.rating, found.n) == (near(after(NEWCOMER, EASY, score)[1].rating), 1)


async def test_a_regraded_item_is_rated_anew_from_all_of_its_answers(hall: StudyHall) -> None:
    await hall.run(hours=1)
    (asked,) = await rows(hall, turns.c.item_id)
    for name in ("ada", "bob"):
        await hall.press(hall.questions()[0], "alpha", who(name))
    await hall.run(days=1)
    hall.clock.forward(days=1)
    assert (await rated(hall))[asked[0]].rating > EASY.rated.rating
    hall.settings.packs[0].write_text(choice_pack(12, key="A"), encoding="utf-8")
    await hall.app.library.reload(hall.app.registrar)
    await hall.app.librarian.regrade("team", asked[0], "operator")
    await hall.app.librarian.resume()
    easier = EASY
    for _ in range(2):
        easier = easier._replace(rated=after(NEWCOMER, easier, 1.0)[1])
    hall.clock.forward(days=2)
    found = (await rated(hall))[asked[0]]
    assert (found.rating, found.n) == (near(easier.rated.rating), 2)
    assert (await ability(hall)).rating > 0


async def test_linked_accounts_are_as_able_as_their_answers_together_and_apart_again(hall: StudyHall) -> None:
    for name in ("ada", "ada-at-home"):
        await practise(hall, right=True, person=who(name))
    alone = await ability(hall)
    shown = str(await hall.type("/study link", who("ada")))
    await hall.type(f"/study link {shown.partition('`/study link ')[2].partition('`')[0]}", who("ada-at-home"))
    both = await ability(hall)
    assert both.rating > alone.rating
    assert both == await ability(hall, who("ada-at-home"))
    await hall.type("/study unlink", who("ada-at-home"))
    assert await ability(hall) == alone


async def test_whoever_is_forgotten_is_rated_no_longer_and_items_stay_as_they_are(hall: StudyHall) -> None:
    await practise(hall, right=True)
    hall.clock.forward(days=2)
    before = await rated(hall)
    await hall.type("/study forget sure")
    assert await ability(hall) == NEWCOMER
    hall.clock.forward(days=2)
    assert await rated(hall) == before
    assert await hall.store.read(lambda connection: faults(connection, "team", hall.clock(), 3)) == []


async def test_practice_gets_harder_for_who_is_right_and_easier_for_who_is_not(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, pack_of_all(90), schedules=())
    asked: dict[bool, list[Any]] = {}
    for right in (True, False):
        person = who(f"right-{right}")
        for _ in range(20):
            await practise(hall, person, "/practice count:20", right=right)
        known = await hall.store.read(partial(find_learner, hall="team", who=person))
        assert known is not None
        mine = private_rounds.c.identity_id == known.identity
        found = await rows(hall, private_rounds.c.difficulty, where=mine)
        asked[right] = [difficulty for (difficulty,) in found]
    assert "hard" not in asked[True][:3]
    assert "easy" not in asked[True][6:]
    assert "hard" in asked[True][-6:]
    assert asked[False][4:] == ["easy"] * 16


async def rows(hall: StudyHall, *columns: Any, where: Any = True) -> list[tuple[Any, ...]]:
    found = await hall.store.read(lambda connection: connection.execute(select(*columns).where(where)).all())
    return [tuple(row) for row in found]


# ---------------------------------------------------------------------------------------- what is known is recovered


def pack_of_all(items: int, difficulty: str = "") -> str:
    """A pack of choice items, each with a concept of its own; of all difficulties in turn where none is said."""
    difficulties = [difficulty] if difficulty else ["easy", "medium", "hard"]
    texts = (
        CHOICE.format(id=f"item-{n}", concept=f"concept-{n}", topic=("statistics", "learning")[n % 2], key="B").replace(
            "difficulty: easy", f"difficulty: {difficulties[n % len(difficulties)]}"
        )
        for n in range(items)
    )
    return PACK + "".join(texts)


class World:
    """People and items of a hall whose abilities and difficulties are known here, and have to be found out there."""

    def __init__(self, hall: StudyHall, seed: int, people: int) -> None:
        self.hall = hall
        self.rng = random.Random(seed)
        items = list(hall.app.library.bank().items)
        self.shown = {item: show(each, "seed").to_json() for item, each in hall.app.library.bank().items.items()}
        self.difficulties = {item: self.rng.gauss(-0.5, 1.2) for item in items}
        self.abilities = [self.rng.gauss(0, 1) for _ in range(people)]
        self.left = [self.rng.sample(items, len(items)) for _ in range(people)]
        """What each of them has not met yet, in the sequence in which they will."""
        self.public = self.rng.sample(items, len(items))
        self.forced = ""

    async def begin(self) -> None:
        """Let the people join; their numbers are those of `abilities`."""

        def join(connection: Connection) -> None:
            for number in range(len(self.abilities)):
                known = learner(connection, "team", who(f"p{number}"), self.hall.clock())
                row = {
                    "hall_id": "team",
                    "identity_id": known.identity,
                    "kind": PRACTICE,
                    "wanted": 1,
                    "queue": [],
                    "ended_at": self.hall.clock(),
                }
                connection.execute(insert(sessions).values(**row, began_at=self.hall.clock()))

        await self.hall.store.write("team", join)

    def verdict(self, person: int, item: str) -> str:
        """Whether a person answers an item right, by chance."""
        if self.forced:
            return self.forced
        met = Task(Rated(self.difficulties[item]), EASY.guess)
        return "right" if self.rng.random() < expected(Rated(self.abilities[person]), met) else "wrong"

    async def live(self, days: int, alone: int) -> None:
        """So many days of one question to all and so many that each is asked alone."""
        for _ in range(days):
            asked = self.public.pop()
            told = [
                (person, item) for person in range(len(self.abilities)) for item in self._next(person, alone, asked)
            ]
            self.rng.shuffle(told)
            await self.hall.store.write("team", partial(self._ask_all, item=asked))
            await self.hall.store.write("team", partial(self.answer, told=told))
            self.hall.clock.forward(days=1)

    def _next(self, person: int, count: int, asked: str) -> list[str]:
        if asked in self.left[person]:
            self.left[person].remove(asked)
        return [self.left[person].pop() for _ in range(min(count, len(self.left[person])))]

    def answer(self, connection: Connection, told: Iterable[tuple[int, str]]) -> list[str]:
        """Keep what people, each with one session, answered alone one after another; what came of it."""
        nth = connection.execute(select(func.coalesce(func.max(private_rounds.c.nth), -1))).scalar_one()
        rows = [self._row(nth + turn, person, item) for turn, (person, item) in enumerate(told, 1)]
        connection.execute(insert(private_rounds), rows)
        return [row["verdict"] for row in rows]

    def _row(self, nth: int, person: int, item: str) -> dict[str, Any]:
        at = self.hall.clock() + timedelta(milliseconds=nth)
        row = {"hall_id": "team", "session_id": person + 1, "identity_id": person + 1, "nth": nth, "token": f"r{nth}"}
        row |= {"item_id": item, "topic": "t", "concept": "c", "kind": "choice", "difficulty": "medium"}
        row |= {"shown": self.shown[item], "asked_at": at, "given": {}, "verdict": self.verdict(person, item), "at": at}
        return row

    def _ask_all(self, connection: Connection, item: str) -> None:
        """A question to all, which is closed."""
        now = self.hall.clock()
        turn = {"hall_id": "team", "schedule_id": 1, "slot": f"{now}", "due_at": now, "day": "2026-11-23"}
        asked = connection.execute(insert(turns).values(**turn, item_id=item, shown={}).returning(turns.c.id))
        row = {"hall_id": "team", "turn_id": asked.scalar_one()}
        told = {"place_id": 1, "token": f"{now}", "state": "closed", "closed_at": now + timedelta(hours=1)}
        row["round_id"] = connection.execute(insert(rounds).values(**row, **told).returning(rounds.c.id)).scalar_one()
        row |= {"given": {}, "via": "press", "why": "", "detail": "", "points": 0, "rules": "", "season": ""}
        row |= {"board_date": "2026-11-23", "at": now, "stored_at": now}
        each = [
            row | {"identity_id": person + 1, "verdict": self.verdict(person, item)}
            for person in range(len(self.abilities))
        ]
        connection.execute(insert(answers), each)

    async def found(self) -> tuple[list[float], dict[str, Rated]]:
        """How able everybody is by the store, and how hard the items are, once all days are over."""
        self.hall.clock.forward(days=1)
        items = await rated(self.hall)

        def look(connection: Connection) -> list[float]:
            tasks = tasks_in(connection, "team", tasks_of(self.hall.app.library.bank()))
            return [ability_of(connection, n + 1, tasks).rating for n in range(len(self.abilities))]

        return await self.hall.store.read(look), items


async def make_world(store: Store, clock: Clock, folder: Path, seed: int, people: int, items: int) -> World:
    """A world of items that their pack calls medium, all of them, which tells nothing."""
    world = World(await open_hall(store, clock, folder, pack_of_all(items, "medium")), seed, people)
    await world.begin()
    return world


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak)])
async def test_known_abilities_and_difficulties_are_recovered_from_stored_answers(
    store: Store, clock: Clock, tmp_path: Path, seed: int
) -> None:
    world = await make_world(store, clock, tmp_path, seed, people=80, items=150)
    for _ in range(12):
        await world.live(days=1, alone=11)
        await world.hall.app.rater.rate()
    people, items = await world.found()
    assert rank_correlation(people, world.abilities) > 0.9
    assert (
        rank_correlation([items[item].rating for item in world.difficulties], list(world.difficulties.values())) > 0.9
    )


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", [3, pytest.param(6, marks=pytest.mark.soak)])
async def test_everybody_is_right_about_three_times_in_four_in_what_practice_serves(
    store: Store, clock: Clock, tmp_path: Path, seed: int
) -> None:
    world = await make_world(store, clock, tmp_path, seed, people=48, items=120)
    await world.live(days=8, alone=7)
    clock.forward(days=2)
    await world.hall.app.rater.rate()
    tokens = iter(range(10**6))
    practice = Sessions(world.hall.app.library.bank, clock, lambda length: str(next(tokens)).rjust(length))
    went: list[list[str]] = []
    for _ in range(12):
        went.append(await store.write("team", partial(answer_next, world=world, practice=practice)))
        clock.forward(minutes=5)
    came = list(zip(*went, strict=True))
    assert 0.70 <= share_of_right(came) <= 0.80
    ranked = sorted(range(48), key=world.abilities.__getitem__)
    thirds = ranked[:16], ranked[16:32], ranked[32:]
    served = [share_of_right(came[person] for person in some) for some in thirds]
    by_chance = [
        share_of_right([world.verdict(person, item) for item in world.left[person]] for person in some)
        for some in thirds
    ]
    assert max(by_chance) - min(by_chance) > 0.2
    assert max(served) - min(served) < 0.12


def share_of_right(came: Iterable[Iterable[str]]) -> float:
    verdicts = [each for some in came for each in some]
    return verdicts.count("right") / len(verdicts)


def answer_next(connection: Connection, world: World, practice: Sessions) -> list[str]:
    """Have everybody answer what practice would ask them next."""
    told = []
    for person in range(len(world.abilities)):
        plan = practice.plan(connection, place_of(connection, 1), who(f"p{person}"), Wish(PRACTICE, 1))
        assert isinstance(plan, Plan)
        assert plan.shown is not None
        told.append((person, plan.shown.item_id))
    return world.answer(connection, told)


async def test_days_rated_one_by_one_and_all_at_once_come_to_the_same(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    world = await make_world(store, clock, tmp_path, 5, people=6, items=20)
    began: datetime = clock()
    await world.live(days=5, alone=2)
    clock.forward(days=1)
    at_once = await rated(world.hall)
    await store.write("team", lambda connection: connection.execute(delete(ratings)))
    await store.write("team", lambda connection: connection.execute(delete(abilities)))
    await store.write("team", partial(keep_rated_until, hall="team", until=began))
    clock.at = began
    for _ in range(7):
        by_day = await rated(world.hall)
        clock.forward(days=1)
    assert by_day == at_once
    met = {
        (person, item)
        for person, item in await rows(world.hall, private_rounds.c.identity_id, private_rounds.c.item_id)
    }
    met |= {(person, item) for person in range(1, 7) for (item,) in await rows(world.hall, turns.c.item_id)}
    assert sum(each.n for each in at_once.values()) == len(met)


# ------------------------------------------------------------------------- a night goes on from where the last one was


async def kept(hall: StudyHall) -> dict[int, Rated | None]:
    """How able the last night left everybody, None where their past was changed since."""
    found = await rows(hall, abilities.c.person_id, abilities.c.rating, abilities.c.answers)
    return {person: None if rating is None else Rated(rating / MILLIONTHS, n) for person, rating, n in found}


async def nights(hall: StudyHall) -> tuple[dict[str, Rated], dict[int, Rated | None]]:
    return await rated(hall), await kept(hall)


Night = st.tuples(
    st.integers(0, 2),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.booleans()), max_size=6),
    st.booleans(),
)
"""Days until the next one, (person, item, right) of what was answered on it, and whether it is rated by itself."""


@given(days=st.lists(Night, min_size=1, max_size=5))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_nights_that_go_on_from_the_last_one_come_to_a_replay_by_hand(
    sqlite_template: Path, tmp_path: Path, days: list[tuple[int, list[tuple[int, int, bool]], bool]]
) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    shutil.copyfile(sqlite_template, folder / "hall.db")
    asyncio.run(come_to_a_replay(f"sqlite:///{folder / 'hall.db'}", folder, days))


async def come_to_a_replay(url: str, folder: Path, days: list[tuple[int, list[tuple[int, int, bool]], bool]]) -> None:
    clock = Clock()
    store = Store.open(url, now=clock, runner="inline")
    world = await make_world(store, clock, folder, 1, people=3, items=6)
    items, people, met = sorted(world.shown), [NEWCOMER] * 3, set[tuple[int, int]]()
    tasks = dict.fromkeys(items, world_task())
    for wait, told, by_itself in days:
        clock.forward(days=wait)
        before = dict(tasks)
        for person, item, right in told:
            world.forced = "right" if right else "wrong"
            await store.write("team", partial(world.answer, told=[(person, items[item])]))
            if (person, item) not in met:
                met.add((person, item))
                _, moved = after(people[person], tasks[items[item]], float(right))
                people[person], _ = after(people[person], before[items[item]], float(right))
                tasks[items[item]] = tasks[items[item]]._replace(rated=moved)
        clock.forward(days=1)
        if by_itself:
            await rated(world.hall)
    clock.forward(days=2)
    found, able_now = await nights(world.hall)
    assert {item: each.n for item, each in found.items()} == {
        item: task.rated.n for item, task in tasks.items() if task.rated.n
    }
    for name, each in found.items():
        assert each.rating == pytest.approx(tasks[name].rated.rating, abs=0.003)
    assert {person: each and each.n for person, each in able_now.items()} == {
        number: able.n for number, able in enumerate(people, 1) if able.n
    }
    for number, able in enumerate(people, 1):
        came = able_now.get(number, NEWCOMER)
        assert came is not None
        assert came.rating == pytest.approx(able.rating, abs=0.003)
    await store.close()


def world_task() -> Task:
    """An item of a world before anybody answered it."""
    return Task(unanswered(Difficulty.MEDIUM), EASY.guess)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_night_does_little_more_after_a_long_past_than_after_a_short_one(
    url: str, clock: Clock, tmp_path: Path
) -> None:
    store = Store.open(url, now=clock, runner="inline")
    world = await make_world(store, clock, tmp_path, 4, people=12, items=160)
    read: list[int] = []
    for days, alone in ((2, 4), (14, 4), (1, 9)):
        await world.live(days=days, alone=4)
        clock.forward(days=1)
        await rated(world.hall)
        await world.live(days=1, alone=alone)
        clock.forward(days=1)
        read.append(await work(store, world.hall))
    short, long, twice = read
    assert long < 1.5 * short
    assert 1.5 * long < twice < 2.5 * long
    await store.close()


async def work(store: Store, hall: StudyHall) -> int:
    """How much SQLite does in a night, in tens of its instructions."""
    done: list[None] = []

    def watch(connection: Connection, *, on: bool = True) -> None:
        raw: Any = connection.connection.driver_connection
        raw.set_progress_handler((lambda: done.append(None)) if on else None, 10)

    await store.read(watch)
    await hall.app.rater.rate()
    await store.read(partial(watch, on=False))
    return len(done)


async def test_whose_past_was_changed_is_replayed_the_next_night(hall: StudyHall) -> None:
    for name in ("ada", "ada-at-home", "bob"):
        await practise(hall, right=True, person=who(name))
    hall.clock.forward(days=2)
    await rated(hall)
    assert [each and each.n for each in (await kept(hall)).values()] == [1, 1, 1]
    shown = str(await hall.type("/study link", who("ada")))
    await hall.type(f"/study link {shown.partition('`/study link ')[2].partition('`')[0]}", who("ada-at-home"))
    assert [each and each.n for each in (await kept(hall)).values()] == [None, None, 1]
    for name in ("ada", "bob"):
        await practise(hall, right=False, person=who(name))
    hall.clock.forward(days=2)
    await rated(hall)
    ada, before, bob = (await kept(hall)).values()
    met = await rows(
        hall,
        private_rounds.c.item_id,
        where=private_rounds.c.at.is_not(None) & private_rounds.c.identity_id.in_([1, 2]),
    )
    assert (ada and ada.n, before, bob and bob.n) == (len(set(met)), None, 2)
    await hall.type("/study forget sure", who("bob"))
    assert list((await kept(hall)).values())[2] is None


async def test_a_past_that_changes_while_a_night_is_rated_is_replayed_all_the_same(hall: StudyHall) -> None:
    await practise(hall, right=True)
    hall.clock.forward(days=2)
    await rated(hall)
    (person,) = await kept(hall)
    before = await hall.store.read(partial(kept_abilities, persons=[person]))
    await hall.store.write("team", partial(past_changed, persons=[person]))
    keep = partial(keep_abilities, hall="team", able={person: Rated(1.0, 7)}, before=before)
    await hall.store.write("team", keep)
    assert await kept(hall) == {person: None}
