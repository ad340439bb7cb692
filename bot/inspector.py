"""How the halls are: what `/study status`, the health page and the metrics tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.cards.notes import note_card
from bot.cards.status import Planned, Status
from bot.each import do_each
from bot.languages import words
from bot.ports import NotSavedError
from bot.registrar import tell_organisers
from bot.store import Store
from bot.store.figures import figures
from bot.store.halls import Place, hall_ids, schedules_of
from bot.store.notes import open_notes
from bot.store.posts import last_sent, waiting
from bot.store.processes import ALIVE, Process, beat, processes_since
from bot.store.turns import missed_since
from bot.sweeper import Swept, swept
from content.bank import Bank

WEEK = timedelta(days=7)
BEAT = timedelta(seconds=10)
LONG_UNSAVED = timedelta(seconds=60)
"""So long without being able to save is told to the organisers."""
RINGS = 0.02
"""Seconds after which the timer rings that tells how late timers are."""


class Inspector:
    """Tells how things are. `up` says for each platform of this process whether it is connected."""

    def __init__(
        self,
        store: Store,
        bank: Callable[[], Bank],
        up: Callable[[], Mapping[str, bool]],
        now: Callable[[], datetime],
        token: Callable[[int], str],
    ) -> None:
        self._store = store
        self._bank = bank
        self._up = up
        self._now = now
        self._token = token
        self._looked: datetime | None = None
        self._written: datetime | None = None
        self._unsaved_since: datetime | None = None

    async def status(self, place: Place) -> Status:
        """The status of a place's hall."""
        return await self._store.read(partial(self._status, hall=place.hall, language=place.language))

    async def health(self) -> dict[str, Any]:
        """The health of this process as JSON: whether its clock ticks, its platforms are connected, all checks hold."""
        up = self._up()
        seen, sweep = await self._store.read(partial(_seen, since=self._now() - ALIVE))
        return {
            "status": "ok" if self._healthy(sweep) else "degraded",
            "platforms": dict(up),
            "last_tick": self._looked.isoformat() if self._looked else None,
            "processes": seen,
            "items": len(self._bank().items),
            "sweep": {"at": sweep.at and sweep.at.isoformat(), "failed": sorted(sweep.failed)},
        }

    async def metrics(self, *, whole: bool) -> tuple[bytes, str]:
        """The metrics as Prometheus reads them, and their content type; not `whole`, only whether all is well."""
        from bot.metrics import Measured, exposition  # noqa: PLC0415  its library costs memory until somebody asks

        now = self._now()
        sweep = await self._store.read(swept)
        if not whole:
            return exposition(healthy=self._healthy(sweep), measured=None)
        measured = Measured(
            platforms=dict(self._up()),
            tick_age=(now - self._looked).total_seconds() if self._looked else None,
            lag=await _lag(),
            figures=await self._store.read(partial(figures, now=now)),
            swept=sweep,
        )
        return exposition(healthy=self._healthy(sweep), measured=measured)

    async def beat(self, process: Process) -> None:
        """This process has just looked at what is due; written down every few seconds."""
        now = self._now()
        self._looked = now
        if self._written is None or not timedelta(0) <= now - self._written < BEAT:
            await self._store.write("processes", partial(beat, process=process, now=now))
            self._written = now
            await self._saved(now)

    def failed(self, error: Exception) -> None:
        """Something of this process failed. Where the database was the reason, `beat` tells when it is over."""
        if self._unsaved_since is None and _unsaved(error):
            self._unsaved_since = self._now()

    async def _saved(self, now: datetime) -> None:
        """It can be saved again; where it could not for long, the organisers learn from when to when."""
        since = self._unsaved_since
        if since is not None and now - since > LONG_UNSAVED:
            facts = {"since": f"{since:%Y-%m-%d %H:%M:%S} UTC", "until": f"{now:%Y-%m-%d %H:%M:%S} UTC"}
            tell = partial(self._tell_unsaved, facts=facts, now=now)
            await do_each("halls to tell", await self._store.read(hall_ids), tell)
        self._unsaved_since = None  # not before every hall has its note: saving may have stopped again meanwhile

    async def _tell_unsaved(self, hall: str, facts: dict[str, Any], now: datetime) -> None:
        tell = partial(tell_organisers, hall=hall, kind="unsaved", about="database", facts=facts)
        await self._store.write(hall, partial(tell, now=now, token=self._token))

    def _healthy(self, sweep: Swept) -> bool:
        ticking = self._looked is not None and self._now() - self._looked < ALIVE
        return ticking and all(self._up().values()) and sweep.well(self._now())

    def _status(self, connection: Connection, hall: str, language: str) -> Status:
        now, bank = self._now(), self._bank()
        told = [note_card(words(language), row.kind, row.facts) for row in open_notes(connection, hall)]
        seen = processes_since(connection, now - timedelta(days=365))
        return Status(
            planned=tuple(Planned(row.name, row.next_due, row.paused_since) for row in schedules_of(connection, hall)),
            last_tick=max((each.last_tick for each in seen), default=None),
            last_post=last_sent(connection, hall),
            waiting=waiting(connection, hall),
            missed=missed_since(connection, hall, now - WEEK),
            items=len(bank.items),
            packs=len(bank.packs),
            platforms=tuple(sorted(self._up().items())),
            notes=tuple(card.title for card in told),
        )


def _seen(connection: Connection, since: datetime) -> tuple[int, Swept]:
    return len(processes_since(connection, since)), swept(connection)


def _unsaved(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return any(map(_unsaved, error.exceptions))
    return isinstance(error, NotSavedError)


async def _lag() -> float:
    """How many seconds late a timer rings just now."""
    loop = asyncio.get_running_loop()
    due = loop.time() + RINGS
    await asyncio.sleep(RINGS)
    return max(0.0, loop.time() - due)
