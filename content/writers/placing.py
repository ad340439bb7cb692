"""What was written, put on disk: each file whole, and over nothing that is there already unless that is wished."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from content.folder import sources
from content.writers.written import Written


class PlacingError(Exception):
    """The files cannot be put where they shall be; none of them was. The text says why and what to do."""


def targets(written: Written, target: Path, *, folder: bool) -> Mapping[Path, bytes]:
    """The files by where they go: all into `target` where it is or shall be a `folder`, else the main file there and
    the others beside it.
    """
    main, *others = written.files
    home = target if folder or target.is_dir() else target.parent
    first = home / main if home is target else target
    return {first: written.files[main], **{home / PurePosixPath(name): written.files[name] for name in others}}


def place(files: Mapping[Path, bytes], *, force: bool) -> None:
    """Write the files. Raises PlacingError, before anything is changed, where another file is there and `force` is not
    given.
    """
    there = [path for path, content in files.items() if not _fits(path, content)]
    if there and not force:
        raise PlacingError(f"{_named(there)}: choose another place with -o, or say --force to overwrite")
    if folders := [path for path in there if path.is_dir()]:
        raise PlacingError(f"{folders[0]} is a folder: choose another place with -o")
    ready: list[tuple[str, Path]] = []
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            ready.append((_beside(path, content), path))
        for temporary, path in ready:
            os.replace(temporary, path)  # noqa: PTH105  both are names
    except OSError as error:
        raise PlacingError(f"{error.filename or 'the file'} cannot be written: {error.strerror}") from error
    finally:
        for temporary, _ in ready:
            with suppress(FileNotFoundError):
                os.unlink(temporary)  # noqa: PTH108  the same


def strangers(files: Mapping[Path, bytes], pack: Path) -> Sequence[Path]:
    """The files of items in the folder that would become part of the pack though they are not of it."""
    return [path for path in sources(pack).files if path not in files] if pack.is_dir() else []


def _fits(path: Path, content: bytes) -> bool:
    """Whether nothing is there, or the same."""
    if not path.exists():
        return not path.is_symlink()
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _named(there: Sequence[Path]) -> str:
    return f"{there[0]} is there already" + (f", and {len(there) - 1:,} more" if len(there) > 1 else "")


def _beside(path: Path, content: bytes) -> str:
    """The content in a file of another name in the same folder, safe on the disk."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o666 & ~_mask())  # noqa: PTH101  what a file of one's own has
    except BaseException:
        os.unlink(name)  # noqa: PTH108  the same
        raise
    return name


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
