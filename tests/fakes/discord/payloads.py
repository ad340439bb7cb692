"""What the bot is sent of an interaction: https://discord.com/developers/docs/interactions/receiving-and-responding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.fakes.discord import permissions, shown
from tests.fakes.discord.bodies import LARGEST_FILE
from tests.fakes.discord.command_rules import BOOLEAN, GROUP, INTEGER, NUMBER, STRING, SUB
from tests.fakes.discord.components import BUTTON, CHECKBOX, LABEL, RADIO, ROW, SELECT, TEXT, TEXT_INPUT, leaves
from tests.fakes.discord.facts import Interaction, Json, Message, NotThereError

if TYPE_CHECKING:
    from tests.fakes.discord.state import Guilds

Value = str | int | float | bool
USER, CHANNEL, ROLE = 6, 7, 8


def interaction(discord: Guilds, found: Interaction) -> Json:
    """The event INTERACTION_CREATE."""
    where = discord.channels[found.channel]
    told: Json = {
        "id": found.id,
        "application_id": discord.application,
        "type": found.kind,
        "token": found.token,
        "version": 1,
        "data": found.content,
        "channel_id": where.id,
        "channel": shown.channel(discord, where) | {"permissions": str(may(discord, found))},
        "locale": discord.users[found.user].locale,
        "app_permissions": str(permissions.in_channel(discord, where, discord.bot_user)),
        "entitlements": [],
        "authorizing_integration_owners": {"0": found.guild or "0"},
        "context": 0 if found.guild else 1,
        "attachment_size_limit": LARGEST_FILE,
    }
    if found.came_from:
        told["message"] = shown.message(discord, found.came_from)
    if not found.guild:
        return told | {"user": shown.user(discord.users[found.user])}
    guild = discord.guilds[found.guild]
    member = shown.member(guild.members[found.user]) | {"permissions": str(may(discord, found))}
    named = {"id": guild.id, "locale": guild.locale, "features": []}
    return told | {"guild_id": guild.id, "guild": named, "guild_locale": guild.locale, "member": member}


def may(discord: Guilds, found: Interaction) -> int:
    """What the person may in the channel."""
    return permissions.in_channel(discord, discord.channels[found.channel], found.user)


def component_of(message: Message, what: str | int, kinds: Sequence[int]) -> Json:
    """A button or select of a message, by its custom id or its place among those. Raises NotThereError."""
    found = [each for each in leaves(message.components) if each["type"] in kinds]
    if isinstance(what, str):
        found, what = [each for each in found if each["custom_id"] == what], 0
    if not -len(found) <= what < len(found):
        raise NotThereError(f"there is no {what} in {message.id}")
    if found[what].get("disabled"):
        raise NotThereError(f"{found[what]['custom_id']} cannot be used")
    return found[what]


def pressed(button: Json) -> Json:
    """The content of a press."""
    return {"id": button["id"], "custom_id": button["custom_id"], "component_type": BUTTON}


def picked(select: Json, values: Sequence[str | int]) -> Json:
    """The content of a choice in a select, by values or places. Raises NotThereError."""
    offered = [str(each["value"]) for each in select["options"]]
    chosen = [offered[each] if isinstance(each, int) else each for each in values]
    least, most = select.get("min_values"), select.get("max_values") or 1
    if set(chosen) - set(offered) or not (1 if least is None else least) <= len(chosen) <= most:
        raise NotThereError(f"{values} cannot be chosen in {select['custom_id']}")
    return {"id": select["id"], "custom_id": select["custom_id"], "component_type": SELECT, "values": chosen}


# Commands.


def command(
    discord: Guilds, command: Json, path: Sequence[str], options: Mapping[str, Value], focused: str = ""
) -> Json:
    """The content of a slash command. Raises NotThereError for what Discord would not let a person send."""
    content: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    content |= {"guild_id": command["guild_id"]} if "guild_id" in command else {}
    known, place = command["options"], content
    for step in path:
        found = next((each for each in known if each["name"] == step and each["type"] in (SUB, GROUP)), None)
        if found is None:
            raise NotThereError(f"there is no /{command['name']} {' '.join(path)}")
        below: Json = {"type": found["type"], "name": step}
        place["options"] = [below]
        known, place = found.get("options") or [], below
    if any(each["type"] in (SUB, GROUP) for each in known):
        raise NotThereError(f"/{command['name']} {' '.join(path)} wants a sub-command")
    resolved: Json = {}
    place["options"] = [
        _given(discord, each, options[each["name"]], resolved, focused) for each in known if each["name"] in options
    ]
    missing = [each["name"] for each in known if each.get("required") and each["name"] not in options]
    strange = options.keys() - {each["name"] for each in known}
    if strange or (missing and not focused):
        raise NotThereError(f"missing: {missing}, unknown: {strange}")
    return content | ({"resolved": resolved} if resolved else {})


def focused_type(content: Json) -> int:
    """The type of the option that is being typed, 0 where there is none."""
    options = content.get("options") or []
    return next((each["type"] for each in options if each.get("focused")), 0) or sum(map(focused_type, options))


def _given(discord: Guilds, option: Json, value: Value, resolved: Json, focused: str) -> Json:
    name, kind = option["name"], option["type"]
    if name == focused:
        if not option.get("autocomplete"):
            raise NotThereError(f"{name} suggests nothing")
        return {"name": name, "type": kind, "value": str(value), "focused": True}
    _fits(option, value)
    if kind in (USER, CHANNEL, ROLE):
        _resolve(discord, kind, str(value), resolved)
    return {"name": name, "type": kind, "value": value}


def _fits(option: Json, value: Value) -> None:
    """Raises NotThereError where Discord's window does not take a value."""
    kind = option["type"]
    types: dict[int, Any] = {INTEGER: int, NUMBER: (int, float), BOOLEAN: bool}
    wrong = not isinstance(value, types.get(kind, str)) or (kind in (INTEGER, NUMBER) and isinstance(value, bool))
    choices = [each["value"] for each in option.get("choices") or []]
    size: Any = len(value) if isinstance(value, str) else value
    ends = ("min_length", "max_length") if kind == STRING else ("min_value", "max_value")
    low, high = (option.get(each) for each in ends)
    outside = (low is not None and size < low) or (high is not None and size > high)
    if wrong or (choices and value not in choices) or outside or (kind == STRING and not value):
        raise NotThereError(f"{option['name']} cannot be {value!r}")


def _resolve(discord: Guilds, kind: int, value: str, resolved: Json) -> None:
    try:
        if kind == USER:
            resolved.setdefault("users", {})[value] = shown.user(discord.users[value])
            for guild in discord.guilds.values():
                if value in guild.members:
                    member = shown.member(guild.members[value]) | {"permissions": "0"}
                    member.pop("user")
                    resolved.setdefault("members", {})[value] = member
        elif kind == CHANNEL:
            channel = shown.channel(discord, discord.channels[value]) | {"permissions": "0"}
            resolved.setdefault("channels", {})[value] = channel
        else:
            roles = {role.id: role for guild in discord.guilds.values() for role in guild.roles.values()}
            resolved.setdefault("roles", {})[value] = shown.role(roles[value])
    except KeyError:
        raise NotThereError(f"there is nothing with the id {value}") from None


def on_message(discord: Guilds, command: Json, message: Message) -> Json:
    """The content of a command in a message's menu."""
    content = {"id": command["id"], "name": command["name"], "type": command["type"], "target_id": message.id}
    content |= {"guild_id": command["guild_id"]} if "guild_id" in command else {}
    return content | {"resolved": {"messages": {message.id: shown.message(discord, message)}}}


# Forms.


def filled_in(modal: Json, values: Mapping[str, str | Sequence[str] | bool]) -> Json:
    """The content of a form that is sent. Raises NotThereError for what it does not take."""
    strange = values.keys() - {each["custom_id"] for each in leaves(modal["components"])}
    if strange:
        raise NotThereError(f"there is no field {sorted(strange)}")
    parts = [_part(each, number, values) for number, each in enumerate(modal["components"], 1)]
    return {"custom_id": modal["custom_id"], "components": parts}


def _part(part: Json, number: int, values: Mapping[str, str | Sequence[str] | bool]) -> Json:
    if part["type"] == TEXT:
        return {"type": TEXT, "id": number}
    if part["type"] == ROW:
        return {"type": ROW, "id": number, "components": [_field(part["components"][0], values)]}
    return {"type": LABEL, "id": number, "component": _field(part["component"], values)}


def _field(field: Json, values: Mapping[str, str | Sequence[str] | bool]) -> Json:
    given: Any = values.get(field["custom_id"])
    sent: Json = {"type": field["type"], "id": field.get("id") or 1, "custom_id": field["custom_id"]}
    required = field.get("required") is not False
    if field["type"] == TEXT_INPUT:
        text = str(field.get("value") or "") if given is None else given
        least, most = field.get("min_length") or (1 if required else 0), field.get("max_length") or 4000
        if not isinstance(text, str) or len(text) > most or (len(text) < least and (text or required)):
            raise NotThereError(f"{field['custom_id']} does not take {text!r}")
        return sent | {"value": text}
    if field["type"] == CHECKBOX:
        return sent | {"value": bool(given)}
    offered = {str(each["value"]) for each in field.get("options") or []}
    chosen = [] if given is None else [given] if isinstance(given, str) else list(given)
    if set(chosen) - offered or (required and not chosen) or len(chosen) > (field.get("max_values") or 1):
        raise NotThereError(f"{chosen} cannot be chosen in {field['custom_id']}")
    return sent | ({"value": chosen[0] if chosen else None} if field["type"] == RADIO else {"values": chosen})
