"""What is too long for a message of Discord's is left out where it ends, and an ellipsis says so.

A message is never refused for its length: its passages are given less and less room until all of it fits.
Limits by https://docs.discord.com/developers/components/reference.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any

from adapters.discord.runs import ELLIPSIS

Element = dict[str, Any]

TEXT = 10
MOST = 40
"""Components of a message, those within others too."""
MOST_TEXT = 4000
"""Characters of all texts of a message together."""
LEAST_ROOM = 24
"""Characters that a passage gets in any case."""


def text(content: str) -> Element:
    """A text display."""
    return {"type": TEXT, "content": content}


def fitting(drawn: Callable[[int], list[Element]]) -> list[Element]:
    """The components that are drawn with the most room for each passage with which a message can hold them. Its
    container counts among them.
    """
    whole = drawn(MOST_TEXT)
    if not _exceeds(whole):
        return _counted(whole)
    room = bisect_left(range(MOST_TEXT), True, LEAST_ROOM, key=lambda room: _exceeds(drawn(room))) - 1  # noqa: FBT003  what is looked for
    return _measured(_counted(drawn(max(LEAST_ROOM, room))))


def is_whole(components: list[Element]) -> bool:
    """Whether a message can hold all of that beside its container."""
    return not _exceeds(components) and _counted(components) == components


def cut(content: str, limit: int) -> str:
    """At most so many characters, with an ellipsis where some are left out."""
    return content if len(content) <= limit else f"{content[: limit - 1].rstrip()}{ELLIPSIS}"


def _exceeds(components: list[Element]) -> bool:
    """Whether the texts that a message has room for are too long together."""
    return sum(map(_length, _counted(components))) > MOST_TEXT


def _counted(components: list[Element]) -> list[Element]:
    """As many of them as a message holds beside its container; an ellipsis stands for the rest."""
    return _kept(components, lambda each: sum(1 for _ in _with_those_in(each)), MOST - 1, 1)


def _measured(components: list[Element]) -> list[Element]:
    """As many of them as there is room for their texts."""
    return _kept(components, _length, MOST_TEXT, len(ELLIPSIS))


def _kept(components: list[Element], size: Callable[[Element], int], most: int, ending: int) -> list[Element]:
    """The components up to a sum of sizes, the last one an ellipsis of the size `ending` if not all are kept."""
    sizes = [size(each) for each in components]
    if sum(sizes) <= most:
        return components
    kept = next(n for n in range(len(sizes) + 1) if sum(sizes[: n + 1]) > most - ending)
    return [*components[:kept], text(ELLIPSIS)]


def _length(component: Element) -> int:
    return len(str(component.get("content", "")))


def _with_those_in(component: Element) -> Iterator[Element]:
    yield component
    for each in component.get("components", ()):
        yield from _with_those_in(each)
