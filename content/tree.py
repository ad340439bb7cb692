"""Strict YAML: a file becomes a tree of text, lists and mappings that know their places, and a list of what is wrong.

Every scalar stays the string that was written (`no` is "no", `010` is "010"). Anchors, aliases, tags, directives,
duplicate keys, a second document and characters that hide or reorder text are faults. The tree is built from the event
stream without recursion, so that depth and size are limited before anything grows: libyaml's own composer overflows the
stack at 200,000 levels, its event stream does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import yaml

from content.faults import Fault, cite

MOST_BYTES = 5_000_000
"""The largest file that is read."""
MOST_LEVELS = 12
"""How deep lists and mappings may lie in each other."""
MOST_NODES = 400_000
"""How many pieces of text, lists, mappings and keys a file may hold."""
MOST_FAULTS = 500
"""How many faults of one file are told; reading stops there."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
"""Characters that no file may hold: they hide or reorder text, or control a terminal."""
_BREAK = re.compile(r"\r\n|\r|\n")
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*%")


class ScalarNode(NamedTuple):
    """A piece of text, exactly as written once quotes and folding are undone."""

    value: str
    line: int
    column: int


class ListNode(NamedTuple):
    """A list."""

    nodes: tuple[Node, ...]
    line: int
    column: int


class MapNode(NamedTuple):
    """A mapping: `values` by key, and `keys` for the places of the keys themselves. Both in the order of the file."""

    values: dict[str, Node]
    keys: dict[str, ScalarNode]
    line: int
    column: int


# Tuples, as a file holds thousands of nodes and a frozen dataclass takes three times as long to make.
Node: TypeAlias = ScalarNode | ListNode | MapNode


@dataclass(frozen=True, slots=True)
class Tree:
    """What was read. `root` is None when the file could not be read to its end; else it is whole."""

    root: Node | None
    faults: tuple[Fault, ...]


def at(node: Node, *path: str | int) -> Node:
    """The node at `path` (keys and indexes) under `node`, or the last one on the way that exists."""
    for step in path:
        if isinstance(node, MapNode) and step in node.values:
            node = node.values[str(step)]
        elif isinstance(node, ListNode) and isinstance(step, int) and 0 <= step < len(node.nodes):
            node = node.nodes[step]
        else:
            break
    return node


def read_tree(source: bytes, file: str) -> Tree:
    """Read `source`, the bytes of `file` (the name used in faults). Raises nothing, whatever the bytes are."""
    faults: list[Fault] = []
    text = _decode(source, file, faults)
    if text is None:
        return Tree(None, tuple(faults))
    builder = _Builder(file, faults)
    try:
        builder.build(text)
    except _StopError:
        return Tree(None, tuple(faults))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        faults.append(_syntax(error, file))
        return Tree(None, tuple(faults))
    return Tree(builder.root, tuple(faults))


def _decode(source: bytes, file: str, faults: list[Fault]) -> str | None:
    """The text of the file with hidden characters told and blotted out, so that the rest of it is checked as well."""
    if len(source) > MOST_BYTES:
        size = f"the file has more than {MOST_BYTES // 1_000_000} MB"
        faults.append(Fault(file, 1, 1, size, "split it into several files of the same folder"))
        return None
    try:
        text = source.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        line, column = _place(source[: error.start].decode(errors="replace"))
        message = f"byte 0x{source[error.start]:02x} is not UTF-8"
        faults.append(Fault(file, line, column, message, "save the file with the encoding UTF-8"))
        return None
    for found in _few(HIDDEN.finditer(text)):
        line, column = _place(text[: found.start()])
        faults.append(Fault(file, line, column, *_hidden(found[0])))
    if _DIRECTIVE.match(text):
        line, column = _place(text[: text.index("%")])
        faults.append(Fault(file, line, column, "YAML directives (`%…`) are not allowed", "delete this line"))
        return None
    return HIDDEN.sub("\ufffd", text)


def _few(found: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    """The first 50, as each costs a look through the text before it."""
    return (match for _, match in zip(range(50), found, strict=False))


def _place(before: str) -> tuple[int, int]:
    """Line and column, from 1, of what follows `before`."""
    lines = _BREAK.split(before)
    return len(lines), len(lines[-1]) + 1


def _hidden(character: str) -> tuple[str, str]:
    kind = "reorders text" if "\u202a" <= character <= "\u2069" else "cannot be seen"
    return f"the character U+{ord(character):04X}, which {kind}, is not allowed", "delete it and type the text again"


class _StopError(Exception):
    """The fault just added makes reading on pointless or dangerous."""


@dataclass(slots=True)
class _Builder:
    """Turns events into nodes. A mapping under construction is a list of its keys and values in turn."""

    file: str
    faults: list[Fault]
    root: Node | None = None
    count: int = 0
    open: list[tuple[list[Node], int, int]] = field(default_factory=list)

    def build(self, text: str) -> None:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.ScalarEvent):
                self.scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self.start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.end(event)
            elif isinstance(event, yaml.AliasEvent):
                self.fault(event, f"aliases ({cite(f'*{event.anchor}')}) are not allowed", "write the text out again")
                self.add(ScalarNode(f"*{event.anchor}", *_start(event)))
            elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
                self.stop(event, "a second document starts here", "delete the line `---` or use a file for each")
        if self.root is None:
            self.faults.append(Fault(self.file, 1, 1, "the file is empty", "write it, or delete the file"))

    def scalar(self, event: yaml.ScalarEvent) -> None:
        value = event.value
        if event.anchor or event.tag:
            self.marks(event)
        if event.style == '"' and (hidden := HIDDEN.search(value)):
            self.fault(event, *_hidden(hidden[0]))
            value = HIDDEN.sub("\ufffd", value)
        self.add(ScalarNode(value, *_start(event)))

    def start(self, event: yaml.CollectionStartEvent) -> None:
        if event.anchor or event.tag:
            self.marks(event)
        if len(self.open) == MOST_LEVELS:
            remedy = f"lists and mappings may lie at most {MOST_LEVELS} deep in each other: take some levels out"
            self.stop(event, "this is nested too deep", remedy)
        self.open.append(([], *_start(event)))

    def end(self, event: yaml.CollectionEndEvent) -> None:
        nodes, line, column = self.open.pop()
        mapped = isinstance(event, yaml.MappingEndEvent)
        self.add(self.mapping(nodes, line, column) if mapped else ListNode(tuple(nodes), line, column))

    def marks(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor:
            self.fault(
                event,
                f"anchors ({cite('&' + event.anchor)}) are not allowed",
                "delete it and write the text out where needed",
            )
        if event.tag:
            self.fault(event, f"tags ({cite(event.tag)}) are not allowed", "delete it: everything is read as text")

    def add(self, node: Node) -> None:
        self.count += 1
        if self.count > MOST_NODES:
            message = f"the file holds more than {MOST_NODES:,} entries"
            self.faults.append(Fault(self.file, node.line, node.column, message, "split it into several files"))
            raise _StopError
        if self.open:
            self.open[-1][0].append(node)
        else:
            self.root = node

    def mapping(self, pairs: list[Node], line: int, column: int) -> MapNode:
        values: dict[str, Node] = {}
        keys: dict[str, ScalarNode] = {}
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                self.note(key, "a list or a mapping cannot be a key", "write a word and a colon")
            elif key.value in keys:
                first = keys[key.value].line
                self.note(
                    key,
                    f"the key {cite(key.value)} is here (line {key.line}) and on line {first}",
                    "delete one of them",
                )
            else:
                keys[key.value] = key
                values[key.value] = value
        return MapNode(values, keys, line, column)

    def note(self, node: Node, message: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, node.line, node.column, message, remedy))
        if len(self.faults) >= MOST_FAULTS:
            raise _StopError

    def fault(self, event: yaml.Event, message: str, remedy: str) -> None:
        self.note(ScalarNode("", *_start(event)), message, remedy)

    def stop(self, event: yaml.Event, message: str, remedy: str) -> None:
        self.fault(event, message, remedy)
        raise _StopError


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


_REMEDIES = (
    ("mapping values are not allowed", "put text that holds `: ` in quotes, and check the indentation"),
    (
        "could not find expected ':'",
        "a key needs a colon and a space; text over several lines needs `|` and indentation",
    ),
    ("cannot start any token", "indent with spaces, not tabs, and put text that begins with @, ` or % in quotes"),
    ("unknown escape", "in double quotes a backslash is written twice; use single quotes or `|` for LaTeX and code"),
    ("hexdecimal", "in double quotes a backslash is written twice; use single quotes or `|` for LaTeX and code"),
    ("Unicode character escape", "in double quotes a backslash is written twice; write the character itself"),
    ("unexpected end of stream", "close the quote that is opened here"),
    ("document indicator", "close the quote that is opened before this line"),
    ("did not find expected key", "check the indentation of this line, and that quotes and brackets are closed"),
    ("expected '-' indicator", "check the indentation of this line: each entry of the list begins with `- `"),
    ("expected ',' or", "close the bracket, or put a comma between the entries"),
    ("unknown alias", "put text that begins with * in quotes"),
    ("alphabetic or numeric", "put text that begins with * or & in quotes"),
)


def _syntax(error: Exception, file: str) -> Fault:
    """The fault for what the YAML parser said, at the place where its reader should look."""
    problem = str(getattr(error, "problem", None) or "it cannot be read")
    mark = getattr(error, "problem_mark", None)
    if "end of stream" in problem:
        mark = getattr(error, "context_mark", None) or mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    remedy = next(
        (remedy for part, remedy in _REMEDIES if part in problem), "check the quotes and the indentation here"
    )
    return Fault(file, line, column, f"this is not YAML: {problem}", remedy)
