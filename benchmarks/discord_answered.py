"""Presses that are answered: a bot that is connected to a Discord in another process, beside a bare `View`."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import discord

from adapters.discord.invite import TOKEN
from benchmarks.answers import CALLERS, NOW
from benchmarks.beside import beside
from benchmarks.crowd import There, heard, play, until
from benchmarks.discord_press import core, ground, plain_client
from benchmarks.discord_pressed import Scene
from benchmarks.frame import LostError, Row, Scale, Spent, cpu_of, in_turn
from benchmarks.pressing import Run, question, summed, watched, with_sql
from benchmarks.server import folder
from bot.store import Store
from tests.fakes.discord.server import FakeDiscord, pointed_at

FIRST = "round0"
"""The token of the first round of a hall to measure on."""
SETTLED = 1.5
"""Seconds after which whoever is connected has read what is told first."""
MOST = 1.15
ANSWERED = """\
A bare acknowledgement has next to no body and shows nobody anything. By a profile half of the event loop's time is
discord.py's call with the card, which it makes by aiohttp and of which it reads the reply, message and all; a tenth
each are the core's and the drawing of the card. What the store's threads do beyond the same SQL is told at *Durable
answers*."""

Interaction = discord.Interaction[Any]
Bot = Callable[[There], AbstractAsyncContextManager[None]]


async def presses(pipe: Connection, people: int) -> None:
    """So many people press, 64 at a time, when we are told to; tells how long each waited, in seconds."""
    async with FakeDiscord.started(lambda: NOW) as fake:
        fake.validate = False
        scene = Scene.of(fake, people)
        message = scene.post(FIRST)
        pipe.send(scene.there())
        await until(lambda: fake.connections)
        await asyncio.sleep(SETTLED)
        pipe.send("connected")
        await asyncio.to_thread(pipe.recv)
        pipe.send(await press_all(scene, message.id))
        await asyncio.to_thread(pipe.recv)


async def press_all(scene: Scene, message: str) -> list[float]:
    """Everybody presses; LostError where Discord saw no answer."""
    waits, left = list[float](), iter(enumerate(scene.people))

    async def caller() -> None:
        for number, user in left:
            told = await scene.discord.press(user, scene.place.channel, message, number % 2)
            if not told.acknowledged:
                raise LostError(f"press {number} was not answered: {told.refusals}")
            waits.append(told.seconds)

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return waits


def pressed_at(bot: Bot, people: int) -> Spent:
    """What a bot spends on the answers to so many presses, from the first to the last."""

    async def all_of_them(pipe: Connection) -> Spent:
        async with bot(pipe.recv()):
            await heard(pipe)
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            pipe.send("press")
            waits = await heard(pipe)
            spent = Spent(time.perf_counter() - wall, time.process_time() - cpu)
        if len(waits) != people:
            raise LostError(f"of {people} presses {len(waits)} were answered")
        return spent

    with beside(play, presses, people) as pipe:
        return asyncio.run(all_of_them(pipe))


@asynccontextmanager
async def ours(store: Store, there: There) -> AsyncIterator[None]:
    """The platform before the whole core, connected."""
    async with core(store, there) as (app, _), _running(app.running["discord"].platform.run(app.porter)):
        yield


@asynccontextmanager
async def _running(work: Any) -> AsyncIterator[None]:  # noqa: ANN401  any coroutine
    """While this is done."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Acknowledged(discord.ui.View):
    """Buttons that outlive a restart, as discord.py's own examples have them; a press is acknowledged."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        for number in range(len(question().options)):
            button: discord.ui.Button[Acknowledged] = discord.ui.Button(label="x", custom_id=f"answer:{FIRST}:{number}")
            button.callback = self.pressed  # type: ignore[method-assign]
            self.add_item(button)

    async def pressed(self, interaction: Interaction) -> None:
        """Acknowledge."""
        await interaction.response.defer()


class Told(Acknowledged):
    """The same; a press is answered with one plain sentence for whoever pressed."""

    async def pressed(self, interaction: Interaction) -> None:
        """Answer."""
        await interaction.response.send_message("Your answer is stored.", ephemeral=True)


@asynccontextmanager
async def bare(view: type[Acknowledged], there: There) -> AsyncIterator[None]:
    """A client of discord.py with that view alone."""
    with pointed_at(str(there.settings["api"])):
        async with plain_client() as client:
            client.add_view(view())
            async with _running(client.start(there.environment[TOKEN])):
                yield


def answered(scale: Scale) -> list[Row]:
    """64 presses in flight, each answered over Discord's API."""
    people = scale.of(1_000, 40)
    with folder() as at:
        one = ground(at, "one", people, 1)

        def product() -> Run:
            store, batches = watched(url := one.fresh())
            spent = pressed_at(partial(ours, store), people)
            one.check(url)
            return Run(spent, tuple(batches.sizes))

        acknowledged, told, spent, sql = in_turn(
            scale.runs,
            lambda: pressed_at(partial(bare, Acknowledged), people),
            lambda: pressed_at(partial(bare, Told), people),
            *with_sql(one, product),
        )
    figure, both = cpu_of(spent, people), summed(people, (1, told), (1, sql))
    least = summed(people, (1, acknowledged), (1, sql))
    what = f"a press over the API, {CALLERS} in flight, stored and then answered with its card"
    return [
        Row(f"{what}: beside a bare `View` that acknowledges, and the same SQL", figure, least, MOST, ANSWERED),
        Row("the same, beside a bare `View` that answers with a sentence, and the same SQL", figure, both),
        Row("of those floors: the `View` that acknowledges", cpu_of(acknowledged, people)),
        Row("of those floors: the `View` that answers with a sentence", cpu_of(told, people)),
        Row("of those floors: the same SQL through the bare driver, in the same batches", cpu_of(sql, people)),
    ]
