"""Tokens that expire: renewed once however many processes need them, and told of where that does not work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk.oauth.token_rotation import async_rotator

from adapters.slack.installs import Installs, Seal
from bot.app import App
from bot.ports import Card, PlaceRef, Platform, RefusedError, Text
from bot.store import Store
from tests.adapters.slack.conftest import app_on
from tests.adapters.slack.test_guests import KEY, installation_of, over_http
from tests.clock import Clock
from tests.fakes.slack.server import FakeSlack
from tests.grounds import Ground
from tests.hall import choice_pack, hall_entry

CARD = Card("A title", (Text("A text"),))
LASTS = timedelta(hours=12)


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


class Processes:
    """Programs on one database, in a workspace whose token expires."""

    def __init__(self, slack: FakeSlack, store: Store, clock: Clock, folder: Path) -> None:
        self.slack = slack
        self.store = store
        self._clock = clock
        self._folder = folder
        self._ground: Ground = over_http(slack)
        self._apps: list[App] = []

    async def install(self) -> None:
        """Let the app in, with a token for twelve hours."""
        self.slack.rotation = True
        self.slack.refresh_tokens["xoxe-1-first"] = self.slack.team
        self.slack.tokens[self.slack.bot_token].expires = self._clock() + LASTS
        installed = installation_of(self.slack, self.slack.teams[self.slack.team])
        installed.bot_refresh_token = "xoxe-1-first"
        installed.bot_token_expires_at = int((self._clock() + LASTS).timestamp())
        await Installs(self.store.shelf("slack"), Seal(KEY)).async_save(installed)

    def started(self) -> Platform:
        """Slack as a further process has it."""
        entry = hall_entry(places=[self._ground.place], schedules=[], organiser_place=None)
        tokens = 1000 * len(self._apps) + 1
        self._apps.append(app_on(self._ground, self.store, self._clock, self._folder, [entry], choice_pack(), tokens))
        return self._apps[-1].running["slack"].platform

    @property
    def place(self) -> PlaceRef:
        """Where they post."""
        return self._ground.place

    @property
    def renewals(self) -> int:
        """How often Slack was asked for a new token."""
        return sum(method == "oauth.v2.access" for method, _, _ in self.slack.calls)

    async def close(self) -> None:
        """End them all."""
        for app in self._apps:
            await app.close()


@pytest.fixture
async def processes(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Processes]:
    """The app is installed; slack_sdk looks at the same clock as everything else."""
    monkeypatch.setattr(async_rotator, "time", lambda: clock().timestamp())
    found = Processes(slack, store, clock, tmp_path)
    await found.install()
    yield found
    await found.close()


async def test_two_processes_renew_a_token_once_and_both_go_on(processes: Processes, clock: Clock) -> None:
    one, two = processes.started(), processes.started()
    await one.send(processes.place, CARD, "q-one")
    assert processes.renewals == 0
    clock.forward(hours=11)
    await asyncio.gather(*(each.send(processes.place, CARD, f"q-{n}") for n, each in enumerate((one, two))))
    assert processes.renewals == 1
    clock.forward(hours=2)
    await asyncio.gather(*(each.send(processes.place, CARD, f"q-late-{n}") for n, each in enumerate((one, two))))
    await processes.started().send(processes.place, CARD, "q-new")
    assert processes.renewals == 1, "the new pair is kept for all"
    assert processes.slack.refused == []


async def test_a_renewal_that_did_not_reach_slack_is_tried_once_more(processes: Processes, clock: Clock) -> None:
    processes.slack.fail("oauth.v2.access", "lost-request")
    clock.forward(hours=11)
    await processes.started().send(processes.place, CARD, "q-one")
    assert processes.renewals == 2
    assert next(reversed(processes.slack.tokens)) != processes.slack.bot_token


async def test_where_the_new_pair_was_lost_the_old_one_is_used_to_its_end_and_the_app_has_to_be_installed_again(
    processes: Processes, clock: Clock
) -> None:
    processes.slack.fail("oauth.v2.access", "lost-reply")
    platform = processes.started()
    clock.forward(hours=11)
    await platform.send(processes.place, CARD, "q-one")
    clock.forward(hours=2)
    with pytest.raises(RefusedError) as refused:
        await platform.send(processes.place, replace(CARD, title="Later"), "q-two")
    assert "could not be renewed" in refused.value.reason
    assert "/slack/install" in refused.value.remedy
