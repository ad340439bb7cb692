"""Where lines come from and go to: a terminal with editing, or pipes."""

from __future__ import annotations

import asyncio
import codecs
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, TextIO

from bot.ports import Suggestion

PIPE_WIDTH = 80
LONGEST_LINE = 65_536
LINES_AHEAD = 64

Complete = Callable[[str], Awaitable[Sequence[Suggestion]]]
"""Whole lines that a line typed so far may become."""


class Terminal(Protocol):
    """What the conversation needs of one."""

    colour: bool

    @property
    def width(self) -> int:
        """Columns, now."""

    def show(self, text: str) -> None:
        """Print; a line that is being typed stays below it."""

    def status(self, text: str) -> None:
        """Keep a line in view where there is a place for it; "" takes it away."""

    async def read(self, prompt: str, complete: Complete | None = None) -> str | None:
        """The next line without its end; None when there will be no more."""


def open_terminal(environment: Mapping[str, str]) -> Terminal:
    """The terminal of this process; pipes where its input or its output is none."""
    source = descriptor(sys.stdin)
    if source >= 0 and os.isatty(source) and sys.stdout.isatty():
        from adapters.console.prompt import PromptTerminal  # noqa: PLC0415  a script on pipes need not load it

        return PromptTerminal(colour=not environment.get("NO_COLOR") and environment.get("TERM") != "dumb")
    return PipeTerminal(source, sys.stdout)


def descriptor(stream: TextIO | None) -> int:
    """The file descriptor of a stream; -1, which reads as ended, where there is none."""
    try:
        return stream.fileno() if stream else -1
    except OSError:
        return -1


class PipeTerminal:
    """Lines from a file descriptor (UTF-8), text to a stream: no prompt, no colour."""

    colour = False
    width = PIPE_WIDTH

    def __init__(self, source: int, sink: TextIO) -> None:
        self._source = source
        self._sink = sink
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._room = threading.Semaphore(LINES_AHEAD)
        self._reader: threading.Thread | None = None
        self._ended = False

    def show(self, text: str) -> None:
        """Print; what the stream's encoding lacks becomes a question mark, and nobody reading ends the input."""
        encoding = self._sink.encoding or "utf-8"
        try:
            self._sink.write(text.encode(encoding, "replace").decode(encoding))
            self._sink.flush()
        except BrokenPipeError:
            self._ended = True

    def status(self, text: str) -> None:
        """Nothing stays in view on a pipe."""

    async def read(self, prompt: str, complete: Complete | None = None) -> str | None:
        """The next line."""
        if self._reader is None:
            # A thread, because files and terminals cannot be watched alike; it dies with the process.
            self._reader = threading.Thread(target=self._pump, args=[asyncio.get_running_loop()], daemon=True)
            self._reader.start()
        line = None if self._ended else await self._lines.get()
        self._room.release()
        self._ended = line is None
        return line

    def _pump(self, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(RuntimeError):  # the loop was closed: nobody reads any more
            for line in lines_of(self._source):
                self._room.acquire()
                loop.call_soon_threadsafe(self._lines.put_nowait, line)
            loop.call_soon_threadsafe(self._lines.put_nowait, None)


def lines_of(source: int) -> Iterator[str]:
    """The lines of a file descriptor until it ends or fails; one over 64 K characters comes in pieces."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    with suppress(OSError):
        while chunk := os.read(source, 4096):
            *lines, rest = (rest + decoder.decode(chunk)).split("\n")
            yield from (line.removesuffix("\r") for line in lines)
            if len(rest) > LONGEST_LINE:
                yield rest
                rest = ""
    if rest := rest + decoder.decode(b"", final=True):
        yield rest
