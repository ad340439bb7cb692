"""Files on the page: a link that saves one, for the visitor who asked for it, for a while."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from adapters.web.downloads import KEPT_FOR, MOST, Downloads
from bot.ports import Audience, Card, File, Reply, Text, Tone
from tests.browser.scripted import GENERAL, Scene, open_scene
from tests.clock import Clock

FILE = File("cards.csv", "text/csv", b"\xef\xbb\xbfa,b\r\n", "A table of cards")
CARD = Card("Your cards", (Text("One card."), FILE), Tone.NOTE)


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    async with open_scene(sqlite_url) as opened:
        opened.listener.answers["take:team"] = Reply(CARD)
        yield opened


@pytest.fixture
async def visitors(scene: Scene) -> AsyncIterator[list[aiohttp.ClientSession]]:
    """Two visitors, who have opened the page."""
    sessions = [aiohttp.ClientSession(scene.address, cookie_jar=aiohttp.CookieJar(unsafe=True)) for _ in range(2)]
    for each in sessions:
        async with each.get("/"):
            pass
    yield sessions
    for each in sessions:
        await each.close()


async def taken(scene: Scene, visitor: aiohttp.ClientSession, action: str = "an-action-of-my-own") -> str:
    """Press for the file; the HTML that comes back."""
    body: dict[str, Any] = {"id": action, "place": "general", "ref": "take:team"}
    async with visitor.post("/api/press", json=body, headers={"Origin": scene.address}) as answer:
        return str((await answer.json())["private"]["html"])


def address_in(html: str) -> str:
    found = re.search(r'<a class="button main" href="(/files/[^"]+)" download="cards.csv">', html)
    assert found
    return found[1]


async def test_the_link_saves_the_file_and_nobody_else_can_follow_it(
    scene: Scene, visitors: list[aiohttp.ClientSession]
) -> None:
    mine, other = visitors
    address = address_in(await taken(scene, mine))
    async with mine.get(address) as answer:
        assert answer.status == 200
        assert await answer.read() == FILE.content
        assert answer.headers["Content-Type"] == "text/csv"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="cards.csv"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for visitor, where in ((other, address), (mine, f"{address}x"), (mine, address.replace("/p-", "/p-0"))):
        async with visitor.get(where) as answer:
            assert answer.status == 404
            assert await answer.text() == "This file is not kept any more: ask for it again."


async def test_pressed_again_by_one_and_by_another_each_gets_a_link_of_their_own(
    scene: Scene, visitors: list[aiohttp.ClientSession]
) -> None:
    addresses = [address_in(await taken(scene, each)) for each in visitors]
    assert len(set(addresses)) == 2, "also where both send the same id"
    assert address_in(await taken(scene, visitors[0])) == addresses[0]
    for visitor, address in zip(visitors, addresses, strict=True):
        async with visitor.get(address) as answer:
            assert answer.status == 200


async def test_in_a_card_that_all_see_there_is_no_link(scene: Scene, visitors: list[aiohttp.ClientSession]) -> None:
    await scene.platform.send(GENERAL, CARD, "stamp")
    scene.listener.answers["take:team"] = Reply(CARD, Audience.PLACE)
    body = {"id": "an-action-of-my-own", "place": "general", "ref": "take:team"}
    async with visitors[0].post("/api/press", json=body, headers={"Origin": scene.address}) as answer:
        assert await answer.json() == {}
    async with visitors[0].get("/") as answer:
        html = await answer.text()
    assert html.count("A table of cards") == 2
    assert "/files/" not in html


def test_a_file_is_kept_for_a_while_and_large_ones_make_room_for_others() -> None:
    clock = Clock(datetime(2026, 11, 22, 8, tzinfo=UTC))
    downloads = Downloads(clock)
    downloads.keep("ada", "p-1", CARD)
    clock.forward(minutes=10)
    downloads.keep("ada", "p-2", CARD)
    assert downloads.named("ada", "p-1", "cards.csv") == FILE
    assert downloads.named("bert", "p-1", "cards.csv") is None
    clock.forward(seconds=(KEPT_FOR - timedelta(minutes=10)).total_seconds())
    assert downloads.named("ada", "p-1", "cards.csv") is None
    assert downloads.named("ada", "p-2", "cards.csv") == FILE
    large = File("large.csv", "text/csv", bytes(MOST // 2), "")
    for key in ("p-3", "p-4"):
        downloads.keep("ada", key, Card("", (large,)))
    assert downloads.named("ada", "p-2", "cards.csv") is None
    assert downloads.named("ada", "p-4", "large.csv") == large
