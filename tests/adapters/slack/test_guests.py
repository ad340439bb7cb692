"""People of other workspaces in a shared channel, two workspaces in one process, and an organisation's installation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation

from adapters.slack import adapter
from adapters.slack.installs import Installs, Seal
from bot.ports import PlaceRef
from bot.settings import HallEntry
from bot.store import Store
from bot.store.tables import answers, identities, notes, people, places, shelf
from tests.adapters.slack.conftest import Hall, app_on, entry_of, said, served, until
from tests.clock import Clock
from tests.fakes.slack.facts import Team
from tests.fakes.slack.server import FakeSlack
from tests.grounds import Ground, slack_ground
from tests.hall import choice_pack, hall_entry, schedule

KEY = Fernet.generate_key().decode()
REFUSED = "Only members of this workspace"


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


@asynccontextmanager
async def connected(slack: FakeSlack, store: Store, clock: Clock, folder: Path, **settings: Any) -> AsyncIterator[Hall]:
    """A hall over Socket Mode, an hour before its question."""
    ground = slack_ground(adapter, slack, **settings)
    organisers = slack.add_channel("organisers").id
    clock.forward(hours=-1)
    app = app_on(ground, store, clock, folder, [entry_of(ground, organisers, {})], choice_pack())
    async with served(app, slack):
        yield Hall(app, store, clock, slack, ground.place.channel, organisers, ground.account)


def stranger_in(slack: FakeSlack, channel: str, *, admin: bool = False) -> str:
    """Somebody of another workspace, with which the channel is shared; the app is not in there."""
    other = slack.add_team("other")
    other.installed = False
    someone = slack.add_user("stranger", team=other.id, admin=admin, owner=admin).id
    where = slack.channels[channel]
    where.teams.append(other.id)
    where.members.append(someone)
    return someone


async def test_a_guest_counts_in_the_hall_that_asked(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    async with connected(slack, store, clock, tmp_path) as hall:
        stranger = stranger_in(slack, hall.channel)
        await hall.run(hours=1)
        assert (await slack.press(stranger, hall.channel, hall.question.ts, 0)).acknowledged
        assert "Reason for" in await hall.told(stranger)
        kept = await hall.all_of(identities.c.workspace, identities.c.account)
        assert kept == [(slack.team, stranger)], "in the workspace of the hall, whatever their own is"


async def test_where_the_settings_refuse_guests_whatever_they_do_gets_a_sentence_or_nothing(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    async with connected(slack, store, clock, tmp_path, guests="refuse") as hall:
        stranger = stranger_in(slack, hall.channel)
        await hall.run(hours=1)
        asked = hall.question.ts
        await slack.press(stranger, hall.channel, asked, 0)
        assert REFUSED in await hall.told(stranger)
        await slack.command(stranger, hall.channel, "/leaderboard", "all")
        assert REFUSED in await hall.told(stranger, above=1)
        await slack.react(stranger, hall.channel, asked, "one")
        await slack.say(stranger, hall.channel, "B", thread_ts=asked)
        assert await hall.all_of(answers.c.id) == []
        assert await hall.all_of(people.c.id) == []
        await slack.press(hall.someone, hall.channel, asked, 0)
        assert "Reason for" in await hall.told()


async def test_who_is_an_admin_elsewhere_organises_nothing_here(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    async with connected(slack, store, clock, tmp_path) as hall:
        boss = stranger_in(slack, hall.channel, admin=True)
        await hall.run(hours=1)
        posted = len(slack.messages(hall.channel))
        await slack.command(boss, hall.channel, "/study", "schedule now")
        assert "organiser" in (await hall.told(boss)).casefold()
        await hall.run(seconds=5)
        assert len(slack.messages(hall.channel)) == posted


# --- Two workspaces, or a whole organisation, in one process ------------------------------------------------------


@dataclass(slots=True)
class Hosts:
    """Halls in two workspaces, told over HTTP by one app."""

    ours: Hall
    theirs: Hall
    shared: str


def installation_of(slack: FakeSlack, team: Team) -> Installation:
    """What OAuth leaves behind after the app was let in."""
    return Installation(
        user_id="U0ADMIN",
        enterprise_id=team.enterprise or None,
        team_id=None if team.org_wide else team.id,
        is_enterprise_install=team.org_wide,
        bot_token=slack.token_of(team.id),
        bot_id=team.bot_id,
        bot_user_id=team.bot_user,
    )


def over_http(slack: FakeSlack) -> Ground:
    """A channel in the first workspace, of an app that is told over HTTP."""
    secrets = {
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "SLACK_TOKEN_KEY": KEY,
    }
    return replace(slack_ground(adapter, slack, mode="http"), environment=secrets)


@asynccontextmanager
async def hosting(
    slack: FakeSlack, store: Store, clock: Clock, folder: Path, ground: Ground, entries: list[HallEntry]
) -> AsyncIterator[Hall]:
    """The app over HTTP, let into every workspace of this Slack, an hour before the question."""
    installs = Installs(store.shelf("slack"), Seal(KEY))
    for team in slack.teams.values():
        await installs.async_save(installation_of(slack, team))
    clock.forward(hours=-1)
    app = app_on(ground, store, clock, folder, entries, choice_pack())
    async with AsyncExitStack() as stack:
        site = web.Application()
        for method, path, handler in app.running["slack"].platform.routes.public:
            site.router.add_route(method, path, handler)
        runner = web.AppRunner(site, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        await stack.enter_async_context(served(app, slack, connected=False))
        await until(lambda: app.running)
        yield Hall(app, store, clock, slack, ground.place.channel, "", ground.account)


@pytest.fixture
async def hosts(slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path) -> AsyncIterator[Hosts]:
    """Our hall asks in a channel that is shared with them; theirs in one of their own."""
    other = slack.add_team("other")
    them = slack.add_user("them", team=other.id).id
    ground = over_http(slack)
    own = PlaceRef("slack", other.id, slack.add_channel("own", members=[them], teams=[other.id]).id)
    slack.channels[ground.place.channel].teams.append(other.id)
    slack.channels[ground.place.channel].members += [them, other.bot_user]
    entries = [
        entry_of(ground, ground.place.channel, {}),
        hall_entry("theirs", [own], [schedule(places=[own])], title="Their team", organiser_place=None),
    ]
    async with hosting(slack, store, clock, tmp_path, ground, entries) as ours:
        yield Hosts(ours, replace(ours, channel=own.channel, someone=them), ground.place.channel)


async def test_of_two_workspaces_in_a_shared_channel_each_is_told_of_the_hall_that_is_there(hosts: Hosts) -> None:
    ours, theirs, slack = hosts.ours, hosts.theirs, hosts.ours.slack
    await ours.run(hours=1)
    told = await slack.press(theirs.someone, hosts.shared, ours.question.ts, 0)
    await theirs.told(theirs.someone)
    for again in (told.payload | {"team": {"id": slack.users[theirs.someone].team}}, told.payload):
        await slack.deliver(replace(told, payload=again), times=1)
    assert await ours.all_of(identities.c.workspace) == [(slack.team,)]
    assert len(await ours.all_of(answers.c.id)) == 1, "told by both workspaces, counted once"
    for channel, title, points in ((hosts.shared, "The team", "stranger"), (theirs.channel, "Their team", "No points")):
        above = len(slack.ephemerals(theirs.someone))
        await slack.command(theirs.someone, channel, "/leaderboard", "all")
        shown = await theirs.told(theirs.someone, above=above)
        assert title in shown
        assert ("No points" in shown) is (points == "No points"), shown


async def test_what_a_guest_writes_to_their_own_workspaces_bot_is_of_their_own_hall(hosts: Hosts) -> None:
    ours, theirs, slack = hosts.ours, hosts.theirs, hosts.ours.slack
    await ours.run(hours=1)
    await slack.press(theirs.someone, hosts.shared, ours.question.ts, 0)
    await theirs.told(theirs.someone)
    assert (await slack.direct(theirs.someone, "B")).acknowledged
    kept = await ours.all_of(identities.c.workspace)
    assert {workspace for (workspace,) in kept} == {slack.team, slack.users[theirs.someone].team}
    talk = slack.open_im(theirs.someone)
    await until(lambda: slack.messages(talk.id)[1:])
    assert slack.messages(talk.id)[-1].team == slack.users[theirs.someone].team, "by the bot that was written to"
    await slack.open_home(theirs.someone)
    assert "1" in said(slack.home(theirs.someone))


async def test_an_installation_for_a_whole_organisation_serves_its_workspaces_by_their_own_ids(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    slack.teams[slack.team].enterprise, slack.teams[slack.team].org_wide = "E0ORG", True
    ground = over_http(slack)
    entries = [entry_of(ground, ground.place.channel, {})]
    async with hosting(slack, store, clock, tmp_path, ground, entries) as hall:
        await slack.command(hall.someone, hall.channel, "/study", "help")
        assert "/study schedule" in await hall.told()
        await hall.run(hours=1)
        told = await slack.press(hall.someone, hall.channel, hall.question.ts, 0)
        assert told.payload["team"] is None
        assert told.acknowledged
        assert "Reason for" in await hall.told(above=1)
        assert await hall.all_of(identities.c.workspace) == [(slack.team,)]
    again = app_on(ground, store, clock, tmp_path, entries, choice_pack(), tokens=10_000)
    async with served(again, slack, connected=False):
        clock.forward(hours=24)
        await again.run_due()
        assert len(slack.messages(hall.channel)) == 2, "a process that was started anew knows whose workspace it is"


async def test_an_organisation_that_takes_the_app_out_takes_it_out_of_all_its_workspaces(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    slack.teams[slack.team].enterprise, slack.teams[slack.team].org_wide = "E0ORG", True
    ground = over_http(slack)
    async with hosting(slack, store, clock, tmp_path, ground, [entry_of(ground, ground.place.channel, {})]) as hall:
        await slack.command(hall.someone, hall.channel, "/study", "help")
        await hall.told()
        assert "install:E0ORG" in {key for (key,) in await hall.all_of(shelf.c.key)}
        assert (await slack.uninstall()).acknowledged
        assert "install:E0ORG" not in {key for (key,) in await hall.all_of(shelf.c.key)}
        assert "taken out of the workspace" in str(await hall.all_of(places.c.paused))


async def test_a_workspace_that_no_installation_is_for_is_refused_in_words(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    ground = over_http(slack)
    elsewhere = replace(ground.place, workspace="T0ELSEWHERE", channel="C0ELSEWHERE")
    entry = hall_entry(places=[elsewhere], schedules=[schedule(places=[elsewhere])], organiser_place=ground.place)
    async with hosting(slack, store, clock, tmp_path, ground, [entry]) as hall:
        await hall.run(hours=1)
        await hall.run(seconds=5)
        assert "not installed in this workspace" in said(hall.question.blocks)
        assert "/slack/install" in said(hall.question.blocks)
        assert [kind for (kind,) in await hall.all_of(notes.c.kind)] == ["refused"]
