"""What a seed means: the halls, their schedules, the time, and how bad the platform and the database are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.ports import PlaceRef
from bot.settings import HallEntry, ScheduleEntry
from tests.hall import hall_entry, schedule
from tests.simulation.server import Traits

ZONES = (
    "UTC",
    "Europe/Helsinki",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Nuuk",
    "Asia/Kolkata",
    "Africa/Casablanca",
)
PLACES = tuple(PlaceRef("fake", "team", f"room-{n}") for n in range(4))
BLIND = PlaceRef("fake", "team", "room-3")


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `jumps`: the clock goes from slot to slot over days, rather than second by second for some minutes."""

    seed: int
    start: datetime
    until: datetime
    halls: tuple[HallEntry, ...]
    traits: Traits
    processes: int
    hosts: int
    """With one host all processes share a clock, which may be set; with several each is off by up to minutes, and
    leases are measured by the database's."""
    jumps: bool
    pace: float


def plan_of(seed: int, *, minutes: int = 6, days: int = 2) -> Plan:
    """The plan that a seed gives: a run lasts so many minutes, one that jumps so many days."""
    dense = timedelta(minutes=minutes)
    rng = Random(seed)
    zone = rng.choice(ZONES)
    jumps = rng.random() < 0.25
    start = _near_a_change(rng, zone) if jumps or rng.random() < 0.5 else datetime(2026, 11, 23, 9, tzinfo=UTC)
    start += timedelta(minutes=rng.randrange(60), seconds=rng.randrange(60))
    until = start + (timedelta(days=days) if jumps else dense)
    traits = Traits(
        remembers=rng.choice([0.0, 0.0, 60.0, 120.0]),
        lost_requests=rng.choice([0.0, 0.05, 0.2]),
        lost_replies=rng.choice([0.0, 0.05, 0.2]),
        busy=rng.choice([0.0, 0.05, 0.3]),
        blind=frozenset({BLIND}) if rng.random() < 0.3 else frozenset(),
    )
    halls = tuple(_hall(rng, n, zone, start, until, jumps=jumps) for n in range(rng.choice([1, 1, 2])))
    processes = rng.choice([1, 2, 3])
    hosts = rng.choice([1, processes])
    return Plan(seed, start, until, halls, traits, processes, hosts, jumps, rng.uniform(5.0, 20.0))


def _near_a_change(rng: Random, zone: str) -> datetime:
    """About an hour (or, rarely, two days) before the clocks of a zone are set in some year from 2020 to 2040."""
    place = ZoneInfo(zone)
    instant = datetime(rng.randint(2020, 2040), 1, 1, tzinfo=UTC)
    for hour in range(366 * 24):
        later = instant + timedelta(hours=hour)
        if later.astimezone(place).utcoffset() != (later + timedelta(hours=1)).astimezone(place).utcoffset():
            return later - timedelta(hours=rng.choice([0, 0, 0, 48]), minutes=rng.randrange(30))
    return instant


def _hall(rng: Random, number: int, zone: str, start: datetime, until: datetime, *, jumps: bool) -> HallEntry:
    places = PLACES[number * 2 : number * 2 + 2]
    schedules = [_schedule(rng, n, places, zone, start, until, jumps=jumps) for n in range(rng.choice([1, 2]))]
    organisers = PlaceRef("fake", "team", f"organisers-{number}")
    return hall_entry(f"hall-{number}", places, schedules, organiser_place=organisers, zone=zone)


def _schedule(
    rng: Random, number: int, places: tuple[PlaceRef, ...], zone: str, start: datetime, until: datetime, *, jumps: bool
) -> ScheduleEntry:
    span = until - start if not jumps else timedelta(hours=24)
    minutes = int(span.total_seconds() // 60)
    local = [(start + timedelta(minutes=each)).astimezone(ZoneInfo(zone)) for each in rng.sample(range(1, minutes), 3)]
    times = tuple(sorted({f"{each:%H:%M}" for each in local}))
    return schedule(
        f"schedule-{number}",
        rng.sample(places, rng.choice([1, 2])),
        times=times,
        zone=zone,
        open_for=timedelta(minutes=rng.choice([2, 5, 8])),
        grace=timedelta(minutes=rng.choice([5, 60])),
        answers=rng.choice(["first", "last"]),
        answer_by=rng.choice(["buttons", "reactions"]),
    )
