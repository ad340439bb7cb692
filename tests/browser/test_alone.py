"""Practice, reviews and what was missed on the page: a real browser, the real core, and a clock that tests move."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.app import App
from bot.installed import installed_adapters
from bot.ports import PlaceRef
from bot.store import Store
from tests.browser.access import no_violations
from tests.browser.conftest import Visit
from tests.clock import Clock
from tests.hall import PACK, choice_pack, hall_entry, pack_of, schedule, settings_for

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PLACE = PlaceRef("web", "local", "general")
SUM = pack_of("numeric").removeprefix(PACK).replace("topic: statistics", "topic: sums")
PACK_TEXT = choice_pack(8).replace("learning: Learning", "learning: Learning, sums: Sums") + SUM
STEM = re.compile(r"Which letter does question (\S+) want\?")


@dataclass
class Opened:
    """A hall behind its page: questions whose key is beta, and a sum."""

    address: str
    clock: Clock


@pytest_asyncio.fixture(loop_scope="session")
async def scene(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Opened]:
    """What `visit` opens: the page of a hall that is asked its first question in an hour."""
    clock = Clock()
    clock.forward(hours=-1)
    pack = tmp_path / "pack.yaml"
    pack.write_text(PACK_TEXT, encoding="utf-8")
    store = Store.open(sqlite_url, now=clock)
    entry = hall_entry(places=(PLACE,), schedules=[schedule(places=(PLACE,))], organiser_place=None)
    app = App(settings_for([entry], [pack], ("web",)), store, installed_adapters(), environment={}, now=clock)
    serving = asyncio.create_task(app.serve())
    async with asyncio.timeout(20):
        while not app.up().get("web"):
            await asyncio.sleep(0.02)
    try:
        yield Opened(app.doors.address, clock)
    finally:
        app.stop()
        await serving
        await app.close()
        await store.close()


async def command(page: Page, line: str) -> Locator:
    """Type a command; returns the card that came of it."""
    before = await page.locator(".only-item").count()
    await page.fill("#text", line)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    await expect(page.locator(".only-item")).to_have_count(before + 1)
    return newest(page)


def newest(page: Page) -> Locator:
    """The last card for one's own eyes."""
    return page.locator(".only-item .card").last


async def choose(page: Page, text: str, title: str) -> Locator:
    """Choose an option of the last card; returns the card that came of it."""
    await newest(page).locator(".option", has_text=text).click()
    return await titled(page, title)


async def press(page: Page, label: str, title: str) -> Locator:
    """Press a button of the last card; returns the card that came of it."""
    await newest(page).get_by_role("button", name=label, exact=True).click()
    return await titled(page, title)


async def titled(page: Page, title: str) -> Locator:
    await expect(newest(page).locator(".card-title")).to_contain_text(title)
    return newest(page)


async def stem(card: Locator) -> str:
    """The item that a card asks."""
    found = STEM.search(await card.inner_text())
    assert found is not None
    return found[1]


async def test_practice_teaches_goes_on_where_it_was_left_and_is_seen_by_nobody_else(
    scene: Opened, visit: Visit
) -> None:
    page, other = await visit(), await visit(name="Grace")
    first = await stem(await command(page, "/practice statistics 3"))
    wrong = await choose(page, "alpha", "Not right")
    for said in ("Reason for alpha.", "Right is:", "Reason for beta.", "Because of the letter."):
        await expect(wrong).to_contain_text(said)
    second = await stem(await press(page, "Next", "Practice 2/3"))
    assert second != first
    await page.reload()
    await page.wait_for_selector("#connection[data-state=live]")
    await expect(page.locator(".only-item .echo")).to_have_text("/practice statistics 3")
    assert await stem(newest(page)) == second
    again = await command(page, "/practice")
    await expect(again.locator(".card-title")).to_contain_text("Practice 2/3")
    assert await stem(again) == second
    await choose(page, "beta", "Right")
    summed = await press(page, "Stop", "Practice · Summary")
    await expect(summed.locator("td")).to_have_text(["Answered", "2", "Right", "1", "Partly right", "0"])
    await expect(page.locator(".only-item")).to_have_count(2)
    await expect(other.locator(".card")).to_have_count(0)
    await expect(await command(other, "/leaderboard all")).to_contain_text("No points yet")
    await expect(await command(other, "/missed")).to_contain_text("You missed nothing")


async def test_what_was_missed_is_listed_and_asked_again(scene: Opened, visit: Visit) -> None:
    page = await visit()
    missed = await stem(await command(page, "/practice statistics 2"))
    await choose(page, "gamma", "Not right")
    await press(page, "Next", "Practice 2/2")
    await choose(page, "beta", "Right")
    await press(page, "Finish", "Practice · Summary")
    assert STEM.findall(await (await command(page, "/missed")).inner_text()) == [missed]
    assert await stem(await press(page, "Ask me again", "Missed 1/1")) == missed
    await choose(page, "beta", "Right")
    await press(page, "Finish", "Missed · Summary")
    await expect(await command(page, "/missed")).to_contain_text("You missed nothing")


async def test_what_is_about_to_be_forgotten_waits_on_the_own_desk_and_is_reviewed(scene: Opened, visit: Visit) -> None:
    page, other = await visit(), await visit(name="Grace")
    first = await stem(await command(page, "/practice statistics 1"))
    await choose(page, "alpha", "Not right")
    await expect(await command(page, "/review")).to_contain_text("The next review is due")
    scene.clock.forward(days=2)
    await page.click("#open-home")
    await expect(page.locator("#home-body")).to_contain_text("1 idea to review today")
    await page.keyboard.press("Escape")
    due = await command(page, "/review")
    await expect(due.locator(".card-title")).to_contain_text("Review 1/1")
    assert await stem(due) != first
    await choose(page, "beta", "Right")
    await press(page, "Finish", "Review · Summary")
    await expect(await command(page, "/review")).to_contain_text("Nothing to review")
    await other.click("#open-home")
    await expect(other.locator("#home-body")).to_be_visible()
    await expect(other.locator("#home-body")).not_to_contain_text("to review today")


async def test_practice_begins_on_the_own_desk_and_goes_on_from_its_summary(scene: Opened, visit: Visit) -> None:
    page = await visit()
    await page.click("#open-home")
    await page.locator("#home-body").get_by_role("button", name="Practise alone").click()
    await expect(page.locator("#home-dialog")).to_be_hidden()
    asked = await titled(page, "Practice 1/5")
    colour = "element => getComputedStyle(element).backgroundColor"
    stop = await asked.get_by_role("button", name="Stop").evaluate(colour)
    await press(page, "Stop", "Practice · Summary")
    more = newest(page).get_by_role("button", name="More questions")
    assert await more.evaluate(colour) != stop
    await press(page, "More questions", "Practice 1/5")
    await expect(page.locator(".only-item")).to_have_count(1)


async def test_a_question_asked_alone_is_answered_by_the_keyboard_and_read_by_a_screen_reader(
    scene: Opened, visit: Visit
) -> None:
    page = await visit(reduced_motion="reduce")
    card = await command(page, "/practice statistics 1")
    letter = await card.locator(".option", has_text="beta").locator(".letter").inner_text()
    await card.locator(".option").first.focus()
    await page.keyboard.press(letter)
    await titled(page, "Right")
    await expect(newest(page)).to_be_focused()
    await expect(page.locator("#announcer")).to_contain_text("Right")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await titled(page, "Practice · Summary")
    assert await no_violations(page)


async def test_an_answer_that_is_typed_comes_by_a_form_and_its_feedback_stands_where_the_question_stood(
    scene: Opened, visit: Visit
) -> None:
    page = await visit()
    card = await command(page, "/practice sums 1")
    await card.get_by_role("button", name="Write your answer").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("#field-1").fill("a half or so, or 2")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog.locator("#fault-1")).not_to_be_empty()
    await dialog.locator("#field-1").fill("0,5")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_be_hidden()
    await expect(await titled(page, "Right")).to_contain_text("Half of one.")
    await expect(page.locator(".only-item")).to_have_count(1)
