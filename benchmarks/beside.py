"""Another process beside the measured one, whose processor does not count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection

PATIENCE = 10.0
"""Seconds that it has for its end."""


@contextmanager
def beside(work: Callable[..., None], *arguments: object) -> Iterator[Connection]:
    """Run `work(pipe, *arguments)` beside us, and talk with it; where it fails, we read the end of the pipe.

    At the end it is told "end". To be called before threads are started: it is a fork, which has all imports.
    """
    context = get_context("fork")
    mine, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, *arguments))
    process.start()
    theirs.close()
    try:
        yield mine
    finally:
        with suppress(OSError):
            mine.send("end")
        process.join(PATIENCE)
        process.terminate()
        process.join()
        mine.close()
