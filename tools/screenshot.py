"""Take docs/images/page.png anew: a question that was revealed, and an open one that the visitor has just answered.

It starts Studyhall on a fresh database in a folder of its own, with a pack of two shipped items, and plays a few
visitors through the real page in a headless Chromium.

    python tools/screenshot.py [FILE]
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

import yaml
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "page.png"
SHIPPED = ROOT / "content" / "packs" / "ml-interview"
REVEALED, OPEN = "harmonic-pull", "studi-stem"
"""The two items."""
FIRST = {"Heron": "0.18", "Lynx": "0.55", "Otter": "0.18", "Badger": "0.10"}
SECOND = {"Badger": "Stemming", "Heron": "Stemming", "Lynx": "Tokenization", "Fox": "Lemmatization"}
"""Who picks which option of each. The page is photographed as the last one sees it."""
WIDTH, LONGEST = 1280, 2000
COLOURS = 128
SETTINGS = """\
halls:
  - id: reading-group
    title: Reading group
    zone: UTC
    places: [web:local:general]
    schedules: [{name: daily, times: 09:00, first: at once}]
packs: [two.yaml]
"""
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
PATIENCE = 30_000


def main() -> int:
    """Take the picture; return the exit code."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    path = os.environ.get("STUDYHALL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "studyhall.yaml").write_text(SETTINGS)
        write_pack(folder, REVEALED)
        with running(folder) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
            taken = play(folder, browser, address)
            browser.close()
    file.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(BytesIO(taken)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file}: {file.stat().st_size // 1000} kB")
    return 0


def write_pack(folder: Path, item: str) -> None:
    """Write a pack with one shipped item; Studyhall reads it again by itself."""
    header = yaml.load((SHIPPED / "pack.yaml").read_text(), yaml.BaseLoader)  # noqa: S506  our own files
    files = [yaml.load(file.read_text(), yaml.BaseLoader) for file in sorted(SHIPPED.glob("*.yaml"))]  # noqa: S506  the same
    found = [each for file in files for each in file.get("items", []) if each["id"] == item]
    (folder / "two.yaml").write_text(yaml.safe_dump({**header, "items": found}, allow_unicode=True))


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Studyhall in this folder, and where its page is."""
    command = [sys.executable, "-m", "bot", "run", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield address_in(process.stderr)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE / 1000)


def address_in(log: IO[str] | None) -> str:
    """The page's address as the log tells it."""
    told = ""
    for line in log or ():
        told += line
        if found := re.search(r"the page is at (\S+)", line):
            return found[1]
    raise RuntimeError(f"Studyhall did not start:\n{told}")


def play(folder: Path, browser: Browser, address: str) -> bytes:
    """A question is asked, answered and revealed, and the next one answered; the page as a PNG."""
    visitors = {name: visit(browser, address, name) for name in {**FIRST, **SECOND}}
    for name, option in FIRST.items():
        answer(visitors[name], option)
    write_pack(folder, OPEN)
    ask_next(visitors["Fox"])
    for name, option in SECOND.items():
        answer(visitors[name], option)
    visitors["Fox"].locator(".card[data-tone=question]", has_text=f"{len(SECOND)} people").wait_for()
    return photograph(visitors["Fox"])


def visit(browser: Browser, address: str, name: str) -> Page:
    """Open the page as somebody new."""
    page = browser.new_context(viewport={"width": WIDTH, "height": 900}, color_scheme="light").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector("#connection[data-state=live]")
    page.fill("#name-field", name)
    page.keyboard.press("Enter")
    page.wait_for_selector("#name-dialog", state="hidden")
    return page


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


def photograph(page: Page) -> bytes:
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


if __name__ == "__main__":
    sys.exit(main())
