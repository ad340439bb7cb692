"""A live quiz on the page: two people in two browsers, a clock that counts down by itself, and a podium."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.access import no_violations
from tests.browser.conftest import Visit
from tests.browser.test_alone import Opened, command, scene

__all__ = ["scene"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def shown(page: Page, title: str) -> Locator:
    """The card of the channel with this title."""
    return page.get_by_role("article", name=re.compile(title))


async def test_two_people_play_from_the_lobby_to_the_podium(scene: Opened, visit: Visit) -> None:
    host, other = await visit(name="Ada"), await visit(name="Grace")
    await command(host, "/quiz start statistics count:1 seconds:60")
    lobby = shown(other, "Quiz · Statistics")
    await expect(lobby).to_contain_text("1 question · 60 seconds each")
    await expect(lobby.locator("time")).to_have_attribute("data-form", "countdown")
    await expect(lobby.locator("time")).to_contain_text(re.compile(r"^in [\d,]+ (second|minute)s$"))
    await lobby.get_by_role("button", name="Join").click()
    await expect(other.get_by_role("article", name="Quiz", exact=True)).to_contain_text("You are in.")
    await shown(host, "Quiz · Statistics").get_by_role("button", name="Begin now").click()
    await shown(other, "Question 1 of 1").locator(".option", has_text="beta").click()
    await shown(host, "Question 1 of 1").locator(".option", has_text="alpha").click()
    for page in (host, other):
        await expect(shown(page, "Answer 1 of 1")).to_contain_text("Right: Grace")
    scene.clock.forward(seconds=9)
    podium = shown(host, "Final standings")
    await expect(podium.get_by_role("img")).to_have_attribute("alt", re.compile(r"1\. Grace"))
    await expect(podium.get_by_role("row")).to_have_count(3)
    assert await no_violations(host)
