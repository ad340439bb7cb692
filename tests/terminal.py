"""A process on a pseudo-terminal, talked to as a person would: something is typed, and what comes is read."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>78]|\r")
PATIENCE = 30.0


class Terminal:
    """The other end of a process's terminal."""

    def __init__(self, ours: int, process: subprocess.Popen[bytes]) -> None:
        self._ours = ours
        self.process = process
        self._read = bytearray()

    def talk(self, typed: str, awaited: str) -> str:
        """Type something, and read until a text is on the screen; returns all that came since, escapes included."""
        self._read.clear()
        os.write(self._ours, typed.encode())
        for _ in self._pieces():
            if awaited in self.raw:
                break
        assert awaited in self.raw, self.raw
        return self.raw

    def enter(self, line: str, awaited: str) -> str:
        """Type a line, and read until a text is on the screen; returns what came, without escapes."""
        return ESCAPE.sub("", self.talk(f"{line}\r", awaited))

    @property
    def raw(self) -> str:
        """What came since something was typed."""
        return self._read.decode(errors="replace")

    def quit(self) -> int:
        """Leave; returns the exit code."""
        os.write(self._ours, b"/quit\r")
        # What is left unread holds the process up.
        assert list(self._pieces())[-1] == b""
        return self.process.wait(20)

    def _pieces(self) -> Iterator[bytes]:
        """What the process prints, each piece kept; the last is empty, when the process has let go."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            piece = b""
            if select.select([self._ours], [], [], 1)[0]:
                with suppress(OSError):
                    piece = os.read(self._ours, 4096)
                self._read.extend(piece)
                yield piece
                if not piece:
                    return


@contextmanager
def on_a_terminal(command: Sequence[str], folder: Path, **environment: str) -> Iterator[Terminal]:
    """Run a process on a pseudo-terminal in a folder; it leaves by `/quit` at the end at the latest. Nobody here tells
    where the cursor is, so the library is told not to ask.
    """
    ours, theirs = pty.openpty()
    known = {key: value for key, value in os.environ.items() if not key.startswith(("STUDYHALL", "DATABASE"))}
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={
            **known,
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "TERM": "xterm",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            **environment,
        },
    )
    os.close(theirs)
    terminal = Terminal(ours, process)
    try:
        yield terminal
        if process.poll() is None:
            assert terminal.quit() == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
