"""From checked values to the frozen ones that the program works with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from bot.ports import PlaceRef
from bot.settings.values import HallEntry, MatchTerms, Organisers, Policy, ScheduleEntry, Selection, selection_from_json
from content.tree import Node, at
from scheduler.reading import times_every
from scheduler.schedule import Rule

DAILY = frozenset(range(7))
WEB_PLACE = PlaceRef("web", "local", "general")
WEB_ORGANISERS = PlaceRef("web", "local", "organisers")
TERMINAL = PlaceRef("console", "local", "terminal")
BUILT_IN_TIMES = (time(9), time(13), time(17))


def built_in_hall(zone: str, variables: Mapping[str, Any], *, console: bool) -> HallEntry:
    """The hall that there is without a settings file, on the page or in the terminal, as the `variables` want it."""
    places = (TERMINAL,) if console else tuple(dict.fromkeys(variables.get("STUDYHALL_PLACES") or (WEB_PLACE,)))
    days = frozenset[int]().union(*(variables.get("STUDYHALL_WEEKDAYS") or (DAILY,)))
    rule = Rule(_times(variables.get("STUDYHALL_TIMES") or list(BUILT_IN_TIMES)), days, zone)
    return HallEntry(
        id="local",
        title=variables.get("STUDYHALL_TITLE") or "Study hall",
        zone=zone,
        language=variables.get("STUDYHALL_LANGUAGE") or "en",
        season="month",
        organisers=Organisers(),
        organiser_place=TERMINAL if console else WEB_ORGANISERS,
        places=places,
        schedules=(ScheduleEntry("daily", places, rule, Selection(), Policy(first="at once")),),
    )


def hall_entry(value: Mapping[str, Any], node: Node, file: Path, zone: str) -> HallEntry:
    """A hall from what its form read without a fault; `node` is where it stands in `file`."""
    zone = value.get("zone", zone)
    places = tuple(value["places"])
    organisers = value.get("organisers", {})
    schedules = enumerate(value["schedules"])
    return HallEntry(
        id=value["id"],
        title=value.get("title", value["id"]),
        zone=zone,
        language=value["language"],
        season=value["season"],
        organisers=Organisers(frozenset(organisers.get("groups", ())), frozenset(organisers.get("accounts", ()))),
        organiser_place=value.get("organiser_place"),
        places=places,
        matches=MatchTerms(**value.get("matches", {})),
        schedules=tuple(_schedule(each, at(node, "schedules", nth), file, zone, places) for nth, each in schedules),
        where=f"{file.name}:{node.line}",
    )


def _schedule(
    value: Mapping[str, Any], node: Node, file: Path, zone: str, places: tuple[PlaceRef, ...]
) -> ScheduleEntry:
    weekdays = frozenset[int]().union(*value.get("weekdays", (DAILY,)))
    blackout = frozenset().union(*value.get("blackout", ()))
    rule = Rule(_times(value["times"]), weekdays, value.get("zone", zone), blackout)
    parts = ("open_for", "grace", "answers", "answer_by", "verdict", "first", "bring_back")
    return ScheduleEntry(
        name=value["name"],
        places=tuple(value.get("places", places)),
        rule=rule,
        selection=selection_from_json(value.get("selection", {})),
        policy=Policy(**{part: value[part] for part in parts if part in value}),
        where=f"{file.name}:{node.line}",
    )


def _times(value: time | list[time] | dict[str, Any]) -> tuple[time, ...]:
    """Ascending and each once, whatever way they were written."""
    if isinstance(value, dict):
        return times_every(value["every"] // timedelta(minutes=1), value["from"], value["until"])
    return tuple(sorted({value} if isinstance(value, time) else set(value)))
