"""The readers that there are, and which of them reads a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from content.readers.draft import Reader, Source, UnreadableError

MODULES = (
    "pack",
    "gift",
    "moodle",
    "qti",
    "documents",
    "tables",
)  # fmt: skip
"""The modules of this package that have a `READER`, each imported when a file has to be recognised."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file was taken for, how surely (1 to 100), and what it looks like just as much."""

    reader: Reader
    likeness: int
    rivals: Sequence[Reader] = ()


@cache
def readers() -> tuple[Reader, ...]:
    """All readers, in the order of `MODULES`."""
    return tuple(import_module(f"content.readers.{name}").READER for name in MODULES)


def recognise(source: Source) -> Recognised | None:
    """The reader that the file is most like; the first of several. None where no reader knows it."""
    found = [(reader.likeness(source), reader) for reader in readers()]
    highest = max(likeness for likeness, _ in found)
    best = [reader for likeness, reader in found if likeness == highest]
    return Recognised(best[0], highest, tuple(best[1:])) if highest > 0 else None


def reader_named(name: str) -> Reader:
    """The reader that `--format` calls so. Raises UnreadableError with all names for another word."""
    known = {reader.name: reader for reader in readers()}
    if name in known:
        return known[name]
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    meant = f" (did you mean {near[0]!r}?)" if near else ""
    raise UnreadableError(f"there is no form {name!r}{meant}: choose one of {', '.join(sorted(known))}")
