"""From what the form of an item read, without a fault, to an `Item`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from content.item import Difficulty, Item, Kind, NumericKey, OpenKey, Option, Picture, ShortKey, Translation
from content.pictures import read_picture
from content.record import item_record
from content.sense import LETTERS

_LISTS = ("hints", "accepted", "rubric")


def make_item(value: Mapping[str, Any], pack: Path, pack_id: str, where: str) -> Item:
    """The item of the pack at `pack`. Its `version` changes with all that learners see or are graded by."""
    made = bare_item(value, f"{pack_id}/{value['id']}")
    return replace(made, version=_version(made, pack), where=where)


def bare_item(value: Mapping[str, Any], name: str) -> Item:
    """The item with the id `name`, without a version and a place."""
    kind = Kind(value["kind"])
    options, order = _options(value, kind)
    picture = value.get("picture")
    return Item(
        id=name,
        kind=kind,
        stem=value["stem"],
        topic=value["topic"],
        concept=value["concept"],
        difficulty=Difficulty(value["difficulty"]),
        explanation=value.get("explanation", ""),
        options=options,
        key=_key(value, kind, options),
        numeric=numeric_key(value["key"]) if kind == Kind.NUMERIC else None,
        short=_short(value["key"]) if kind == Kind.SHORT else None,
        open=OpenKey(value["key"]["reference"], tuple(value["key"].get("rubric", ()))) if kind == Kind.OPEN else None,
        hints=tuple(value.get("hints", ())),
        tags=tuple(value.get("tags", ())),
        references=tuple(value.get("references", ())),
        translations={name: _translation(part, options, order) for name, part in value.get("translations", {}).items()},
        picture=Picture(picture["file"], picture["alt"]) if picture else None,
    )


def _options(value: Mapping[str, Any], kind: Kind) -> tuple[tuple[Option, ...], Sequence[int]]:
    """The options, and their places in the file: true comes first whichever way an author lists them."""
    listed = value.get("options", ())
    order = list(range(len(listed)))
    if kind == Kind.TRUE_FALSE and listed[0]["text"] == "false":
        order.reverse()
    return tuple(Option(listed[place]["text"], listed[place].get("reason", "")) for place in order), order


def _key(value: Mapping[str, Any], kind: Kind, options: Sequence[Option]) -> tuple[int, ...]:
    match kind:
        case Kind.CHOICE | Kind.MULTI:
            return tuple(sorted(LETTERS.index(letter) for letter in value["key"]))
        case Kind.TRUE_FALSE:
            return (0 if value["key"] == "true" else 1,)
        case Kind.ORDER:
            return tuple(range(len(options)))
        case _:
            return ()


def numeric_key(key: Mapping[str, Any]) -> NumericKey:
    """The key of a numeric item by its `value`, `tolerance` and `unit` as they are written."""
    tolerance = key.get("tolerance", "0")
    relative = tolerance.endswith("%")
    if relative:
        share = Decimal(tolerance.rstrip(" %")) / 100
        tolerance = f"{share.normalize():f}"
    return NumericKey(key["value"], tolerance, relative, key.get("unit", ""))


def _short(key: Mapping[str, Any]) -> ShortKey:
    return ShortKey(tuple(key["accepted"]), tuple(key.get("confusable", ())))


def _translation(part: Mapping[str, Any], own: Sequence[Option], order: Sequence[int]) -> Translation:
    """A translated option without a reason keeps the reason of the item's own."""
    listed = part.get("options", ())
    options = [
        Option(listed[place]["text"], listed[place].get("reason", option.reason))
        for place, option in zip(order, own, strict=True)
        if listed
    ]
    lists = {name: tuple(part.get(name, ())) for name in _LISTS}
    return Translation(**{**part, **lists, "options": tuple(options)})


def _version(item: Item, pack: Path) -> str:
    seen = item_record(item)
    del seen["tags"]
    if item.picture:
        seen["content"] = hashlib.sha256(read_picture(pack, item.picture.path).content).hexdigest()
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:12]
