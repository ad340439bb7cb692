import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import memory as module
from bot.rules.memory import (
    EARLY,
    Memory,
    Rating,
    is_due,
    rating_of,
    rating_of_self,
    remember,
    replay,
    stars_for,
)
from bot.rules.verdicts import Verdict
from content.item import Difficulty, Kind
from tests.bot.rules.forgetting_curve import recall

# The vectors are those of py-fsrs itself, of the release that is locked:
# github.com/open-spaced-repetition/py-fsrs/blob/main/tests/test_basic.py
START = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RATINGS = (*[Rating.GOOD] * 6, Rating.AGAIN, Rating.AGAIN, *[Rating.GOOD] * 5)
INTERVALS = [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]

ANSWERS = st.lists(st.tuples(st.sampled_from(Rating), st.timedeltas(timedelta(), timedelta(days=400))), max_size=12)


def in_turn(gaps: list[tuple[Rating, timedelta]]) -> list[tuple[Rating, datetime]]:
    """Answers, each so long after the one before."""
    at, found = START, []
    for rating, gap in gaps:
        at += gap
        found.append((rating, at))
    return found


def remembered(*gaps: tuple[Rating, timedelta]) -> Memory:
    memory = replay(in_turn(list(gaps)))
    assert memory is not None
    return memory


def interval(memory: Memory) -> timedelta:
    return memory.due - memory.last


def test_with_the_packages_steps_our_scheduler_gives_the_packages_own_intervals() -> None:
    steps = {"learning_steps": [60, 600], "relearning_steps": [600]}
    scheduler = fsrs.Scheduler.from_dict({**module._scheduler().to_dict(), **steps})  # type: ignore[typeddict-item]
    assert scheduler == fsrs.Scheduler(enable_fuzzing=False)
    card, at, intervals = fsrs.Card(card_id=1), START, []
    for rating in RATINGS:
        card, _ = scheduler.review_card(card, fsrs.Rating(rating), at)
        intervals.append((card.due - at).days)
        at = card.due
    assert intervals == INTERVALS


def test_the_packages_history_of_intervals_comes_out_of_our_memory() -> None:
    memory, at = None, START
    for rating, days in zip(RATINGS, INTERVALS, strict=True):
        memory = remember(memory, rating, at)
        if days:
            assert interval(memory) == days * DAY
        at += days * DAY or 10 * MINUTE  # where the package puts a step of minutes


def test_the_packages_memory_state_comes_out_of_our_memory() -> None:
    memory = remembered((Rating.AGAIN, 0 * DAY), *((Rating.GOOD, days * DAY) for days in (0, 1, 3, 8, 21)))
    assert memory.stability == pytest.approx(53.62691, abs=1e-4)
    assert memory.difficulty == pytest.approx(6.3574867, abs=1e-4)
    assert (memory.seen, memory.missed) == (6, 1)


def test_ten_easy_answers_in_a_row_make_a_concept_as_easy_as_can_be() -> None:
    memory = remembered(*[(Rating.EASY, timedelta(microseconds=1))] * 10)
    assert memory.difficulty == 1.0


def test_a_thousand_misses_leave_a_stability_above_nothing() -> None:
    memory = None
    at = START
    for _ in range(1000):
        memory = remember(memory, Rating.AGAIN, at)
        assert memory.stability >= 0.001
        at = memory.due + DAY


@pytest.mark.parametrize(("rating", "days"), [(Rating.AGAIN, 1), (Rating.HARD, 1), (Rating.GOOD, 2), (Rating.EASY, 8)])
def test_a_first_answer_brings_the_concept_back_after_days_and_never_minutes(rating: Rating, days: int) -> None:
    assert interval(remember(None, rating, START)) == days * DAY


@given(ANSWERS)
def test_replaying_answers_equals_remembering_each_as_it_came(gaps: list[tuple[Rating, timedelta]]) -> None:
    memory = None
    for rating, at in in_turn(gaps):
        memory = remember(memory, rating, at)
    assert replay(in_turn(gaps)) == memory


@given(ANSWERS, st.randoms(use_true_random=False))
def test_a_replay_takes_answers_by_their_instants(gaps: list[tuple[Rating, timedelta]], rng: object) -> None:
    answers = in_turn([(rating, gap + timedelta(seconds=1)) for rating, gap in gaps])
    shuffled = list(answers)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert replay(shuffled) == replay(answers)


@given(ANSWERS.filter(bool))
def test_a_kept_memory_goes_on_as_if_it_had_never_been_stored(gaps: list[tuple[Rating, timedelta]]) -> None:
    memory = remembered(*gaps)
    row = memory.row()
    stored = json.loads(json.dumps({name: value for name, value in row.items() if name not in {"due", "last"}}))
    again = Memory.from_row({"person_id": 7, "due": row["due"], "last": row["last"], **stored})
    assert again == memory
    assert remember(again, Rating.GOOD, memory.due) == remember(memory, Rating.GOOD, memory.due)


@given(ANSWERS.filter(bool), st.timedeltas(timedelta(), timedelta(days=400)))
def test_a_better_answer_never_brings_a_concept_back_sooner(
    gaps: list[tuple[Rating, timedelta]], gap: timedelta
) -> None:
    before = remembered(*gaps)
    again, hard, good, easy = (remember(before, rating, before.last + gap) for rating in Rating)
    assert again.stability < hard.stability <= good.stability <= easy.stability
    assert again.due <= hard.due <= good.due <= easy.due
    assert again.difficulty >= hard.difficulty >= good.difficulty >= easy.difficulty


@given(ANSWERS.filter(bool), st.timedeltas(timedelta(), timedelta(days=400)), st.sampled_from(Rating))
def test_a_concept_is_never_due_within_a_day_of_its_answer(
    gaps: list[tuple[Rating, timedelta]], gap: timedelta, rating: Rating
) -> None:
    before = remembered(*gaps)
    assert interval(remember(before, rating, before.last + gap)) >= DAY


def test_missing_what_was_known_for_long_brings_it_back_much_sooner() -> None:
    known = remembered(*[(Rating.GOOD, 30 * DAY)] * 4)
    again, hard = (remember(known, rating, known.due) for rating in (Rating.AGAIN, Rating.HARD))
    assert interval(again) < 0.1 * interval(hard)
    assert (again.seen, again.missed, hard.seen, hard.missed) == (5, 1, 5, 0)


def test_recall_is_nine_in_ten_once_a_concept_is_due() -> None:
    for reviews in range(2, 6):
        memory = remembered(*[(Rating.GOOD, 20 * DAY)] * reviews)
        assert recall(memory, memory.due) == pytest.approx(0.9, abs=0.002)


@given(ANSWERS.filter(bool), st.timedeltas(timedelta(seconds=1), timedelta(days=400)), st.sampled_from(Rating))
def test_an_answer_that_arrives_late_counts_as_given_with_the_last_one(
    gaps: list[tuple[Rating, timedelta]], late: timedelta, rating: Rating
) -> None:
    before = remembered(*gaps)
    memory = remember(before, rating, before.last - late)
    assert memory == remember(before, rating, before.last)
    assert memory.last == before.last
    assert memory.seen == before.seen + 1


def test_instants_of_any_zone_give_the_same_memory_in_utc() -> None:
    here = START.astimezone(ZoneInfo("Asia/Shanghai"))
    memory = remember(None, Rating.GOOD, here)
    assert memory == remember(None, Rating.GOOD, START)
    assert (memory.last.tzinfo, memory.due.tzinfo) == (UTC, UTC)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        remember(None, Rating.GOOD, START.replace(tzinfo=None))


def test_whoever_comes_a_little_earlier_each_day_is_asked_and_gets_on() -> None:
    memory = remember(None, Rating.AGAIN, START)
    at = START + DAY - 20 * MINUTE
    assert is_due(memory, at)
    assert remember(memory, Rating.GOOD, at).stability == remember(memory, Rating.GOOD, START + DAY).stability


def test_a_day_is_over_from_sixteen_hours_on() -> None:
    memory = remember(None, Rating.AGAIN, START)
    for hours, days in ((15.9, 0), (16, 1), (39.9, 1), (40, 2)):
        early, then = (remember(memory, Rating.GOOD, START + gap) for gap in (hours * HOUR, days * DAY))
        assert early.stability == then.stability, hours
    assert not is_due(memory, memory.due - EARLY - MINUTE)
    assert is_due(memory, memory.due - EARLY)
    assert is_due(memory, memory.due + 1000 * DAY)


def test_answering_again_on_the_same_day_teaches_next_to_nothing() -> None:
    once = remembered((Rating.GOOD, 0 * DAY), (Rating.GOOD, 2 * DAY))
    assert remember(once, Rating.GOOD, once.last + HOUR).stability == once.stability
    assert remember(once, Rating.GOOD, once.due).stability > 3 * once.stability


@pytest.mark.parametrize(
    ("verdict", "seconds", "kind", "difficulty", "expected"),
    [
        ("wrong", None, "choice", "easy", Rating.AGAIN),
        ("wrong", 5.0, "choice", "easy", Rating.AGAIN),
        ("partly", 5.0, "multi", "hard", Rating.HARD),
        ("partly", None, "order", "easy", Rating.HARD),
        ("right", None, "choice", "easy", Rating.GOOD),
        ("right", 12.0, "choice", "easy", Rating.EASY),
        ("right", 12.1, "choice", "easy", Rating.GOOD),
        ("right", 60.0, "choice", "easy", Rating.GOOD),
        ("right", 60.1, "choice", "easy", Rating.HARD),
        ("right", 18.0, "choice", "medium", Rating.EASY),
        ("right", 24.0, "choice", "hard", Rating.EASY),
        ("right", 120.0, "choice", "hard", Rating.GOOD),
        ("right", 121.0, "choice", "hard", Rating.HARD),
        ("right", 10.0, "true-false", "easy", Rating.GOOD),
        ("right", 15.0, "short", "easy", Rating.EASY),
        ("right", 20.0, "numeric", "easy", Rating.EASY),
        ("right", 20.0, "multi", "easy", Rating.EASY),
        ("right", 25.0, "order", "easy", Rating.EASY),
        ("right", 2.9, "choice", "easy", Rating.GOOD),
        ("right", -4.0, "choice", "easy", Rating.GOOD),
        ("right", 600.0, "choice", "easy", Rating.HARD),
        ("right", 601.0, "choice", "easy", Rating.GOOD),
        ("noted", 30.0, "open", "easy", None),
        ("noted", None, "open", "hard", None),
    ],
)
def test_an_answer_is_rated_by_its_verdict_and_its_time(
    verdict: str, seconds: float | None, kind: str, difficulty: str, expected: Rating | None
) -> None:
    assert rating_of(Verdict(verdict), seconds, Kind(kind), Difficulty(difficulty)) == expected


@given(st.sampled_from(Kind), st.sampled_from(Difficulty), st.floats(3, 600), st.floats(3, 600))
def test_a_right_answer_is_never_rated_higher_for_taking_longer_nor_as_a_miss(
    kind: Kind, difficulty: Difficulty, one: float, two: float
) -> None:
    fast, slow = (rating_of(Verdict.RIGHT, seconds, kind, difficulty) for seconds in sorted((one, two)))
    assert fast is not None
    assert slow is not None
    assert Rating.AGAIN < slow <= fast


def test_stars_for_oneself_are_ratings_and_little_of_it_is_a_miss() -> None:
    again, hard, good, easy = Rating
    assert [rating_of_self(stars) for stars in range(1, 6)] == [again, again, hard, good, easy]
    for stars in (0, 6):
        with pytest.raises(ValueError, match="from 1 to 5"):
            rating_of_self(stars)


def test_starting_without_an_answer_does_not_load_the_package() -> None:
    script = "import sys, bot.rules.memory; sys.exit('fsrs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[3], check=False).returncode == 0


@pytest.mark.parametrize(
    ("lines", "stars"),
    [
        (1, [1, 5]),
        (2, [1, 3, 5]),
        (3, [1, 2, 3, 5]),
        (4, [1, 2, 3, 4, 5]),
        (5, [1, 1, 2, 3, 4, 5]),
        (10, [1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5]),
    ],
)
def test_the_lines_that_an_answer_has_make_its_stars(lines: int, stars: list[int]) -> None:
    assert [stars_for(met, lines) for met in range(lines + 1)] == stars
