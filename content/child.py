"""Work on files that nobody vouches for, in a child process with a limit on time and memory.

A file that hangs a reader, fills the memory or crashes the interpreter ends the child and becomes a `ChildError`. The
child gets an environment without secrets and a folder of its own for temporary files, can open no connection and start
no process, and writes JSON lines. A module that is such a child calls `fence` and then `work` with its arguments.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, Any

_ROOT = Path(__file__).resolve().parent.parent
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
_OUT_OF_MEMORY = 70
_MEGABYTE = 1_000_000
_MOST_OUTPUT = 512 * _MEGABYTE
_FENCED = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take. On systems without resource limits only the time is limited."""

    seconds: float = 5
    megabytes: int = 256


class End(Enum):
    """How a child ended that did not do its work."""

    SIZE = "it took too much time or memory"
    STOPPED = "the system ended it"
    CRASHED = "it crashed"
    UNSTARTED = "it could not be started"


class ChildError(Exception):
    """The child did not do its work: `end` is how it ended, the text what happened, for people."""

    def __init__(self, message: str, end: End) -> None:
        super().__init__(message)
        self.end = end


@contextmanager
def told_by_child(
    module: str, arguments: Sequence[str], limits: Limits, heard: Callable[[str], None] | None = None
) -> Iterator[IO[bytes]]:
    """What `python -m MODULE ARGUMENTS… SECONDS MEGABYTES` wrote, once it has ended well. Raises ChildError.

    `heard` is called, in another thread, with what the child says on the way (`murmur`).
    """
    with tempfile.TemporaryDirectory(prefix="studyhall-") as own, tempfile.TemporaryFile() as output:
        words = [module, *arguments, str(limits.seconds), str(limits.megabytes)]
        code = _run(words, own, output, limits, heard)
        if code:
            raise _ended(code, limits)
        output.seek(0)
        yield output


def _run(words: Sequence[str], own: str, output: IO[bytes], limits: Limits, heard: Callable[[str], None] | None) -> int:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), own)
    try:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", *words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE if heard else subprocess.DEVNULL,
            env={**kept, **places, "PYTHONPATH": str(_ROOT)},
        )
    except OSError as error:
        raise ChildError(f"the reader cannot be started ({error.strerror})", End.UNSTARTED) from error
    with child:
        if heard and child.stderr:
            threading.Thread(target=_listen, args=(child.stderr, heard), daemon=True).start()
        try:
            return child.wait(limits.seconds)
        except subprocess.TimeoutExpired as error:
            raise ChildError(f"reading took longer than {limits.seconds:g} s", End.SIZE) from error
        finally:
            child.kill()


def _listen(murmured: IO[bytes], heard: Callable[[str], None]) -> None:
    with suppress(ValueError, OSError):  # it is closed once the child has ended
        for line in murmured:
            if line.startswith(_MURMUR):
                heard(line.removeprefix(_MURMUR).decode(errors="replace").rstrip("\n"))


def _ended(code: int, limits: Limits) -> ChildError:
    if code == _OUT_OF_MEMORY:
        return ChildError(f"reading took more than {limits.megabytes} MB of memory", End.SIZE)
    if -code in {getattr(signal, "SIGXCPU", None), signal.SIGTERM, getattr(signal, "SIGKILL", None)}:
        return ChildError("reading was stopped by the system", End.STOPPED)
    return ChildError(f"the reader crashed (code {code})", End.CRASHED)


def limit(limits: Limits) -> None:
    """Limit this process for good; where the system has no such limits nothing happens."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - absent on Windows

        wanted = {
            resource.RLIMIT_AS: limits.megabytes * _MEGABYTE,
            resource.RLIMIT_CPU: int(limits.seconds) + 1,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: _MOST_OUTPUT,
        }
        for what, most in wanted.items():
            with suppress(OSError, ValueError):
                resource.setrlimit(what, (most, most))


def fence() -> None:
    """Let this process open no connection and start no process from now on: who tries gets a PermissionError."""
    sys.addaudithook(_refuse)


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event in _FENCED:
        raise PermissionError(f"a reader of files has no business with {event}")


def work(arguments: Sequence[str], records: Callable[[Sequence[str]], Iterable[Mapping[str, Any]]]) -> int:
    """What the child's `main` does: write the records made of its own arguments, within limits. Gives the exit code."""
    *own, seconds, megabytes = arguments
    limit(Limits(float(seconds), int(megabytes)))
    try:
        for record in records(own):
            sys.stdout.write(json.dumps(record) + "\n")
        sys.stdout.flush()
    except MemoryError:
        return _OUT_OF_MEMORY
    return 0


_MURMUR = b"\x1emurmur "


def murmur(text: str) -> None:
    """Tell the parent, from within a child, how far the work is."""
    flat = " ".join(text.split()).encode(errors="replace")
    with suppress(OSError):
        sys.stderr.buffer.write(_MURMUR + flat + b"\n")
        sys.stderr.flush()
