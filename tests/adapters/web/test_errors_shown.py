"""What a visitor sees of an error that nobody thought of: that it failed, and nothing of the program."""

from __future__ import annotations

import aiohttp
import pytest

from bot.ports import Answered, Said, Typed
from tests.browser.scripted import open_scene

CANARY = "canary-in-the-traceback"


async def fails(told: Said | Typed) -> Answered:
    raise RuntimeError(f"{CANARY} at {told.place}")


@pytest.mark.parametrize(("action", "body"), [("say", {"text": "hello"}), ("say", {"text": "/daily"})])
async def test_an_error_nobody_thought_of_shows_no_trace_to_the_visitor(
    sqlite_url: str, action: str, body: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    async with open_scene(sqlite_url) as scene:
        scene.listener.said = fails  # type: ignore[assignment,method-assign]  # a fault of the core
        scene.listener.typed = fails  # type: ignore[assignment,method-assign]
        async with aiohttp.ClientSession(scene.address, cookie_jar=aiohttp.CookieJar(unsafe=True)) as visitor:
            await (await visitor.get("/")).text()
            sent = {"id": "an-action-of-mine", "place": "general", **body}
            async with visitor.post(f"/api/{action}", json=sent, headers={"Origin": scene.address}) as answer:
                shown = await answer.text() + str(answer.headers)
                assert answer.status == 500
    assert CANARY not in shown
    assert "Traceback" not in shown
    assert ".py" not in shown
    assert CANARY in caplog.text, "whoever runs it finds it in the log"
