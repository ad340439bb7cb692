"""The console on a real terminal: in this process on the library's own, and as a process on a pseudo-terminal."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from adapters.console.platform import ConsolePlatform
from adapters.console.prompt import PromptTerminal
from adapters.console.terminal import PipeTerminal, open_terminal
from bot.ports import Message, Said, Typed
from bot.store import Store
from tests.adapters.console import hall
from tests.adapters.console.hall import GENERAL, OTHER, Desk, opening, question
from tests.clock import Clock
from tests.terminal import ESCAPE, on_a_terminal

HALL = Path(hall.__file__ or "")
ROOT = Path(__file__).parents[3]


class Seat:
    """A terminal in this process: `keys` are typed, `screen` is what the library drew while a line was typed."""

    def __init__(self, keys: PipeInput, screen: io.StringIO, platform: ConsolePlatform, desk: Desk) -> None:
        self.keys, self.drawn, self.platform, self.desk = keys, screen, platform, desk

    @property
    def screen(self) -> str:
        return ESCAPE.sub("", self.drawn.getvalue())

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not true():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def seated(shelf_of: Store, clock: Clock) -> AsyncIterator[Seat]:
    """Somebody at the console, with the prompt waiting; the run has to end by itself."""
    screen = io.StringIO()
    output = Vt100_Output(screen, lambda: Size(rows=40, columns=80), term="xterm", enable_bell=False, enable_cpr=True)
    with create_pipe_input() as keys, create_app_session(input=keys, output=output):
        platform = ConsolePlatform(
            opening(shelf_of.shelf("console"), clock, {}, (GENERAL, OTHER)), PromptTerminal(colour=True)
        )
        seat = Seat(keys, screen, platform, Desk())
        task = asyncio.create_task(platform.run(seat.desk))
        await seat.until(lambda: ">" in seat.screen)
        yield seat
        await asyncio.wait_for(task, 5)


@pytest.fixture
async def store_of_one(sqlite_url: str, clock: Clock) -> AsyncIterator[Store]:
    store = Store.open(sqlite_url, now=clock)
    yield store
    await store.close()


async def test_a_line_is_edited_and_sent(store_of_one: Store, clock: Clock) -> None:
    async with seated(store_of_one, clock) as seat:
        seat.keys.send_text("AB\x7f\r")
        await seat.until(lambda: bool(seat.desk.told))
        seat.keys.send_text("\x04")
    [said] = seat.desk.told
    assert isinstance(said, Said)
    assert said.text == "A"


async def test_tab_completes_commands_of_the_core_and_of_the_console(store_of_one: Store, clock: Clock) -> None:
    async with seated(store_of_one, clock) as seat:
        for typed in ("/da\t", "/go r\t", "A\t"):
            seat.keys.send_text(typed)
            await asyncio.sleep(0.2)
            seat.keys.send_text("\r")
        await seat.until(lambda: len(seat.desk.told) == 2)
        seat.keys.send_text("\x03")
    command, said = seat.desk.told
    assert isinstance(command, Typed)
    assert command.line == "/daily"
    assert isinstance(said, Said)
    assert (said.text, said.place) == ("A", OTHER)


async def test_fields_of_a_form_complete_to_nothing(store_of_one: Store, clock: Clock) -> None:
    async with seated(store_of_one, clock) as seat:
        seat.keys.send_text("/form\r")
        await seat.until(lambda: len(seat.desk.told) == 1)
        seat.keys.send_text("/da\t\r\r.\r")
        await seat.until(lambda: len(seat.desk.told) == 2)
        seat.keys.send_text("/quit\r")
    assert getattr(seat.desk.told[1], "values", None) == {"answer": "/da", "sure": "1", "more": ""}


async def test_a_post_is_printed_above_the_prompt_and_live_counts_stay_under_it(
    store_of_one: Store, clock: Clock
) -> None:
    async with seated(store_of_one, clock) as seat:
        message = Message(GENERAL, await seat.platform.send(GENERAL, question(), "q-1"))
        await seat.until(lambda: "Which of them does one outlier" in seat.screen)
        assert "\x1b[1;36m? Question" in seat.drawn.getvalue()
        # The library keeps the lines under the prompt free only once the terminal has told where the cursor is.
        seat.keys.send_text("\x1b[10;1R")
        await seat.platform.edit(message, question(7))
        await seat.until(lambda: "7 people have answered." in seat.screen)
        seat.keys.send_text("/quit\r")


def command(file: Path) -> list[str]:
    """What runs the hall."""
    return [sys.executable, str(HALL), str(file)]


def test_a_process_on_a_terminal_asks_takes_an_answer_and_reveals(tmp_path: Path) -> None:
    with on_a_terminal(command(tmp_path / "hall.db"), tmp_path, NO_COLOR="") as terminal:
        assert "\x1b[1;36m? Question" in terminal.talk("", "The median")
        terminal.talk("A\r", "The mean moves more.")
        assert "So it is." in terminal.raw


def test_a_terminal_that_wants_no_colour_gets_none(tmp_path: Path) -> None:
    with on_a_terminal(command(tmp_path / "hall.db"), tmp_path, NO_COLOR="1") as terminal:
        assert "\x1b[1;36m" not in terminal.talk("", "The median")


def test_a_process_on_pipes_prints_plain_text_and_keeps_its_messages(tmp_path: Path) -> None:
    def run(typed: str) -> str:
        return subprocess.run(
            command(tmp_path / "hall.db"),
            input=typed,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
        ).stdout

    first, second = run("b\n/quit\n"), run("/quit\n")
    assert "✗ Not right" in first
    assert first.count("? Question · Statistics") == second.count("? Question · Statistics") == 1
    assert "\x1b" not in first


def test_a_process_without_a_usable_input_reads_as_ended() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from adapters.console.terminal import *; print(type(open_terminal({})).__name__)"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
        cwd=ROOT,
    )
    assert told.stdout == "PipeTerminal\n"


class Detached(io.StringIO):
    """A stream over no file descriptor, as under a test runner or a service without standard input."""


@pytest.mark.parametrize("stdin", [None, Detached()])
async def test_a_stream_without_a_descriptor_is_an_input_that_has_ended(
    monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    terminal = open_terminal({})
    assert isinstance(terminal, PipeTerminal)
    terminal.status("nothing stays in view")
    assert [await terminal.read(""), await terminal.read("")] == [None, None]


@pytest.mark.parametrize(("environment", "colour"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_on_both_sides_is_edited_on(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, colour: bool
) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as stdin, os.fdopen(os.dup(theirs), "w") as stdout, monkeypatch.context() as patched:
        patched.setattr(sys, "stdin", stdin)
        patched.setattr(sys, "stdout", stdout)
        terminal = open_terminal(environment)
        assert isinstance(terminal, PromptTerminal)
        assert terminal.colour is colour
        assert terminal.width > 0
    os.close(ours)
