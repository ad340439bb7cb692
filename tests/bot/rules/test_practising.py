import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bot.rules.picking import Candidate
from bot.rules.practising import WANTED, item_to_practise

CHANCES = {number: (number + 0.5) / 40 for number in range(40)}
"""From hopeless to certain."""


def candidates(count: int, topics: int = 1) -> list[Candidate]:
    return [Candidate(name(n), f"topic-{n % topics}", "easy", f"concept-{n}") for n in range(count)]


def name(number: int) -> str:
    return f"pack/{number:03}"


def by_id(chances: Mapping[int, float]) -> dict[str, float]:
    return {name(number): chance for number, chance in chances.items()}


def practise(count: int, offered: Sequence[Candidate], chances: Mapping[str, float]) -> list[str]:
    """So many items, one after another, each of which is met when the next is picked."""
    met: dict[str, None] = {}
    asked: list[str] = []
    for turn in range(count):
        found = item_to_practise(offered, list(met), chances.__getitem__, f"seed {turn}")
        assert found is not None
        met.pop(found, None)
        met[found] = None
        asked.append(found)
    return asked


def test_what_somebody_gets_right_about_three_times_in_four_comes_first() -> None:
    asked = practise(40, candidates(40), by_id(CHANCES))
    low, high = WANTED
    suiting = {item for item, chance in by_id(CHANCES).items() if low <= chance <= high}
    assert len(suiting) == 4
    assert set(asked[:4]) == suiting
    off = [abs(by_id(CHANCES)[item] - 0.75) for item in asked]
    assert all(here <= there + 0.03 for here, there in pairwise(off[4:]))


def test_everything_is_met_before_anything_comes_again() -> None:
    asked = practise(40, candidates(40, topics=3), by_id(CHANCES))
    assert len(set(asked)) == 40


def test_what_was_met_longest_ago_comes_again_and_the_other_half_waits() -> None:
    asked = practise(90, candidates(40), by_id(CHANCES))
    for turn in range(40, 90):
        assert asked[turn] not in asked[turn - 20 : turn]
    assert set(asked[40:44]) == set(asked[:4])


def test_topics_take_turns_among_what_suits() -> None:
    asked = practise(12, candidates(12, topics=3), dict.fromkeys(map(name, range(12)), 0.75))
    topics = [int(item.partition("/")[2]) % 3 for item in asked]
    assert [set(topics[turn : turn + 3]) for turn in (0, 3, 6, 9)] == [{0, 1, 2}] * 4


def test_a_topic_whose_turn_it_is_waits_for_an_item_that_suits() -> None:
    chances = {name(number): 0.75 if number % 2 else 0.3 for number in range(8)}
    asked = practise(8, candidates(8, topics=2), chances)
    assert [chances[item] for item in asked] == [0.75] * 4 + [0.3] * 4


def test_one_concept_does_not_come_twice_in_a_row_where_there_is_another() -> None:
    alike = [Candidate(name(n), "topic", "easy", f"concept-{n // 2}") for n in range(4)]
    chances = dict.fromkeys(map(name, range(4)), 0.3) | {name(0): 0.75, name(1): 0.75}
    asked = practise(2, alike, chances)
    assert asked[0] in (name(0), name(1))
    assert asked[1] in (name(2), name(3))
    assert practise(2, alike[:2], chances)[1] != practise(1, alike[:2], chances)[0]


def test_chance_decides_among_what_suits_as_well_whatever_the_sequence() -> None:
    offered = candidates(12)
    chances = dict.fromkeys(map(name, range(12)), 0.1) | dict.fromkeys(map(name, range(5)), 0.74)
    found = {item_to_practise(offered, [], chances.__getitem__, str(seed)) for seed in range(80)}
    assert found == set(map(name, range(5)))
    random.Random(1).shuffle(offered)
    for seed in range(10):
        again = item_to_practise(candidates(12), [], chances.__getitem__, str(seed))
        assert item_to_practise(offered, [], chances.__getitem__, str(seed)) == again


def test_everything_between_70_and_80_per_cent_suits_as_well() -> None:
    chances = by_id({0: 0.69, 1: 0.70, 2: 0.75, 3: 0.80, 4: 0.81})
    found = {item_to_practise(candidates(5), [], chances.__getitem__, str(seed)) for seed in range(60)}
    assert found == {name(1), name(2), name(3)}


def test_where_nothing_suits_the_nearest_comes_and_chance_decides_among_those_as_near() -> None:
    chances = by_id({0: 0.60, 1: 0.61, 2: 0.90, 3: 0.95, 4: 0.20})
    found = {item_to_practise(candidates(5), [], chances.__getitem__, str(seed)) for seed in range(60)}
    assert found == {name(0), name(1), name(2)}


def test_nothing_is_asked_where_nothing_is_offered_and_what_is_gone_does_not_count() -> None:
    chances = {name(0): 0.5}
    assert item_to_practise([], ["pack/gone"], chances.__getitem__, "seed") is None
    assert item_to_practise(candidates(1), ["pack/gone", name(0)], chances.__getitem__, "seed") == name(0)
