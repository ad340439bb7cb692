"""A hall in a channel of the local Slack: the real core, the real slack-bolt and slack_sdk, over loopback sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.slack import adapter
from bot.app import App
from bot.ports import PlaceRef
from bot.settings import HallEntry, Organisers
from bot.store import Store
from tests.clock import Clock
from tests.fakes.slack.facts import Message
from tests.fakes.slack.server import FakeSlack
from tests.grounds import Ground, slack_ground
from tests.hall import HEX, choice_pack, hall_entry, schedule, settings_for

PATIENCE = 10.0


@dataclass(slots=True)
class Hall:
    """The hall, its Slack, and what happens there. `channel` asks at 09:00 UTC; `organisers` gets the notes."""

    slack: FakeSlack
    app: App
    store: Store
    clock: Clock
    channel: str
    organisers: str
    someone: str

    async def run(self, **forward: float) -> None:
        """Move the clock on, then do everything that is due."""
        if forward:
            self.clock.forward(**forward)
        await self.app.run_due()

    async def all_of(self, *columns: Any) -> list[tuple[Any, ...]]:
        """All rows of these columns."""
        found = await self.store.read(lambda connection: connection.execute(select(*columns)).all())
        return [tuple(row) for row in found]

    @property
    def question(self) -> Message:
        """The latest question of the channel."""
        return [each for each in self.slack.messages(self.channel) if each.thread_ts in ("", each.ts)][-1]

    async def told(self, user: str = "", above: int = 0) -> str:
        """The latest thing that somebody alone was shown, once there are more than `above`; as its blocks' texts."""
        await until(lambda: len(self.slack.ephemerals(user or self.someone)) > above)
        return said(self.slack.ephemerals(user or self.someone)[-1].blocks)


async def until(done: Callable[[], object]) -> None:
    """Wait until it is so; TimeoutError after ten seconds."""
    async with asyncio.timeout(PATIENCE):
        while not done():
            await asyncio.sleep(0.01)


def said(blocks: Any) -> str:
    """All texts of blocks, one after another."""
    if isinstance(blocks, list):
        return " ".join(filter(None, map(said, blocks)))
    if isinstance(blocks, dict):
        own = blocks["text"] if isinstance(blocks.get("text"), str) else ""
        return " ".join(filter(None, [own, *(said(each) for each in blocks.values() if isinstance(each, dict | list))]))
    return ""


@pytest.fixture
def pack() -> str:
    """The questions; a test module may have others."""
    return choice_pack()


@pytest.fixture
def policy() -> dict[str, Any]:
    """What the schedule says besides; a test module may say other things."""
    return {}


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[FakeSlack]:
    """The local Slack, which pinged nobody and refused nothing of what a test sent."""
    async with FakeSlack.started(now=clock) as slack:
        yield slack
        assert slack.pinged == []


@pytest.fixture
async def hall(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, pack: str, policy: dict[str, Any]
) -> AsyncIterator[Hall]:
    """The hall an hour before its question, connected by Socket Mode."""
    hurried = replace(adapter, limits=replace(adapter.limits, post_every=0.0))
    ground = slack_ground(hurried, slack)
    organisers = slack.add_channel("organisers").id
    clock.forward(hours=-1)
    app = app_on(ground, store, clock, tmp_path, [entry_of(ground, organisers, policy)], pack)
    async with served(app, slack):
        yield Hall(slack, app, store, clock, ground.place.channel, organisers, ground.account)


def entry_of(ground: Ground, organisers: str, policy: dict[str, Any]) -> HallEntry:
    """A hall in the ground's channel."""
    entry = hall_entry(places=[ground.place], schedules=[schedule(places=[ground.place], **policy)])
    place = PlaceRef("slack", ground.place.workspace, organisers)
    return replace(entry, organisers=Organisers(groups=frozenset({"study-leads"})), organiser_place=place)


def app_on(
    ground: Ground, store: Store, clock: Clock, folder: Path, halls: list[HallEntry], pack: str, tokens: int = 1
) -> App:
    """The core with the real adapter. `tokens`: where they begin, which is another number in another process."""
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    settings = settings_for(halls, [folder / "pack.yaml"], ["slack"])
    chosen = {setting.name: setting.default for setting in adapter.settings} | dict(ground.settings)
    numbers = count(tokens)
    return App(
        replace(settings, platforms={"slack": chosen}),
        store,
        {"slack": ground.adapter},
        environment=ground.environment,
        now=clock,
        steady=lambda: clock().timestamp(),
        token=lambda length: f"{next(numbers):x}".translate(HEX).rjust(length, "a"),
    )


@contextlib.asynccontextmanager
async def served(app: App, slack: FakeSlack, *, connected: bool = True) -> AsyncIterator[None]:
    """The platform runs, and is connected where it does so by itself; what is due is done by the test."""
    await app.settle()
    platform = app.running["slack"].platform
    running = asyncio.create_task(platform.run(app.porter))
    try:
        await until(lambda: slack.connections or running.done() or not connected)
        await asyncio.sleep(0)
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await app.close()


def shape(blocks: Any) -> str:
    """Blocks as text, to be searched."""
    return json.dumps(blocks, ensure_ascii=False)
