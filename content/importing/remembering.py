"""What was brought into a pack, kept beside it: so that the next import knows what people changed since.

It is a file whose name begins with a dot, which reading a pack passes over: a line an item, with a short hash of each
part of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
        **{
            name: record[name]
            for name in (
                "explanation",
                "hints",
                "topic",
                "concept",
                "difficulty",
                "tags",
                "references",
                "translations",
                "picture",
            )
        },
    }


def hashes_of(item: Item) -> dict[str, str]:
    """A short hash of each part of the item."""
    return {name: _hash(part) for name, part in parts_of(item).items()}


def _hash(part: object) -> str:
    return hashlib.sha256(json.dumps(part, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()[:12]


def written(memories: Mapping[str, Memory]) -> bytes:
    """The file, with the memories by item id."""
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(asdict(each))}" for name, each in sorted(memories.items()))
    return f'{{"format": {_FORMAT}, "items": {{\n{lines}\n}}}}\n'.encode()


def remembered(content: bytes) -> dict[str, Memory]:
    """The memories by item id. Raises ValueError for anything but what `written` gives."""
    try:
        value = json.loads(content)
        if value["format"] != _FORMAT:
            raise ValueError(f"its format is {value['format']!r}")
        return {str(name): Memory(**each) for name, each in value["items"].items()}
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from error
