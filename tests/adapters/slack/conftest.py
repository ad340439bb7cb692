"""A hall in a channel of the local Slack: the real core, the real slack-bolt and slack_sdk, over loopback sockets."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import adapter
from bot.app import App
from bot.store import Store
from tests import stage
from tests.clock import Clock
from tests.fakes.slack.facts import Message
from tests.fakes.slack.server import FakeSlack
from tests.grounds import slack_ground
from tests.hall import choice_pack
from tests.stage import PATIENCE, Stage, app_on, entry_of, until

__all__ = ["PATIENCE", "Hall", "app_on", "entry_of", "said", "served", "shape", "until"]


@dataclass(slots=True)
class Hall(Stage):
    """The hall, its Slack, and what happens there. `channel` asks at 09:00 UTC; `organisers` gets the notes."""

    slack: FakeSlack
    channel: str
    organisers: str
    someone: str

    @property
    def question(self) -> Message:
        """The latest question of the channel."""
        return [each for each in self.slack.messages(self.channel) if each.thread_ts in ("", each.ts)][-1]

    async def told(self, user: str = "", above: int = 0) -> str:
        """The latest thing that somebody alone was shown, once there are more than `above`; as its blocks' texts."""
        await until(lambda: len(self.slack.ephemerals(user or self.someone)) > above)
        return said(self.slack.ephemerals(user or self.someone)[-1].blocks)


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
        yield Hall(app, store, clock, slack, ground.place.channel, organisers, ground.account)


@contextlib.asynccontextmanager
async def served(app: App, slack: FakeSlack, *, connected: bool = True) -> AsyncIterator[None]:
    """The platform runs, and is connected where it does so by itself; what is due is done by the test."""
    async with stage.served(app, "slack", lambda: slack.connections or not connected):
        yield


def shape(blocks: Any) -> str:
    """Blocks as text, to be searched."""
    return json.dumps(blocks, ensure_ascii=False)
