"""What a form cannot say: that the parts of studyhall.yaml fit each other, the installed adapters and the disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Any

from bot.ports import Adapter, PlaceRef
from bot.settings.form import SHIPPED
from content.faults import Fault
from content.scalars import choose
from content.tree import Node, at
from scheduler.reading import refuse_close

Steps = tuple[str | int, ...]
"""Keys and indexes on the way to a value."""


def disagreements(value: Mapping[str, Any], root: Node, file: Path, adapters: Mapping[str, Adapter]) -> Iterator[Fault]:
    """Every fault between parts of the file that each fit their form. Parts with faults of their own are left out."""
    halls = [hall or {} for hall in value.get("halls") or []]
    told = _Telling(root, str(file))
    yield from _twice(halls, "id", "hall", told, ("halls",))
    yield from _shared_places(halls, told)
    for index, hall in enumerate(halls):
        yield from _unknown_platforms(hall, adapters, told, ("halls", index))
        yield from _schedules(hall, told, ("halls", index, "schedules"))
    yield from _missing_packs(value.get("packs") or [], file.parent, told)


class _Telling:
    """Makes faults at places of the tree."""

    def __init__(self, root: Node, file: str) -> None:
        self.root = root
        self.file = file

    def line(self, *path: str | int) -> int:
        return at(self.root, *path).line

    def __call__(self, path: Steps, message: str, remedy: str) -> Fault:
        node = at(self.root, *path)
        return Fault(self.file, node.line, node.column, message, remedy)


def _twice(
    entries: Sequence[Mapping[str, Any] | None], key: str, what: str, told: _Telling, path: Steps
) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for index, entry in enumerate(entries):
        if not entry or key not in entry:
            continue
        if (name := entry[key]) in first:
            line = told.line(*path, first[name], key)
            yield told((*path, index, key), f"the {what} `{name}` is on line {line} already", "give it another name")
        first.setdefault(name, index)


def _shared_places(halls: Sequence[Mapping[str, Any]], told: _Telling) -> Iterator[Fault]:
    """A place belongs to one hall, once; the organisers' may be one of the hall's own."""
    first: dict[PlaceRef, int] = {}
    owner: dict[PlaceRef, int] = {}
    for index, hall in enumerate(halls):
        for path, place in _named_places(hall, ("halls", index)):
            again = owner.get(place, index) != index if path[-1] == "organiser_place" else place in first
            if again:
                message = f"the place `{place}` is on line {first[place]} already"
                yield told(path, message, "delete one of them: a place belongs to one hall")
            first.setdefault(place, told.line(*path))
            owner.setdefault(place, index)


def _named_places(hall: Mapping[str, Any], path: Steps) -> Iterator[tuple[Steps, PlaceRef]]:
    """The places of a hall that can be read, then the organisers', each with its path in the tree."""
    for nth, place in enumerate(hall.get("places") or []):
        if place is not None:
            yield (*path, "places", nth), place
    if "organiser_place" in hall:
        yield (*path, "organiser_place"), hall["organiser_place"]


def _unknown_platforms(
    hall: Mapping[str, Any], adapters: Mapping[str, Adapter], told: _Telling, path: Steps
) -> Iterator[Fault]:
    for place_path, place in _named_places(hall, path):
        if place.platform not in adapters:
            message = f"no adapter for the platform `{place.platform}` is installed"
            yield told(place_path, message, choose(place.platform, adapters))


def _schedules(hall: Mapping[str, Any], told: _Telling, path: Steps) -> Iterator[Fault]:
    schedules = hall.get("schedules") or []
    yield from _twice(schedules, "name", "schedule", told, path)
    known = {str(place): place for place in hall.get("places") or [] if place}
    for index, schedule in enumerate(schedules):
        for nth, place in enumerate((schedule or {}).get("places") or []):
            if place and known and str(place) not in known:
                message = f"`{place}` is no place of the hall"
                remedy = f"add it to the hall's `places`, or {choose(str(place), known)}"
                yield told((*path, index, "places", nth), message, remedy)
        times = (schedule or {}).get("times")
        if isinstance(times, dict) and {"from", "until"} <= times.keys() and times["until"] < times["from"]:
            yield told((*path, index, "times", "until"), "`until` is before `from`", "swap the two times")
        elif isinstance(times, list) and None not in times:
            yield from _close(times, told, (*path, index, "times"))


def _close(times: list[time], told: _Telling, path: Steps) -> Iterator[Fault]:
    try:
        refuse_close(times)
    except ValueError as error:
        message, _, remedy = str(error).partition(": ")
        yield told(path, message, remedy)


def _missing_packs(packs: Sequence[str | None], folder: Path, told: _Telling) -> Iterator[Fault]:
    for index, pack in enumerate(packs):
        if pack and pack != SHIPPED and not (folder / pack).exists():
            message = f"there is no pack at {folder / pack}"
            yield told(("packs", index), message, f"correct the path, which starts at {folder.absolute()}")
