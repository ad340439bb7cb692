"""What was brought into a pack, kept beside it: so that the next import knows what people changed since.

It is a file whose name begins with a dot, which reading a pack passes over: a line an item, with a short hash of each
part of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from content.item import Item
from content.record import item_record

NAME = ".studyhall-import.json"
"""The name of the file."""
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Memory:
    """An item as it was brought: from which source, what that calls it, its stem there, and hashes of its parts: as
    they were `brought`, and as they were in the pack when they last came from the source (`kept`).
    """

    source: str
    own_id: str
    stem: str
    brought: Mapping[str, str]
    kept: Mapping[str, str]


_ALONE = ("explanation", "hints", "topic", "concept", "difficulty", "tags", "references", "translations", "picture")
PARTS = frozenset({"stem", "asked", "reasons", "reference", "rubric", *_ALONE})
"""The names of the parts."""


def parts_of(item: Item) -> dict[str, Any]:
    """The parts of an item that are changed one without the other, each as a JSON value."""
    record = item_record(item)
    reference = record["open"] or {"reference": "", "rubric": []}
    return {
        "stem": record["stem"],
        "asked": [
            item.kind.value,
            [option.text for option in item.options],
            list(item.key),
            record["numeric"],
            record["short"],
        ],
        "reasons": [option.reason for option in item.options],
        "reference": reference["reference"],
        "rubric": list(reference["rubric"]),
        **{name: record[name] for name in _ALONE},
    }


def hashes_of(item: Item) -> dict[str, str]:
    """A short hash of each part of the item."""
    return {name: _hash(part if isinstance(part, str) else _spelt(part)) for name, part in parts_of(item).items()}


_spelt = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
"""Made once: `json.dumps` makes one each time, which takes longer than writing."""


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def written(memories: Mapping[str, Memory]) -> bytes:
    """The file, with the memories by item id."""
    lines = ",\n".join(f"{json.dumps(name)}: {_spelt(_record(each))}" for name, each in sorted(memories.items()))
    return f'{{"format": {_FORMAT}, "items": {{\n{lines}\n}}}}\n'.encode()


def _record(memory: Memory) -> dict[str, Any]:
    """The memory as a JSON value, with those hashes alone that were kept otherwise than they were brought."""
    other = {name: each for name, each in memory.kept.items() if memory.brought.get(name) != each}
    parts = {"source": memory.source, "own_id": memory.own_id, "stem": memory.stem}
    return {**parts, "brought": dict(memory.brought), "kept": other}


def remembered(content: bytes) -> dict[str, Memory]:
    """The memories by item id. Raises ValueError for anything but what `written` gives."""
    try:
        value = json.loads(content)
        if value["format"] != _FORMAT:
            raise ValueError(f"its format is {value['format']!r}")
        return {str(name): _memory(each) for name, each in value["items"].items()}
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _memory(value: Mapping[str, Any]) -> Memory:
    texts = {name: str(value[name]) for name in ("source", "own_id", "stem")}
    return Memory(**texts, brought=value["brought"], kept={**value["brought"], **value["kept"]})
