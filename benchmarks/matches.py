"""Live quizzes: many at a time on one bot, against a Discord in another process that holds it to its limits."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import quantiles

from sqlalchemy import func, select

from benchmarks.crowd import before, until
from benchmarks.discord_pressed import there
from benchmarks.frame import Figure, LostError, Part, Row, Scale
from benchmarks.server import folder
from bot.ports import PlaceRef
from bot.store import Store
from bot.store.tables import answers, matches
from tests.fakes.discord.facts import Message
from tests.fakes.discord.server import FakeDiscord
from tests.hall import choice_pack

A_HALL = 5
"""So many matches a hall may have at a time."""
PLAYERS, QUESTIONS, SECONDS, ITEMS = 4, 3, 10, 40
ANSWERING = (0.5, 8.0)
"""Seconds after which somebody answers."""


async def played(pipe: Connection, channels: int) -> None:
    """A match in each of so many channels; tells how long presses took, what was refused, and how many messages."""
    with folder() as at:
        (at / "pack.yaml").write_text(choice_pack(ITEMS), encoding="utf-8")
        await _played(pipe, channels, at / "pack.yaml")


async def _played(pipe: Connection, channels: int, pack: Path) -> None:
    async with FakeDiscord.started() as fake:
        fake.validate, fake.limit_posts = False, True
        fake.gateway.starts.every = 0.0
        halls = [fake.add_guild(f"hall-{number}").id for number in range(-(-channels // A_HALL))]
        places = [
            PlaceRef("discord", hall, fake.add_channel(hall, f"channel-{number}").id)
            for number in range(channels)
            for hall in [halls[number // A_HALL]]
        ]
        people = {hall: [fake.add_member(hall, f"player-{n}").id for n in range(PLAYERS)] for hall in halls}
        pipe.send(replace(there(fake, places), packs=(pack,)))
        await until(lambda: fake.connections and all(fake.messages(place.channel) for place in places))
        took: list[float] = []
        random = Random(1)
        async with asyncio.TaskGroup() as group:
            for place in places:
                group.create_task(_match(fake, place, people[place.workspace], took, random))
        pipe.send((took, len(fake.limits.invalid), sum(len(fake.messages(place.channel)) for place in places)))
        await asyncio.to_thread(pipe.recv)


async def _match(fake: FakeDiscord, place: PlaceRef, people: list[str], took: list[float], random: Random) -> None:
    """One match: its host begins, the others come in, everybody answers each question after a while."""
    channel, (host, *others) = place.channel, people
    await fake.command(host, channel, "quiz start", {"count": QUESTIONS, "seconds": SECONDS})
    lobby = await _newest(fake, channel, "Quiz")
    for each in others:
        await fake.press(each, channel, lobby.id, _button(fake, lobby, "Join"))
    await fake.press(host, channel, lobby.id, _button(fake, lobby, "Begin now"))
    for number in range(1, QUESTIONS + 1):
        asked = await _newest(fake, channel, f"Question {number} of")
        async with asyncio.TaskGroup() as group:
            for each in people:
                group.create_task(_answer(fake, each, channel, asked, took, random.uniform(*ANSWERING)))
    await _newest(fake, channel, "Final standings")


async def _answer(
    fake: FakeDiscord, person: str, channel: str, asked: Message, took: list[float], after: float
) -> None:
    await asyncio.sleep(after)
    since = time.perf_counter()
    done = await fake.press(person, channel, asked.id, 0)
    if not done.acknowledged:
        raise LostError("a press was not acknowledged")
    took.append(time.perf_counter() - since)


async def _newest(fake: FakeDiscord, channel: str, heading: str) -> Message:
    """The newest message of a channel, once it says this."""
    await until(lambda: heading in fake.messages(channel)[-1].text)
    return fake.messages(channel)[-1]


def _button(fake: FakeDiscord, message: Message, label: str) -> int:
    return fake.labels(message).index(label)


def at_once(scale: Scale) -> list[Row]:
    """Matches that are played at the same time."""
    channels = scale.of(50, 2)

    async def checked(store: Store) -> None:
        to_the_end = select(func.count()).where(matches.c.ended_at.is_not(None), matches.c.reason.is_(None))
        done = await store.read(lambda connection: connection.execute(to_the_end).scalar_one())
        stored = select(func.count()).select_from(answers)
        given = await store.read(lambda connection: connection.execute(stored).scalar_one())
        if (done, given) != (channels, channels * PLAYERS * QUESTIONS):
            raise LostError(f"{done} matches were played to their end, with {given} answers")

    served = before(played, channels, checked)
    took, refused, messages = served.told
    slowest = quantiles(took, n=100)[98]
    what = f"{channels} matches at once, {PLAYERS} players each"
    return [
        Row(f"{what}: an answer until it is acknowledged, 99th percentile", Figure((slowest,), "s"), most=1.0),
        Row("the same, calls that Discord refused, for a message", Figure((refused / messages,), ""), most=0.05),
        Row("the same, longest time that the event loop stood still", Figure((served.gap * 1000,), "ms"), most=250.0),
    ]


PART = Part(
    title="Live quizzes",
    method=f"""\
The bot runs as always, and Discord is another process, which keeps state and takes 5 messages in 5 s a channel and 50
calls a second in all. In each channel somebody begins a match of {QUESTIONS} questions, others come in, and everybody
answers each question after half a second to eight seconds. Every answer is stored, and every match ends with its
standings.""",
    cases={"at-once": at_once},
)
