"""Team memory: what a place's group forgets comes back, and the question says how it went last time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.ports import Fine, Options, PlaceRef, Press
from bot.rules.memory import Rating, replay
from bot.store import Store
from bot.store.recalls import forgetting
from bot.store.tables import recalls, rounds, turns
from tests.clock import Clock
from tests.fakes.platform import Posted
from tests.hall import CHOICE, GENERAL, PACK, StudyHall, hall_entry, open_hall, schedule, text_of, who

OTHER = PlaceRef("fake", "team", "other")
TOPICS = ("statistics", "learning")


def pack(*concepts: str) -> str:
    """A pack with an item for each of these concepts, whose key is beta."""
    items = enumerate(concepts)
    return PACK + "".join(CHOICE.format(id=f"item-{n}", concept=c, topic=TOPICS[n % 2], key="B") for n, c in items)


@pytest.fixture
def early(clock: Clock) -> Clock:
    """An hour before the slot of 09:00."""
    clock.at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    return clock


async def rows(hall: StudyHall, *columns: Any) -> list[tuple[Any, ...]]:
    found = await hall.store.read(lambda connection: connection.execute(select(*columns)).all())
    return [tuple(row) for row in found]


async def concepts(hall: StudyHall) -> list[str]:
    found = await hall.store.read(lambda c: c.execute(select(turns.c.concept).order_by(turns.c.due_at)).scalars().all())
    return [str(each) for each in found if each]


async def answer(hall: StudyHall, option: str, *accounts: str, place: PlaceRef = GENERAL) -> None:
    for account in accounts or ("ada", "bert"):
        await hall.press(hall.questions(place)[-1], option, who(account))


def footers(posted: Posted) -> list[str]:
    return [each.markdown for each in posted.card.blocks if isinstance(each, Fine) and "Last seen" in each.markdown]


async def lived(hall: StudyHall, days: int) -> list[str]:
    """The concepts asked on so many days, on which everybody is wrong."""
    await hall.run(hours=1)
    for _ in range(days - 1):
        await answer(hall, "alpha")
        await hall.run(days=1)
    return await concepts(hall)


def twice(number: int) -> str:
    """A pack with two items for each of so many concepts."""
    return pack(*(f"concept-{n // 2}" for n in range(2 * number)))


async def test_what_the_group_forgets_comes_back_as_every_third_question(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, early, tmp_path, twice(20))
    asked = await lived(hall, 12)
    assert [asked.index(asked[n]) for n in (2, 5, 8)] == [0, 1, 3]  # what is due longest, and what came back is not
    assert asked[11] in asked[:11]
    assert len({*asked}) >= 8, "what is new keeps coming"
    assert len(await rows(hall, turns.c.item_id)) == len({*await rows(hall, turns.c.item_id)})


async def test_a_schedule_that_brings_nothing_back_asks_as_before_and_says_nothing(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, early, tmp_path, twice(20), schedules=[schedule(bring_back=False)])
    asked = await lived(hall, 12)
    assert [asked.index(asked[n]) for n in (2, 5, 8)] != [0, 1, 3]
    assert await rows(hall, func.count(rounds.c.last_seen)) == [(0,)]
    assert await rows(hall, func.count(recalls.c.concept)) != [(0,)]


async def test_the_question_says_how_long_ago_the_concept_was_seen_and_how_it_went(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, early, tmp_path, pack("drift", "other", "drift", "more"))
    await hall.run(hours=1)
    seen: dict[str, tuple[int, int]] = {}
    for day in range(4):
        concept = (await concepts(hall))[-1]
        expected = []
        if concept in seen:
            before, percent = seen[concept]
            ago = "1 day" if day - before == 1 else f"{day - before} days"
            expected = [f"Last seen {ago} ago, {percent} % right."]
        assert footers(hall.questions()[-1]) == expected
        await answer(hall, "beta", "ada", "bert")
        await answer(hall, "alpha", "cleo", "dan", "eve")
        seen[concept] = day, 40
        await hall.run(days=1)
    assert sum(bool(footers(each)) for each in hall.questions()[:4]) == 0  # they are reveals by now
    assert await rows(hall, func.count(rounds.c.last_seen)) != [(0,)]


async def test_what_was_answered_by_nobody_was_seen_by_nobody(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path, pack("drift", "other", "drift", "other"))
    await hall.run(hours=1)
    for _ in range(4):
        assert footers(hall.questions()[-1]) == []
        await hall.run(days=1)
    assert await rows(hall, recalls.c.concept) == []


async def test_the_footer_is_the_same_when_the_question_is_sent_again(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, early, tmp_path, pack("drift", "other", "drift"))
    await hall.run(hours=1)
    await answer(hall, "alpha")
    await hall.run(days=1)
    await answer(hall, "alpha")
    hall.platform.fails = ["lost-request"]
    await hall.run(days=1)
    stale = update(recalls).values(day="2026-01-01", right=9, answered=9)
    await hall.store.write("team", lambda connection: connection.execute(stale).rowcount)
    for _ in range(3):
        await hall.run(seconds=10)
    said = [each for posted in hall.questions() for each in footers(posted)]
    assert said in (["Last seen 1 day ago, 0 % right."], ["Last seen 2 days ago, 0 % right."])


async def test_what_is_kept_is_a_replay_of_the_places_rounds(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path, pack("drift", "drift", "drift"))
    asked_at = []
    await hall.run(hours=1)
    for options in (("alpha", "alpha"), ("beta", "alpha"), ("beta", "beta")):
        asked_at.append(hall.clock())
        for account, option in zip(("ada", "bert"), options, strict=True):
            await answer(hall, option, account)
        await hall.run(days=1)
    memory = replay(zip((Rating.AGAIN, Rating.HARD, Rating.GOOD), asked_at, strict=True))
    assert memory is not None
    kept = await rows(hall, recalls.c.concept, recalls.c.due, recalls.c.day, recalls.c.right, recalls.c.answered)
    assert kept == [("drift", memory.due, "2026-11-25", 2, 2)]


async def test_a_person_counts_once_with_two_accounts(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path, pack("drift", "other"))
    shown = str(await hall.type("/study link"))
    code = shown.partition("`/study link ")[2].partition("`")[0]
    await hall.type(f"/study link {code}", who("ada-at-home"))
    await hall.run(hours=1)
    await answer(hall, "alpha", "ada")
    await answer(hall, "beta", "ada-at-home")
    await answer(hall, "beta", "bert")
    await hall.run(days=1)
    assert await rows(hall, recalls.c.right, recalls.c.answered) == [(1, 2)]


async def test_each_place_has_a_memory_of_its_own(store: Store, early: Clock, tmp_path: Path) -> None:
    daily = [schedule(places=(GENERAL, OTHER))]
    texts = pack("drift", "other", "drift", "other")
    hall = await open_hall(store, early, tmp_path, texts, places=[GENERAL, OTHER], schedules=daily)
    await hall.run(hours=1)
    for _ in range(2):
        await answer(hall, "alpha", "ada")
        await answer(hall, "beta", "bert", "cleo", place=OTHER)
        await hall.run(days=1)
    assert footers(hall.questions(GENERAL)[-1]) == ["Last seen 2 days ago, 0 % right."]
    assert footers(hall.questions(OTHER)[-1]) == ["Last seen 2 days ago, 100 % right."]


async def test_an_answer_that_comes_after_closing_is_taken_in(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path, pack("drift", "other"))
    await hall.run(hours=1)
    options = next(block for block in hall.questions()[-1].card.blocks if isinstance(block, Options))
    await answer(hall, "alpha", "ada")
    in_time = hall.clock()
    await hall.run(days=1)
    assert await rows(hall, recalls.c.right, recalls.c.answered) == [(0, 1)]
    ref = next(each.ref for each in options.choices if "beta" in each.text)
    await hall.app.desk.pressed(Press("late", in_time, who("bert"), GENERAL, ref))
    await hall.run(seconds=1)
    assert await rows(hall, recalls.c.right, recalls.c.answered) == [(1, 2)]


async def test_a_mended_key_is_taken_in(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path, pack("drift", "other"))
    await hall.run(hours=1)
    await answer(hall, "alpha")
    await hall.run(days=1)
    before = await rows(hall, recalls.c.right, recalls.c.due)
    hall.settings.packs[0].write_text(pack("drift", "other").replace("key: B", "key: A"), encoding="utf-8")
    await hall.app.library.reload(hall.app.registrar)
    ((first, _), *_) = await rows(hall, turns.c.item_id, turns.c.due_at)
    await hall.app.librarian.regrade("team", first, "operator")
    await hall.run(seconds=1)
    after = await rows(hall, recalls.c.right, recalls.c.due)
    assert [right for right, _ in (*before, *after)] == [0, 2]
    assert after[0][1] > before[0][1]


async def test_what_closed_before_it_was_kept_is_taken_in_by_itself(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path, pack("drift", "other", "third"))
    await lived(hall, 3)
    kept = await rows(hall, recalls)
    assert len(kept) == 2
    await hall.store.write("team", lambda c: c.execute(recalls.delete()).rowcount)
    await hall.store.write("team", lambda c: c.execute(update(rounds).values(recalled_at=None)).rowcount)
    assert await hall.app.team_memory.take_in() == 2
    assert await rows(hall, recalls) == kept
    assert await hall.app.team_memory.take_in() == 0


async def test_the_same_look_picks_the_same_in_every_process(store: Store, early: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, early, tmp_path, twice(6))
    asked = await lived(hall, 5)
    hall.clock.forward(days=1)
    other = StudyHall(store, hall.clock, hall.settings, tokens=50_000)
    other.platform.posted = hall.platform.posted
    await asyncio.gather(other.app.planner.plan(), hall.app.planner.plan())
    await hall.run()
    assert len(await concepts(hall)) == 6
    assert (await concepts(hall))[-1] in asked


async def test_a_look_reads_the_memories_of_all_places_at_once_and_only_where_they_matter(
    store: Store, early: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [PlaceRef("fake", "team", f"place-{n}") for n in range(8)]
    many = [schedule(f"daily-{n}", places=(place,)) for n, place in enumerate(places)]
    hall = await open_hall(store, early, tmp_path, twice(4), places=places, schedules=many)
    read: list[int] = []

    def counted(connection: Connection, place_ids: Sequence[int], until: datetime) -> dict[int, list[tuple[str, int]]]:
        read.append(len(place_ids))
        return forgetting(connection, place_ids, until)

    monkeypatch.setattr("bot.planner.forgetting", counted)
    await hall.run(hours=1)
    for _ in range(4):
        await hall.run(days=1)
    assert read == [8], "all of the third look, and none of the others"


async def test_of_two_schedules_that_ask_one_place_in_one_look_the_second_may_bring_back(
    store: Store, early: Clock, tmp_path: Path
) -> None:
    """Each look asks two questions: the third of all is the first one of the second look, and so on."""
    both = [schedule("one"), schedule("two")]
    hall = await open_hall(store, early, tmp_path, twice(20), schedules=both)
    await hall.run(hours=1)
    for _ in range(5):
        for question in hall.questions()[-2:]:
            await hall.press(question, "alpha")
        await hall.run(days=1)
    found = await hall.store.read(lambda c: c.execute(select(turns.c.concept).order_by(turns.c.id)).scalars().all())
    assert [n for n in (5, 8, 11) if found[n] in found[: n - 1]] == [5, 8, 11]
    assert len({*found}) >= 8, "the others of those looks went on"


async def test_it_speaks_chinese(store: Store, early: Clock, tmp_path: Path) -> None:
    texts = pack("drift", "other", "drift", "other")
    hall = await open_hall(store, early, tmp_path, texts, halls=[hall_entry(language="zh")])
    await hall.run(hours=1)
    for _ in range(2):
        await answer(hall, "beta")
        await hall.run(days=1)
    assert "正确率 100 %" in text_of(hall.questions()[-1].card)
