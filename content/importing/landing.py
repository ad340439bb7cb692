"""The pack on disk: as it stands before an import, and as it is put in its place: whole, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from content.bank import load_one
from content.faults import cite
from content.folder import HEADER_FILE, sources
from content.importing.remembering import NAME, Memory, hashes_of, remembered, written
from content.item import Item
from content.pictures import PictureError, read_picture
from content.record import Pack
from content.writers.pack import WRITER

_BEFORE = ".before-import"


class LandingError(Exception):
    """The pack cannot be read or written; nothing was changed. The text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is at the target: nothing, or a pack with its items by id (without the pack's) and what is remembered
    of them. `notes` are for people.
    """

    pack: Pack | None = None
    items: Mapping[str, Item] = field(default_factory=dict)
    memories: Mapping[str, Memory] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def standing_at(target: Path) -> Standing:
    """Read the pack at `target`. Raises LandingError for what is there and is no pack without faults."""
    _restore(target)
    if not target.exists():
        return Standing()
    if not target.is_dir():
        raise LandingError(f"{target} is a file: name a folder for the pack")
    if not (target / HEADER_FILE).exists():
        if any(target.iterdir()):
            raise LandingError(f"{target} is not empty and no pack: name a new folder, or one with a {HEADER_FILE}")
        return Standing()
    loaded = load_one(target)
    if loaded.faults or loaded.pack is None:
        raise LandingError(f"the pack at {target} has faults: correct them first, `studyhall content check` lists them")
    items = {item.id.partition("/")[2]: item for item in loaded.items}
    memories, notes = _memories(target)
    return Standing(loaded.pack, items, {name: each for name, each in memories.items() if name in items}, notes)


def _memories(target: Path) -> tuple[dict[str, Memory], tuple[str, ...]]:
    try:
        return remembered((target / NAME).read_bytes()), ()
    except FileNotFoundError:
        return {}, ()
    except (OSError, ValueError):
        lost = f"{NAME} in the pack cannot be read: what was imported before is known by its text alone"
        return {}, (lost,)


@dataclass(frozen=True, slots=True)
class Landing:
    """A pack to be written: its header, all its items by id, its new pictures, and what is remembered of the items.

    `taken` names the parts of items that came from a source just now.
    """

    pack: Pack
    items: Mapping[str, Item]
    pictures: Mapping[str, bytes]
    memories: Mapping[str, Memory]
    taken: Mapping[str, frozenset[str]]


def land(landing: Landing, target: Path, progress: Callable[[str], None]) -> Sequence[str]:
    """Write the pack beside `target`, check it, and put it there; gives notes. Raises LandingError and changes nothing.

    Files of other kinds that lie in the pack stay in it.
    """
    target = target.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise LandingError(f"{target} cannot be written ({error.strerror}): check the path and permissions") from error
    try:
        draft = beside / target.name
        notes = _write(landing, target, draft)
        progress("checking what was written")
        _remember(landing, draft)
        _swap(draft, target)
    except OSError as error:
        raise LandingError(f"{target} cannot be written ({error.strerror}): check its disk and permissions") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return notes


def _write(landing: Landing, target: Path, draft: Path) -> Sequence[str]:
    """The new pack at `draft`, with the other files of the old one."""
    old = set(sources(target).files) if target.is_dir() else set()
    if target.is_dir():
        shutil.copytree(target, draft, symlinks=True, ignore=_yaml_files(old))
    else:
        draft.mkdir()
    wanted = {item.picture.path for item in landing.items.values() if item.picture}
    pictures = {name: _picture(name, landing.pictures, target) for name in sorted(wanted)}
    there = {name: content for name, content in pictures.items() if content is not None}
    done = WRITER.write(landing.pack, list(landing.items.values()), there)
    for name, content in done.files.items():
        file = draft / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return done.notes


def _yaml_files(old: set[Path]) -> Callable[[str, list[str]], list[str]]:
    return lambda folder, names: [name for name in names if Path(folder) / name in old]


def _picture(name: str, new: Mapping[str, bytes], target: Path) -> bytes | None:
    if name in new:
        return new[name]
    with suppress(PictureError):
        return read_picture(target, name).content
    return None


def _remember(landing: Landing, draft: Path) -> None:
    """Read the new pack as anybody would, and keep what its items are beside it."""
    loaded = load_one(draft)
    items = {item.id.partition("/")[2]: item for item in loaded.items}
    if loaded.faults or items.keys() != landing.items.keys():
        told = str(loaded.faults[0]) if loaded.faults else "items are missing"
        raise LandingError(
            f"what was written would not be read back ({cite(told)}): please report this, with the source"
        )
    memories = {}
    for name, memory in landing.memories.items():
        taken = landing.taken.get(name, frozenset())
        now = hashes_of(items[name]) if taken else {}
        memories[name] = replace(memory, kept={**memory.kept, **{part: now[part] for part in taken}})
    (draft / NAME).write_bytes(written(memories))


def _swap(draft: Path, target: Path) -> None:
    """Put the new pack into its place; where that fails the old one goes back."""
    before = target.with_name(f".{target.name}{_BEFORE}")
    if not target.exists():
        draft.rename(target)
        return
    target.rename(before)
    try:
        draft.rename(target)
    except OSError:
        before.rename(target)
        raise
    shutil.rmtree(before, ignore_errors=True)


def _restore(target: Path) -> None:
    """Put back a pack that an import was taken away from by a crash, between the two renames of `_swap`."""
    whole = target.resolve()
    before = whole.with_name(f".{whole.name}{_BEFORE}")
    if before.is_dir():
        if not whole.exists():
            before.rename(whole)
        else:
            shutil.rmtree(before, ignore_errors=True)
