"""A hall in a channel of the local Discord: the real core and the real discord.py, over loopback sockets."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import session
from bot.app import App
from bot.installed import installed_adapters
from bot.store import Store
from tests import stage
from tests.clock import Clock
from tests.fakes.discord.facts import Message
from tests.fakes.discord.server import FakeDiscord, pointed_at
from tests.grounds import discord_ground
from tests.hall import choice_pack
from tests.stage import PATIENCE, Stage, app_on, entry_of, until

__all__ = ["PATIENCE", "Hall", "app_on", "entry_of", "served", "until"]


@dataclass(slots=True)
class Hall(Stage):
    """The hall, its Discord, and what happens there. `channel` asks at 09:00 UTC; `organisers` gets the notes."""

    discord: FakeDiscord
    guild: str
    channel: str
    organisers: str
    someone: str

    @property
    def question(self) -> Message:
        """The latest message of the channel."""
        return self.discord.messages(self.channel)[-1]


@pytest.fixture
def pack() -> str:
    """The questions; a test module may have others."""
    return choice_pack()


@pytest.fixture
def policy() -> dict[str, Any]:
    """What the schedule says besides; a test module may say other things."""
    return {}


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """New sessions begin at once: the pauses between them are Discord's, and are tested by themselves."""
    monkeypatch.setattr(session, "BETWEEN", 0.0)
    monkeypatch.setattr(session, "GUILDS_WITHIN", 0.02)


@pytest.fixture
async def discord(clock: Clock) -> AsyncIterator[FakeDiscord]:
    """The local Discord, which pinged nobody."""
    async with FakeDiscord.started(now=clock) as discord:
        discord.gateway.starts.every = 0.0
        with pointed_at(discord.api):
            yield discord
        assert discord.pinged == []


@pytest.fixture
async def hall(
    discord: FakeDiscord, store: Store, clock: Clock, tmp_path: Path, pack: str, policy: dict[str, Any]
) -> AsyncIterator[Hall]:
    """The hall an hour before its question, connected."""
    ground = discord_ground(installed_adapters()["discord"], discord)
    organisers = discord.add_channel(ground.place.workspace, "organisers").id
    clock.forward(hours=-1)
    app = app_on(ground, store, clock, tmp_path, [entry_of(ground, organisers, policy)], pack)
    async with served(app, discord):
        place = ground.place
        yield Hall(app, store, clock, discord, place.workspace, place.channel, organisers, ground.account)


@contextlib.asynccontextmanager
async def served(app: App, discord: FakeDiscord) -> AsyncIterator[None]:
    """The platform runs and is connected; what is due is done by the test."""
    before = discord.connections
    async with stage.served(app, "discord", lambda: discord.connections > before):
        yield
