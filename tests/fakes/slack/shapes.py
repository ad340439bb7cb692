"""Small checks of JSON, put together to the shapes of Slack's blocks. Each tells what is wrong, in Slack's form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
"""What is wrong with a value that stands at a JSON pointer."""


def wrong(what: str, where: str) -> str:
    """One line of `response_metadata.messages`."""
    return f"[ERROR] {what} [json-pointer:{where}]"


def string(most: int, least: int = 1, pattern: str = "") -> Check:
    """A text of so many characters."""

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield wrong("must be a string", where)
        elif len(value) > most:
            yield wrong(f"must be less than {most + 1} characters", where)
        elif len(value) < least:
            yield wrong(f"must be more than {least - 1} characters", where)
        elif pattern and not re.fullmatch(pattern, value):
            yield wrong(f"input must match regex pattern: {pattern}", where)

    return check


def boolean(value: Any, where: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield wrong("must be a boolean", where)


def integer(low: int, high: int) -> Check:
    """A whole number."""

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            yield wrong(f"must be an integer from {low} to {high}", where)

    return check


def one_of(*values: str) -> Check:
    """One of a few words."""

    def check(value: Any, where: str) -> Iterator[str]:
        if value not in values:
            yield wrong(f"must be one of {', '.join(values)}", where)

    return check


def every(check: Check, most: int, least: int = 1) -> Check:
    """A list of so many."""

    def check_all(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield wrong("must be an array", where)
            return
        if len(value) > most:
            yield wrong(f"no more than {most} items allowed", where)
        if len(value) < least:
            yield wrong(f"no fewer than {least} items allowed", where)
        for index, each in enumerate(value):
            yield from check(each, f"{where}/{index}")

    return check_all


def record(needed: str = "", /, **fields: Check) -> Check:
    """An object with these keys and no others; `needed` names those that must be there."""

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong("must be an object", where)
            return
        yield from (wrong(f"missing required field: {key}", where) for key in needed.split() if key not in value)
        for key, each in value.items():
            if key in fields:
                yield from fields[key](each, f"{where}/{key}")
            elif key != "type":
                yield wrong(f"invalid additional property: {key}", where)

    return check


def typed(**kinds: Check) -> Check:
    """An object that is checked by its `type`."""

    def check(value: Any, where: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            yield wrong("missing required field: type", where)
        elif kind not in kinds:
            yield wrong(f"unsupported type: {kind}", f"{where}/type")
        else:
            yield from kinds[kind](value, where)

    return check


def both(*checks: Check) -> Check:
    """All of the checks."""

    def check(value: Any, where: str) -> Iterator[str]:
        for each in checks:
            yield from each(value, where)

    return check


def exactly_one(*keys: str) -> Check:
    """An object has one of these keys."""

    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, dict) and sum(key in value for key in keys) != 1:
            yield wrong(f"must define either `{'` or `'.join(keys)}`", where)

    return check


def at_least_one(*keys: str) -> Check:
    """An object has one or more of these keys."""

    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, dict) and not any(key in value for key in keys):
            yield wrong(f"must define either `{'` or `'.join(keys)}`", where)

    return check
