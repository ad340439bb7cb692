"""The real core on a real SQLite file, with its outside in memory: it runs, dies, comes back, is set back."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from bot.app import App
from bot.ports import Adapter, Answered, PlaceRef, Typed, Who
from bot.proofs import Found, faults
from bot.settings import HallEntry, Organisers, Selection
from bot.store import Store
from bot.store.backup import backup
from bot.store.proof import verify
from tests.clock import Clock
from tests.hall import HEX, hall_entry, schedule, settings_for
from tests.simulation.model.items import write_pack
from tests.simulation.model.plans import Plan
from tests.simulation.model.window import Window

T = TypeVar("T")
START = datetime(2026, 11, 23, 8, 59, 58, tzinfo=UTC)
"""Just before the first slot of every hall."""
ORGANISER = Who("fake", "team", "olga", "Olga")


class DeathError(BaseException):
    """The process dies here."""


def ref(channel: str) -> PlaceRef:
    return PlaceRef("fake", "team", channel)


def hall_of(place: PlaceRef) -> str:
    """The letter of a place's hall; its channels begin with it."""
    return place.channel[0]


def person(hall: str, account: str) -> Who:
    """An account under the name that it shows in a hall."""
    return Who("fake", "team", account, f"q{hall}{ord(account[0]) - 97:02}00nameq")


def entries() -> tuple[HallEntry, ...]:
    """Three halls: the first answer counts in two places; the last one by reactions; the last one in two places."""
    return (
        _hall("a", ("a1", "a2"), "UTC", times=("09:00", "15:00")),
        _hall(
            "b",
            ("b1",),
            "America/New_York",
            times=("04:00",),
            answers="last",
            answer_by="reactions",
            open_for=timedelta(hours=3),
        ),
        _hall("c", ("c1", "c2"), "Asia/Kolkata", answers="last", times=("12:30", "14:30")),
    )


def plans(now: Any) -> dict[tuple[str, str], Plan]:
    """The schedules of `entries`, as the model follows them."""
    found = {}
    for entry in entries():
        each = entry.schedules[0]
        times = tuple(at.isoformat("minutes") for at in each.rule.times)
        places = tuple(place.channel for place in each.places)
        last = each.policy.answers == "last"
        plan = Plan(entry.id, each.name, times, each.rule.zone, places, now, each.policy.open_for, last)
        found[entry.id, each.name] = plan
    return found


def _hall(hall: str, channels: tuple[str, ...], zone: str, **policy: Any) -> HallEntry:
    places = tuple(ref(channel) for channel in channels)
    packs = Selection(packs=(f"pack-{hall}",))
    daily = schedule(f"q{hall}0000schedq", places, zone=zone, selection=packs, **policy)
    return hall_entry(
        hall,
        places,
        [daily],
        title=f"Hall q{hall}0000titleq",
        zone=zone,
        organisers=Organisers(accounts=frozenset({"fake:team:olga"})),
        organiser_place=ref(f"{hall}-organisers"),
    )


@dataclass(slots=True)
class World:
    """Everything but the model. `fuse` is how many more steps of transactions the process lives, None for ever."""

    folder: Path
    template: Path
    loop: asyncio.AbstractEventLoop
    clock: Clock = field(default_factory=partial(Clock, START))
    fuse: int | None = None
    platform: Window = field(init=False)
    store: Store = field(init=False)
    app: App = field(init=False)
    _tokens: Any = field(default_factory=partial(count, 1))
    _events: Any = field(default_factory=partial(count, 1))

    def __post_init__(self) -> None:
        self.platform = Window(self.clock)
        shutil.copyfile(self.template, self.file)

    @property
    def file(self) -> Path:
        return self.folder / "studyhall.db"

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something of the core to its end."""
        return self.loop.run_until_complete(coroutine)

    def open(self) -> None:
        """Start a process on the database, as `App.serve` does before anybody can say a word."""
        self.store = Store.open(self.file, now=self.clock, runner="inline", virtual=True, failpoint=self._burn)
        packs = [self.folder / f"pack-{entry.id}.yaml" for entry in entries()]
        adapter = Adapter("fake", lambda _: self.platform, str, self.platform.limits)
        self.app = App(
            settings_for(entries(), packs),
            self.store,
            {"fake": adapter},
            environment={},
            now=self.clock,
            token=lambda length: f"{next(self._tokens):x}".translate(HEX).rjust(length, "a"),
            steady=lambda: self.clock().timestamp(),
            cache=self.folder / "packs.bank",
        )
        self.run(self._start())

    async def _start(self) -> None:
        await self.app.settle()
        await self.app.run_due()
        await self.app.desk.resumed("fake")

    def close(self) -> None:
        """End the process in good order."""
        self.fuse = None
        self.run(self.app.close())
        self.run(self.store.close())

    def kill(self) -> None:
        """End the process as it stands: nothing is given back, nothing is said."""
        self.fuse = None
        self.run(self.store.close())

    def save(self, name: str) -> None:
        """Make a backup."""
        backup(self.file, self.folder / name, self.clock())

    def put_back(self, name: str) -> None:
        """Put a backup in the place of the database of a process that has ended."""
        for file in self.folder.glob(f"{self.file.name}*"):
            file.unlink()
        shutil.copyfile(self.folder / name, self.file)

    def event(self) -> str:
        """A new event id."""
        return f"e{next(self._events)}"

    def tell(self, call: str, told: Any, place: PlaceRef, account: str) -> Answered:
        """Tell the core something, and note what it replies."""
        reply: Answered = self.run(getattr(self.app.desk, call)(told))
        if reply is not None:
            self.platform.show(place, reply, account)
        return reply

    def type(self, line: str, place: PlaceRef, who: Who = ORGANISER, event: str = "") -> Answered:
        """Type a command."""
        return self.tell("typed", Typed(event or self.event(), self.clock(), who, place, line), place, who.account)

    def proof(self, hall: str) -> list[str]:
        """What tells the standings of a hall from a replay."""
        return self.run(self.store.read(partial(verify, hall=hall)))

    def faults(self, hall: str) -> list[Found]:
        """What the nightly proofs find in a hall."""
        return self.run(self.store.read(partial(faults, hall=hall, now=self.clock(), most=3)))

    def write_packs(self, banks: dict[str, list[Any]]) -> None:
        """Write every pack file."""
        for hall, items in banks.items():
            write_pack(self.folder, hall, items)

    def reload(self) -> None:
        """Have the core read the packs again."""
        self.run(self.app.library.reload(self.app.registrar))

    def end(self) -> None:
        """Let go of everything."""
        self.fuse = None
        with suppress(Exception):
            self.close()

    def _burn(self, _point: str) -> None:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse <= 0:
                raise DeathError
