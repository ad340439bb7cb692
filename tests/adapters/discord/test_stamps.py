"""A message of ours is found again by the numbers of its first two components."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.cards import components_of
from adapters.discord.stamps import carries, stamp_ids, stamped
from tests.contract.test_every_adapter import cards
from tests.fakes.discord.bodies import Body
from tests.fakes.discord.components import walk, with_numbers
from tests.fakes.discord.facts import V2

STAMPS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789-"), min_size=1, max_size=25)


def test_a_stamp_is_always_the_same_two_numbers() -> None:
    assert stamp_ids("q-abc") == (1277021994, 850589652), "messages that stand at Discord already have them"


@given(STAMPS)
def test_its_numbers_differ_and_are_of_those_that_discord_takes(stamp: str) -> None:
    first, second = stamp_ids(stamp)
    assert first != second
    assert 1 <= min(first, second) <= max(first, second) <= 2**31 - 1


@given(STAMPS, STAMPS)
def test_a_message_carries_its_stamp_and_no_other(stamp: str, other: str) -> None:
    for card in cards():
        components = stamped(components_of(card), stamp)
        assert Body({"flags": V2, "components": components}, "create").wrong() == []
        assert sum("id" in each for each, _ in walk(components)) == 2
        kept = with_numbers(components)
        assert carries(kept, stamp)
        assert not carries([{**kept[0], "components": [{"type": 10, "id": 1}]}], stamp), "one number is not enough"
        assert carries(kept, other) is (stamp == other)


def test_a_message_without_a_stamp_carries_none() -> None:
    card = cards()[0]
    assert not carries(with_numbers(components_of(card)), "q-abc")
    assert not carries([], "q-abc")
    assert not carries([{"type": 1, "components": []}], "q-abc")
    assert "id" not in components_of(card)[0], "stamping leaves the components of others as they are"
