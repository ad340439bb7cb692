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
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import yaml
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "page.png"
SHIPPED = ROOT / "content" / "packs" / "ml-interview"
REVEALED, OPEN = "harmonic-pull", "three-servers"
"""The two items. Each has four options."""
ANSWERS = {"Ada": (1, 2), "Grace": (1, 0), "Emmy": (2, 1), "Katherine": (1, 3), "Alan": (0, 2)}
"""Who picks which option of the two questions; the page is photographed as the first one sees it."""
WIDTH, LONGEST = 1280, 1800
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
    (file.parent / "raw.png").write_bytes(taken)
    with Image.open(file.parent / "raw.png") as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    (file.parent / "raw.png").unlink()
    print(f"{file}: {file.stat().st_size // 1000} kB")
    return 0


def write_pack(folder: Path, item: str) -> None:
    """Write a pack with one shipped item; Studyhall reads it again by itself."""
    header = yaml.load((SHIPPED / "pack.yaml").read_text(), yaml.BaseLoader)
    files = [yaml.load(file.read_text(), yaml.BaseLoader) for file in sorted(SHIPPED.glob("*.yaml"))]
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
    visitors = {name: visit(browser, address, name) for name in ANSWERS}
    for name, page in visitors.items():
        answer(page, ANSWERS[name][0])
    write_pack(folder, OPEN)
    first = next(iter(visitors.values()))
    ask_next(first)
    for name, page in reversed(visitors.items()):
        answer(page, ANSWERS[name][1])
    first.locator(".card[data-tone=question]", has_text=f"{len(ANSWERS)} people").wait_for()
    return photograph(first)


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


def answer(page: Page, option: int) -> None:
    """Press an option of the open question and wait for what comes of it."""
    question = page.locator(".message", has=page.locator(".card[data-tone=question]")).last
    question.locator(".option").nth(option).click()
    question.locator(".only").wait_for()


def ask_next(page: Page) -> None:
    """Have the next question asked once the bank has changed: within a minute nothing is asked twice."""
    before = page.locator(".card[data-tone=reveal]").count()
    while page.locator(".card[data-tone=reveal]").count() == before:
        page.fill("#text", "/study schedule now")
        page.keyboard.press("Enter")
        page.wait_for_timeout(5000)
    page.locator(".card[data-tone=question]").wait_for()


def photograph(page: Page) -> bytes:
    """The whole conversation; private words about commands are not part of it."""
    page.evaluate("document.querySelectorAll('#list > .private').forEach((each) => each.remove())")
    page.evaluate("document.activeElement.blur()")
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": min(height, LONGEST)})
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    time.sleep(0.5)
    return page.screenshot()


if __name__ == "__main__":
    sys.exit(main())
