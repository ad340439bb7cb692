"""Forms that ask for the options of a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cards.words import Words
from bot.ports import Command, CommandOption, Field, Form, Suggestion
from bot.refs import FILL, Ref

MOST_CHOICES = 100
"""So many a form's list can have on every platform; more are typed."""


def command_form(
    words: Words,
    path: Sequence[str],
    command: Command,
    given: Mapping[str, str],
    known: Mapping[str, Sequence[Suggestion]],
) -> Form:
    """The form for a command, with what was `given` filled in. `known`: the values of options that are completed."""
    fields = tuple(
        _field(words, option, given.get(option.name, ""), known.get(option.name, ())) for option in command.options
    )
    # Its words and not its description: some platforms have room for 24 characters.
    return Form(str(Ref(FILL, ".".join(path))), f"/{' '.join(path)}", fields, words("Send"))


def _field(words: Words, option: CommandOption, value: str, known: Sequence[Suggestion]) -> Field:
    choices = tuple((each.value, each.label or each.value) for each in known) if option.completed else ()
    choices = choices or tuple((each, words(label)) for each, label in option.choices)
    return Field(
        option.name,
        words(option.description),
        required=option.required,
        limit=100,
        choices=choices if len(choices) <= MOST_CHOICES else (),
        value=value,
    )
