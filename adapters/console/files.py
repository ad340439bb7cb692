"""Files that somebody asked for, on this machine's disk."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from bot.ports import File


def saved(file: File, folder: Path) -> Path:
    """Write a file into a folder; where its name is taken it gets a number, and nothing is written over.

    Returns where it is. Raises OSError.
    """
    wanted = Path(file.name)
    for number in count(1):
        path = folder / (wanted.name if number == 1 else f"{wanted.stem}-{number}{wanted.suffix}")
        try:
            with path.open("xb") as stream:
                stream.write(file.content)
        except FileExistsError:
            continue
        return path
    raise AssertionError
