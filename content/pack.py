"""Reading a pack of format v1: all its files, with every fault in them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from content.faults import Fault, cite
from content.folder import read_source, sources
from content.form import Field, Record, Report, Several, Text, Variant, check
from content.item import Item
from content.layout import BROUGHT_ITEM, HEADER, ITEM, MOST_ITEMS
from content.making import make_item
from content.record import Loaded, Pack
from content.sense import Sight, check_sense
from content.tree import MOST_FAULTS, ListNode, MapNode, Node, ScalarNode, read_tree

__all__ = ["Loaded", "Pack", "load_pack"]

_LIST = Several(Text())
_HEADER = Record("a pack", {**HEADER, "items": Field(_LIST, "its items")})
_PART = Record("a file of items", {"items": Field(_LIST, "the items of this file", required=True)})
"""The frames of files: their items are read one by one, so that one with a fault does not spoil the others."""


def load_pack(path: Path, progress: Callable[[str], None] = lambda _: None) -> Loaded:
    """Read the pack at `path`, a folder or a file. Raises nothing: what is wrong is in `faults`, sorted by place.

    `progress` is told the name of each file before it is read. Files are read in this process: see `content.guard`.
    """
    found = sources(path)
    reading = _Reading(path, list(found.faults))
    for index, file in enumerate(found.files):
        progress(str(file))
        reading.read(file, first=index == 0)
    return Loaded(reading.pack, tuple(reading.items), tuple(reading.faults))


@dataclass(slots=True)
class _Reading:
    """A pack on its way in."""

    path: Path
    faults: list[Fault]
    pack: Pack | None = None
    languages: tuple[str, ...] = ()
    form: Variant = ITEM
    items: list[Item] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def read(self, file: Path, *, first: bool) -> None:
        """Read one file and keep what is well in it."""
        source = read_source(file, self.path)
        if isinstance(source, Fault):
            self.faults.append(source)
            return
        tree = read_tree(source, str(file))
        faults = list(tree.faults)
        if tree.root is not None:
            faults += self._frame(tree.root, str(file), first=first)
            faults += self._items(tree.root, str(file), whole=not tree.faults)
        faults.sort(key=lambda fault: (fault.line, fault.column))
        self.faults += faults[:MOST_FAULTS]
        if len(faults) > MOST_FAULTS:
            rest = f"{len(faults) - MOST_FAULTS:,} more faults in this file are not shown"
            remedy = "correct those above and check again"
            self.faults.append(Fault(str(file), faults[MOST_FAULTS].line, 1, rest, remedy))

    def _frame(self, root: Node, file: str, *, first: bool) -> Sequence[Fault]:
        """Check all but the items of a file, and take the header from the first one."""
        if isinstance(root, MapNode) and isinstance(listed := root.values.get("items"), ListNode):
            root = root._replace(values={**root.values, "items": listed._replace(nodes=())})
        if not first:
            return check(_PART, root, file).faults
        header = check(_HEADER, root, file, "the pack")
        value: dict[str, Any] = header.value or {}
        self.languages = tuple(language for language in value.get("languages", ()) if language)
        self.form = BROUGHT_ITEM if "source" in value else ITEM
        if not header.faults:
            given = {key: part for key, part in value.items() if key not in {"format", "items"}}
            lists = {"languages": self.languages, "authors": tuple(value.get("authors", ()))}
            self.pack = Pack(**{**given, **lists, "path": str(self.path)})
        return header.faults

    def _items(self, root: Node, file: str, *, whole: bool) -> Iterator[Fault]:
        """Check the items of a file one by one; one without a fault is kept."""
        listed = root.values.get("items") if isinstance(root, MapNode) else None
        if not isinstance(listed, ListNode):
            return
        if len(listed.nodes) > MOST_ITEMS:
            message = f"the file lists {len(listed.nodes):,} items, more than {MOST_ITEMS:,}"
            yield Fault(file, listed.line, listed.column, message, "put some of them into another file")
        for number, node in enumerate(listed.nodes[:MOST_ITEMS], 1):
            report = Report(file)
            value = self._item(node, report, f"item {number}")
            yield from report.faults
            if value is not None and not report.faults and whole and self.pack:
                self.items.append(make_item(value, self.path, self.pack.id, f"{file}:{node.line}"))

    def _item(self, node: Node, report: Report, name: str) -> dict[str, Any] | None:
        value = self.form.read(node, report, name)
        if isinstance(node, MapNode) and isinstance(own := node.values.get("id"), ScalarNode):
            self._check_id(own, report)
        if not isinstance(value, dict):
            return None
        check_sense(Sight(value, node, report, self.path, self.languages))
        return value

    def _check_id(self, own: ScalarNode, report: Report) -> None:
        place = f"{report.file}:{own.line}"
        first = self.places.setdefault(own.value, place)
        if first != place and own.value:
            report.add(own, f"the id {cite(own.value)} is here and at {first}", "give each item an id of its own")
