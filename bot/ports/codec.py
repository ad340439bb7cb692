"""Cards as JSON, for an adapter that keeps its own messages on the Shelf."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any

from bot.ports.card import (
    Bar,
    Bars,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    File,
    Fine,
    Moment,
    Options,
    Pick,
    Picture,
    Table,
    Text,
    Tone,
)

BLOCKS: dict[str, Callable[..., Block]] = {
    kind.__name__.lower(): kind for kind in (Text, Options, Buttons, Bars, Table, Moment, Picture, File, Fine)
}


def card_to_json(card: Card) -> dict[str, Any]:
    """A JSON value that `card_from_json` reads back to an equal card."""
    return {
        "title": card.title,
        "tone": card.tone.value,
        "summary": card.summary,
        "blocks": [{"block": type(block).__name__.lower(), **_plain(block)} for block in card.blocks],
    }


def card_from_json(value: dict[str, Any]) -> Card:
    """Read what `card_to_json` wrote; raises KeyError, ValueError or TypeError on anything else."""
    blocks = tuple(_block(dict(block)) for block in value["blocks"])
    return Card(value["title"], blocks, Tone(value["tone"]), value["summary"])


def _plain(block: Any) -> dict[str, Any]:  # noqa: ANN401  any dataclass of bot.ports.card
    return {field.name: _value(getattr(block, field.name)) for field in fields(block)}


def _value(value: Any) -> Any:  # noqa: ANN401  JSON out of a field's value
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case tuple():
            return [_value(each) for each in value]
        case Choice() | Button() | Bar():
            return _plain(value)
        case _:
            return value


def _block(value: dict[str, Any]) -> Block:
    kind = value.pop("block")
    read = READERS.get(kind)
    return BLOCKS[kind](**(read(value) if read else value))


READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "options": lambda it: {
        **it,
        "choices": tuple(Choice(**choice) for choice in it["choices"]),
        "pick": Pick(it["pick"]),
    },
    "buttons": lambda it: {"buttons": tuple(Button(**button) for button in it["buttons"])},
    "bars": lambda it: {"bars": tuple(Bar(**bar) for bar in it["bars"])},
    "table": lambda it: {
        "header": tuple(it["header"]),
        "rows": tuple(tuple(row) for row in it["rows"]),
        "numeric": frozenset(it["numeric"]),
    },
    "moment": lambda it: {**it, "at": datetime.fromisoformat(it["at"])},
    "picture": lambda it: {**it, "content": base64.b64decode(it["content"])},
    "file": lambda it: {**it, "content": base64.b64decode(it["content"])},
}
