"""The rater: how hard items are to the people of a hall, rated once a day; and how able a person is, whenever asked.

What a person is rated whenever somebody asks is a replay of their answers against what the items are rated, so that
it follows links, regrades and forgetting by itself. What an item is rated rests on the answers of many, and is kept:
once a day (of UTC) is over, its answers move the items which they were given to.

A night goes on from how able everybody was after their last one, which is kept for it, and reads the answers of its day
alone. Only whose past was changed since (linked, regraded, forgotten), or who answered an item that is rated anew, is
replayed. So a night's work grows with the answers of the day, and a hall that sleeps has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from bot.each import do_each
from bot.rules.ability import NEWCOMER, Rated, Task, after, guess_of, unanswered
from bot.store import Store
from bot.store.abilities import Kept, keep_abilities, kept_abilities
from bot.store.columns import micros
from bot.store.halls import hall_ids
from bot.store.ratings import (
    First,
    answered_before,
    first_answers,
    first_answers_told,
    items_regraded,
    keep_rated_until,
    keep_ratings,
    news_since,
    people_asked,
    rated_until,
    ratings_of,
)
from content.bank import Bank

DAY = timedelta(days=1)
SETTLED = timedelta(hours=1)
"""So long after a day all of its answers are stored; what comes later still than that moves its person, but no item."""
TOGETHER = 50
"""People who are looked at in one look."""


@dataclass(frozen=True, slots=True)
class Day:
    """What the answers of a hall's day are rated by. `tasks` as they were before that day.

    `before` says up to when the hall was rated; `told` are the first answers of the day by person. Items that were
    regraded on that day are rated `anew`, from all of their answers, for which those who gave them are `replayed`.
    """

    hall: str
    since: datetime
    until: datetime
    before: datetime
    tasks: Mapping[str, Task]
    anew: frozenset[str]
    told: Mapping[int, Sequence[First]]
    replayed: frozenset[int]


class Met(NamedTuple):
    """A person's first answer to an item: when, who, how able they were before it, and what it scored."""

    at: int
    person: int
    item: str
    able: Rated
    score: float


class Some(NamedTuple):
    """What some people did on a day: what they met, how able they are after it, what was kept of them before."""

    met: list[Met]
    able: dict[int, Rated]
    kept: dict[int, Kept]


class Rater:
    """Rates the items of all halls. Any process may ask at any time: a day is rated once."""

    def __init__(self, store: Store, bank: Callable[[], Bank], now: Callable[[], datetime]) -> None:
        self._store = store
        self._bank = bank
        self._now = now

    async def rate(self) -> None:
        """Rate the days that are over and were not yet, of every hall, oldest first."""
        await do_each("halls to rate", await self._store.read(hall_ids), self._rate)

    async def _rate(self, hall: str) -> None:
        look = partial(_next_day, hall=hall, bank=self._bank())
        while day := await self._store.read(partial(look, now=self._now())):
            people, done = sorted({*day.told, *day.replayed}), Some([], {}, {})
            for start in range(0, len(people), TOGETHER):
                some = people[start : start + TOGETHER]
                found = await self._store.read(partial(_met_by, day=day, people=some))
                done = Some(done.met + found.met, done.able | found.able, done.kept | found.kept)
            await self._store.write(hall, partial(_keep_day, day=day, done=done))


def tasks_of(bank: Bank) -> dict[str, Task]:
    """The items of a bank as nobody has answered them yet."""
    return {
        each.id: Task(unanswered(each.difficulty), guess_of(each.kind, each.options)) for each in bank.items.briefs()
    }


def tasks_in(connection: Connection, hall: str, tasks: Mapping[str, Task]) -> dict[str, Task]:
    """The same as a hall has rated them."""
    rated = ratings_of(connection, hall)
    return {item: Task(rated.get(item, task.rated), task.guess) for item, task in tasks.items()}


def ability_of(connection: Connection, person: int, tasks: Mapping[str, Task]) -> Rated:
    """How able a person is by now, measured by these tasks."""
    able = NEWCOMER
    for first in _known(first_answers(connection, person), tasks):
        able, _ = after(able, tasks[first.item], first.score)
    return able


def _known(firsts: Iterable[First], tasks: Mapping[str, Task]) -> Iterator[First]:
    """Those whose item is in the bank still."""
    return (each for each in firsts if each.item in tasks)


def _next_day(connection: Connection, hall: str, bank: Bank, now: datetime) -> Day | None:
    """The first day that is over and has something to rate, None where there is none."""
    before = rated_until(connection, hall)
    news = news_since(connection, hall, before)
    if news is None:
        return None
    since = news.replace(hour=0, minute=0, second=0, microsecond=0)
    if now < since + DAY + SETTLED:
        return None
    return _day(connection, hall, since, before, tasks_of(bank))


def _day(connection: Connection, hall: str, since: datetime, before: datetime, declared: Mapping[str, Task]) -> Day:
    until = since + DAY
    anew = items_regraded(connection, hall, since, until)
    told = first_answers_told(connection, hall, since, until)
    replayed = frozenset(people_asked(connection, hall, anew))
    tasks = {
        item: declared[item] if item in anew else task for item, task in tasks_in(connection, hall, declared).items()
    }
    return Day(hall, since, until, before, tasks, anew, told, replayed)


def _met_by(connection: Connection, day: Day, people: Sequence[int]) -> Some:
    """What some people answered that moves items on that day."""
    begin, done = micros(day.since), Some([], {}, kept_abilities(connection, people))
    for person in people:
        able, firsts = _way_of(connection, day, person, done.kept.get(person))
        for first in _known(firsts, day.tasks):
            if first.told_at >= begin or first.item in day.anew:
                done.met.append(Met(first.at, person, first.item, able, first.score))
            able, _ = after(able, day.tasks[first.item], first.score)
        done.able[person] = able
    return done


def _way_of(connection: Connection, day: Day, person: int, kept: Kept | None) -> tuple[Rated, Iterable[First]]:
    """From where a person comes to the end of the day, and by which answers: those of the day alone, or all."""
    if kept is None or kept.able is None or person in day.replayed:
        return NEWCOMER, first_answers(connection, person, day.until)
    told = day.told.get(person, ())
    new = (each for each in told if not answered_before(connection, day.hall, person, each.item, day.since))
    return kept.able, new


def _rated(tasks: Mapping[str, Task], met: Iterable[Met]) -> dict[str, Rated]:
    """The items that people met as they are rated afterwards, whatever the sequence in which they are told of."""
    rated: dict[str, Rated] = {}
    for each in sorted(met, key=lambda one: one[:3]):
        task = tasks[each.item]
        _, rated[each.item] = after(each.able, task._replace(rated=rated.get(each.item, task.rated)), each.score)
    return rated


def _keep_day(connection: Connection, day: Day, done: Some) -> None:
    """Keep what a day came to, unless another process did."""
    if rated_until(connection, day.hall) == day.before:
        keep_ratings(connection, day.hall, _rated(day.tasks, done.met))
        keep_abilities(connection, day.hall, done.able, done.kept)
        keep_rated_until(connection, day.hall, day.until)
