"""The command tree as Discord's application commands, and a command that was used read back.

Their form and limits by https://docs.discord.com/developers/interactions/application-commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from adapters.discord.words import N_
from bot.ports import Command, CommandOption

Json = dict[str, Any]
Translate = Callable[[str, str], str]

CHAT, MESSAGE = 1, 3
SUB_COMMAND, GROUP, TEXT, NUMBER = 1, 2, 3, 4
SUGGEST = N_("Suggest as a question")
"""The name in a message's menu; interactions carry it."""
LOCALES: Mapping[str, str] = {"zh": "zh-CN"}
"""Discord's names of the languages that have a catalogue, English aside."""
MANAGE_SERVER = 1 << 5
"""The permission of those who may organise by what Discord knows."""
GUILD, WITH_THE_BOT = 0, 1
INTO_SERVERS = 0
NAME = re.compile(r"[-_'\w]{1,32}")
LONGEST = 100
MOST = 25
MOST_COMMANDS = 100
MOST_TEXT = 8000


def application_commands(tree: Sequence[Command], translate: Translate) -> list[Json]:
    """The tree, and the entry in the menu of a message, as Discord takes them in one overwrite.

    Names are the same words in every language; descriptions and choices have those of the catalogues. Raises ValueError
    naming the command that Discord would refuse.
    """
    made = [_chat(command, translate) for command in tree]
    if len({each["name"] for each in made}) < len(made) or len(made) > MOST_COMMANDS:
        raise ValueError(f"Discord takes at most {MOST_COMMANDS} commands, each name once")
    for each in made:
        _check(each, f"/{each['name']}")
    return [*made, {"type": MESSAGE, **_localised("name", SUGGEST, translate), **_shown(None)}]


def read_command(data: Mapping[str, Any]) -> tuple[tuple[str, ...], dict[str, str]]:
    """The path and the options of a slash command, out of its interaction's data."""
    path, options = _walked(data)
    return path, {str(each["name"]): str(each["value"]) for each in options}


def focused(data: Mapping[str, Any]) -> tuple[tuple[str, ...], str, str]:
    """The path, the option that is being typed and what of it is there, out of an autocompletion's data."""
    path, options = _walked(data)
    typed = next(each for each in options if each.get("focused"))
    return path, str(typed["name"]), str(typed["value"])


def _walked(data: Mapping[str, Any]) -> tuple[tuple[str, ...], Sequence[Json]]:
    """The words down to the command that does something, and what was given to it."""
    path, options = [str(data["name"])], data.get("options") or []
    while options and options[0]["type"] in (SUB_COMMAND, GROUP):
        path.append(str(options[0]["name"]))
        options = options[0].get("options") or []
    return tuple(path), options


# Making them.


def _chat(command: Command, translate: Translate) -> Json:
    hidden = all(leaf.organisers_only for leaf in _leaves(command))
    return {**_part(command, translate), "type": CHAT, **_shown(str(MANAGE_SERVER) if hidden else None)}


def _leaves(command: Command) -> Iterator[Command]:
    if not command.children:
        yield command
    for child in command.children:
        yield from _leaves(child)


def _shown(permissions: str | None) -> Json:
    """To whom Discord shows a command and where; the core looks again at every call."""
    return {
        "default_member_permissions": permissions,
        "contexts": [GUILD, WITH_THE_BOT],
        "integration_types": [INTO_SERVERS],
    }


def _part(command: Command, translate: Translate) -> Json:
    """A command or what stands below one."""
    given = [_option(option, command, translate) for option in command.options]
    below = [_part(child, translate) for child in command.children]
    options = [*below, *sorted(given, key=lambda each: "required" not in each)]
    return {
        "type": GROUP if command.children else SUB_COMMAND,
        "name": command.name,
        **_localised("description", command.description, translate),
        **({"options": options} if options else {}),
    }


def _option(option: CommandOption, command: Command, translate: Translate) -> Json:
    """An option. One that a form asks for where it is missing may be missing."""
    choices = [{**_localised("name", label, translate), "value": value} for value, label in option.choices]
    return {
        "type": TEXT if option.between is None else NUMBER,
        "name": option.name,
        **_localised("description", option.description, translate),
        **({"required": True} if option.required and not command.opens_form else {}),
        **({"choices": choices} if choices else {}),
        **({"autocomplete": True} if option.completed else {}),
        **({"min_value": option.between[0], "max_value": option.between[1]} if option.between else {}),
    }


def _localised(key: str, text: str, translate: Translate) -> Json:
    """A field with what it is in the languages whose catalogue has it."""
    told = {locale: there for language, locale in LOCALES.items() if (there := translate(language, text)) != text}
    return {key: text, **({f"{key}_localizations": told} if told else {})}


# What Discord would refuse.


def _check(part: Json, path: str, depth: int = 0) -> None:
    """Raise ValueError where a command, or what is below it, would be refused."""
    for fault in _faults(part, depth):
        raise ValueError(f"Discord would refuse {path}: {fault}")
    for below in part.get("options", ()):
        _check(below, f"{path} {below['name']}", depth + 1)


def _faults(part: Json, depth: int) -> Iterator[str]:
    options = part.get("options", [])
    if not NAME.fullmatch(part["name"]) or part["name"] != part["name"].lower():
        yield "a name has 1 to 32 letters, digits, hyphens and underscores, and no capitals"
    if not all(1 <= len(text) <= LONGEST for text in _in_all_languages(part, "description")):
        yield f"a description has 1 to {LONGEST} characters, in each language"
    if depth > 1 and part["type"] == GROUP:
        yield "commands stand at most two levels below another"
    if len(options) > MOST or len({each["name"] for each in options}) < len(options):
        yield f"a command has at most {MOST} options or commands below it, each name once"
    if len({each["type"] in (TEXT, NUMBER) for each in options}) > 1:
        yield "a command has either options or commands below it"
    if depth == 0 and _size(part) > MOST_TEXT:
        yield f"all texts of a command together have at most {MOST_TEXT} characters"
    yield from _faults_of_choices(part)


def _faults_of_choices(option: Json) -> Iterator[str]:
    choices = option.get("choices", [])
    if choices and "autocomplete" in option:
        yield "an option has choices or completions, not both"
    if len(choices) > MOST or len({each["name"] for each in choices}) < len(choices):
        yield f"an option has at most {MOST} choices, each name once"
    texts = [text for each in choices for text in (each["value"], *_in_all_languages(each, "name"))]
    if not all(1 <= len(text) <= LONGEST for text in texts):
        yield f"a choice and its value have 1 to {LONGEST} characters, in each language"


def _in_all_languages(part: Json, key: str) -> list[str]:
    return [str(part.get(key, "")), *part.get(f"{key}_localizations", {}).values()]


def _size(part: Json) -> int:
    """How many characters Discord counts: names, descriptions and values, each in its longest language."""
    own = sum(max(map(len, _in_all_languages(part, key))) for key in ("name", "description", "value"))
    return own + sum(map(_size, [*part.get("options", ()), *part.get("choices", ())]))
