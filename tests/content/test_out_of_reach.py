"""What packs cannot reach: the network, files outside, patterns of their own, more memory than a pack may take."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from content.pack import load_pack

Write = Callable[..., Path]
ITEM = """\
  - id: one
    kind: choice
    concept: subsets
    topic: sets
    difficulty: easy
    stem: {stem}
    options:
      - {{text: One, reason: It is.}}
      - {{text: Two, reason: It is not.}}
    key: A
    explanation: So it is.
"""
ADDRESSES = [
    "http://169.254.169.254/latest/meta-data/x.png",
    "http://localhost/x.png",
    "http://[::1]/x.png",
    "http://2130706433/x.png",
    "https://example.org/x.png",
    "file:///etc/x.png",
    "//example.org/x.png",
    "\\\\\\\\server\\\\share\\\\x.png",
    "data:image/png;base64,AAAA.png",
]


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every name looked up and every connection tried, which all fail."""
    tried: list[Any] = []

    def refuse(*args: Any, **_: Any) -> None:
        tried.append(args)
        raise OSError("there is no network here")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_picture_is_a_file_of_the_pack_and_an_address_is_refused_without_a_request(
    address: str, write: Write, offline: list[Any]
) -> None:
    loaded = load_pack(write(ITEM.format(stem="What?") + f'    picture: {{file: "{address}", alt: A plot}}\n'))
    assert len(loaded.faults) == 1
    assert "picture" in loaded.faults[0].message or "leads out of the pack" in loaded.faults[0].message
    assert offline == []


@pytest.mark.parametrize("address", ADDRESSES[:5])
def test_an_address_in_a_text_is_never_asked_for(address: str, write: Write, offline: list[Any]) -> None:
    load_pack(write(ITEM.format(stem=f"'Look at ![a plot]({address}) and [here]({address}).'")))
    assert offline == []


@pytest.mark.parametrize("name", ["pattern", "regex", "accepted_pattern", "matches"])
def test_an_accepted_answer_is_a_text_and_never_a_pattern(name: str, write: Write) -> None:
    short = ITEM.format(stem="What?").replace("kind: choice", "kind: short")
    head = short[: short.index("    options:")]
    faults = load_pack(
        write(f"{head}    key: {{accepted: [a], {name}: '(a+)+$'}}\n    explanation: So it is.\n")
    ).faults
    assert [f"unknown key `{name}`" in fault.message for fault in faults] == [True]


@pytest.mark.parametrize("name", ["a\\0b.png", "CON", "pack.yaml", ".", "..", "a/../../b.png", "~/b.png", "sets.PNG/x"])
def test_a_name_that_is_no_picture_of_the_pack_is_a_fault_at_its_place(name: str, write: Write) -> None:
    faults = load_pack(write(ITEM.format(stem="What?") + f'    picture: {{file: "{name}", alt: A plot}}\n')).faults
    assert len(faults) >= 1
    assert all(fault.line > 10 for fault in faults)


def test_two_pictures_whose_names_differ_by_case_alone_are_two_files(write: Write) -> None:
    pack = write("")
    (pack / "Plot.png").write_bytes(b"\x89PNG\r\n\x1a\n one")
    again = ITEM.format(stem="What?") + "    picture: {file: plot.png, alt: A plot}\n"
    faults = load_pack(write(again)).faults
    if not (pack / "plot.png").exists():
        assert "the picture is not in the pack" in faults[0].message
