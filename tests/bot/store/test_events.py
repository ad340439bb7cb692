"""An event is done once, and what came of it is told again."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.store import Store
from bot.store.events import once
from tests.clock import Clock


async def test_what_came_of_an_event_is_told_again_and_nothing_is_done_again(store: Store, clock: Clock) -> None:
    done: list[str] = []

    def do(_: Connection) -> dict[str, Any]:
        done.append("done")
        return {"number": len(done)}

    told = partial(once, platform="fake", now=clock(), do=do)
    came = await asyncio.gather(*(store.write("team", partial(told, event="one")) for _ in range(5)))
    assert came == [{"number": 1}] * 5
    assert await store.write("team", partial(told, event="two")) == {"number": 2}
    assert await store.write("team", partial(told, event="one", platform="other")) == {"number": 3}


async def test_of_an_event_that_nothing_came_of_yet_nothing_is_kept(store: Store, clock: Clock) -> None:
    came: list[dict[str, Any] | None] = [None, {"number": 1}]
    told = partial(once, platform="fake", event="one", now=clock(), do=lambda _: came.pop(0))
    assert [await store.write("team", told) for _ in range(3)] == [None, {"number": 1}, {"number": 1}]
