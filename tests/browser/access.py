"""Whether everybody can use a page: the rules of axe, looked at once nothing moves any more."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

STILL = "Promise.allSettled(document.getAnimations().map((each) => each.finished)).then(() => true)"
"""In the middle of a transition colours are neither the old ones nor the new."""


async def no_violations(page: Page) -> bool:
    """Whether axe finds nothing; fails with what it finds."""
    await page.evaluate(STILL)
    found = (await Axe().run(page)).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    return True
