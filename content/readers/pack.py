"""Our own packs, to take items of one into another: `pack.yaml`, any other file of a pack, or a pack of one file."""

from __future__ import annotations

import re
from typing import Any

from content.faults import Fault
from content.form import Report
from content.layout import BROUGHT_ITEM, MOST_ITEMS
from content.making import bare_item
from content.readers.draft import Draft, Found, Skipped, Source, UnreadableError, draft_of
from content.tree import ListNode, MapNode, Node, ScalarNode, read_tree

_HEAD = 4_000
_FORMAT = re.compile(rb"^format:[ \t]*['\"]?1['\"]?[ \t]*(#|\r?$)", re.MULTILINE)
_ITEMS = re.compile(rb"^items:", re.MULTILINE)
_ITEM = re.compile(rb"^\s*(- )?(kind|concept|difficulty):", re.MULTILINE)
_SURE, _LIKELY = 95, 80
_WORDS = 60


class _PackReader:
    """Reads our own form, items with faults apart."""

    name = "pack"
    title = "Studyhall pack"

    def likeness(self, source: Source) -> int:
        """A header of format 1, or a list of items, in a YAML file."""
        if source.suffix not in {".yaml", ".yml"}:
            return 0
        head = source.content[:_HEAD]
        if _FORMAT.search(head) and b"languages:" in head:
            return _SURE
        return _LIKELY if _ITEMS.search(head) and _ITEM.search(head) else 0

    def read(self, source: Source) -> Found:
        """All items without faults; pictures stay names of other files. Raises UnreadableError for what is no YAML."""
        tree = read_tree(source.content, source.name)
        if tree.faults:
            raise _unreadable(tree.faults[0])
        listed = tree.root.values.get("items") if isinstance(tree.root, MapNode) else None
        header = _texts(tree.root)
        if not isinstance(tree.root, MapNode) or not (listed is None or isinstance(listed, ListNode)):
            raise UnreadableError("this is no file of a pack: it needs `items:`, a list", 1)
        read = [_item(node, source.name) for node in (listed.nodes[:MOST_ITEMS] if listed else ())]
        return Found(
            drafts=[each for each in read if isinstance(each, Draft)],
            skipped=[each for each in read if isinstance(each, Skipped)],
            topics=_texts(tree.root.values.get("topics")),
            language=_first(tree.root.values.get("languages")),
            title=header.get("title", ""),
            licence=header.get("licence", ""),
        )


READER = _PackReader()


def _unreadable(fault: Fault) -> UnreadableError:
    return UnreadableError(f"{fault.message}; {fault.remedy}", fault.line)


def _texts(node: Node | None) -> dict[str, str]:
    """The values of a mapping that are texts."""
    values = node.values if isinstance(node, MapNode) else {}
    return {key: value.value for key, value in values.items() if isinstance(value, ScalarNode)}


def _first(node: Node | None) -> str:
    first = node.nodes[0] if isinstance(node, ListNode) and node.nodes else None
    return first.value if isinstance(first, ScalarNode) else ""


def _item(node: Node, file: str) -> Draft | Skipped:
    report = Report(file)
    value: Any = BROUGHT_ITEM.read(node, report, "the item")
    if report.faults:
        fault = min(report.faults)
        known = _texts(node)
        what = known.get("id") or " ".join(known.get("stem", "").split())[:_WORDS]
        return Skipped(fault.line, what, f"{fault.message}; {fault.remedy}")
    try:
        return draft_of(bare_item(value, value["id"]), node.line)
    except (LookupError, ValueError):
        return Skipped(node.line, value["id"], "its options, key and translations do not belong together")
