"""Proving every hall, for `studyhall db verify`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot.cli.output import progress
from bot.proofs import DATABASE, Found, faults, look
from bot.store import Store
from bot.store.halls import hall_ids
from bot.sweeper import LONG, SWEEP, sweep_soon

MOST_LINES = 1_000
"""So many lines of a check and hall are shown; all faults are counted."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What a check found in a hall (None: in the whole database), and whether it finds nothing there any more."""

    hall: str | None
    found: Found
    mended: bool = False

    def to_json(self) -> dict[str, Any]:
        """For scripts."""
        check = self.found.check
        told = {"check": check.name, "count": self.found.count, "lines": list(self.found.lines)}
        return {"hall": self.hall, **told, "mended": self.mended, "remedy": check.remedy}


@dataclass(frozen=True, slots=True)
class Proof:
    """The halls that were checked, and every check that failed."""

    halls: tuple[str, ...]
    faults: tuple[Faults, ...]

    @property
    def holds(self) -> bool:
        """Whether all is well now."""
        return all(each.mended for each in self.faults)


async def prove(store: Store, now: datetime, *, mend: bool) -> Proof:
    """Run every check, hall by hall, each hall in one snapshot; `mend` mends what can be mended without loss."""
    halls = await store.read(hall_ids)
    progress("checking the database")
    whole = await store.read(lambda connection: look(connection, DATABASE, "", now, MOST_LINES), within=LONG)
    wrong = [Faults(None, whole)] if whole.count else []
    for number, hall in enumerate(halls, 1):
        progress(f"checking {hall}, hall {number} of {len(halls)}")
        failed = await store.read(partial(faults, hall=hall, now=now, most=MOST_LINES), within=LONG)
        wrong += [Faults(hall, found, mend and await _mended(store, hall, found, now)) for found in failed]
    if any(each.mended for each in wrong):
        await store.write(SWEEP, partial(sweep_soon, now=now))
    progress("")
    return Proof(tuple(halls), tuple(wrong))


async def _mended(store: Store, hall: str, found: Found, now: datetime) -> bool:
    if found.check.mend is None:
        return False
    await found.check.mend(store, hall)
    again = await store.read(lambda connection: look(connection, found.check, hall, now, 0), within=LONG)
    return not again.count
