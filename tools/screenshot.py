"""Take the pictures of the docs anew, all of them or those that are named, into docs/images.

Each is a scene played through the real page in a headless Chromium, with Studyhall on a fresh database behind it:

    page      a question that was revealed, and an open one that the visitor has just answered
    practice  a question asked alone, and what came of a wrong answer
    missed    what was missed, and a button that asks it again
    desk      the own desk on a day on which reviews are due
    quiz      the open question of a live quiz, with its clock
    podium    the end of one

    python tools/screenshot.py [--into FOLDER] [NAME ...]
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Locator, Page

from tools.studio import ROOT, a_browser, open_page, running, save, somebody, write_pack

IMAGES = ROOT / "docs" / "images"
SETTINGS = """\
halls:
  - id: reading-group
    title: Reading group
    zone: UTC
    places: [web:local:general]
"""
PACK = "packs: [pack.yaml]\n"
AT_ONCE = "    schedules: [{name: daily, times: 09:00, first: at once}]\n"
Taken = Iterator[tuple[str, bytes]]
"""Pictures as PNG, by name."""

WIDTH, LONGEST = 1280, 2000
REVEALED, OPEN = "harmonic-pull", "studi-stem"
"""The two items of the picture of the page."""
FIRST = {"Heron": "0.18", "Lynx": "0.55", "Otter": "0.18", "Badger": "0.10"}
SECOND = {"Badger": "Stemming", "Heron": "Stemming", "Lynx": "Tokenization", "Fox": "Lemmatization"}
"""Who picks which option of each. The page is photographed as the last one sees it."""

NARROW, MARGIN = 860, 16
MISSED = {
    "forgotten-eval": "torch.manual_seed",
    "midnight-neighbours": "own coefficient",
    "p-value-meaning": "truly better",
    "studi-stem": "Lemmatization",
    "unseen-answers": "Canary",
}
"""What somebody practises alone, the first one first, and the wrong option that they choose."""
DAYS = 4
"""How long they stay away before the reviews."""


def main() -> int:
    """Take the pictures; return the exit code."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--into", type=Path, default=IMAGES)
    reading.add_argument("names", nargs="*", metavar="NAME", default=[])
    asked = reading.parse_args()
    known = {name for names in SCENES for name in names}
    if unknown := set(asked.names) - known:
        reading.error(f"there is no picture {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    for names, scene in SCENES.items():
        wanted = set(names) & set(asked.names or names)
        if wanted:
            with tempfile.TemporaryDirectory() as folder, a_browser() as browser:
                for name, taken in scene(Path(folder), browser):
                    if name in wanted:
                        save(taken, asked.into / f"{name}.png")
    return 0


# The page of a group.


def group(folder: Path, browser: Browser) -> Taken:
    """A question is asked, answered and revealed, and the next one answered."""
    (folder / "studyhall.yaml").write_text(SETTINGS + AT_ONCE + PACK)
    write_pack(folder / "pack.yaml", [REVEALED])
    with running(folder) as address:
        visitors = {name: open_page(somebody(browser, WIDTH), address, name) for name in {**FIRST, **SECOND}}
        for name, option in FIRST.items():
            answer(visitors[name], option)
        write_pack(folder / "pack.yaml", [OPEN])
        ask_next(visitors["Fox"])
        for name, option in SECOND.items():
            answer(visitors[name], option)
        visitors["Fox"].locator(".card[data-tone=question]", has_text=f"{len(SECOND)} people").wait_for()
        yield "page", whole(visitors["Fox"])


def answer(page: Page, option: str) -> None:
    """Press an option of the open question and wait for what comes of it."""
    question = page.locator(".message", has=page.locator(".card[data-tone=question]")).last
    question.locator(".option", has_text=option).click()
    question.locator(".only").wait_for()


def ask_next(page: Page) -> None:
    """Have the next question asked. A schedule asks once a minute at most, which also lets the changed pack be read."""
    page.wait_for_timeout(61_000)
    page.fill("#text", "/study schedule now")
    page.keyboard.press("Enter")
    page.locator(".card[data-tone=reveal]").wait_for()
    page.locator(".card[data-tone=question]").wait_for()


def whole(page: Page) -> bytes:
    """The whole conversation, without what the bot said to the command."""
    page.locator("#list > .only-item").evaluate_all("found => found.forEach(each => each.remove())")
    page.evaluate("document.activeElement.blur()")
    page.set_viewport_size({"width": WIDTH, "height": LONGEST})
    list_ends, footer = (page.locator(each).bounding_box() for each in ("#list", "footer.bottom"))
    if list_ends and footer:
        height = list_ends["y"] + list_ends["height"] + footer["height"] + 24
        page.set_viewport_size({"width": WIDTH, "height": min(int(height), LONGEST)})
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_timeout(500)
    return page.screenshot()


# Somebody alone.


def alone(folder: Path, browser: Browser) -> Taken:
    """Somebody answers the question of the group, practises, misses all of it, and comes back days later."""
    (folder / "studyhall.yaml").write_text(SETTINGS + AT_ONCE + PACK)
    write_pack(folder / "pack.yaml", [REVEALED])
    otter = somebody(browser, NARROW)
    with running(folder) as address:
        page = open_page(otter, address, "Otter")
        answer(page, FIRST["Otter"])
        write_pack(folder / "pack.yaml", list(MISSED)[:1])
        page.wait_for_timeout(5_000)
        command(page, "/practice")
        yield "practice", around(miss(page))
        write_pack(folder / "pack.yaml", list(MISSED))
        page.wait_for_timeout(5_000)
        for _ in list(MISSED)[1:]:
            press(page, "Next", "Practice")
            miss(page)
        press(page, "Finish", "Practice")
        yield "missed", around(command(page, "/missed"))
    pass_days(folder)
    with running(folder) as address:
        page = open_page(otter, address)
        page.click("#open-home")
        page.locator("#home-body", has_text="to review today").wait_for()
        yield "desk", around(page.locator("#home-dialog"))


def command(page: Page, line: str) -> Locator:
    """Type a command; what the visitor alone sees of it."""
    page.fill("#text", line)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.locator(".only-item .echo", has_text=line).last.wait_for()
    return page.locator(".only-item").last


def miss(page: Page) -> Locator:
    """Choose the wrong option of the question that the visitor is asked alone."""
    shown = page.locator(".only-item .option")
    wrong = next(option for option in MISSED.values() if shown.filter(has_text=option).count())
    shown.filter(has_text=wrong).click()
    page.locator(".only-item .card-title", has_text="Not right").last.wait_for()
    return page.locator(".only-item").last


def press(page: Page, label: str, title: str) -> None:
    """Press a button of what the visitor alone sees."""
    page.locator(".only-item").last.get_by_role("button", name=label, exact=True).click()
    page.locator(".only-item .card-title", has_text=title).last.wait_for()


def pass_days(folder: Path) -> None:
    """Make what was practised so many days older."""
    with closing(sqlite3.connect(folder / "studyhall.db")) as connection, connection:
        micros = DAYS * 86_400 * 1_000_000
        connection.execute("UPDATE private_rounds SET asked_at = asked_at - ?, at = at - ?", (micros, micros))
        connection.execute("UPDATE sessions SET began_at = began_at - ?, ended_at = ended_at - ?", (micros, micros))


def around(shown: Locator) -> bytes:
    """A part of the page with a little room around it."""
    page = shown.page
    page.set_viewport_size({"width": NARROW, "height": LONGEST})
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(500)
    box = shown.bounding_box()
    if box is None:
        raise RuntimeError("what was to be photographed is not on the page")
    left, top = max(0.0, box["x"] - MARGIN), max(0.0, box["y"] - MARGIN)
    wide, high = box["width"] + 2 * MARGIN, box["height"] + 2 * MARGIN
    return page.screenshot(clip={"x": left, "y": top, "width": min(wide, NARROW - left), "height": high})


# A live quiz.


def live(folder: Path, browser: Browser) -> Taken:
    """One begins a quiz, others come in, and all answer."""
    (folder / "studyhall.yaml").write_text(SETTINGS + PACK)
    write_pack(folder / "pack.yaml", [OPEN])
    with running(folder) as address:
        visitors = {name: open_page(somebody(browser, NARROW), address, name) for name in SECOND}
        host, *others = visitors.values()
        command(host, "/quiz start count:1 seconds:60")
        for page in others:
            card(page, "All topics").get_by_role("button", name="Join").click()
            page.locator(".only", has_text="You are in").wait_for()
        card(host, "All topics").get_by_role("button", name="Begin now").click()
        for page in others:
            card(page, "Question 1").wait_for()
        answer(others[0], SECOND["Heron"])
        yield "quiz", around(card(others[-1], "Question 1"))
        for name in ("Fox", "Lynx", "Badger"):
            answer(visitors[name], SECOND[name])
        card(others[-1], "Final standings").locator("img").wait_for()
        yield "podium", around(card(others[-1], "Final standings"))


def card(page: Page, title: str) -> Locator:
    """The last card of the channel whose title begins so."""
    return page.locator(".card", has=page.locator(".card-title", has_text=title)).last


SCENES: dict[tuple[str, ...], Callable[[Path, Browser], Taken]] = {
    ("page",): group,
    ("practice", "missed", "desk"): alone,
    ("quiz", "podium"): live,
}
"""What shows which pictures."""


if __name__ == "__main__":
    sys.exit(main())
