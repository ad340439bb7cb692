"""Connections of Socket Mode that are refreshed, cut, silent, refused or shared, while people press and react."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from adapters.slack import adapter, connections
from bot.app import GIVEN_UP
from bot.ports import BusyError, NotSetUpError, RefusedError, UnknownOutcomeError
from bot.store import Store
from bot.store.tables import answers, identities
from tests.adapters.slack.conftest import PATIENCE, Hall, app_on, entry_of, served, until
from tests.clock import Clock
from tests.databases import SQLITE
from tests.fakes.slack.facts import Told
from tests.fakes.slack.server import FakeSlack
from tests.grounds import slack_ground
from tests.hall import choice_pack

SPACE = 0.02
"""Seconds between two answers."""


@contextlib.asynccontextmanager
async def halls(
    slack: FakeSlack, stores: Sequence[Store], clock: Clock, folder: Path, held: int
) -> AsyncIterator[Hall]:
    """A process for each store, all of one hall, each with so many connections; the hall is that of the first."""
    ground = slack_ground(adapter, slack, connections=held)
    organisers = slack.add_channel("organisers").id
    clock.forward(hours=-1)
    async with contextlib.AsyncExitStack() as running:
        apps = []
        for number, store in enumerate(stores, 1):
            open_then = slack.connections + held
            apps.append(
                app_on(ground, store, clock, folder, [entry_of(ground, organisers, {})], choice_pack(), number * 1000)
            )
            await running.enter_async_context(served(apps[-1], slack))
            await until(partial(is_held, slack, open_then))
        yield Hall(apps[0], stores[0], clock, slack, ground.place.channel, organisers, ground.account)


def is_held(slack: FakeSlack, many: int) -> bool:
    """Whether there are so many connections."""
    return slack.connections == many


async def answered_by(hall: Hall, many: int) -> list[Told]:
    """So many people press or react, one soon after another, whether or not the one before was heard."""
    answering = []
    for number in range(many):
        person = hall.slack.add_user(f"person-{number}").id
        answer = (
            hall.slack.react(person, hall.channel, hall.question.ts, "two")
            if number % 2
            else hall.slack.press(person, hall.channel, hall.question.ts, number % 3)
        )
        answering.append(asyncio.create_task(answer))
        await asyncio.sleep(SPACE)
    return await asyncio.gather(*answering)


def unheard(answered: Sequence[Told]) -> list[Told]:
    """What the app did not acknowledge."""
    return [told for told in answered if not told.acknowledged]


async def fewest(slack: FakeSlack, until_done: asyncio.Task[list[Told]]) -> int:
    """The fewest connections that there were while a task ran."""
    found = slack.connections
    while not until_done.done():
        found = min(found, slack.connections)
        await asyncio.sleep(0)
    return found


def slack_calls(slack: FakeSlack, wanted: str) -> int:
    """How often a method was called."""
    return sum(method == wanted for method, _, _ in slack.calls)


@contextlib.asynccontextmanager
async def strangers(slack: FakeSlack, many: int) -> AsyncIterator[None]:
    """Another program, with so many connections of the same token."""
    async with contextlib.AsyncExitStack() as others:
        session = await others.enter_async_context(aiohttp.ClientSession())
        for _ in range(many):
            headers = {"Authorization": f"Bearer {slack.app_token}"}
            async with session.post(f"{slack.api}apps.connections.open", headers=headers) as got:
                url = (await got.json())["url"]
            await others.enter_async_context(session.ws_connect(url))
        yield


async def given(hall: Hall) -> dict[str, list[int]]:
    """What each account picked."""
    found = await hall.store.read(
        lambda connection: connection.execute(
            select(identities.c.account, answers.c.given).join_from(answers, identities)
        ).all()
    )
    assert len({account for account, _ in found}) == len(found)
    return {account: value["picked"] for account, value in found}


async def counted(hall: Hall) -> int:
    return len(await hall.all_of(answers.c.id))


@SQLITE
@pytest.mark.parametrize(("reason", "held"), [("warning", 1), ("refresh_requested", 1), ("refresh_requested", 3)])
async def test_a_connection_that_slack_refreshes_is_replaced_before_it_ends_and_no_answer_is_lost(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, reason: str, held: int
) -> None:
    slack.sockets.grace = 0.3
    async with halls(slack, [store], clock, tmp_path, held) as hall:
        await hall.run(hours=1)
        answering = asyncio.create_task(answered_by(hall, 20))
        watching = asyncio.create_task(fewest(slack, answering))
        await asyncio.sleep(8 * SPACE)
        await slack.disconnect(reason)
        assert unheard(await answering) == []
        assert await watching >= held
        assert await counted(hall) == 20


@SQLITE
@pytest.mark.parametrize("held", [1, 2])
async def test_connections_that_are_cut_come_again_and_each_answer_counts_once(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, held: int
) -> None:
    async with halls(slack, [store], clock, tmp_path, held) as hall:
        await hall.run(hours=1)
        answering = asyncio.create_task(answered_by(hall, 20))
        await asyncio.sleep(8 * SPACE)
        slack.sockets.drop()
        assert unheard(await answering) == []
        assert await counted(hall) == 20
        await until(lambda: slack.connections == held)


@SQLITE
async def test_a_silent_connection_is_noticed_within_ninety_seconds_and_what_went_into_it_comes_again(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connections.PING * 1.5 + 2 * connections.HELLO < 90
    monkeypatch.setattr(connections, "PING", 0.3)
    async with halls(slack, [store], clock, tmp_path, 1) as hall:
        await hall.run(hours=1)
        (dead,) = slack.sockets.connections
        slack.sockets.mute()
        assert unheard(await answered_by(hall, 5)) == []
        assert dead not in slack.sockets.connections
        assert await counted(hall) == 5


@SQLITE
async def test_where_slack_is_silent_on_new_connections_too_they_are_tried_again_until_it_speaks(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "PING", 0.1)
    async with halls(slack, [store], clock, tmp_path, 1) as hall:
        await hall.run(hours=1)
        tries = slack_calls(slack, "apps.connections.open")
        slack.silent = True
        await until(lambda: slack_calls(slack, "apps.connections.open") >= tries + 2)
        slack.silent = False
        slack.delivery.ack_within = PATIENCE
        assert (await slack.press(hall.someone, hall.channel, hall.question.ts, 1)).acknowledged
        assert await counted(hall) == 1


@SQLITE
async def test_of_several_connections_one_that_is_cut_leaves_the_others_to_work(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    async with halls(slack, [store], clock, tmp_path, 3) as hall:
        await hall.run(hours=1)
        slack.fail("apps.connections.open", "http-503", times=1000)
        slack.sockets.connections[0].drop()
        await until(lambda: slack.connections == 2)
        assert unheard(await answered_by(hall, 10)) == []
        assert await counted(hall) == 10


async def test_two_processes_share_what_comes_and_what_both_are_told_counts_once(
    slack: FakeSlack, store: Store, url: str, clock: Clock, tmp_path: Path
) -> None:
    other = Store.open(url, now=clock, virtual=True)
    async with halls(slack, [store, other], clock, tmp_path, 1) as hall:
        await hall.run(hours=1)
        first, second = slack.sockets.connections
        answering = asyncio.create_task(answered_by(hall, 20))
        await asyncio.sleep(8 * SPACE)
        first.drop()
        answered = await answering
        assert unheard(answered) == []
        for told in answered[:2]:
            assert all(each.acknowledged for each in await slack.deliver(told, times=4, together=True))
        assert await counted(hall) == 20
        assert second in slack.sockets.connections
    await other.close()


@SQLITE
async def test_all_connections_down_presses_fail_whole_and_missed_reactions_are_read_anew_and_count_once(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    slack.delivery.ack_within, slack.delivery.retries = 0.3, ()
    async with halls(slack, [store], clock, tmp_path, 2) as hall:
        await hall.run(hours=1)
        asked, presser = hall.question, slack.add_user("presser").id
        slack.fail("apps.connections.open", "http-503", times=1000)
        slack.sockets.drop()
        await until(lambda: slack.connections == 0)
        pressed = await slack.press(presser, hall.channel, asked.ts, 0)
        reacted = await slack.react(hall.someone, hall.channel, asked.ts, "two")
        assert not pressed.acknowledged
        assert not reacted.acknowledged
        assert await counted(hall) == 0
        slack.faults.clear()
        await until(lambda: slack.connections == 2)
        await until(lambda: slack_calls(slack, "reactions.get"))
        slack.delivery.ack_within = PATIENCE
        assert (await slack.deliver(reacted, times=1))[0].acknowledged
        assert await given(hall) == {hall.someone: [1]}
        assert (await slack.press(presser, hall.channel, asked.ts, 2)).acknowledged
        assert await given(hall) == {hall.someone: [1], presser: [2]}


@SQLITE
async def test_a_start_beside_another_program_with_the_same_token_says_so(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with strangers(slack, 1), halls(slack, [store], clock, tmp_path, 2):
        assert "another program uses the token" in caplog.text


@SQLITE
async def test_one_connection_too_many_is_told_in_words_and_not_asked_for_time_and_again(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with strangers(slack, 9):
        ground = slack_ground(adapter, slack, connections=2)
        app = app_on(ground, store, clock, tmp_path, [entry_of(ground, "", {})], choice_pack())
        tries = slack_calls(slack, "apps.connections.open")
        async with served(app, slack):
            await until(lambda: "as ten are open" in caplog.text)
            await asyncio.sleep(0.5)
            assert slack_calls(slack, "apps.connections.open") - tries <= 3


@SQLITE
@pytest.mark.parametrize(("name", "wrong"), [("SLACK_APP_TOKEN", "xapp-another"), ("SLACK_BOT_TOKEN", "xoxb-another")])
async def test_a_token_that_slack_does_not_take_is_named_and_ends_a_process_that_has_nothing_else_to_run(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, name: str, wrong: str
) -> None:
    ground = slack_ground(adapter, slack)
    ground = replace(ground, environment={**ground.environment, name: wrong})
    organisers = slack.add_channel("organisers").id
    app = app_on(ground, store, clock, tmp_path, [entry_of(ground, organisers, {})], choice_pack())
    with pytest.raises(NotSetUpError, match=rf"does not take {name} \(invalid_auth\)") as raised:
        await app.running["slack"].platform.run(app.porter)
    assert wrong not in str(raised.value)
    try:
        async with asyncio.timeout(PATIENCE):
            assert await app.serve() == GIVEN_UP
    finally:
        await app.close()


@SQLITE
@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("not_authed", NotSetUpError),
        ("account_inactive", NotSetUpError),
        ("token_revoked", NotSetUpError),
        ("org_login_required", RefusedError),
        ("ratelimited", BusyError),
        ("http-503", UnknownOutcomeError),
    ],
)
async def test_what_may_pass_by_itself_does_not_end_the_tries_to_come_in(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, code: str, error: type[Exception]
) -> None:
    ground = slack_ground(adapter, slack)
    app = app_on(ground, store, clock, tmp_path, [entry_of(ground, "", {})], choice_pack())
    slack.fail("auth.test", code, times=3, retry_after="60")
    with pytest.raises(error):
        await app.running["slack"].platform.run(app.porter)
    await app.close()


@SQLITE
async def test_a_start_for_which_no_connection_is_left_fails_with_the_reason(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    async with strangers(slack, 10):
        ground = slack_ground(adapter, slack)
        app = app_on(ground, store, clock, tmp_path, [entry_of(ground, "", {})], choice_pack())
        await app.settle()
        with pytest.raises(BusyError, match="as ten are open"):
            await app.running["slack"].platform.run(app.porter)
        await app.close()


@SQLITE
async def test_without_any_connection_for_long_the_platform_fails_so_that_organisers_hear_of_it(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.5)
    ground = slack_ground(adapter, slack)
    app = app_on(ground, store, clock, tmp_path, [entry_of(ground, "", {})], choice_pack())
    await app.settle()
    running = asyncio.create_task(app.running["slack"].platform.run(app.porter))
    await until(lambda: slack.connections == 2)
    slack.fail("apps.connections.open", "http-503", times=1000)
    slack.sockets.drop()
    with pytest.raises(UnknownOutcomeError, match="503"):
        await running
    await app.close()


@SQLITE
async def test_a_press_under_way_when_the_process_ends_is_finished_and_acknowledged(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    async with halls(slack, [store], clock, tmp_path, 2) as hall:
        await hall.run(hours=1)
        slack.fail("users.info", 0.4)
        pressing = asyncio.create_task(slack.press(hall.someone, hall.channel, hall.question.ts, 1))
        await until(lambda: slack_calls(slack, "users.info"))
    assert (await pressing).acknowledged
    assert await counted(hall) == 1
