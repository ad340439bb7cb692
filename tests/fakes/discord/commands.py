"""Commands of the application over the REST API: https://discord.com/developers/docs/interactions/application-commands."""

from __future__ import annotations

from datetime import timedelta

from tests.fakes.discord.calls import Call
from tests.fakes.discord.command_rules import CHAT, ENTRY_POINT, MOST, check_all, check_command
from tests.fakes.discord.facts import Json, RefusedError

CREATES_A_DAY = 200
APP_HANDLES = 1


def _scope(call: Call) -> str:
    """The guild whose commands are meant, "" for those of all guilds. Raises RefusedError."""
    if call.id("application_id") != call.discord.application:
        raise RefusedError(20012)
    if "guild_id" not in call.ids:
        return ""
    found = call.discord.guilds.get(call.id("guild_id"))
    if found is None or not found.joined:
        raise RefusedError(50001)
    return found.id


def every(call: Call) -> list[Json]:
    """`GET …/commands`."""
    with_others = call.query.get("with_localizations", "").lower() in ("1", "true")
    return [_told(each, with_others=with_others) for each in call.discord.commands.get(_scope(call), [])]


def _told(command: Json, *, with_others: bool = True) -> Json:
    if with_others:
        return command
    return {key: value for key, value in command.items() if not key.endswith("_localizations")}


def overwrite(call: Call) -> list[Json]:
    """`PUT …/commands`: these and no others from now on."""
    scope = _scope(call)
    check_all(call.body)
    call.fit()
    old = call.discord.commands.get(scope, [])
    kept = {each["name"] for each in call.body if each.get("type") == ENTRY_POINT}
    if any(each["type"] == ENTRY_POINT and each["name"] not in kept for each in old):
        raise RefusedError(50240)
    made = [_registered(call, scope, each, _named(old, each)) for each in call.body]
    _count_creates(call, scope, sum(_named(old, each) is None for each in call.body))
    call.discord.commands[scope] = made
    return made


def create(call: Call) -> tuple[int, Json]:
    """`POST …/commands`: one more, or another for the one of this name."""
    scope = _scope(call)
    found = check_command(call.body)
    if found:
        raise RefusedError(50035, found)
    call.fit()
    commands = call.discord.commands.setdefault(scope, [])
    old = _named(commands, call.body)
    made = _registered(call, scope, call.body, old)
    rest = [each for each in commands if each is not old]
    if sum(each["type"] == made["type"] for each in rest) >= MOST[made["type"]]:
        raise RefusedError(30032)
    _count_creates(call, scope, int(old is None))
    call.discord.commands[scope] = [*rest, made]
    return (200 if old else 201), made


def one(call: Call) -> Json:
    """`GET …/commands/{command_id}`."""
    return _by_id(call, _scope(call))


def change(call: Call) -> Json:
    """`PATCH …/commands/{command_id}`."""
    scope = _scope(call)
    old = _by_id(call, scope)
    settable = ("name", "type", "description", "options", "default_member_permissions", "contexts", "nsfw")
    asked = {key: value for key, value in old.items() if key in (*settable, "name_localizations")} | call.fields
    found = check_command(asked)
    if found:
        raise RefusedError(50035, found)
    call.fit()
    made = _registered(call, scope, asked, old)
    call.discord.commands[scope] = [made if each is old else each for each in call.discord.commands[scope]]
    return made


def delete(call: Call) -> None:
    """`DELETE …/commands/{command_id}`."""
    scope = _scope(call)
    call.discord.commands[scope].remove(_by_id(call, scope))


def _by_id(call: Call, scope: str) -> Json:
    found = [each for each in call.discord.commands.get(scope, []) if each["id"] == call.id("command_id")]
    if not found:
        raise RefusedError(10063)
    return found[0]


def _named(commands: list[Json], asked: Json) -> Json | None:
    key = (asked["name"], asked.get("type") or CHAT)
    return next((each for each in commands if (each["name"], each["type"]) == key), None)


def _registered(call: Call, scope: str, asked: Json, old: Json | None) -> Json:
    """A command as Discord keeps it: the same id as before, and another version where it changed."""
    permissions = asked.get("default_member_permissions")
    made: Json = {
        "id": old["id"] if old else call.discord.new_id(),
        "application_id": call.discord.application,
        "version": "",
        "type": asked.get("type") or CHAT,
        "name": asked["name"],
        "name_localizations": asked.get("name_localizations") or None,
        "description": asked.get("description") or "",
        "description_localizations": asked.get("description_localizations") or None,
        "options": asked.get("options") or [],
        "default_member_permissions": None if permissions is None else str(permissions),
        "dm_permission": asked.get("dm_permission", True) is not False,
        "contexts": asked.get("contexts"),
        "integration_types": asked.get("integration_types") or [0],
        "nsfw": bool(asked.get("nsfw")),
        **({"handler": asked.get("handler", APP_HANDLES)} if asked.get("type") == ENTRY_POINT else {}),
        **({"guild_id": scope} if scope else {}),
    }
    same = old is not None and {**old, "version": ""} == made
    made["version"] = old["version"] if old and same else call.discord.new_id()
    return made


def _count_creates(call: Call, scope: str, new: int) -> None:
    since = call.discord.now() - timedelta(days=1)
    made = [each for each in call.discord.command_creates.get(scope, []) if each > since]
    if len(made) + new > CREATES_A_DAY:
        raise RefusedError(30034)
    call.discord.command_creates[scope] = made + [call.discord.now()] * new
