"""Packs read once a test process, not once for each hall that opens the same text: reading starts a guarded child.

A pack of one file that is whole and has no pictures is the same wherever it lies, but for its path. Everything else is
read anew each time; tests of the guard and of the bank call what they test by its own name.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from content import bank
from content.guard import load_guarded
from content.record import Loaded

_read: dict[bytes, Loaded] = {}


def _load(path: Path, seconds: float = 5, megabytes: int = 256) -> Loaded:
    text = path.read_bytes() if path.is_file() else None
    known = _read.get(text) if text is not None else None
    if known is not None and known.pack is not None:
        return replace(known, pack=replace(known.pack, path=str(path)))
    loaded = load_guarded(path, seconds, megabytes)
    if text is not None and not loaded.faults and not any(item.picture for item in loaded.items):
        _read[text] = loaded
    return loaded


def share() -> None:
    """From now on what was read is kept."""
    bank.load_guarded = _load  # type: ignore[attr-defined]  # the name by which it is called there
