"""Discord is told of the commands only where what it has of them differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from discord.http import HTTPClient, Route

Json = dict[str, Any]

ENTRY_POINT = 4
"""The kind of the one command that starts an app's Activity. Discord made it, and refuses to lose it (50240)."""

FIELDS = (
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "required",
    "choices",
    "value",
    "autocomplete",
    "default_member_permissions",
    "contexts",
    "integration_types",
)
"""What we may say of a command, its options and their choices. Discord adds more, which is its own."""


async def sync(http: HTTPClient, application: int, wanted: Sequence[Json]) -> bool:
    """Make the commands of all servers be `wanted`, and no others but the one that starts the app's Activity, if it has
    one; True where they had to be written.

    Raises what discord.py raises; then Discord has all that it had before.
    """
    route = Route("GET", "/applications/{application_id}/commands", application_id=application)
    known = await http.request(route, params={"with_localizations": "true"})
    started = [each for each in known if each["type"] == ENTRY_POINT]
    if _by_name(known) == _by_name([*wanted, *started]):
        return False
    kept = [{**_said(each), "handler": each.get("handler")} for each in started]
    await http.bulk_upsert_global_commands(application, [*wanted, *kept])
    return True


def _by_name(commands: Sequence[Json]) -> Mapping[tuple[int, str], Json]:
    return {(each["type"], each["name"]): _said(each) for each in commands}


def _said(part: Mapping[str, Any]) -> Json:
    """What is said of a part; Discord fills in null, false and nothing where we leave a field out."""
    return {key: _plain(part[key]) for key in FIELDS if part.get(key)}


def _plain(value: Any) -> Any:  # noqa: ANN401  JSON out of JSON
    """A field's value: options and choices in their order, numbers in any."""
    if not isinstance(value, list):
        return value
    return [_said(each) for each in value] if isinstance(value[0], dict) else sorted(value)
