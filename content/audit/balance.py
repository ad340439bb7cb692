"""Rules about all items of a pack together. `findings` come without a place: that is the pack's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from content.audit.chance import at_least, at_most
from content.audit.guessing import ABOVE_CHANCE, found_by_tricks
from content.item import Difficulty, Item, Kind

IMPROBABLE = 0.05
"""Of chance alone, shared among all that is tried at once (Bonferroni): what is less probable is told."""
OFF = 0.1
"""How far the share of keys in a place may be from that by lot."""
SOME = 20
"""Items from which on a pack can be out of balance."""
FEW = 0.2
"""Of the mean number of items of a topic."""
MOST_OF_A_TOPIC = 0.5
LEAST_OF_A_LEVEL, MOST_OF_A_LEVEL = 0.1, 0.7
NAMED = 5
"""Topics or concepts that a finding names."""

Told = tuple[str, str]
"""What is wrong, and what to do."""


def guessable(items: Sequence[Item]) -> Iterator[Told]:
    """A trick finds keys more than five points above chance, and that is improbable by luck."""
    found = list(found_by_tricks(items))
    for trick, share, lot, probability in found:
        if share > lot + ABOVE_CHANCE and probability < IMPROBABLE / len(found):
            message = f"who takes {_taken(trick)} finds {share:.0%} of the keys, {lot:.0%} by lot"
            yield message, "make keys and wrong options alike in length and wording"


def key_position(items: Sequence[Item]) -> Iterator[Told]:
    """Keys stand in a place too often or too seldom, by an exact test of each place."""
    choices = [item for item in items if item.kind is Kind.CHOICE]
    places = Counter(item.key[0] for item in choices)
    most = max((len(item.options) for item in choices), default=0)
    for place in range(most):
        lots = [1 / len(item.options) for item in choices if len(item.options) > place]
        if told := _skewed(places[place], lots, 2 * most):
            yield f"{chr(ord('A') + place)} is the key of {told}", "list the options of some items in another sequence"
    verdicts = [item for item in items if item.kind is Kind.TRUE_FALSE]
    true = sum(item.options[item.key[0]].text == "true" for item in verdicts)
    if told := _skewed(true, [0.5] * len(verdicts), 2):
        yield f"true is the key of {told}", "turn some of the statements round"


def single_item_concept(items: Sequence[Item]) -> Iterator[Told]:
    """A review of such a concept can only repeat the item that was met before."""
    counted = Counter(item.concept for item in items)
    single = sorted(concept for concept, number in counted.items() if number == 1)
    if single and len(items) >= SOME:
        message = f"{len(single)} of {len(counted)} concepts have one item: {_named(single)}"
        yield message, "write a second item where a concept matters: a review then asks it in another way"


def topic_imbalance(items: Sequence[Item]) -> Iterator[Told]:
    """A topic has very few of the items, or most of them."""
    counted = Counter(item.topic for item in items)
    if len(items) < SOME or len(counted) == 1:
        return
    few = sorted(topic for topic, number in counted.items() if number < FEW * len(items) / len(counted))
    if few:
        yield f"few items are about {_named(few)}", "write more of them, or put them into another topic"
    topic, number = counted.most_common(1)[0]
    if number > MOST_OF_A_TOPIC * len(items):
        yield f"{number} of {len(items)} items are about {topic}", "divide the topic, or write about others"


def difficulty_imbalance(items: Sequence[Item]) -> Iterator[Told]:
    """A level has very few of the items, or most of them."""
    counted = Counter(item.difficulty for item in items)
    for level in Difficulty if len(items) >= SOME else ():
        share = counted[level] / len(items)
        if not LEAST_OF_A_LEVEL <= share <= MOST_OF_A_LEVEL:
            yield f"{share:.0%} of the items are {level}", "see whether they are, and write others of other levels"


def _skewed(hits: int, lots: Sequence[float], tried: int) -> str:
    """How often something is the key, where that is far from what lots would give and improbable by them; else ""."""
    by_lot = sum(lots)
    if not lots or abs(hits - by_lot) <= OFF * len(lots):
        return ""
    probability = at_least(hits, lots) if hits > by_lot else at_most(hits, lots)
    return f"{hits} of {len(lots)}, where lots would give {by_lot:.0f}" if probability < IMPROBABLE / tried else ""


def _taken(trick: str) -> str:
    return trick if trick.startswith("the ") and "option" in trick else f"the option with {trick}"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
