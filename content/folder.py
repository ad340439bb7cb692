"""The files of packs: which there are, and when they last changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.faults import Fault, cite
from content.tree import MOST_BYTES

HEADER_FILE = "pack.yaml"
MOST_FILES = 2_000
"""How many files a pack may hold."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The YAML files of a pack, its header first, and what is wrong with the folder."""

    files: tuple[Path, ...]
    faults: tuple[Fault, ...]


def packs_at(path: Path) -> tuple[Path, ...]:
    """The packs that `path` means: itself, or the packs inside where it is a folder of packs."""
    if path.is_dir() and not (path / HEADER_FILE).exists():
        inside = tuple(sorted(header.parent for header in path.glob(f"*/{HEADER_FILE}")))
        return inside or (path,)
    return (path,)


def sources(pack: Path) -> Sources:
    """The files to read. Folders and files that begin with a dot are no part of a pack."""
    if pack.is_file():
        return Sources((pack,), ())
    if not pack.is_dir():
        return Sources((), (Fault(str(pack), 1, 1, "there is no such file or folder", "check the path"),))
    header = pack / HEADER_FILE
    if not header.exists():
        remedy = f"write `{HEADER_FILE}` with the pack's header into it, or name the file that is the pack"
        return Sources((), (Fault(str(pack), 1, 1, f"this folder holds no {HEADER_FILE}", remedy),))
    found = [path for path in map(Path, _walk(pack)) if path.suffix in {".yaml", ".yml"} and path != header]
    faults = [
        Fault(str(path), 1, 1, "only files that end in .yaml are read", f"rename it to {path.stem}.yaml")
        for path in found
        if path.suffix == ".yml"
    ]
    files = sorted(path for path in found if path.suffix == ".yaml")
    if len(files) >= MOST_FILES:
        remedy = "put more items into a file, or make two packs of it"
        faults.append(Fault(str(pack), 1, 1, f"the pack has more than {MOST_FILES:,} files", remedy))
    return Sources((header, *files[: MOST_FILES - 1]), tuple(faults))


def read_source(file: Path, pack: Path) -> bytes | Fault:
    """The bytes of a file of the pack, or why they are not read: it is a device, a link out of the pack, locked."""
    try:
        if pack.is_dir() and not file.resolve().is_relative_to(pack.resolve()):
            return Fault(str(file), 1, 1, "this link leads out of the pack", "put the file itself into the pack")
        if not stat.S_ISREG(file.stat().st_mode):
            return Fault(str(file), 1, 1, "this is not a plain file", "delete it or write a file instead")
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        reason = cite(error.strerror or type(error).__name__)
        return Fault(str(file), 1, 1, f"the file cannot be read: {reason}", "check the file and its permissions")


def fingerprint(packs: Iterable[Path]) -> tuple[str, ...]:
    """A line for each file of the packs with its path, size and time of change: equal as long as nothing changed."""
    return tuple(line for pack in packs for line in _stamps(pack))


def size_of(pack: Path) -> int:
    """The bytes of all YAML files of the pack; 0 for what cannot be looked at."""
    return sum(_size(file) for file in sources(pack).files)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _stamps(pack: Path) -> Iterator[str]:
    # Paths as text: this is done for every file each time the bank is looked at.
    files: Sequence[str] = sorted(_walk(pack)) if pack.is_dir() else (str(pack),)
    for file in files:
        try:
            found = os.stat(file)  # noqa: PTH116  see above
        except OSError:
            yield f"{file} missing"
        else:
            yield f"{file} {found.st_size} {found.st_mtime_ns}"


def _walk(folder: Path) -> Iterator[str]:
    for at, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if not name.startswith("."):
                yield f"{at}{os.sep}{name}"
