"""What the pictures of the docs are taken with: Studyhall on a fresh database, visitors in a browser, and a PNG."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

import yaml
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "content" / "packs" / "ml-interview"
COLOURS = 128
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
PATIENCE = 30_000


@contextmanager
def a_browser() -> Iterator[Browser]:
    """A Chromium; Playwright's own build where the machine has none."""
    path = os.environ.get("STUDYHALL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


def write_pack(file: Path, items: Sequence[str]) -> None:
    """Write a pack of shipped items; where Studyhall runs on it, it reads it again by itself."""
    header = yaml.load((SHIPPED / "pack.yaml").read_text(), yaml.BaseLoader)  # noqa: S506  our own files
    files = [yaml.load(each.read_text(), yaml.BaseLoader) for each in sorted(SHIPPED.glob("*.yaml"))]  # noqa: S506  the same
    found = [item for each in files for item in each.get("items", []) if item["id"] in items]
    file.write_text(yaml.safe_dump({**header, "items": found}, allow_unicode=True))


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


def somebody(browser: Browser, width: int) -> BrowserContext:
    """A visitor with a browser of their own, by daylight."""
    return browser.new_context(viewport={"width": width, "height": 900}, color_scheme="light", reduced_motion="reduce")


def open_page(context: BrowserContext, address: str, name: str = "") -> Page:
    """Open the page; under a `name` where the visitor comes for the first time."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector("#connection[data-state=live]")
    if name:
        page.fill("#name-field", name)
        page.keyboard.press("Enter")
        page.wait_for_selector("#name-dialog", state="hidden")
    return page


def save(taken: bytes, file: Path) -> None:
    """Write a picture with few colours, and tell how large it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(BytesIO(taken)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file}: {file.stat().st_size // 1000} kB")
