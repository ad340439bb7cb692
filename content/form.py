"""Forms: what a YAML file may hold, declared once, checked against a tree, published as JSON Schema (`content.schema`).

A form is a value built from the classes below. `check(form, node, file)` gives plain Python values and every fault with
its line, column and remedy. A part with a fault is left out of its mapping, and is None in its list, so that indexes
stay those of the file: `content.tree.at(node, *path)` finds the place of a value for checks that forms cannot express.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from content.faults import Fault, cite
from content.scalars import BROKEN, SHAPES, Duration, Number, Parsed, Report, Text, Word, YesNo, choose, some
from content.tree import ListNode, MapNode, Node, ScalarNode

__all__ = [
    "ABSENT",
    "BROKEN",
    "Checked",
    "Duration",
    "Either",
    "Field",
    "Form",
    "Keyed",
    "Number",
    "Parsed",
    "Record",
    "Report",
    "Several",
    "Text",
    "Variant",
    "Word",
    "YesNo",
    "check",
    "choose",
]

ABSENT: Final = object()
"""The default of a field that has none."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a form made of a tree: `value` (None where nothing could be read) and every fault, sorted."""

    value: Any
    faults: tuple[Fault, ...]


def check(form: Form, node: Node, file: str, name: str = "the file") -> Checked:
    """Read `node` of `file` as `form` says. `name` is what messages call it."""
    report = Report(file)
    value = form.read(node, report, name)
    faults = sorted(report.faults, key=lambda fault: (fault.line, fault.column))
    return Checked(None if value is BROKEN else value, tuple(faults))


@dataclass(frozen=True, slots=True)
class Several:
    """A list of `least` to `most` entries; where `lone`, a single entry may be written without the list."""

    each: Form
    least: int = 0
    most: int = 1000
    lone: bool = False

    def read(self, node: Node, report: Report, name: str) -> object:
        """A list as long as the one in the file, with None for each entry that has a fault."""
        if self.lone and not isinstance(node, ListNode):
            alone = self.each.read(node, report, name)
            return BROKEN if alone is BROKEN else [alone]
        if not isinstance(node, ListNode):
            return report.add(
                node, f"{name} is {SHAPES[type(node)]}, not a list", "write each entry on a line after `- `"
            )
        count = len(node.nodes)
        if not self.least <= count <= self.most:
            amount = f"{self.least:,}" if self.least == self.most else f"{self.least:,} to {self.most:,}"
            report.add(node, f"{name} has {count:,} {'entry' if count == 1 else 'entries'}", f"give it {amount}")
        entries = node.nodes[: self.most]
        found = [self.each.read(entry, report, f"entry {at} of {name}") for at, entry in enumerate(entries, 1)]
        return [None if value is BROKEN else value for value in found]


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a record: its form, what it is for, and what it is when absent (nothing, unless `default` says so)."""

    form: Form
    about: str
    required: bool = False
    default: Any = ABSENT


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with the keys named in `fields`. `what` is what messages call it ("an item")."""

    what: str
    fields: Mapping[str, Field]
    about: str = ""

    def read(self, node: Node, report: Report, name: str) -> object:
        """A dict with the fields that are there without a fault, and the defaults of those that are absent."""
        if not isinstance(node, MapNode):
            return report.add(
                node, f"{name} is {SHAPES[type(node)]}, not a mapping", f"write it with keys: {some(self.fields)}"
            )
        found: dict[str, object] = {}
        for key, value in node.values.items():
            if key not in self.fields:
                report.add(node.keys[key], f"unknown key {cite(key)} in {self.what}", choose(key, self.fields))
                continue
            part = self.fields[key].form.read(value, report, f"`{key}`")
            if part is not BROKEN:
                found[key] = part
        self._complete(node, found, report)
        return found

    def _complete(self, node: MapNode, found: dict[str, object], report: Report) -> None:
        for key, part in self.fields.items():
            if key in node.values:
                continue
            if part.required:
                report.add(node, f"`{key}` is missing from {self.what}", f"add `{key}:` ({part.about})")
            elif part.default is not ABSENT:
                found[key] = part.default


@dataclass(frozen=True, slots=True)
class Keyed:
    """A mapping with keys of the author's choosing, each of the form `key`, to values of the form `each`."""

    key: Text | Parsed
    each: Form
    most: int = 1000

    def read(self, node: Node, report: Report, name: str) -> object:
        """A dict without the entries that have a fault."""
        if not isinstance(node, MapNode):
            return report.add(
                node, f"{name} is {SHAPES[type(node)]}, not a mapping", "write each entry as `key: value`"
            )
        if len(node.values) > self.most:
            return report.add(node, f"{name} has {len(node.values):,} entries", f"give it at most {self.most:,}")
        found: dict[object, object] = {}
        for key, value in node.values.items():
            named = self.key.read(node.keys[key], report, f"a key of {name}")
            part = self.each.read(value, report, f"`{key}`")
            if part is not BROKEN and named is not BROKEN:
                found[named] = part
        return found


@dataclass(frozen=True, slots=True)
class Variant:
    """A mapping whose field `by` says which of `records` it is, such as an item by its kind."""

    by: str
    about: str
    records: Mapping[str, Record]

    def read(self, node: Node, report: Report, name: str) -> object:
        """What the chosen record reads. Without one, the keys that no record knows."""
        if not isinstance(node, MapNode):
            what = next(iter(self.records.values()))
            return what.read(node, report, name)
        chosen = node.values.get(self.by)
        if isinstance(chosen, ScalarNode) and chosen.value in self.records:
            return self.records[chosen.value].read(node, report, name)
        known = {key: self.by for record in self.records.values() for key in record.fields}
        for key in node.values:
            if key not in known:
                report.add(node.keys[key], f"unknown key {cite(key)} in {name}", choose(key, known))
        if chosen is None:
            report.add(node, f"`{self.by}` is missing from {name}", f"add `{self.by}:` ({self.about})")
        else:
            Word(self.records).read(chosen, report, f"`{self.by}`")
        return BROKEN


@dataclass(frozen=True, slots=True)
class Either:
    """Text or a list or a mapping, each with a form of its own; at least two are given."""

    text: Form | None = None
    listed: Form | None = None
    mapping: Form | None = None

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms that are given."""
        return tuple(form for form in (self.text, self.listed, self.mapping) if form is not None)

    def read(self, node: Node, report: Report, name: str) -> object:
        """What the form for this shape of node reads."""
        form = {ScalarNode: self.text, ListNode: self.listed, MapNode: self.mapping}[type(node)]
        return (form or self.forms[0]).read(node, report, name)


Form: TypeAlias = Text | Word | Number | YesNo | Duration | Parsed | Several | Record | Keyed | Variant | Either
