"""The readers that there are, and which of them reads a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from content.readers.draft import Found, Reader, Source, UnreadableError
from content.sources import is_archive

MODULES = (
    "pack",
    "gift",
    "moodle",
    "qti",
    "anki",
    "anki_text",
    "trivia",
    "red",
    "payload",
    "documents",
    "tables",
)  # fmt: skip
"""The modules of this package that have a `READER`, each imported when a file has to be recognised."""


_SURE = 90
PLAUSIBLE = 30
"""How surely a file that nobody pointed at is of a form."""
_PACKED = 70


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file was taken for, how surely (1 to 100), what it looks like just as much, and what was found in it."""

    reader: Reader
    likeness: int
    rivals: Sequence[Reader]
    found: Found


@cache
def readers() -> tuple[Reader, ...]:
    """All readers, in the order of `MODULES`."""
    return tuple(import_module(f"content.readers.{name}").READER for name in MODULES)


def knows(source: Source, least: int = 1) -> bool:
    """Whether any reader takes the file for its own, as surely as `least`."""
    return any(likeness >= least for likeness, _ in _ranked(source))


def recognise(source: Source) -> Recognised:
    """Read the file by the reader that it is most like; by the one that makes more of it where none is sure.

    Raises UnreadableError where no reader knows it, or the one that does finds no sense in it.
    """
    ranked = _ranked(source)
    if not ranked:
        raise UnreadableError("the form of its questions was not recognised: name it with --format")
    highest = ranked[0][0]
    rivals = tuple(reader for likeness, reader in ranked[1:] if likeness == highest)
    if highest < _SURE and sum(likeness >= PLAUSIBLE for likeness, _ in ranked) > 1:
        tried = [(likeness, reader, _tried(reader, source)) for likeness, reader in ranked if likeness >= PLAUSIBLE]
        likeness, reader, found = max(tried, key=lambda each: _yield_of(each[2]))
        if found is not None:
            return Recognised(reader, likeness, tuple(each for each in rivals if each is not reader), found)
    return Recognised(ranked[0][1], highest, rivals, ranked[0][1].read(source))


def _ranked(source: Source) -> list[tuple[int, Reader]]:
    """The readers that the file may be for, the likeliest first; a packed one is not guessed at."""
    least = _PACKED if is_archive(source) else 1
    found = [(reader.likeness(source), reader) for reader in readers()]
    return sorted((each for each in found if each[0] >= least), key=lambda each: -each[0])


def _tried(reader: Reader, source: Source) -> Found | None:
    try:
        return reader.read(source)
    except UnreadableError:
        return None


def _yield_of(found: Found | None) -> float:
    """The share of pieces that became questions with an answer."""
    if found is None:
        return -1
    answered = sum(bool(each.key or each.answer or each.short or each.numeric) for each in found.drafts)
    return answered / (len(found.drafts) + len(found.skipped) or 1)


def reader_named(name: str) -> Reader:
    """The reader that `--format` calls so. Raises UnreadableError with all names for another word."""
    known = {reader.name: reader for reader in readers()}
    if name in known:
        return known[name]
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    meant = f" (did you mean {near[0]!r}?)" if near else ""
    raise UnreadableError(f"there is no form {name!r}{meant}: choose one of {', '.join(sorted(known))}")
