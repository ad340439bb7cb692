import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.memory import EARLY, Memory, Rating, remember, replay
from bot.rules.reviewing import due_today, item_for
from tests.bot.rules.forgetting_curve import recall

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def overdue(days: float, *, stability: float = 10.0) -> Memory:
    due = NOW - days * DAY
    return Memory(stability=stability, difficulty=5.0, due=due, last=due - stability * DAY, seen=3, missed=1)


MEMORIES = st.dictionaries(
    st.text("abc", min_size=1, max_size=4), st.builds(overdue, st.floats(-50, 50), stability=st.floats(0.5, 100))
).map(lambda found: list(found.items()))


def test_what_is_due_longest_comes_first_and_what_is_not_due_waits() -> None:
    memories = [("a", overdue(1)), ("later", overdue(-2)), ("b", overdue(9)), ("c", overdue(0))]
    assert due_today(memories, NOW, 0, 20) == ("b", "a", "c")


def test_what_falls_due_in_the_course_of_the_day_can_be_done_in_the_morning() -> None:
    hours = EARLY / timedelta(hours=1)
    memories = [("today", overdue(-hours / 24)), ("tonight", overdue(-(hours + 1) / 24))]
    assert due_today(memories, NOW, 0, 20) == ("today",)


def test_of_what_is_due_at_once_the_shakier_comes_first_then_the_name_decides() -> None:
    memories = [("b", overdue(1)), ("firm", overdue(1, stability=30)), ("a", overdue(1))]
    assert due_today(memories, NOW, 0, 20) == ("a", "b", "firm")


@given(MEMORIES, st.integers(0, 30), st.integers(0, 30), st.randoms(use_true_random=False))
def test_never_more_than_the_cap_leaves_and_always_as_many_as_it_leaves(
    memories: list[tuple[str, Memory]], done: int, cap: int, rng: object
) -> None:
    everything = due_today(memories, NOW, 0, len(memories))
    found = due_today(memories, NOW, done, cap)
    assert found == everything[: max(0, cap - done)]
    assert set(everything) == {concept for concept, memory in memories if memory.due - EARLY <= NOW}
    shuffled = list(memories)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert due_today(shuffled, NOW, done, cap) == found


def test_after_a_long_break_the_backlog_is_caught_up_a_days_measure_at_a_time() -> None:
    memories = {f"concept-{number:02}": overdue(30 + number / 10) for number in range(50)}
    asked: list[str] = []
    for day in range(5):
        now = NOW + day * DAY
        today = due_today(list(memories.items()), now, 0, 10)
        assert len(today) == 10
        assert not due_today(list(memories.items()), now, len(today), 10)
        for concept in today:
            memories[concept] = remember(memories[concept], Rating.GOOD, now)
        asked += today
    assert len(set(asked)) == 50
    assert due_today(list(memories.items()), NOW + 5 * DAY, 0, 10) == ()


Sequence = Callable[[dict[str, Memory], datetime], tuple[str, ...]]


def by(key: Callable[[Memory, datetime], float]) -> Sequence:
    """The same five a day, in another sequence."""

    def chosen(memories: dict[str, Memory], now: datetime) -> tuple[str, ...]:
        due = [concept for concept, memory in memories.items() if memory.due - EARLY <= now]
        return tuple(sorted(due, key=lambda concept: key(memories[concept], now))[:5])

    return chosen


def ours(memories: dict[str, Memory], now: datetime) -> tuple[str, ...]:
    return due_today(list(memories.items()), now, 0, 5)


def gain(memory: Memory, now: datetime) -> float:
    """How much asking now would raise what is remembered in 30 days (as a negative number)."""
    known, then = recall(memory, now), now + 30 * DAY
    asked = known * recall(remember(memory, Rating.GOOD, now), then)
    asked += (1 - known) * recall(remember(memory, Rating.AGAIN, now), then)
    return recall(memory, then) - asked


def after_a_break(rng: random.Random) -> dict[str, Memory]:
    """200 concepts, each answered up to five times and then left alone for at least a month."""
    memories = {}
    for number in range(200):
        at = NOW - rng.randint(30, 300) * DAY
        memory = remember(None, Rating.GOOD if rng.random() < 0.6 else Rating.AGAIN, at)
        for _ in range(rng.randint(0, 4)):
            at = memory.due
            if at > NOW - 30 * DAY:
                break
            memory = remember(memory, Rating.GOOD if rng.random() < recall(memory, at) else Rating.AGAIN, at)
        memories[f"concept-{number}"] = memory
    return memories


def kept(sequence: Sequence, seed: int) -> float:
    """How many of 200 concepts are remembered after 60 days of five reviews a day."""
    rng = random.Random(seed)
    memories = after_a_break(rng)
    for day in range(60):
        now = NOW + day * DAY
        for concept in sequence(memories, now):
            knew = rng.random() < recall(memories[concept], now)
            memories[concept] = remember(memories[concept], Rating.GOOD if knew else Rating.AGAIN, now)
    return sum(recall(memory, NOW + 60 * DAY) for memory in memories.values())


def test_after_a_break_no_other_sequence_keeps_more_in_mind() -> None:
    def mean(sequence: Sequence) -> float:
        return sum(kept(sequence, seed) for seed in range(4)) / 4

    here = mean(ours)
    assert here >= 0.99 * mean(by(gain))
    assert here > 1.01 * mean(by(recall))
    assert here > 1.05 * mean(by(lambda memory, now: -recall(memory, now)))
    assert here > 1.05 * mean(by(lambda memory, _: memory.stability))


def test_an_item_never_seen_comes_before_all_that_were() -> None:
    seen = {"pack/a": NOW, "pack/b": NOW - 9 * DAY}
    assert item_for(["pack/a", "pack/b", "pack/c"], seen, "seed") == "pack/c"


def test_when_all_were_seen_the_one_seen_longest_ago_comes() -> None:
    seen = {"pack/a": NOW, "pack/b": NOW - 9 * DAY, "pack/c": NOW - 2 * DAY, "other/z": NOW - 90 * DAY}
    assert item_for(["pack/a", "pack/b", "pack/c"], seen, "seed") == "pack/b"


def test_the_only_item_of_a_concept_comes_again() -> None:
    assert item_for(["pack/a"], {"pack/a": NOW}, "seed") == "pack/a"


@given(st.integers(1, 6), st.text(max_size=5))
def test_asking_again_and_again_goes_through_all_items_in_turn(count: int, seed: str) -> None:
    items = [f"pack/{number}" for number in range(count)]
    seen: dict[str, datetime] = {}
    asked = []
    for turn in range(3 * count):
        item_id = item_for(items, seen, f"{seed}-{turn}")
        assert item_id == item_for(items[::-1], seen, f"{seed}-{turn}")
        seen[item_id] = NOW + turn * DAY
        asked.append(item_id)
    for start in range(2 * count + 1):
        assert len(set(asked[start : start + count])) == count


def test_chance_decides_among_items_never_seen_and_among_those_seen_at_once() -> None:
    items = [f"pack/{number}" for number in range(4)]
    assert {item_for(items, {}, str(seed)) for seed in range(60)} == set(items)
    assert {item_for(items, dict.fromkeys(items, NOW), str(seed)) for seed in range(60)} == set(items)


def test_replayed_answers_are_what_reviewing_goes_by() -> None:
    known = replay([(Rating.EASY, NOW - 5 * DAY)])
    missed = replay([(Rating.EASY, NOW - 5 * DAY), (Rating.AGAIN, NOW - 2 * DAY)])
    assert known is not None
    assert missed is not None
    assert due_today([("known", known), ("missed", missed)], NOW, 0, 5) == ("missed",)
