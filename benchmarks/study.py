"""A hall to measure on: people, one place, open rounds with the shipped items, and answers as people give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.counting import Attempt
from bot.ports import PlaceRef, Who
from bot.rules.grading import Given
from bot.rules.shown import Shown, show
from bot.settings import Policy
from bot.store import turns as store_turns
from bot.store.tables import halls, identities, people, places, rounds, schedules, turns
from bot.store.turns import Round
from content.item import Kind
from content.pack import load_pack

PACK = Path(__file__).resolve().parent.parent / "content" / "packs" / "ml-interview"
HALL = "hall"
PLACE = PlaceRef("web", "local", "general")
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def shown_items() -> list[Shown]:
    """The shipped items as shown, those of short answers with the other short answers as near ones."""
    items = load_pack(PACK).items
    near = tuple(each.short.accepted[0] for each in items if each.short)
    return [show(item, "benchmark", near=near if item.short else ()) for item in items]


def found_hall(connection: Connection, members: int, asked: Sequence[Shown]) -> None:
    """A hall of so many people with an account each, and a turn a day with one open round for each of the items."""
    hall = {"id": HALL, "title": "Hall", "zone": "UTC", "language": "en", "season": "quarter", "organisers": {}}
    connection.execute(insert(halls).values(hall))
    connection.execute(insert(places).values(hall_id=HALL, platform="web", workspace="local", channel="general"))
    numbers = range(1, members + 1)
    connection.execute(
        insert(people), [{"hall_id": HALL, "name": name_of(n), "hidden": False, "since": START} for n in numbers]
    )
    of_web = {"hall_id": HALL, "platform": "web", "workspace": "local"}
    rows = [of_web | {"person_id": n, "account": f"u{n}", "name": name_of(n)} for n in numbers]
    connection.execute(insert(identities), rows)
    plan: dict[str, Any] = {"hall_id": HALL, "name": "daily", "zone": "UTC", "times": ["09:00"], "weekdays": [0]}
    plan |= {"blackout": [], "selection": {}, "policy": {}, "places": [1], "made_at": START, "looked_until": START}
    connection.execute(insert(schedules).values(plan))
    for day, shown in enumerate(asked):
        _ask(connection, day, shown)


def _ask(connection: Connection, day: int, shown: Shown) -> None:
    due = START + timedelta(days=day)
    turn = {"hall_id": HALL, "schedule_id": 1, "slot": f"{due:%Y-%m-%dT%H:%M}", "due_at": due, "day": f"{due:%Y-%m-%d}"}
    turn |= {"policy": Policy().to_json(), "item_id": shown.item_id, "topic": shown.topic, "concept": shown.concept}
    connection.execute(insert(turns).values(**turn, late=False, shown=shown.to_json()))
    opened = {"opened_at": due, "closes_at": due + timedelta(days=36_500)}
    row = {"hall_id": HALL, "turn_id": day + 1, "place_id": 1, "token": f"round{day}", "state": "open"}
    connection.execute(insert(rounds).values(row | opened))


def name_of(number: int) -> str:
    """The name of the person with this number."""
    return f"Learner {number}"


def rounds_of(connection: Connection) -> list[Round]:
    """All rounds, as a press finds them."""
    tokens = connection.execute(select(rounds.c.token).order_by(rounds.c.id)).scalars().all()
    found = (store_turns.round_by_token(connection, token) for token in tokens)
    return [each for each in found if each is not None]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as a platform tells it, and the index of its round."""

    round: int
    attempt: Attempt


def told_answers(asked: Sequence[Shown], members: int, seed: int = 1) -> list[Told]:
    """Everybody's answer in each of the rounds, round by round, in any sequence of people."""
    random = Random(seed)
    found = []
    for index, shown in enumerate(asked):
        for number in random.sample(range(1, members + 1), members):
            who = Who("web", "local", f"u{number}", name_of(number))
            at = START + timedelta(days=index, seconds=number)
            attempt = Attempt(f"press-{index}-{number}", at, who, PLACE, given(shown, random), "press")
            found.append(Told(index, attempt))
    return found


def given(shown: Shown, random: Random) -> Given:
    """An answer to an item: right about half the time, typed ones with their slips."""
    if shown.kind in (Kind.CHOICE, Kind.TRUE_FALSE):
        return Given(shown.key if _heads(random) else (random.randrange(len(shown.options)),))
    if shown.kind in (Kind.MULTI, Kind.ORDER):
        return Given(shown.key if _heads(random) else tuple(random.sample(range(len(shown.options)), 2)))
    return Given(text=_typed(shown, random))


def _typed(shown: Shown, random: Random) -> str:
    if shown.numeric:
        value = shown.numeric.value if _heads(random) else random.randrange(1000) / 8
        return f"{value} {shown.numeric.unit}" if shown.numeric.unit else f"{value}"
    if shown.short:
        word = random.choice((*shown.short.accepted, *shown.short.confusable, *shown.near[:3]))
        return slip(word, random) if _heads(random) else word
    return "Because the model has learned the noise of its training data, and fails on what is new."


def _heads(random: Random) -> bool:
    return random.choice((True, False))


def slip(word: str, random: Random) -> str:
    """A word with one letter dropped, doubled, changed or two of them swapped."""
    at = random.randrange(len(word))
    changes = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + random.choice(LETTERS) + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    )
    return random.choice(changes)


def endless(asked: Sequence[Shown], count: int) -> Iterator[Shown]:
    """So many items, from the first on again where there are fewer."""
    return islice(cycle(asked), count)
