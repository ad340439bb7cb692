"""Trivia lists of Red-DiscordBot: YAML with a question a key and its accepted answers beneath.

https://docs.discord.red/en/stable/cog_guides/trivia.html and its guide to making lists. Keys in capitals are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from content.item import Kind, NumericKey, ShortKey
from content.markup import literal
from content.readers.draft import Draft, Found, Skipped, Source, UnreadableError
from content.scalars import decimal
from content.tree import ListNode, MapNode, Node, ScalarNode, read_tree

SETTINGS = ("AUTHOR", "CONFIG", "DESCRIPTION")
LOOK = 20_000


@dataclass(frozen=True, slots=True)
class RedReader:
    """Lists of questions with typed answers."""

    name: str = "red-trivia"
    title: str = "Red-DiscordBot trivia list"

    def likeness(self, source: Source) -> int:
        """Surely, where YAML has the settings of such a list; likely, where keys are questions with lists beneath."""
        if source.suffix not in (".yaml", ".yml"):
            return 0
        lines = source.content[:LOOK].decode("utf-8", "replace").splitlines()
        keys = [line for line in lines if line[:1] not in (" ", "-", "#", "") and line.rstrip().endswith(":")]
        if any(line.startswith((*(f"{word}:" for word in SETTINGS),)) for line in lines):
            return 90
        asked = sum(line.rstrip(": '\"").endswith("?") for line in keys)
        return 70 if asked and asked * 2 >= len(keys) else 0

    def read(self, source: Source) -> Found:
        """A draft a question, with all its accepted answers."""
        tree = read_tree(source.content, source.name)
        skipped = [Skipped(fault.line, fault.message, fault.remedy) for fault in tree.faults]
        drafts, told = list[Draft](), {each.line for each in skipped}
        for asked, node in _entries(tree.root):
            accepted = tuple(_accepted(node))
            if asked.line in told:
                continue
            if accepted:
                drafts.append(_draft(asked, accepted))
            else:
                skipped.append(Skipped(asked.line, asked.value, "no accepted answer is beneath it"))
        if not drafts:
            first = skipped[0] if skipped else Skipped(0, "it is no list of questions", "write answers beneath each")
            raise UnreadableError(f"{first.what}: {first.why}", first.line)
        return Found(drafts, skipped, title=PurePosixPath(source.name).stem)


READER = RedReader()


def _entries(root: Node | None) -> Iterator[tuple[ScalarNode, Node]]:
    """The questions with what is beneath them."""
    if isinstance(root, MapNode):
        yield from ((root.keys[key], node) for key, node in root.values.items() if key not in SETTINGS)


def _accepted(node: Node) -> Iterator[str]:
    """The answers: a list of texts, or one text alone."""
    for each in node.nodes if isinstance(node, ListNode) else (node,):
        if isinstance(each, ScalarNode) and each.value.strip():
            yield each.value.strip()


def _draft(asked: ScalarNode, accepted: tuple[str, ...]) -> Draft:
    stem = literal(asked.value)
    if len(accepted) == 1 and decimal(accepted[0]) is not None:
        return Draft(stem, asked.line, kind=Kind.NUMERIC, numeric=NumericKey(accepted[0]))
    return Draft(stem, asked.line, kind=Kind.SHORT, short=ShortKey(tuple(dict.fromkeys(accepted))))
