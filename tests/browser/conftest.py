"""A real Chromium, shared by all tests of the page; a hall of its own for each test."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.scripted import Scene, open_scene

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Chromium itself writes a line where the network fails or an action is refused; tests see what the page makes of it.
TOLD_BY_THE_BROWSER = re.compile(
    r"Failed to load resource: (net::ERR_.*|the server responded with a status of (400|503).*)"
)
Visit = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser; Playwright's own build where the machine has none."""
    path = os.environ.get("STUDYHALL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    """A hall with nothing in it yet."""
    async with open_scene(sqlite_url) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def visit(chromium: Browser, scene: Scene) -> AsyncIterator[Visit]:
    """`await visit()` opens the page as somebody new, named unless `name` is empty; no visit may leave an error."""
    async with AsyncExitStack() as stack:
        faults: list[str] = []

        async def open_page(name: str = "Ada", path: str = "/", **context: Any) -> Page:
            opened = await chromium.new_context(**{"viewport": {"width": 1100, "height": 900}, **context})
            stack.push_async_callback(opened.close)
            opened.set_default_timeout(8000)
            page = await opened.new_page()
            page.on("console", lambda told: faults.append(told.text) if told.type in {"error", "warning"} else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            await page.goto(scene.address + path)
            await page.wait_for_selector("#connection[data-state=live]")
            if name:
                await page.fill("#name-field", name)
                await page.keyboard.press("Enter")
                await page.wait_for_selector("#name-dialog", state="hidden")
            return page

        yield open_page
    assert [fault for fault in faults if not TOLD_BY_THE_BROWSER.fullmatch(fault)] == []
