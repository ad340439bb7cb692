"""Time zones by their IANA name."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache
from heapq import nsmallest
from zoneinfo import ZoneInfo, available_timezones

HOST_DEPENDENT = frozenset({"Factory", "localtime"})
USUAL = ("UTC", "Europe/London", "America/New_York")
LONGEST_NAME = 40


class ZoneError(ValueError):
    """`name` is no IANA time zone; `suggestions` are three that might be meant."""

    def __init__(self, name: str, suggestions: tuple[str, str, str]) -> None:
        first, second, third = suggestions
        shown = name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"
        super().__init__(f"{shown!r} is no time zone: did you mean {first}, {second} or {third}?")
        self.name = name
        self.suggestions = suggestions


def find_zone(name: str) -> ZoneInfo:
    """The zone of that IANA name, exactly as written; raises `ZoneError` with three suggestions."""
    if name not in _names():
        raise ZoneError(name, _suggest(name))
    return ZoneInfo(name)


def zone_named(text: str) -> str:
    """The IANA name that a text spells in any case, and with spaces for underscores, as it is written; raises
    `ZoneError`.
    """
    found = _by_plain_name().get(_plain(text))
    return found or find_zone(text).key


def zone_names() -> tuple[str, ...]:
    """Every IANA name, ascending."""
    return tuple(_by_plain_name().values())


@cache
def _by_plain_name() -> dict[str, str]:
    return {_plain(name): name for name in sorted(_names())}


@cache
def _names() -> frozenset[str]:
    """Reads the time-zone folders once a process, as ZoneInfo does."""
    return frozenset(available_timezones() - HOST_DEPENDENT)


def _suggest(name: str) -> tuple[str, str, str]:
    wanted = _plain(name[:LONGEST_NAME])
    if not wanted:
        return USUAL
    first, second, third = nsmallest(3, sorted(_names()), key=lambda zone: -_likeness(wanted, zone))
    return first, second, third


def _likeness(wanted: str, zone: str) -> float:
    """How alike two names are (0 to 2), by the whole name or by its last part, the city."""
    return max(_alike(wanted, _plain(known)) for known in (zone, zone.rpartition("/")[2]))


def _alike(wanted: str, known: str) -> float:
    """The share of text in common, and 1 more where one begins the other."""
    begins = known.startswith(wanted) or wanted.startswith(known)
    return SequenceMatcher(None, wanted, known).ratio() + begins


def _plain(name: str) -> str:
    return name.strip().replace("_", " ").casefold()
