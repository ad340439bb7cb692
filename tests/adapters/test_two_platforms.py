"""One hall with a channel at Slack and one at Discord: one daily question in both, one board."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.discord import session
from bot.app import App
from bot.installed import installed_adapters
from bot.store import Store
from bot.store.tables import rounds, turns
from tests.clock import Clock
from tests.fakes.discord.server import FakeDiscord, pointed_at
from tests.fakes.slack.server import FakeSlack
from tests.grounds import Ground, discord_ground, slack_ground
from tests.hall import choice_pack, hall_entry, schedule
from tests.stage import Stage, app_on_all, served, until


@dataclass(slots=True)
class Both(Stage):
    """The hall in both, an hour before its question."""

    slack: FakeSlack
    discord: FakeDiscord
    at_slack: Ground
    at_discord: Ground

    def asked_at_slack(self) -> str:
        """The text of the question at Slack."""
        return str(self.slack.messages(self.at_slack.place.channel)[-1].blocks)

    def asked_at_discord(self) -> str:
        """The text of the question at Discord, with its buttons."""
        message = self.discord.messages(self.at_discord.place.channel)[-1]
        return f"{message.text} {self.discord.labels(message)}"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """New sessions begin at once."""
    monkeypatch.setattr(session, "BETWEEN", 0.0)
    monkeypatch.setattr(session, "GUILDS_WITHIN", 0.02)


@contextlib.asynccontextmanager
async def both(store: Store, clock: Clock, folder: Path, *, running: frozenset[str]) -> AsyncIterator[Both]:
    """A process that runs these platforms, for a hall that has a place in both."""
    async with FakeSlack.started(now=clock) as slack, FakeDiscord.started(now=clock) as discord:
        discord.gateway.starts.every = 0.0
        with pointed_at(discord.api):
            installed = installed_adapters()
            grounds = [slack_ground(installed["slack"], slack), discord_ground(installed["discord"], discord)]
            clock.forward(hours=-1)
            places = tuple(each.place for each in grounds)
            entry = hall_entry(places=places, schedules=[schedule(places=places)], organiser_place=None)
            here = [each for each in grounds if each.adapter.name in running]
            app = app_on_all(here, store, clock, folder, [entry], choice_pack())
            async with contextlib.AsyncExitStack() as stack:
                await enter(stack, app, slack, discord)
                yield Both(app, store, clock, slack, discord, *grounds)


async def enter(stack: contextlib.AsyncExitStack, app: App, slack: FakeSlack, discord: FakeDiscord) -> None:
    """Have the platforms of a process connected."""
    up = {"slack": lambda: slack.connections, "discord": lambda: discord.connections}
    for name in app.running:
        await stack.enter_async_context(served(app, name, up[name]))


async def test_one_turn_is_asked_at_both_and_both_answers_stand_on_one_board(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    async with both(store, clock, tmp_path, running=frozenset({"slack", "discord"})) as hall:
        await hall.run(hours=1)
        assert len(await hall.all_of(turns.c.id)) == 1
        assert len(await hall.all_of(rounds.c.id)) == 2
        for option in ("alpha of", "beta of", "gamma of"):
            assert option in hall.asked_at_slack()
            assert option in hall.asked_at_discord()
        ada, bob = hall.at_slack, hall.at_discord
        question = hall.slack.messages(ada.place.channel)[-1]
        await hall.slack.press(ada.account, ada.place.channel, question.ts, 0)
        asked = hall.discord.messages(bob.place.channel)[-1]
        await hall.discord.press(bob.account, bob.place.channel, asked.id, 0)
        board = await hall.discord.command(bob.account, bob.place.channel, "leaderboard", {"period": "all"})
        rows = [line for line in board.text.splitlines() if "someone" in line]
        assert len(rows) == 2
        above = len(hall.slack.ephemerals(ada.account))
        await hall.slack.command(ada.account, ada.place.channel, "/leaderboard", "all")
        await until(lambda: len(hall.slack.ephemerals(ada.account)) > above)
        assert str(hall.slack.ephemerals(ada.account)[-1].blocks).count("someone") == 2


@pytest.mark.parametrize("name", ["slack", "discord"])
async def test_a_process_posts_only_to_the_platforms_that_it_runs(
    store: Store, clock: Clock, tmp_path: Path, name: str
) -> None:
    async with both(store, clock, tmp_path, running=frozenset({name})) as hall:
        await hall.run(hours=1)
        posted = {
            "slack": bool(hall.slack.messages(hall.at_slack.place.channel)),
            "discord": bool(hall.discord.messages(hall.at_discord.place.channel)),
        }
        assert posted == {"slack": name == "slack", "discord": name == "discord"}
