"""The proofs: what is checked of every hall, each night and by `studyhall db verify`, and what to do where it fails."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.look import FARTHEST_BACK, rule_of
from bot.store import Store
from bot.store.checks import (
    INSTANT,
    answers_count_once,
    count_anew,
    file_is_sound,
    nothing_crosses_halls,
    nothing_is_overdue,
    rounds_are_settled,
)
from bot.store.columns import AnyRow
from bot.store.halls import all_schedules
from bot.store.proof import differences, rebuild
from bot.store.turns import decided_slots
from scheduler.schedule import ZoneError, next_slot, slots

RENAMED = timedelta(days=2)
"""Where a zone was changed, a slot of this name may have been due so much earlier."""
log = logging.getLogger(__name__)

REPORT = "nothing is lost by waiting; keep a backup (`studyhall db backup`) and report it with these lines"


@dataclass(frozen=True, slots=True)
class Check:
    """A named check. `find` gives a line for each fault of a hall; `remedy` says what to do, `mend` does it."""

    name: str
    promise: str
    find: Callable[[Connection, str, datetime], Iterator[str]]
    remedy: str = REPORT
    mend: Callable[[Store, str], Awaitable[object]] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found in a hall: how many faults, and the lines of the first of them."""

    check: Check
    count: int
    lines: tuple[str, ...]


def slots_are_decided(connection: Connection, hall: str, now: datetime) -> Iterator[str]:
    """Every slot that a schedule has looked past has a turn: a question, or the reason why there was none; and a
    schedule that stands is due again by its next slot.
    """
    for row in all_schedules(connection, hall):
        try:
            yield from _undecided(connection, row, now)
        except ZoneError as error:
            yield f"schedule {row.name}: {error}"


def _undecided(connection: Connection, row: AnyRow, now: datetime) -> Iterator[str]:
    since = max(row.timed_from or row.looked_until, row.made_at, now - FARTHEST_BACK)
    if since < row.looked_until:
        decided = decided_slots(connection, row.id, since - RENAMED)
        for slot in slots(rule_of(row), since, row.looked_until):
            if slot.name not in decided:
                yield f"schedule {row.name}: its slot {slot.name} was neither asked nor named as missed"
    if row.removed_at is None and row.paused_since is None:
        following = next_slot(rule_of(row), row.looked_until)
        # A look that comes too early does no harm: it finds nothing due, and when it has to come again.
        if following and (row.next_due is None or row.next_due > following.due_at):
            then = f"only at {row.next_due:{INSTANT}}" if row.next_due else "never again"
            yield f"schedule {row.name}: it looks for its slot {following.name} {then}"


async def _recount(store: Store, hall: str) -> None:
    await store.write(hall, partial(count_anew, hall=hall))


def _sound(connection: Connection, _hall: str, _now: datetime) -> Iterator[str]:
    return file_is_sound(connection)


CHECKS = (
    Check(
        "standings",
        "standings and histogram equal a replay of the answers",
        lambda connection, hall, _: differences(connection, hall),
        "`studyhall db verify --repair` makes the standings equal to a replay; the answers are safe",
        rebuild,
    ),
    Check(
        "answers",
        "each answer counts once",
        answers_count_once,
        "`studyhall db verify --repair` counts the answers of each round anew; for other lines, report them",
        _recount,
    ),
    Check("rounds", "each round agrees with its question and has its reason", rounds_are_settled),
    Check(
        "overdue",
        "nothing stays open, owed or undecided after its time",
        nothing_is_overdue,
        "start Studyhall again and look at its log for what is tried again and again",
    ),
    Check(
        "slots",
        "each slot was asked or named as missed, and the next one is awaited",
        slots_are_decided,
        "start Studyhall again: it works out anew when each schedule asks, and tells of unknown zones; for other "
        "lines, report them",
    ),
    Check("halls", "nothing crosses halls", nothing_crosses_halls),
)
"""What is checked hall by hall."""

DATABASE = Check(
    "database",
    "the database's file is sound",
    _sound,
    "stop Studyhall and restore the newest sound backup: `studyhall db restore FILE`",
)
"""What is checked once."""


def faults(connection: Connection, hall: str, now: datetime, most: int) -> list[Found]:
    """What each check finds in a hall, in one snapshot; `most` lines of each are kept, all are counted."""
    return [found for check in CHECKS if (found := look(connection, check, hall, now, most)).count]


def look(connection: Connection, check: Check, hall: str, now: datetime, most: int) -> Found:
    """What a check finds in a hall. That it broke off is a fault of its own, and keeps no other check from its turn."""
    count, lines = 0, []
    for count, line in enumerate(_to_the_end(connection, check, hall, now), 1):
        if count <= most:
            lines.append(line)
    return Found(check, count, tuple(lines))


def _to_the_end(connection: Connection, check: Check, hall: str, now: datetime) -> Iterator[str]:
    try:
        with connection.begin_nested():  # on PostgreSQL a statement that fails would take the whole snapshot with it
            yield from check.find(connection, hall, now)
    except Exception as error:
        if connection.invalidated:
            raise
        log.warning("the check %s of the hall %s broke off", check.name, hall, exc_info=True)
        yield f"the check broke off: {error!r:.500}"
