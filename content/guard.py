"""Reading packs that nobody vouches for, in a child process with a limit on time and memory.

A file that hangs the parser, fills the memory or crashes the interpreter ends the child and becomes a fault. The child
gets an environment without secrets and writes JSON lines, which the parent reads back as values.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import IO, Any

from content.faults import Fault
from content.pack import load_pack
from content.record import Loaded, Pack, item_record, pack_record, read_item, read_pack

_ROOT = Path(__file__).resolve().parent.parent
_KEPT = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
_OUT_OF_MEMORY = 70
_MEGABYTE = 1_000_000
_MOST_OUTPUT = 512 * _MEGABYTE


def load_guarded(path: Path, seconds: float = 5, megabytes: int = 256) -> Loaded:
    """Like `load_pack`, in a child that may take `seconds` and `megabytes`. Raises nothing; call it in a thread.

    On systems without resource limits only the time is limited.
    """
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "content.guard", str(path), str(seconds), str(megabytes)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _KEPT if name in os.environ} | {"PYTHONPATH": str(_ROOT)},
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            message = f"reading took longer than {seconds:g} s"
            return _refused(path, message, "make the files smaller or simpler, or split the pack")
        except OSError as error:
            return _refused(path, f"the reader cannot be started ({error.strerror})", "free memory and try again")
        if done.returncode:
            return _died(path, done.returncode, megabytes)
        output.seek(0)
        return _collect(output)


def _died(path: Path, code: int, megabytes: int) -> Loaded:
    if code == _OUT_OF_MEMORY:
        message = f"reading took more than {megabytes} MB of memory"
        return _refused(path, message, "make the files smaller or simpler, or split the pack")
    if -code in {getattr(signal, "SIGXCPU", None), signal.SIGTERM, getattr(signal, "SIGKILL", None)}:
        return _refused(path, "reading was stopped by the system", "make the files smaller, or split the pack")
    message = f"the reader crashed over this pack (code {code})"
    return _refused(path, message, "halve its files until the part that does it is found, and take that out")


def _refused(path: Path, message: str, remedy: str) -> Loaded:
    return Loaded(None, (), (Fault(str(path), 1, 1, message, remedy),))


def _collect(output: IO[bytes]) -> Loaded:
    """Read back what `_tell` wrote."""
    head = json.loads(output.readline())
    pack: Pack | None = read_pack(head["pack"]) if head["pack"] else None
    faults = tuple(Fault(*fault) for fault in head["faults"])
    return Loaded(pack, tuple(read_item(json.loads(line)) for line in output), faults)


def _tell(loaded: Loaded) -> Iterator[dict[str, Any]]:
    faults = [astuple(fault) for fault in loaded.faults]
    yield {"pack": pack_record(loaded.pack) if loaded.pack else None, "faults": faults}
    for item in loaded.items:
        yield item_record(item)


def limit(seconds: float, megabytes: int) -> None:
    """Limit this process for good; where the system has no such limits nothing happens."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - absent on Windows

        wanted = {
            resource.RLIMIT_AS: megabytes * _MEGABYTE,
            resource.RLIMIT_CPU: int(seconds) + 1,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: _MOST_OUTPUT,
        }
        for what, most in wanted.items():
            with suppress(OSError, ValueError):
                resource.setrlimit(what, (most, most))


def main(arguments: list[str]) -> int:
    """What the child does: read the pack named first under the limits named next, and write what was found."""
    path, seconds, megabytes = arguments
    limit(float(seconds), int(megabytes))
    gc.disable()  # nothing here makes cycles, and looking for them takes a third of the time
    try:
        for record in _tell(load_pack(Path(path))):
            sys.stdout.write(json.dumps(record) + "\n")
        sys.stdout.flush()
    except MemoryError:
        return _OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
