"""Where each adapter stands in a test: its platform (a local server where it needs one), a place there, an account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.installed import installed_adapters
from bot.ports import Adapter, PlaceRef, Who
from tests.clock import Clock
from tests.fakes.discord.server import FakeDiscord, pointed_at
from tests.fakes.slack.server import FakeSlack


@dataclass(frozen=True, slots=True)
class Ground:
    """An adapter, with what it is opened with."""

    adapter: Adapter
    place: PlaceRef
    account: str = "someone"
    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def someone(self) -> Who:
        """A person there."""
        return Who(self.adapter.name, self.place.workspace, self.account, "Someone")


@asynccontextmanager
async def ground_of(name: str, clock: Clock) -> AsyncIterator[Ground]:
    """The ground of an installed adapter."""
    adapter = installed_adapters()[name]
    if name == "slack":
        async with FakeSlack.started(now=clock) as slack:
            yield slack_ground(adapter, slack)
    elif name == "discord":
        async with FakeDiscord.started(now=clock) as discord:
            discord.gateway.starts.every = 0.0
            with pointed_at(discord.api):
                yield discord_ground(adapter, discord)
    else:
        yield Ground(adapter, PlaceRef(name, "local", "general"))


def slack_ground(adapter: Adapter, slack: FakeSlack, **settings: Any) -> Ground:
    """A channel of the local Slack that the bot is in, and somebody who is in it too."""
    account = slack.add_user("someone").id
    channel = slack.add_channel("general", members=[account]).id
    return Ground(
        adapter,
        PlaceRef("slack", slack.team, channel),
        account,
        {"api": slack.api, **settings},
        {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token},
    )


def discord_ground(adapter: Adapter, discord: FakeDiscord, **settings: Any) -> Ground:
    """A channel of a server of the local Discord, and somebody who is in it."""
    guild = discord.add_guild("hall").id
    account = discord.add_member(guild, "someone").id
    channel = discord.add_channel(guild, "general").id
    return Ground(
        adapter,
        PlaceRef("discord", guild, channel),
        account,
        {"api": discord.api, **settings},
        {"DISCORD_BOT_TOKEN": discord.bot_token},
    )
