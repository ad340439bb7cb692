import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.ability import NEWCOMER, Rated, Task, after, expected, guess_of, score_of, unanswered
from bot.rules.verdicts import Verdict
from content.item import Difficulty, Kind
from tests.ranks import rank_correlation

RATINGS = st.builds(Rated, st.floats(-6, 6), st.integers(0, 500))
TASKS = st.builds(Task, RATINGS, st.sampled_from((0.0, 0.2, 0.25, 0.5)))
PEOPLE, ITEMS = 300, 150


def task(rating: float = 0.0, guess: float = 0.0) -> Task:
    return Task(Rated(rating), guess)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_known_abilities_and_difficulties_are_recovered(seed: int) -> None:
    rng = random.Random(seed)
    abilities, difficulties = ([rng.gauss(0, 1.2) for _ in range(count)] for count in (PEOPLE, ITEMS))
    guesses = [(0.0, 0.25, 0.5)[number % 3] for number in range(ITEMS)]
    people, items = [NEWCOMER] * PEOPLE, [unanswered(Difficulty.MEDIUM)] * ITEMS
    for person, item in shuffled(rng):
        chance = expected(Rated(abilities[person]), Task(Rated(difficulties[item]), guesses[item]))
        met = Task(items[item], guesses[item])
        people[person], items[item] = after(people[person], met, float(rng.random() < chance))
    assert rank_correlation(abilities, [each.rating for each in people]) > 0.95
    assert rank_correlation(difficulties, [each.rating for each in items]) > 0.95


def shuffled(rng: random.Random) -> Sequence[tuple[int, int]]:
    """Everybody with every item, in any sequence."""
    pairs = [(person, item) for person in range(PEOPLE) for item in range(ITEMS)]
    rng.shuffle(pairs)
    return pairs


def test_somebody_who_has_learnt_is_followed_even_after_thousands_of_answers() -> None:
    rng = random.Random(4)
    person = Rated(-1.0, 5000)
    for _ in range(400):
        met = Task(Rated(rng.gauss(0, 0.5), 5000), 0.25)
        person, _ = after(person, met, float(rng.random() < expected(Rated(1.0), met)))
    assert person.rating == pytest.approx(1.0, abs=0.5)


@pytest.mark.parametrize(
    ("ahead", "guess", "chance"),
    [(0, 0.0, 0.5), (0, 0.25, 0.625), (0, 0.5, 0.75), (1.1, 0.0, 0.75), (-1.1, 0.0, 0.25), (-40, 0.25, 0.25)],
)
def test_success_is_expected_by_how_far_somebody_is_ahead_and_never_below_a_guess(
    ahead: float, guess: float, chance: float
) -> None:
    assert expected(Rated(2 + ahead), task(2, guess)) == pytest.approx(chance, abs=1e-3)


@given(RATINGS, TASKS, st.floats(0, 1))
def test_an_answer_moves_person_and_item_apart_by_its_surprise_and_is_counted(
    person: Rated, met: Task, score: float
) -> None:
    surprise = score - expected(person, met)
    abler, harder = after(person, met, score)
    assert (abler.n, harder.n) == (person.n + 1, met.rated.n + 1)
    assert (abler.rating - person.rating) * surprise >= 0
    assert (harder.rating - met.rated.rating) * surprise <= 0
    assert abs(abler.rating - person.rating) <= abs(surprise) / 2 + 1e-9


@given(RATINGS, TASKS)
def test_a_better_score_never_makes_less_able(person: Rated, met: Task) -> None:
    wrong, partly, right = (after(person, met, score)[0].rating for score in (0.0, 0.5, 1.0))
    assert wrong < partly < right


def test_the_more_answers_a_rating_rests_on_the_less_one_more_moves_it() -> None:
    moved = [after(Rated(0, n), task(), 1.0)[0].rating for n in (0, 20, 60, 180, 10**6)]
    assert moved == pytest.approx([0.25, 0.125, 0.0625, 0.025, 0.025])


def test_a_right_guess_proves_less_than_a_right_answer_typed() -> None:
    chosen, typed = (after(NEWCOMER, task(guess=guess), 1.0)[0].rating for guess in (0.25, 0.0))
    assert 0 < chosen < typed


def test_a_newcomer_is_expected_to_do_well_by_what_packs_declare() -> None:
    chances = [expected(NEWCOMER, Task(unanswered(difficulty), 0.0)) for difficulty in Difficulty]
    assert chances == pytest.approx([0.75, 0.5, 0.25], abs=0.001)


@pytest.mark.parametrize(
    ("kind", "options", "chance"),
    [
        ("choice", 4, 1 / 4),
        ("true-false", 2, 1 / 2),
        ("multi", 4, 1 / 15),
        ("order", 4, 1 / 24),
        ("numeric", 0, 0),
        ("short", 0, 0),
        ("open", 0, 0),
    ],
)
def test_a_blind_guess_is_right_once_in_as_many_ways_as_there_are_to_answer(
    kind: str, options: int, chance: float
) -> None:
    assert guess_of(Kind(kind), options) == pytest.approx(chance)


def test_partly_right_is_half_a_win_and_an_open_answer_scores_as_its_writer_rates_it() -> None:
    assert [score_of(each, None) for each in ("right", "partly", "wrong", "noted")] == [1, 0.5, 0, None]
    assert [score_of(Verdict.NOTED, stars) for stars in range(1, 6)] == [0, 0.25, 0.5, 0.75, 1]


@pytest.mark.parametrize("score", [-0.1, 1.1])
def test_a_score_that_cannot_be_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="pass 0 to 1"):
        after(NEWCOMER, task(), score)
