"""No key leaves before the reveal, on the page itself: its HTML, its events, its API, byte for byte."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import aiohttp

from bot.app import App
from bot.installed import installed_adapters
from bot.ports import PlaceRef
from bot.store import Store, schema
from tests.clock import Clock
from tests.hall import HEX, PACK, choice_pack, hall_entry, schedule, settings_for

PLACE = PlaceRef("web", "local", "general")
HOSTILE = "@everyone <!channel> <script>alert(1)</script> \\u202egnp.exe \\u2066x"


def written(folder: Path, pack: str) -> Path:
    """Make the folder of a hall, and a pack beside it; returns the pack."""
    folder.mkdir()
    file = folder.parent / "pack.yaml"
    file.write_text(pack, encoding="utf-8")
    return file


@asynccontextmanager
async def page(folder: Path, clock: Clock, pack: str) -> AsyncIterator[tuple[App, aiohttp.ClientSession, str]]:
    """The real page on a real store, with a clock and tokens that repeat themselves exactly."""
    file = written(folder, pack)
    url = f"sqlite:///{folder / 'studyhall.db'}"
    schema.upgrade(url)
    store = Store.open(url, now=clock)
    entry = hall_entry(places=(PLACE,), schedules=[schedule(places=(PLACE,), first="at once")], organiser_place=None)
    numbers = count(1)
    app = App(
        settings_for([entry], [file], ("web",)),
        store,
        installed_adapters(),
        environment={},
        now=clock,
        token=lambda length: f"{next(numbers):x}".translate(HEX).rjust(length, "a"),
    )
    serving = asyncio.create_task(app.serve())
    async with asyncio.timeout(60), aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as visitor:
        while not await store.shelf("web").newest("m:"):
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        yield app, visitor, app.doors.address
    app.stop()
    await serving
    await app.close()
    await store.close()


async def seen(folder: Path, clock: Clock, pack: str) -> list[str]:
    """Every byte that a visitor gets before the reveal: the page, the API, the first events."""
    async with page(folder, clock, pack) as (_, visitor, address):
        texts = []
        for path in ("/", "/api/messages?place=general&before=~", "/api/complete?place=general&line=/"):
            async with visitor.get(address + path) as response:
                texts.append(await response.text())
        async with visitor.get(address + "/events?place=general&after=0") as stream:
            texts.append((await stream.content.readany()).decode())
    port = address.rsplit(":", 1)[1]
    return [re.sub(rf":{port}\b", ":PORT", text) for text in texts]


async def test_which_option_is_the_key_changes_no_byte_of_page_events_and_api(tmp_path: Path, clock: Clock) -> None:
    found = [await seen(tmp_path / key, clock, choice_pack(3, key)) for key in "ABC"]
    assert "answer:" in found[0][0]
    assert found[0] == found[1] == found[2]


async def test_reasons_and_explanations_are_nowhere_before_the_reveal(tmp_path: Path, clock: Clock) -> None:
    everything = "\n".join(await seen(tmp_path / "hall", clock, choice_pack(3)))
    assert "Reason for" not in everything
    assert "Because of the letter" not in everything
    assert "item-0" not in everything.replace("question item-0", "").replace("of item-0", "")


async def test_hostile_texts_of_packs_and_names_reach_the_page_as_text(tmp_path: Path, clock: Clock) -> None:
    pack = PACK + choice_pack(1).removeprefix(PACK).replace(
        "stem: Which letter does question item-0 want?", 'stem: "@everyone <!channel> <script>alert(1)</script>"'
    )
    async with page(tmp_path / "hall", clock, pack) as (app, visitor, address):
        async with visitor.get(address + "/") as response:
            html = await response.text()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        assert "@everyone &lt;!channel&gt;" in html
        name = {"id": "a" * 20, "place": "general", "name": HOSTILE.encode().decode("unicode_escape")}
        headers = {"Origin": address}
        async with visitor.post(address + "/api/name", json=name, headers=headers) as response:
            assert response.status == 200, await response.text()
        async with visitor.get(address + "/") as response:
            again = await response.text()
        assert "<script>alert" not in again
        assert "\u202e" not in again
        assert app.up() == {"web": True}
