"""`studyhall schedule`: what is asked when, as the settings say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from bot.cli.configuration import add_config, add_options, checked, read_count, settings_of
from bot.cli.output import columns, say, say_json
from bot.cli.parser import Call, Code, Commands, add_command
from bot.settings import HallEntry, ScheduleEntry, Settings
from scheduler.reading import WEEKDAYS
from scheduler.schedule import LOOK_AHEAD, Slot, slots

Entry = tuple[HallEntry, ScheduleEntry]
States = Mapping[tuple[str, str], Mapping[str, str]]
"""What is known of slots, by (hall, schedule) and slot; the slot "" speaks for all of them."""


def add(commands: Commands) -> None:
    """Add the commands."""
    codes = (Code.SETTINGS, Code.DATABASE)
    words = add_command(
        commands, "schedule", "show what is asked when", example="studyhall schedule next", codes=codes
    ).add_commands()
    listed = add_command(words, "list", "list the schedules", example="studyhall schedule list", codes=codes[:1])
    following = add_command(
        words,
        "next",
        "show the next slots of each schedule, in its local time and in UTC",
        example="studyhall schedule next --count 3",
        codes=codes,
    )
    following.add_argument(
        "--count",
        type=checked(read_count),
        default=10,
        metavar="N",
        help="how many slots of each schedule (default: 10)",
    )
    add_config(listed)
    add_options(following)
    for parser, run in ((listed, run_list), (following, run_next)):
        parser.add_argument("--json", action="store_true", help="write JSON")
        parser.set_defaults(run=run)


def run_list(call: Call) -> int:
    """List the schedules."""
    rows = [_described(hall, schedule) for hall, schedule in _entries(settings_of(call))]
    if call.json:
        say_json(rows)
    elif rows:
        said = [(row["hall"], row["schedule"], row["when"], row["zone"], ", ".join(row["places"])) for row in rows]
        say(columns([("hall", "schedule", "when", "zone", "places"), *said]))
    else:
        say(NONE)
    return Code.FINE


NONE = "There are no schedules: add one under `schedules` of a hall in studyhall.yaml."


def run_next(call: Call) -> int:
    """Show the next slots."""
    settings = settings_of(call)
    now = call.surroundings.now()
    decided = _decided(settings, call, now)
    rows = [row for entry in _entries(settings) for row in _next(entry, now, call.count, decided)]
    if call.json:
        say_json(rows)
    elif rows:
        header = {
            "hall": "hall",
            "schedule": "schedule",
            "local": "local time",
            "zone": "zone",
            "utc": "UTC",
            "state": "",
        }
        said = [tuple(row[key] for key in header) for row in rows]
        say(columns([tuple(header.values()), *said]))
    else:
        say(NONE)
    return Code.FINE


def _entries(settings: Settings) -> Iterator[Entry]:
    return ((hall, schedule) for hall in settings.halls for schedule in hall.schedules)


def _described(hall: HallEntry, schedule: ScheduleEntry) -> dict[str, Any]:
    rule = schedule.rule
    times = [f"{at:%H:%M}" for at in rule.times]
    weekdays = [WEEKDAYS[day][:3] for day in sorted(rule.weekdays)]
    return {
        "hall": hall.id,
        "schedule": schedule.name,
        "when": f"{', '.join(times)} {'daily' if len(weekdays) == len(WEEKDAYS) else ' '.join(weekdays)}",
        "times": times,
        "weekdays": weekdays,
        "blackout": sorted(day.isoformat() for day in rule.blackout),
        "zone": rule.zone,
        "places": [str(place) for place in schedule.places],
        "selection": schedule.selection.to_json(),
        "policy": schedule.policy.to_json(),
        "where": schedule.where,
    }


def _next(entry: Entry, now: datetime, count: int, decided: States) -> Iterator[dict[str, str]]:
    hall, schedule = entry
    states = decided.get((hall.id, schedule.name), {})
    zone = ZoneInfo(schedule.rule.zone)
    for slot in islice(slots(schedule.rule, now, now + LOOK_AHEAD), count):
        yield {
            "hall": hall.id,
            "schedule": schedule.name,
            "slot": slot.name,
            "local": _local(slot, zone),
            "zone": schedule.rule.zone,
            "utc": f"{slot.due_at:%Y-%m-%d %H:%M}Z",
            "state": states.get(slot.name, states.get("", "")),
        }


def _local(slot: Slot, zone: ZoneInfo) -> str:
    """The local time that the clocks show when the slot is due; the planned one too where they never show that."""
    shown = slot.due_at.astimezone(zone)
    moved = "" if shown.isoformat(timespec="minutes").startswith(slot.name) else f" (planned {slot.name[11:]})"
    return f"{shown:%a %Y-%m-%d %H:%M}{moved}"


def _decided(settings: Settings, call: Call, now: datetime) -> States:
    from bot.cli.decided import decided  # noqa: PLC0415  `--help` and `list` do without a database

    return decided(settings.database, call, [(hall.id, schedule.name) for hall, schedule in _entries(settings)], now)
