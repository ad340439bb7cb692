"""How the halls are: what `/study status` and the health page tell, and the sweep that finds what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.cards.notes import note_card
from bot.cards.status import Planned, Status
from bot.languages import words
from bot.registrar import tell_organisers
from bot.store import Store
from bot.store.events import forget_events
from bot.store.halls import Place, hall_ids, schedules_of
from bot.store.notes import open_notes, resolve_notes
from bot.store.posts import last_sent, waiting
from bot.store.processes import Process, beat, processes_since
from bot.store.proof import verify
from bot.store.turns import missed_since
from content.bank import Bank

WEEK = timedelta(days=7)
EVENTS_KEPT = timedelta(days=7)
"""No platform delivers an event again so late."""
ALIVE = timedelta(seconds=30)
BEAT = timedelta(seconds=10)


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

    async def status(self, place: Place) -> Status:
        """The status of a place's hall."""
        return await self._store.read(partial(self._status, hall=place.hall, language=place.language))

    async def health(self) -> dict[str, Any]:
        """The health of this process as JSON: whether its clock ticks and its platforms are connected."""
        now, up = self._now(), self._up()
        ticking = self._looked is not None and now - self._looked < ALIVE
        seen = await self._store.read(partial(processes_since, since=now - ALIVE))
        return {
            "status": "ok" if ticking and all(up.values()) else "degraded",
            "platforms": dict(up),
            "last_tick": self._looked.isoformat() if self._looked else None,
            "processes": len(seen),
            "items": len(self._bank().items),
        }

    async def beat(self, process: Process) -> None:
        """This process has just looked at what is due; written down every few seconds."""
        now = self._now()
        self._looked = now
        if self._written is None or not timedelta(0) <= now - self._written < BEAT:
            await self._store.write("processes", partial(beat, process=process, now=now))
            self._written = now

    async def sweep(self) -> None:
        """Forget old events, and tell the organisers where standings differ from a replay of the answers."""
        now = self._now()
        await self._store.write("events", partial(forget_events, before=now - EVENTS_KEPT))
        for hall in await self._store.read(hall_ids):
            differences = await self._store.read(partial(verify, hall=hall))
            await self._store.write(hall, partial(self._note, hall=hall, count=len(differences), now=now))

    def _note(self, connection: Connection, hall: str, count: int, now: datetime) -> None:
        if count:
            tell_organisers(connection, hall, "standings", hall, {"count": count}, now, self._token)
        else:
            resolve_notes(connection, hall, "standings", hall, now)

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
