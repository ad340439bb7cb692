"""What a pack is once read, and packs and items as JSON values and back: for the compiled bank and the guard."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from operator import attrgetter
from typing import Any

from content.faults import Fault
from content.item import Difficulty, Item, Kind, NumericKey, OpenKey, Option, Picture, ShortKey, Translation


@dataclass(frozen=True, slots=True)
class Pack:
    """The header of a pack. `languages` begins with that of its items; `topics` are titles by topic id; `source` tells
    where its questions were brought from, "" where they were written for it.
    """

    id: str
    title: str
    version: str
    licence: str
    languages: tuple[str, ...]
    description: str
    path: str
    source: str = ""
    authors: tuple[str, ...] = ()
    topics: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a pack gave: its header and the items that are well, and every fault of all its files."""

    pack: Pack | None
    items: tuple[Item, ...]
    faults: tuple[Fault, ...]


def pack_record(pack: Pack) -> dict[str, Any]:
    """A JSON value that `read_pack` turns back into an equal Pack."""
    return asdict(pack)


def read_pack(value: dict[str, Any]) -> Pack:
    """Read what `pack_record` gave. Raises KeyError or TypeError for anything else."""
    return Pack(**{**value, "languages": tuple(value["languages"]), "authors": tuple(value["authors"])})


def item_record(item: Item) -> dict[str, Any]:
    """A JSON value that `read_item` turns back into an equal Item."""
    # By hand: `dataclasses.asdict` copies every text of it, and takes as long as reading the pack.
    return _fields(item) | {
        "options": [_fields(option) for option in item.options],
        "numeric": item.numeric and _fields(item.numeric),
        "short": item.short and _fields(item.short),
        "open": item.open and _fields(item.open),
        "translations": {
            name: _fields(part) | {"options": [_fields(option) for option in part.options]}
            for name, part in item.translations.items()
        },
        "picture": item.picture and _fields(item.picture),
    }


def _fields(value: Item | Option | NumericKey | ShortKey | OpenKey | Picture | Translation) -> dict[str, Any]:
    """The fields of a value by name, themselves as they are."""
    return dict(zip(_NAMES[type(value)], _VALUES[type(value)](value), strict=True))


_NAMES = {
    kind: tuple(part.name for part in fields(kind))
    for kind in (Item, Option, NumericKey, ShortKey, OpenKey, Picture, Translation)
}
_VALUES = {kind: attrgetter(*names) for kind, names in _NAMES.items()}


def read_item(value: dict[str, Any]) -> Item:
    """Read what `item_record` gave. Raises KeyError, TypeError or ValueError for anything else."""
    return Item(
        **{
            **value,
            "kind": Kind(value["kind"]),
            "difficulty": Difficulty(value["difficulty"]),
            "options": _options(value["options"]),
            "key": tuple(value["key"]),
            "numeric": value["numeric"] and NumericKey(**value["numeric"]),
            "short": value["short"] and ShortKey(**_tuples(value["short"])),
            "open": value["open"] and OpenKey(value["open"]["reference"], tuple(value["open"]["rubric"])),
            "hints": tuple(value["hints"]),
            "tags": tuple(value["tags"]),
            "references": tuple(value["references"]),
            "translations": {name: _translation(part) for name, part in value["translations"].items()},
            "picture": value["picture"] and Picture(**value["picture"]),
        }
    )


def _options(value: list[dict[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(**option) for option in value)


def _tuples(value: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(part) for name, part in value.items()}


def _translation(value: dict[str, Any]) -> Translation:
    lists = {name: tuple(value[name]) for name in ("hints", "accepted", "rubric")}
    return Translation(**{**value, **lists, "options": _options(value["options"])})
