"""What is too long for a message of Slack's is left out where it ends, and an ellipsis says so.

A message is never refused for its length: its passages are given less and less room until all of it fits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from adapters.slack.rich import Element

ROOMS = (9000, 4500, 2250, 1100, 550, 250, 100)
"""Characters that a passage gets, as JSON. Slack takes 10,000 in a piece of text."""
UNBOUNDED = 1_000_000
LONGEST = 12_500
"""Characters of a message's blocks as JSON; Slack answers `msg_blocks_too_long` from some 13,200 on."""
MOST = 50
"""Blocks of a message: https://docs.slack.dev/reference/methods/chat.postMessage."""
ELLIPSIS = "…"
LEAF = 60
"""Characters of the JSON around a text."""


def fitting(drawn: Callable[[int], list[Element]]) -> list[Element]:
    """The blocks that are drawn with the most room for each passage with which a message can hold them."""
    for room in ROOMS:
        blocks = drawn(room)
        if len(blocks) > MOST:
            more = {"type": "plain_text", "text": ELLIPSIS}
            blocks = [*blocks[: MOST - 1], {"type": "context", "elements": [more]}]
        if _length(blocks) <= LONGEST:
            break
    return blocks


def is_whole(drawn: Callable[[int], list[Element]]) -> bool:
    """Whether a message can hold all that there is to be drawn."""
    blocks = drawn(ROOMS[0])
    return len(blocks) <= MOST and _length(blocks) <= LONGEST and blocks == drawn(UNBOUNDED)


def capped(room: int, most: int) -> int:
    """The room for a text of which Slack takes no more than `most` characters; to see whether all of it is shown, none
    is left out.
    """
    return room if room >= UNBOUNDED else min(room, most)


def shortened(elements: Iterable[Element], room: int) -> list[Element]:
    """As many elements of a rich text as go into so many characters; the last one ends in an ellipsis if not all do."""
    kept: list[Element] = []
    for element in elements:
        length = _length(element)
        if length > room:
            return [*kept, _begun(element, room)]
        kept.append(element)
        room -= length
    return kept


def _begun(element: Element, room: int) -> Element:
    """The beginning of an element."""
    if "elements" in element:
        return {**element, "elements": shortened(element["elements"], room - LEAF)}
    begun = str(element["text"])[: max(0, room - LEAF)].rstrip()
    style = {"style": element["style"]} if "style" in element else {}
    return {"type": "text", "text": f"{begun}{ELLIPSIS}", **style}


def _length(found: Element | list[Element]) -> int:
    return len(json.dumps(found, ensure_ascii=False, separators=(",", ":")))
