"""The commands: which module has them, and how a command line finds its own.

A module of `MODULES` has `add(commands)`, which adds its first word to a collection of argparse sub-parsers, just as
an adapter's `cli` does. A command sets the default `run`: a function of the parsed `Call` that returns the exit code.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from bot.cli.output import say
from bot.cli.parser import Call, Parser, Surroundings

MODULES = ("run", "content", "board", "schedule", "settings", "db", "people", "regrade")
"""The first words of our own commands, each the name of its module in `bot.cli`."""

SUMMARY = "A study bot: a daily question where a team already talks, with explanations, leaderboards and streaks."


def call(line: Sequence[str], surroundings: Surroundings) -> int:
    """Do what the command line says; return the exit code. Raises SystemExit for a wrong line and for help."""
    first = next((word for word in line if not word.startswith("-")), "")
    parser = tree((first,)) if first in MODULES else tree(MODULES, adapters=True)
    parsed = parser.read(line, Call(surroundings=surroundings))
    return parsed.run(parsed)


def tree(modules: Sequence[str] = MODULES, *, adapters: bool = False) -> Parser:
    """The parser with the commands of these modules and, where asked for, those of the installed adapters."""
    parser = Parser(prog="studyhall", description=SUMMARY, example="studyhall run")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and leave")
    parser.add_argument("--debug", action="store_true", help="show where it went wrong when it does")
    commands = parser.add_commands()
    for name in modules:
        import_module(f"bot.cli.{name}").add(commands)
    if adapters:
        from bot.cli.configuration import adapters_of  # noqa: PLC0415  most commands do without adapters
        from bot.commands import COMMANDS  # noqa: PLC0415  the same

        for adapter in adapters_of().values():
            if adapter.cli:
                adapter.cli(commands, COMMANDS)
    return parser


class _Version(argparse.Action):
    """Reads the version when it is asked for, which keeps `content check` fast."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415  only needed here

        say(f"studyhall {version('studyhall')}")
        parser.exit()
