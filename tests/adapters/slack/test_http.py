"""HTTP mode: an app installed by OAuth, told over a public address, by requests that Slack has signed."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from cryptography.fernet import Fernet

from adapters.slack import adapter
from bot.store import Store
from bot.store.tables import answers, shelf
from tests.adapters.slack.conftest import PATIENCE, Hall, app_on, entry_of, said, served
from tests.clock import Clock
from tests.fakes.slack.server import FakeSlack
from tests.grounds import slack_ground
from tests.hall import choice_pack

BROKEN = "/broken"
KEY = Fernet.generate_key().decode()


@dataclass(slots=True)
class Hosted:
    """A hall in HTTP mode and the address at which it is reached."""

    hall: Hall
    address: str

    async def install(self) -> int:
        """Install the app in the first workspace, as somebody does in a browser; the status of the last page."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(f"{self.address}/slack/install") as page:
                link = re.findall(r'href="([^"]*/authorize[^"]*)"', await page.text())[0].replace("&amp;", "&")
                cookie = page.headers["Set-Cookie"].partition(";")[0]
            state = parse_qs(urlsplit(link).query)["state"][0]
            asked = {"code": self.hall.slack.code_for(self.hall.slack.team), "state": state}
            async with browser.get(
                f"{self.address}/slack/oauth_redirect", params=asked, headers={"Cookie": cookie}
            ) as page:
                return page.status


async def broken(_: web.Request) -> web.Response:
    """What a proxy answers whose server is away."""
    return web.Response(status=502)


@pytest.fixture
async def hosted(slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path) -> AsyncIterator[Hosted]:
    """An hour before the question; nothing is installed yet."""
    ground = slack_ground(adapter, slack, mode="http")
    secrets = {
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "SLACK_TOKEN_KEY": KEY,
    }
    ground = replace(ground, environment=secrets)
    organisers = slack.add_channel("organisers").id
    clock.forward(hours=-1)
    app = app_on(ground, store, clock, tmp_path, [entry_of(ground, organisers, {})], choice_pack())
    site = web.Application()
    for method, path, handler in app.running["slack"].platform.routes.public:
        site.router.add_route(method, path, handler)
    site.router.add_post(BROKEN, broken)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    slack.deliver_to(f"{address}/slack/events")
    slack.delivery.retries = (0.0, 0.05, 0.1)
    async with served(app, slack, connected=False):
        yield Hosted(Hall(app, store, clock, slack, ground.place.channel, organisers, ground.account), address)
    await runner.cleanup()


async def test_after_installing_it_a_question_is_asked_pressed_and_told_about(hosted: Hosted) -> None:
    assert await hosted.install() == 200
    hall = hosted.hall
    await hall.run(hours=1)
    pressed = await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 0)
    assert pressed.acknowledged
    assert "Reason for" in await hall.told()
    assert (await hall.slack.command(hall.someone, hall.channel, "/study", "help")).acknowledged
    assert "/study schedule" in await hall.told(above=1)
    assert len(await hall.all_of(answers.c.id)) == 1


async def test_where_it_is_not_installed_nothing_is_posted_and_organisers_can_be_told_why(hosted: Hosted) -> None:
    await hosted.hall.run(hours=1)
    assert hosted.hall.slack.messages(hosted.hall.channel) == []
    assert not [method for method, _, _ in hosted.hall.slack.calls if method == "chat.postMessage"]


async def test_what_slack_told_an_address_that_failed_is_read_anew_at_the_next_start_and_counts_once(
    hosted: Hosted,
) -> None:
    await hosted.install()
    hall = hosted.hall
    await hall.run(hours=1)
    hall.slack.deliver_to(f"{hosted.address}{BROKEN}")
    told = await hall.slack.react(hall.someone, hall.channel, hall.question.ts, "two")
    await hall.slack.settled()
    assert (told.acknowledged, told.attempts) == (False, 4), "Slack has given it up"
    hall.slack.deliver_to(f"{hosted.address}/slack/events")
    starting = asyncio.create_task(hall.app.running["slack"].platform.run(hall.app.porter))
    async with asyncio.timeout(PATIENCE):
        while await hall.all_of(answers.c.id) == []:
            await asyncio.sleep(0.01)
    assert all(again.acknowledged for again in await hall.slack.deliver(told, times=2))
    await hall.run(hours=24)
    assert "1 person answered" in said(hall.slack.messages(hall.channel)[0].blocks)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)


async def test_tokens_are_not_to_be_read_in_the_database(hosted: Hosted) -> None:
    await hosted.install()
    kept = str(await hosted.hall.all_of(shelf.c.value))
    assert "install" in str(await hosted.hall.all_of(shelf.c.key))
    for token in hosted.hall.slack.tokens:
        assert token not in kept


async def test_a_state_is_good_once_and_in_the_browser_that_asked(hosted: Hosted) -> None:
    async with aiohttp.ClientSession() as other:
        asked = {"code": hosted.hall.slack.code_for(hosted.hall.slack.team), "state": "aaaa"}
        async with other.get(f"{hosted.address}/slack/oauth_redirect", params=asked) as page:
            assert page.status in (400, 401)
    assert "install" not in str(await hosted.hall.all_of(shelf.c.key))


@pytest.mark.parametrize("signature", ["wrong", "old", "absent", "garbled"])
async def test_what_is_not_signed_by_slack_is_401_and_not_a_word_of_it_is_logged(
    hosted: Hosted, signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = '{"type": "event_callback", "secret": "canary-4711"}'
    status, text = await hosted.hall.slack.post_raw(body, signature=signature)
    assert (status, text) == (401, "")
    assert "canary-4711" not in "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("tests")
    )


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"event": "x"}', '{"type": "event_callback", "event": {"type": "message"}}', "payload={"]
)
async def test_odd_bodies_that_are_signed_end_nothing(hosted: Hosted, body: str) -> None:
    await hosted.install()
    status, text = await hosted.hall.slack.post_raw(body)
    assert status in (200, 400, 401, 404)
    assert "Traceback" not in text
    await hosted.hall.run(hours=1)
    assert "Which letter" in said(hosted.hall.question.blocks)


async def test_slacks_own_questions_get_their_answers(hosted: Hosted) -> None:
    assert await hosted.hall.slack.verify_url()
    assert await hosted.hall.slack.check_ssl() == 200
    assert not await hosted.hall.slack.verify_url(signature="wrong")


async def test_a_workspace_that_takes_the_app_out_is_posted_to_no_more_until_it_is_installed_again(
    hosted: Hosted,
) -> None:
    await hosted.install()
    hall = hosted.hall
    await hall.slack.uninstall()
    assert "install" not in str(await hall.all_of(shelf.c.key))
    calls = len(hall.slack.calls)
    await hall.run(hours=1)
    assert not [method for method, _, _ in hall.slack.calls[calls:] if method == "chat.postMessage"]
    await hall.run(days=3)
    assert await hosted.install() == 200
    await hall.run(hours=1)
    assert hall.slack.messages(hall.channel) == [], "what was missed is not made up for"
    await hall.run(days=1)
    assert "Which letter" in said(hall.question.blocks)
