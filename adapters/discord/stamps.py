"""Stamps: what a message of ours is found again by.

Discord keeps the number that a component was given, so the first two components of a message have numbers made of the
stamp: https://docs.discord.com/developers/components/reference (Anatomy of a Component). All others have none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.discord.fitting import Element

LOWEST = 1000
"""Below it are the numbers that Discord gives to components without one."""
NUMBERS = 2**31 - LOWEST

Ids = tuple[int, int]


def stamp_ids(stamp: str) -> Ids:
    """Two different numbers of a component, made of the stamp: 62 bits, so that no two stamps of a hall share them."""
    digest = hashlib.sha256(stamp.encode()).digest()
    first, second = (int.from_bytes(digest[start : start + 8]) % NUMBERS for start in (0, 8))
    second = second if second != first else (first + 1) % NUMBERS
    return LOWEST + first, LOWEST + second


def stamped(components: Sequence[Element], stamp: str) -> list[Element]:
    """The components of a message with the stamp in them."""
    return numbered(components, stamp_ids(stamp))


def numbered(components: Sequence[Element], ids: Ids) -> list[Element]:
    """The components of a message with the numbers of a stamp."""
    (container, *rest) = components
    (first, *others) = container["components"]
    outer, inner = ids
    return [{**container, "id": outer, "components": [{**first, "id": inner}, *others]}, *rest]


def ids_of(components: Sequence[Mapping[str, Any]]) -> Ids | None:
    """The numbers of the stamp of a message with these components; None where it has none."""
    container = components[0] if components else {}
    first: Mapping[str, Any] = next(iter(container.get("components") or ()), {})
    found = container.get("id") or 0, first.get("id") or 0
    return found if min(found) >= LOWEST else None


def carries(components: Sequence[Mapping[str, Any]], stamp: str) -> bool:
    """Whether a message with these components has the stamp."""
    return ids_of(components) == stamp_ids(stamp)
