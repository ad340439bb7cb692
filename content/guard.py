"""Reading packs that nobody vouches for, in a child process with a limit on time and memory (`content.child`).

A file that hangs the parser, fills the memory or crashes the interpreter ends the child and becomes a fault. The child
writes JSON lines, which the parent reads back as values.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import IO, Any

from content.child import ChildError, End, Limits, fence, told_by_child, work
from content.faults import Fault
from content.pack import load_pack
from content.record import Loaded, Pack, item_record, pack_record, read_item, read_pack

_REMEDIES = {
    End.SIZE: "make the files smaller or simpler, or split the pack",
    End.STOPPED: "make the files smaller, or split the pack",
    End.CRASHED: "halve its files until the part that does it is found, and take that out",
    End.UNSTARTED: "free memory and try again",
}


def load_guarded(path: Path, seconds: float = 5, megabytes: int = 256) -> Loaded:
    """Like `load_pack`, in a child that may take `seconds` and `megabytes`. Raises nothing; call it in a thread."""
    try:
        with told_by_child("content.guard", [str(path)], Limits(seconds, megabytes)) as output:
            return _collect(output)
    except ChildError as error:
        return Loaded(None, (), (Fault(str(path), 1, 1, str(error), _REMEDIES[error.end]),))


def _collect(output: IO[bytes]) -> Loaded:
    """Read back what `_tell` wrote."""
    head = json.loads(output.readline())
    pack: Pack | None = read_pack(head["pack"]) if head["pack"] else None
    faults = tuple(Fault(*fault) for fault in head["faults"])
    return Loaded(pack, tuple(read_item(json.loads(line)) for line in output), faults)


def _tell(paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    gc.disable()  # nothing here makes cycles, and looking for them takes a third of the time
    loaded = load_pack(Path(paths[0]))
    faults = [astuple(fault) for fault in loaded.faults]
    yield {"pack": pack_record(loaded.pack) if loaded.pack else None, "faults": faults}
    for item in loaded.items:
        yield item_record(item)


def main(arguments: Sequence[str]) -> int:
    """What the child does: read the pack that is named, within limits, and write what was found."""
    return work(arguments, _tell)


if __name__ == "__main__":
    fence()
    sys.exit(main(sys.argv[1:]))
