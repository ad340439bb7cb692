"""Open answers on the page: nobody's stream or page has them before the reveal, and each can be starred afterwards."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.web import adapter
from bot.ports import PlaceRef
from bot.store import Store
from bot.store.tables import private_rounds, stars
from tests import stage
from tests.clock import Clock
from tests.grounds import Ground
from tests.hall import pack_of
from tests.stage import Stage, app_on, entry_of

NUMBERS = count(1)


@dataclass(slots=True)
class Visitor:
    """Somebody with the page open."""

    session: aiohttp.ClientSession
    address: str
    shown: list[str] = field(default_factory=list)

    async def page(self) -> str:
        """What the page says when it is loaded."""
        async with self.session.get("/") as answer:
            return unescape(await answer.text())

    async def act(self, action: str, **body: Any) -> str:
        """Do something; what comes back, as HTML."""
        body = {"id": f"an-action-{next(NUMBERS):04}", "place": "general", **body}
        headers = {"Origin": self.address}
        async with self.session.post(f"/api/{action}", json=body, headers=headers) as answer:
            found = await answer.json()
        return unescape(str(found.get("form") or (found.get("private") or {}).get("html") or found))

    async def press(self, page: str, ref: str, *, alone: bool = False) -> str:
        """Press the first button whose ref begins so, on its message or on what one alone was shown."""
        at = page.index(f'data-ref="{ref}')
        pressed = re.match(r'data-ref="([^"]+)', page[at:])
        message = "" if alone else re.findall(r'data-id="([^"]+)', page[:at])[-1]
        assert pressed is not None
        return await self.act("press", ref=pressed[1], message=message)

    async def write(self, page: str, verb: str, text: str, *, alone: bool = False) -> str:
        """Fill in the form that a button opens; what is told."""
        form = await self.press(page, verb, alone=alone)
        ref = re.search(r'data-ref="([^"]+)', form)
        assert ref is not None, form
        return await self.act("submit", ref=ref[1], values={"answer": text})


@dataclass(slots=True)
class Hall(Stage):
    """A hall on the page, an hour before its question."""

    people: list[Visitor]


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> AsyncIterator[Hall]:
    """With three visitors."""
    ground = Ground(adapter, PlaceRef("web", "local", "general"))
    clock.forward(hours=-1)
    app = app_on(ground, store, clock, tmp_path, [entry_of(ground, "organisers", {})], pack_of("open"))
    async with stage.served(app, "web", lambda: True), AsyncExitStack() as stack:
        await app.doors.open()
        people = []
        for _ in range(3):
            jar = aiohttp.CookieJar(unsafe=True)
            session = await stack.enter_async_context(aiohttp.ClientSession(app.doors.address, cookie_jar=jar))
            people.append(Visitor(session, app.doors.address))
            await people[-1].page()
        yield Hall(app, store, clock, people)


async def test_answers_are_sealed_until_the_reveal_and_starred_on_the_page(hall: Hall) -> None:
    ada, bob, eve = hall.people
    await hall.run(hours=1)
    for person, text in ((ada, "It fits the noise."), (bob, "It knows too much.")):
        assert "Nobody reads it before the reveal" in await person.write(await person.page(), "write:", text)
    await hall.run(hours=20)
    for text in ("the noise", "too much"):
        assert text not in await eve.page()
    await hall.run(hours=4)
    await hall.run(seconds=5)
    page = await eve.page()
    assert page.index("A reference answer") < page.index("It fits the noise") < page.index("It knows too much")
    assert "You starred this answer" in await eve.press(page, "star:")
    assert "your own answer" in await ada.press(page, "star:")
    assert len(await hall.all_of(stars.c.at)) == 1
    await hall.run(seconds=6)
    assert "★ 1 star" in await bob.page()
    await hall.run(hours=24)
    assert "The group liked the answer of" in await bob.page()


async def test_an_open_answer_alone_is_rated_by_the_lines_of_the_rubric(hall: Hall) -> None:
    ada, bob, _ = hall.people
    asked = await ada.act("say", text="/practice")
    told = await ada.write(asked, "jot:", "It is the noise.", alone=True)
    assert "A good answer" in told
    ref = next(each for each in re.findall(r'data-ref="([^"]+)', told) if each.startswith("rate:"))
    assert "1 of 2 lines: you rate it 3 of 5" in await ada.press(told, ref, alone=True)
    assert await hall.all_of(private_rounds.c.stars) == [(3,)]
    assert "noise" not in await bob.page()
