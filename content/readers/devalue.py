"""Values as pages made by Nuxt and Svelte carry them: the flat form of the library devalue.

https://github.com/Rich-Harris/devalue: one list; the first entry is the value; in its containers stand the places of
their parts in the list, negative numbers are special values, and a list that begins with a text is a value of that
kind (a date, a set, a wrapper of the framework).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MOST_STEPS = 1_000_000
"""So many places may be followed: a small list can mean a very large value."""
_SPECIAL = range(-6, 0)
"""Places of no value, of numbers that JSON lacks, and the like."""
_PLAIN = ("Date", "BigInt", "RegExp", "URL", "URLSearchParams")


class DevalueError(ValueError):
    """The list is none of that form."""


def texts(flat: Sequence[Any]) -> list[str]:
    """Every text that the value holds, each once, in the sequence in which they are come upon. Raises DevalueError."""
    found: dict[str, None] = {}
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        place = waiting.pop()
        if place in seen or place in _SPECIAL:
            continue
        if not 0 <= place < len(flat) or len(seen) > MOST_STEPS:
            raise DevalueError(f"there is no value {place}")
        seen.add(place)
        value = flat[place]
        if isinstance(value, str):
            found[value] = None
        waiting += reversed(_parts(value))
    return list(found)


def _parts(value: Any) -> list[int]:  # noqa: ANN401  JSON
    """The places of what a value is made of."""
    match value:
        case [str(kind), *rest] if kind in _PLAIN:
            return []
        case ["null", *rest]:  # an object without a prototype: its keys stand here themselves
            return _places(rest[1::2])
        case [str(), *rest]:
            return _places(rest)
        case list():
            return _places(value)
        case dict():
            return _places(list(value.values()))
        case _:
            return []


def _places(parts: Sequence[Any]) -> list[int]:
    if not all(isinstance(each, int) and not isinstance(each, bool) for each in parts):
        raise DevalueError("a container holds what is no place")
    return list(parts)
