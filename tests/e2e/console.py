"""A hall in a terminal: its folder, how it is started, and what a person reads and presses there."""

from __future__ import annotations

import re
import sys

from tests.terminal import Terminal

SETTINGS = """\
halls:
  - id: team
    title: The team
    zone: UTC
    places: [console:local:terminal]
packs: [pack.yaml]
"""
COMMAND = (sys.executable, "-m", "bot", "run", "--console")


def letter(screen: str, text: str) -> str:
    """The letter of the option that begins with a text."""
    found = re.findall(rf"^\s*([A-C])\) {text} of item", screen, re.MULTILINE)
    assert found, screen
    return str(found[-1])


def press(terminal: Terminal, screen: str, label: str, awaited: str) -> str:
    """Press the button with this label."""
    found = re.findall(rf"\[{label}\] (/press \d+)", screen)
    assert found, screen
    return terminal.enter(found[-1], awaited)
