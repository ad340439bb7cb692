"""The daily sweep: one process checks every hall, tells the organisers what is wrong, and drops what is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.each import do_each
from bot.proofs import CHECKS, DATABASE, Check, Found, faults, look
from bot.registrar import tell_organisers
from bot.store import Store
from bot.store.halls import hall_ids
from bot.store.kept import keep, kept
from bot.store.notes import resolve_notes
from bot.store.outdated import LEASES_KEPT, drop_outdated
from bot.store.people import drop_codes

EVERY = timedelta(hours=24)
HOUR = timedelta(hours=1)
"""How long after the very first start the first sweep waits, and after how long one that failed is tried again."""
TOO_LONG_AGO = timedelta(days=2)
"""A sweep that lies so far back failed a whole day long."""
LONG = 3600.0
"""Seconds that a check may read; it sees one moment and holds nobody up."""
SWEEP = "sweep"


@dataclass(frozen=True, slots=True)
class Swept:
    """How the last sweep went: when it ended (None: there was none yet), and how many faults each check found.

    Before there was one, `awaited` says since when: somebody asked then whether one is due.
    """

    at: datetime | None = None
    failed: Mapping[str, int] = field(default_factory=dict)
    awaited: datetime | None = None

    def well(self, now: datetime) -> bool:
        """Whether all checks held, and that is not too long ago."""
        since = self.at or self.awaited
        return not self.failed and (since is None or now - since <= TOO_LONG_AGO)


class Sweeper:
    """Sweeps. Any process may ask at any time; together they sweep once a day."""

    def __init__(self, store: Store, now: Callable[[], datetime], token: Callable[[int], str]) -> None:
        self._store = store
        self._now = now
        self._token = token

    async def sweep_if_due(self) -> bool:
        """Sweep unless a process did in the last 24 hours, or is at it; whether this one did."""
        due = await self._store.write(SWEEP, partial(_take, now=self._now()))
        if due:
            await self.sweep()
        return due

    async def sweep(self) -> Mapping[str, int]:
        """Drop what is outdated, check every hall, note what is wrong or well again; returns faults by check.

        A hall that cannot be checked hinders no other; what it raised comes in an ExceptionGroup at the end.
        """
        now = self._now()
        await drop_outdated(self._store, now)
        (whole,) = await self._find(partial(_whole, now=now))
        failed = Counter({whole.check.name: whole.count})
        check = partial(self._check, whole=whole, failed=failed, now=now)
        await do_each("halls to check", await self._store.read(hall_ids), check)
        faulty = {name: count for name, count in sorted(failed.items()) if count}
        await self._store.write(SWEEP, partial(_done, now=self._now(), failed=faulty))
        return faulty

    async def _check(self, hall: str, whole: Found, failed: Counter[str], now: datetime) -> None:
        found = await self._find(partial(faults, hall=hall, now=now, most=0))
        failed.update({each.check.name: each.count for each in found})
        counts = {each.check.name: each.count for each in (whole, *found)}
        await self._store.write(hall, partial(self._note, hall=hall, counts=counts, now=now))
        await self._store.write(hall, partial(drop_codes, hall=hall, of=(), now=now - LEASES_KEPT))

    async def _find(self, find: Callable[[Connection], Sequence[Found]]) -> Sequence[Found]:
        return await self._store.read(find, within=LONG)

    def _note(self, connection: Connection, hall: str, counts: Mapping[str, int], now: datetime) -> None:
        for check in (*CHECKS, DATABASE):
            kind, about = _subject(check, hall)
            if count := counts.get(check.name, 0):
                facts = {"check": check.name, "count": count}
                tell_organisers(connection, hall, kind, about, facts, now, self._token)
            else:
                resolve_notes(connection, hall, kind, about, now)


def swept(connection: Connection) -> Swept:
    """How the last sweep went."""
    value = kept(connection, SWEEP) or {}
    at, awaited = (datetime.fromisoformat(value[key]) if key in value else None for key in ("at", "awaited"))
    return Swept(at, value.get("failed", {}), awaited)


def sweep_soon(connection: Connection, now: datetime) -> None:
    """Have a process that runs sweep within ten minutes: something was mended."""
    keep(connection, SWEEP, {**(kept(connection, SWEEP) or {}), "next": now.isoformat()})


def _subject(check: Check, hall: str) -> tuple[str, str]:
    """The kind of a check's note, and what it is about."""
    return ("standings", hall) if check.name == "standings" else ("proof", check.name)


def _whole(connection: Connection, now: datetime) -> list[Found]:
    return [look(connection, DATABASE, "", now, 0)]


def _take(connection: Connection, now: datetime) -> bool:
    """Whether a sweep is due; then nobody else begins one for an hour."""
    value: dict[str, Any] = kept(connection, SWEEP) or {}
    following = datetime.fromisoformat(value["next"]) if value else now + HOUR
    if timedelta(0) < following - now <= EVERY and value:
        return False
    first = {} if value else {"awaited": now.isoformat()}
    keep(connection, SWEEP, {**value, **first, "next": (now + HOUR).isoformat()})
    return bool(value)


def _done(connection: Connection, now: datetime, failed: Mapping[str, int]) -> None:
    keep(connection, SWEEP, {"at": now.isoformat(), "next": (now + EVERY).isoformat(), "failed": dict(failed)})
