"""`studyhall settings`: check the settings, print their JSON Schema."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.cli.configuration import adapters_of, add_config, settings_of
from bot.cli.output import columns, say, say_json
from bot.cli.parser import Call, Code, Commands, add_command
from bot.settings import HallEntry, Settings, settings_form
from content.schema import dump, json_schema

TITLE = "Studyhall settings"


def add(commands: Commands) -> None:
    """Add the commands."""
    group = add_command(
        commands,
        "settings",
        "check the settings, print their JSON Schema",
        example="studyhall settings check",
        codes=(Code.SETTINGS,),
    )
    words = group.add_commands()
    check = add_command(
        words,
        "check",
        "read the settings and say what they come to, or everything that is wrong in them",
        example="studyhall settings check --config studyhall.yaml",
        codes=(Code.SETTINGS,),
    )
    add_config(check)
    check.add_argument("--json", action="store_true", help="write JSON")
    check.set_defaults(run=run_check)
    printed = add_command(
        words,
        "schema",
        "print the JSON Schema of studyhall.yaml, for editors",
        example="studyhall settings schema > studyhall.schema.json",
    )
    printed.set_defaults(run=run_schema)


def run_check(call: Call) -> int:
    """Say that all is well, and with what."""
    settings = settings_of(call)
    if call.json:
        say_json(_as_json(settings))
        return Code.FINE
    say(f"All is well with {settings.source}.")
    say(columns([("hall", "zone", "places", "schedules"), *map(_row, settings.halls)]))
    say(f"Platforms: {', '.join(settings.platforms) or 'none'}")
    say(f"Packs: {', '.join(map(str, settings.packs))}")
    return Code.FINE


def run_schema(call: Call) -> int:  # noqa: ARG001  the shape of every command
    """Print the schema, with the sections of the installed adapters."""
    say(schema_text().removesuffix("\n"))
    return Code.FINE


def schema_text() -> str:
    """The JSON Schema of studyhall.yaml as it is published."""
    return dump(json_schema(settings_form(adapters_of()), TITLE))


def _row(hall: HallEntry) -> tuple[str, str, str, str]:
    places = ", ".join(map(str, hall.places))
    return hall.id, hall.zone, places, ", ".join(schedule.name for schedule in hall.schedules)


def _as_json(settings: Settings) -> dict[str, Any]:
    """What the settings come to, without the database, which may hold a password."""
    return {
        "source": settings.source,
        "halls": [
            {
                "id": hall.id,
                "title": hall.title,
                "zone": hall.zone,
                "language": hall.language,
                "season": hall.season,
                "places": [str(place) for place in hall.places],
                "schedules": [schedule.name for schedule in hall.schedules],
                "where": hall.where,
            }
            for hall in settings.halls
        ],
        "packs": [str(pack) for pack in settings.packs],
        "platforms": {name: dict(section) for name, section in settings.platforms.items()},
        "listening": asdict(settings.listening),
    }
