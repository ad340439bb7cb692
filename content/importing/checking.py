"""What `content check` would say of an item that is not in a file yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from content.form import Report
from content.item import Item
from content.layout import BROUGHT_ITEM
from content.sense import Sight, check_sense
from content.tree import ListNode, MapNode, Node, ScalarNode
from content.writers.pack import item_value

_NAMED = "p/the-item"


def fault_of(item: Item, file: str) -> str:
    """The first fault of the item and what to do about it, or "". Its names and its picture are not looked at."""
    unseen = {name: replace(part, picture_alt="") for name, part in item.translations.items()}
    named = replace(item, id=_NAMED, topic="topic", concept="concept", picture=None, translations=unseen)
    node, report = _node(item_value(named)), Report(file)
    read: Any = BROUGHT_ITEM.read(node, report, "the item")
    if not report.faults:
        check_sense(Sight(read, node, report, Path(), ()))
    return f"{report.faults[0].message}; {report.faults[0].remedy}" if report.faults else ""


def _node(value: Any) -> Node:  # noqa: ANN401  what is written as YAML
    """The value as reading it from YAML would give it, at no place of a file."""
    if isinstance(value, str):
        return ScalarNode(value, 1, 1)
    if isinstance(value, dict):
        values = {key: _node(part) for key, part in value.items()}
        return MapNode(values, {key: ScalarNode(key, 1, 1) for key in values}, 1, 1)
    return ListNode(tuple(map(_node, value)), 1, 1)
