"""`studyhall discord …`: what an operator needs to make the application and let the bot in."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.discord.commands import application_commands
from adapters.discord.invite import ID, PORTAL, TOKEN, application_of, invite_link
from bot.ports import Command


def add(commands: Any, tree: Sequence[Command]) -> None:  # noqa: ANN401  argparse's collection
    """Add the commands."""
    parser = commands.add_parser(
        "discord",
        help="what the Discord application needs",
        description="What the Discord application needs.",
        example="studyhall discord invite",
    )
    below = parser.add_commands()
    made = below.add_parser(
        "invite",
        help="print the link that lets the bot into a server, with exactly the permissions that it uses",
        description="Print the link that lets the bot into a server, with exactly the permissions that it uses.\n"
        f"The application is that of the bot token in {TOKEN}, unless --application names one.",
        example="studyhall discord invite",
    )
    made.add_argument(
        "--application",
        metavar="ID",
        type=_id,
        help=f"the application's id, from {PORTAL}; it wins over the token (some bots that were made before 2017 "
        "have another id than their application)",
    )
    made.set_defaults(run=lambda call: _invite(made, call.application, call.surroundings.environment))
    told = below.add_parser(
        "commands",
        help="print the application commands as JSON, in English",
        description="Print the application commands as JSON, in English, for whoever wants to read them. There is\n"
        "nothing to do with them: `studyhall run` registers them, with their translations, when they changed.",
        example="studyhall discord commands",
    )
    told.set_defaults(run=lambda _: _print(_written(application_commands(tree, lambda _, text: text))))


def _id(text: str) -> str:
    """An id for an option; what was written is not repeated, as it may be a token."""
    if not ID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"an application's id has 15 to 20 digits: copy it at {PORTAL}")
    return text


def _invite(parser: argparse.ArgumentParser, application: str | None, environment: Mapping[str, str]) -> int:
    try:
        return _print(invite_link(application or application_of(environment.get(TOKEN, ""))))
    except ValueError as error:
        parser.error(str(error))


def _written(value: list[dict[str, Any]]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _print(text: str) -> int:
    sys.stdout.write(text + "\n")
    return 0
