"""The command tree as Discord's application commands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.discord.commands import MOST, application_commands, focused, read_command
from bot.commands import COMMANDS, PERIODS, leaves
from bot.languages import translate
from bot.ports import Command, CommandOption
from tests.fakes.discord.command_rules import check_all, texts_of

GROUP = 2


def english(_: str, text: str) -> str:
    return text


def made(*tree: Command) -> dict[str, dict[str, Any]]:
    """Discord's commands out of ours, by name."""
    return {each["name"]: each for each in application_commands(tree, english)}


def at(command: dict[str, Any], *path: str) -> dict[str, Any]:
    """What stands below a command."""
    for name in path:
        command = next(each for each in command["options"] if each["name"] == name)
    return command


def parts(command: dict[str, Any]) -> list[dict[str, Any]]:
    """A command, and all that is below it."""
    return [command, *(each for below in command.get("options", []) for each in parts(below))]


def texts(count: int, **more: Any) -> tuple[CommandOption, ...]:
    """So many options."""
    return tuple(CommandOption(f"o{number}", "an option", **more) for number in range(count))


def choices(count: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"v{number}", f"label {number}") for number in range(count))


def sized(size: int) -> Command:
    """A command with so many characters."""
    long = tuple((f"{number:0100}", f"{number:0100}") for number in range(20))
    some = CommandOption("a", "x" * 50, choices=long)
    return Command("ask", "x" * 100, (some, CommandOption("b", "x" * (size - 7955), choices=long[:19])))


def nested(levels: int) -> Command:
    """A command with so many levels below it."""
    below = () if levels == 0 else (nested(levels - 1),)
    return Command(f"c{levels}", "a command", children=below)


# The real tree.


@pytest.mark.parametrize(("path", "leaf"), [pytest.param(*each, id=" ".join(each[0])) for each in leaves()])
def test_every_command_of_the_tree_stands_at_its_path_with_its_options(path: tuple[str, ...], leaf: Command) -> None:
    found = at(made(*COMMANDS)[path[0]], *path[1:])
    assert (found["type"], found["description"]) == (1, leaf.description)
    told = [
        (
            option["name"],
            option["type"],
            option["description"],
            tuple((each["value"], each["name"]) for each in option.get("choices", [])),
            option.get("autocomplete", False),
            (option["min_value"], option["max_value"]) if "min_value" in option else None,
        )
        for option in found.get("options", [])
    ]
    assert told == [
        (each.name, 4 if each.between else 3, each.description, each.choices, each.completed, each.between)
        for each in leaf.options
    ]


def test_commands_with_others_below_them_are_groups() -> None:
    study = made(*COMMANDS)["study"]
    assert (study["type"], at(study, "schedule")["type"]) == (1, GROUP)


def test_an_option_that_a_form_asks_for_may_be_missing_and_another_that_is_required_may_not() -> None:
    study = made(*COMMANDS)["study"]
    assert [each.required for each in dict(leaves())["study", "schedule", "add"].options] == [True, True, False, False]
    assert all("required" not in each for each in at(study, "schedule", "add")["options"])
    assert at(study, "schedule", "pause", "name")["required"] is True


def test_required_options_come_first_and_all_others_as_they_were() -> None:
    mixed = Command("ask", "ask", (*texts(2), CommandOption("must", "x", required=True), CommandOption("last", "x")))
    assert [each["name"] for each in made(mixed)["ask"]["options"]] == ["must", "o0", "o1", "last"]


def test_all_is_translated_but_the_names_which_are_the_same_words_everywhere() -> None:
    *commands, menu = application_commands(COMMANDS, translate)
    for part in (each for command in commands for each in parts(command)):
        assert "name_localizations" not in part
        assert part["description_localizations"] == {"zh-CN": translate("zh", part["description"])}
        assert part["description_localizations"]["zh-CN"] != part["description"]
    periods = at(commands[1], "period")["choices"]
    assert [each["name_localizations"] for each in periods] == [{"zh-CN": translate("zh", text)} for _, text in PERIODS]
    assert menu["name_localizations"] == {"zh-CN": translate("zh", "Suggest as a question")}


def test_what_a_catalogue_does_not_have_is_left_in_english() -> None:
    assert "description_localizations" not in application_commands([nested(0)], translate)[0]


def test_a_command_is_shown_to_those_who_manage_the_server_where_all_below_it_is_for_organisers() -> None:
    some = Command("some", "x", children=(nested(0), Command("own", "x", organisers_only=True)))
    every = Command("every", "x", children=(replace(nested(0), organisers_only=True), some.children[1]))
    shown = {name: each["default_member_permissions"] for name, each in made(some, every).items()}
    assert shown == {"some": None, "every": "32", "Suggest as a question": None}


def test_all_can_be_used_in_servers_and_in_the_talk_with_the_bot_and_by_nobody_elsewhere() -> None:
    for each in made(*COMMANDS).values():
        assert (each["contexts"], each["integration_types"]) == ([0, 1], [0])


def test_messages_have_one_entry_in_their_menu() -> None:
    assert [(each["type"], each["name"]) for each in application_commands(COMMANDS, english) if each["type"] != 1] == [
        (3, "Suggest as a question")
    ]


# What Discord would refuse.

REFUSED = {
    "capitals": (Command("Ask", "x"), "/Ask: a name"),
    "a space": (Command("ask me", "x"), "/ask me: a name"),
    "a long name": (Command("x" * 33, "x"), "a name has 1 to 32"),
    "no name": (Command("ask", "x", (CommandOption("", "x"),)), "/ask : a name"),
    "no description": (Command("ask", ""), "/ask: a description"),
    "a long description": (Command("ask", "x", (CommandOption("o", "x" * 101),)), "/ask o: a description"),
    "three levels": (nested(3), "/c3 c2 c1: commands stand"),
    "too many options": (Command("ask", "x", texts(26)), "/ask: a command has at most 25"),
    "too many commands": (
        Command("ask", "x", children=tuple(replace(nested(0), name=f"c{n}") for n in range(26))),
        "/ask: a command has at most 25",
    ),
    "equal options": (Command("ask", "x", texts(1) * 2), "each name once"),
    "both": (Command("ask", "x", texts(1), (nested(0),)), "/ask: a command has either"),
    "choices and completions": (
        Command("ask", "x", texts(1, choices=choices(1), completed=True)),
        "/ask o0: an option has choices or",
    ),
    "too many choices": (Command("ask", "x", texts(1, choices=choices(26))), "/ask o0: an option has at most 25"),
    "equal choices": (Command("ask", "x", texts(1, choices=(("a", "x"), ("b", "x")))), "each name once"),
    "a long choice": (Command("ask", "x", texts(1, choices=(("a", "x" * 101),))), "/ask o0: a choice"),
    "an empty value": (Command("ask", "x", texts(1, choices=(("", "x"),))), "/ask o0: a choice"),
    "8,001 characters": (sized(8001), "/ask: all texts"),
}


@pytest.mark.parametrize(("command", "told"), REFUSED.values(), ids=REFUSED)
def test_what_discord_would_refuse_is_refused_with_the_name_of_the_command(command: Command, told: str) -> None:
    with pytest.raises(ValueError, match="Discord would refuse") as caught:
        made(nested(1), command)
    assert told in str(caught.value)


def test_a_translation_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="in each language"):
        application_commands([nested(0)], lambda _, text: text * 20)


@pytest.mark.parametrize("tree", [(nested(0), nested(0)), tuple(Command(f"c{n}", "x") for n in range(101))])
def test_two_commands_of_one_name_and_more_than_a_hundred_are_refused(tree: tuple[Command, ...]) -> None:
    with pytest.raises(ValueError, match="at most 100 commands, each name once"):
        made(*tree)


def test_what_is_just_within_the_limits_is_made_and_discord_takes_it() -> None:
    options = texts(MOST, choices=choices(1))
    longest = Command("x" * 32, "x" * 100, (CommandOption("o", "x" * 100, choices=choices(MOST)), *options[1:]))
    tree = [nested(2), longest, *(Command(f"c-{n}", "x") for n in range(98))]
    check_all(application_commands(tree, english))


def test_the_characters_of_a_command_count_in_the_longest_language_each() -> None:
    (most, _) = application_commands([sized(8000)], lambda _, text: text[1:] or "x")
    assert texts_of(most) == 8000
    check_all([most])
    with pytest.raises(ValueError, match="/ask: all texts of a command together have at most 8000 characters"):
        application_commands([sized(8000)], lambda _, text: text + "x" if len(text) == 45 else text)


# What people used, read back.


def test_a_command_is_read_with_its_path_and_its_options() -> None:
    name = {"name": "name", "type": 3, "value": "evening"}
    add = {"name": "add", "type": 1, "options": [name, {"name": "times", "type": 3, "value": "18:00"}]}
    schedule = {"name": "schedule", "type": 2, "options": [add]}
    data = {"id": "1", "name": "study", "type": 1, "options": [schedule]}
    assert read_command(data) == (("study", "schedule", "add"), {"name": "evening", "times": "18:00"})


@pytest.mark.parametrize("none", [{}, {"options": []}])
def test_a_command_without_options_is_read_with_none(none: dict[str, Any]) -> None:
    assert read_command({"id": "1", "name": "daily", "type": 1, **none}) == (("daily",), {})
    below = {"id": "1", "name": "study", "type": 1, "options": [{"name": "status", "type": 1, **none}]}
    assert read_command(below) == (("study", "status"), {})


def test_an_autocompletion_is_read_with_the_option_that_is_being_typed() -> None:
    period = {"name": "period", "type": 3, "value": "week"}
    topic = {"name": "topic", "type": 3, "value": "st", "focused": True}
    data = {"id": "1", "name": "leaderboard", "type": 1, "options": [period, topic]}
    assert focused(data) == (("leaderboard",), "topic", "st")
