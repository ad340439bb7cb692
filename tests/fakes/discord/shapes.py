"""Small checks of JSON, put together to the shapes of Discord's forms. Each tells what is wrong, in Discord's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.fakes.discord.facts import Wrong

Path = tuple[str | int, ...]
Check = Callable[[Any, Path], Iterator[Wrong]]
"""What is wrong with a value that stands at a path."""
SNOWFLAKE = re.compile(r"\d{1,20}")


def too_long(most: int, where: Path) -> Wrong:
    """What Discord says of long texts and lists."""
    return Wrong(where, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def string(most: int, least: int = 1, pattern: str = "") -> Check:
    """A text of so many characters."""

    def check(value: Any, where: Path) -> Iterator[Wrong]:
        if not isinstance(value, str):
            yield Wrong(where, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif len(value) > most:
            yield too_long(most, where)
        elif len(value) < least:
            yield Wrong(where, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        elif pattern and not re.fullmatch(pattern, value):
            yield Wrong(where, "STRING_TYPE_REGEX", "String value did not match validation regex.")

    return check


def boolean(value: Any, where: Path) -> Iterator[Wrong]:
    """True or false."""
    if not isinstance(value, bool):
        yield Wrong(where, "BOOLEAN_TYPE_CONVERT", 'Must be either "true" or "false".')


def integer(low: int, high: int) -> Check:
    """A whole number."""

    def check(value: Any, where: Path) -> Iterator[Wrong]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Wrong(where, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < low:
            yield Wrong(where, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {low}.")
        elif value > high:
            yield Wrong(where, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")

    return check


def snowflake(value: Any, where: Path) -> Iterator[Wrong]:
    """An id."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not SNOWFLAKE.fullmatch(str(value)):
        yield Wrong(where, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def anything(value: Any, where: Path) -> Iterator[Wrong]:
    """Whatever comes, as another check looks at it."""
    yield from ()


def mapping(value: Any, where: Path) -> Iterator[Wrong]:
    """Any object."""
    if not isinstance(value, dict):
        yield Wrong(where, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")


def one_of(*values: Any) -> Check:
    """One of a few values."""

    def check(value: Any, where: Path) -> Iterator[Wrong]:
        if value not in values:
            yield Wrong(where, "BASE_TYPE_CHOICES", f"Value must be one of {values}.")

    return check


def url(*schemes: str) -> Check:
    """An address of at most 2048 characters with one of these schemes."""

    def check(value: Any, where: Path) -> Iterator[Wrong]:
        if not isinstance(value, str) or not value.startswith(tuple(f"{each}://" for each in schemes)):
            message = f"Scheme must be one of {schemes}."
            yield Wrong(where, "URL_TYPE_INVALID_SCHEME", message)
        elif len(value) > 2048:
            yield too_long(2048, where)

    return check


def every(check: Check, most: int, least: int = 0) -> Check:
    """A list of so many."""

    def check_all(value: Any, where: Path) -> Iterator[Wrong]:
        if not isinstance(value, list):
            yield Wrong(where, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return
        if len(value) > most or len(value) < least:
            yield Wrong(where, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        for index, each in enumerate(value):
            yield from check(each, (*where, index))

    return check_all


def record(needed: str = "", /, **fields: Check) -> Check:
    """An object with these keys and no others; `needed` names those that must be there. Others may be null.

    Discord itself passes over keys that it does not know; here they are refused, for they do nothing.
    """
    required = needed.split()

    def check(value: Any, where: Path) -> Iterator[Wrong]:
        if not isinstance(value, dict):
            yield from mapping(value, where)
            return
        for key in required:
            if value.get(key) is None:
                yield Wrong((*where, key), "BASE_TYPE_REQUIRED", "This field is required")
        for key, each in value.items():
            if key not in fields:
                yield Wrong((*where, key), "UNKNOWN_FIELD", "There is no such field.")
            elif each is not None:
                yield from fields[key](each, (*where, key))

    return check


def typed(kinds: dict[int, Check]) -> Check:
    """An object that is checked by its `type`."""

    def check(value: Any, where: Path) -> Iterator[Wrong]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, int) or kind not in kinds:
            known = ", ".join(map(str, kinds))
            yield Wrong((*where, "type"), "UNION_TYPE_CHOICES", f"Value of field type must be one of ({known}).")
        else:
            yield from kinds[kind](value, where)

    return check


def both(*checks: Check) -> Check:
    """All of the checks."""

    def check(value: Any, where: Path) -> Iterator[Wrong]:
        for each in checks:
            yield from each(value, where)

    return check


def words(check: Check, keys: frozenset[str]) -> Check:
    """An object from some of the keys to values, such as texts in other languages."""

    def check_all(value: Any, where: Path) -> Iterator[Wrong]:
        if not isinstance(value, dict):
            yield Wrong(where, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return
        for key, each in value.items():
            if key not in keys:
                yield Wrong((*where, key), "ENUM_TYPE_COERCE", f'Value "{key}" is not a valid enum value.')
            yield from check(each, (*where, key))

    return check_all
