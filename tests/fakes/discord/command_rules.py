"""What Discord takes for commands: https://discord.com/developers/docs/interactions/application-commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.fakes.discord.facts import Json, RefusedError, Wrong
from tests.fakes.discord.shapes import Check, Path, anything, boolean, every, one_of, record, snowflake, string, words

CHAT, USER, MESSAGE, ENTRY_POINT = 1, 2, 3, 4
MOST = {CHAT: 100, USER: 15, MESSAGE: 15, ENTRY_POINT: 1}
MOST_TEXT = 8000
SUB, GROUP = 1, 2
STRING, INTEGER, BOOLEAN, NUMBER = 3, 4, 5, 10
LOCALES = frozenset(
    (
        *(
            "id",
            "da",
            "de",
            "en-GB",
            "en-US",
            "es-ES",
            "es-419",
            "fr",
            "hr",
            "it",
            "lt",
            "hu",
            "nl",
            "no",
            "pl",
            "pt-BR",
        ),
        *("ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko"),
    )
)
NAME = r"[-_'\w]+"
_named = string(32, 1)
_fields: dict[str, Check] = {
    "name": _named,
    "name_localizations": words(string(32), LOCALES),
    "description_localizations": words(string(100), LOCALES),
}
_choice = record("name value", name=string(100), name_localizations=words(string(100), LOCALES), value=anything)
_option = record(
    "type name description",
    **_fields,
    type=one_of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    description=string(100),
    required=boolean,
    choices=every(_choice, 25),
    options=anything,
    channel_types=every(anything, 20),
    min_value=anything,
    max_value=anything,
    min_length=anything,
    max_length=anything,
    autocomplete=boolean,
)
_command = record(
    "name",
    **_fields,
    id=snowflake,
    type=one_of(CHAT, USER, MESSAGE, ENTRY_POINT),
    description=string(100, 0),
    options=anything,
    default_member_permissions=snowflake,
    dm_permission=boolean,
    default_permission=boolean,
    contexts=every(one_of(0, 1, 2), 3, 1),
    integration_types=every(one_of(0, 1), 2, 1),
    nsfw=boolean,
    handler=one_of(1, 2),
)


def check_all(commands: Any) -> None:
    """Raises RefusedError with all that is wrong with a set of commands."""
    if not isinstance(commands, list):
        raise RefusedError(50035, [Wrong((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")])
    found = [each for index, command in enumerate(commands) for each in check_command(command, (index,))]
    if not found:
        kinds = Counter(each.get("type") or CHAT for each in commands)
        if any(count > MOST[kind] for kind, count in kinds.items()):
            raise RefusedError(30032)
        found = list(_duplicated(commands))
    if found:
        raise RefusedError(50035, found)


def check_command(command: Any, where: Path = ()) -> list[Wrong]:
    """What is wrong with one command."""
    found = list(_command(command, where))
    if found:
        return found
    kind = command.get("type") or CHAT
    if kind == CHAT:
        return list(_chat(command, where))
    message = "Commands of this kind have none."
    none = ("options",) if kind == ENTRY_POINT else ("description", "options")
    return [Wrong((*where, key), "APPLICATION_COMMAND_INVALID", message) for key in none if command.get(key)]


def _chat(command: Json, where: Path) -> Iterator[Wrong]:
    yield from _names(command, where)
    if not command.get("description"):
        yield Wrong((*where, "description"), "BASE_TYPE_REQUIRED", "This field is required")
    yield from _options(command.get("options") or [], (*where, "options"), 0)
    if texts_of(command) > MOST_TEXT:
        yield Wrong(where, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_TEXT})")


def _names(named: Json, where: Path) -> Iterator[Wrong]:
    names = [(named["name"], (*where, "name"))]
    names += [
        (each, (*where, "name_localizations", key)) for key, each in (named.get("name_localizations") or {}).items()
    ]
    for name, path in names:
        found = list(string(32, 1, NAME)(name, path))
        yield from found
        if not found and name != name.lower():
            yield Wrong(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _options(options: Any, where: Path, depth: int) -> Iterator[Wrong]:
    found = list(every(_option, 25)(options, where))
    yield from found
    if found:
        return
    kinds = {"sub" if each["type"] in (SUB, GROUP) else "value" for each in options}
    if len(kinds) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        yield Wrong(where, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    for name, count in Counter(each["name"] for each in options).items():
        if count > 1:
            yield Wrong(where, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", f"Option name {name} already exists")
    optional = False
    for index, each in enumerate(options):
        path = (*where, index)
        if each.get("required") and optional:
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            yield Wrong(path, code, "Required options must be placed before non-required options")
        optional = optional or not each.get("required")
        yield from _names(each, path)
        yield from _option_itself(each, path, depth)


def _option_itself(option: Json, where: Path, depth: int) -> Iterator[Wrong]:
    kind = option["type"]
    if kind in (SUB, GROUP):
        if (kind == GROUP and depth) or depth > 1:
            yield Wrong((*where, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands nest too deeply")
        if kind == GROUP and not option.get("options"):
            yield Wrong((*where, "options"), "BASE_TYPE_REQUIRED", "This field is required")
        yield from _options(option.get("options") or [], (*where, "options"), depth + (1 if kind == GROUP else 2))
        return
    if option.get("options"):
        yield Wrong((*where, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Only sub-commands have options")
    if option.get("choices") and option.get("autocomplete"):
        message = "Autocomplete cannot be set when choices are"
        yield Wrong((*where, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", message)
    allowed = {
        "choices": (STRING, INTEGER, NUMBER),
        "autocomplete": (STRING, INTEGER, NUMBER),
        **dict.fromkeys(("min_value", "max_value"), (INTEGER, NUMBER)),
        **dict.fromkeys(("min_length", "max_length"), (STRING,)),
        "channel_types": (7,),
    }
    for key, kinds in allowed.items():
        if option.get(key) and kind not in kinds:
            yield Wrong((*where, key), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", f"{key} is not for this type")
    yield from check_choices(option.get("choices") or [], kind, (*where, "choices"))


def check_choices(choices: list[Json], kind: int, where: Path) -> Iterator[Wrong]:
    """What is wrong with choices of an option of a kind, the command's or an autocompletion's."""
    found = list(every(_choice, 25)(choices, where))
    yield from found
    types: Any = {STRING: str, INTEGER: int, NUMBER: (int, float)}.get(kind, ())
    for index, each in enumerate(choices if not found else []):
        value = each["value"]
        if not isinstance(value, types) or isinstance(value, bool):
            yield Wrong(
                (*where, index, "value"), "APPLICATION_COMMAND_OPTIONS_VALUE_INVALID", "Value is not of the type"
            )
        elif isinstance(value, str) and not 1 <= len(value) <= 100:
            message = "Must be between 1 and 100 in length."
            yield Wrong((*where, index, "value"), "BASE_TYPE_BAD_LENGTH", message)
    names = Counter(each["name"] for each in choices) if not found else {}
    for name, count in names.items():
        if count > 1:
            yield Wrong(where, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", f"{name} already exists")


def _duplicated(commands: list[Json]) -> Iterator[Wrong]:
    seen: set[tuple[str, int]] = set()
    for index, each in enumerate(commands):
        key = (each["name"], each.get("type") or CHAT)
        if key in seen:
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            yield Wrong((index,), code, f"Application command names must be unique: {each['name']}")
        seen.add(key)


def texts_of(part: Json) -> int:
    """How many characters of a command count: names, descriptions and values, each in its longest language."""
    counted = 0
    for key in ("name", "description"):
        told = [part.get(key) or "", *(part.get(f"{key}_localizations") or {}).values()]
        counted += max(map(len, told))
    counted += len(part["value"]) if isinstance(part.get("value"), str) else 0
    below = [*(part.get("options") or []), *(part.get("choices") or [])]
    return counted + sum(map(texts_of, below))
