"""What a worker is told when it starts, and the halls that all workers serve."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.ports import PlaceRef
from bot.settings import HallEntry, Settings
from tests.hall import hall_entry, settings_for

HALLS = ("ants", "bees")
PLACES = {
    hall: tuple(PlaceRef(name, "team", f"{hall}-{n}") for name in ("remembers", "forgets") for n in range(count))
    for hall, count in (("ants", 3), ("bees", 2))
}
"""Ten places, half of them on each platform."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A slot that has to be asked in so many places."""

    schedule: str
    hall: str
    places: int


@dataclass(frozen=True, slots=True)
class Orders:
    """`kill` and `stop` name a moment (points.py), `without` a protection to be taken away (switches.py); `pages` and
    `file_size` leave a SQLite database so much room.
    """

    name: str
    url: str
    port: int
    pack: str
    log: str
    kill: str = ""
    stop: str = ""
    without: str = ""
    pages: int = 0
    file_size: int = 0

    def to_line(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))


def orders_from_line(line: str) -> Orders:
    """Read what `to_line` wrote."""
    return Orders(**json.loads(line))


def settings_of(pack: Path) -> Settings:
    """Two halls without a schedule of their own."""
    return settings_for([_hall(name) for name in HALLS], [pack], ("remembers", "forgets"))


def _hall(name: str) -> HallEntry:
    notes = PlaceRef("forgets", "team", f"{name}-organisers")
    return hall_entry(name, PLACES[name], (), organiser_place=notes)
