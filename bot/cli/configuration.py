"""Settings for commands: the options that name them, and reading them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.cli.parser import Call, Code, CommandError, Parser
from bot.installed import AdapterError, installed_adapters
from bot.ports import Adapter
from bot.settings import Settings, SettingsError, read_database, read_settings

Value = TypeVar("Value")

MOST_ROWS = 1000
USUAL_FILE = Path("studyhall.yaml")


def add_options(parser: Parser) -> None:
    """Add the options that name the settings file and the database."""
    add_config(parser)
    parser.add_argument(
        "--database", metavar="URL", type=checked(read_database), help="the database (default: as the settings say)"
    )


def add_config(parser: Parser) -> None:
    """Add the option that names the settings file."""
    parser.add_argument(
        "--config", metavar="FILE", type=Path, help="the settings file (default: studyhall.yaml where there is one)"
    )


def checked(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """`read` for an option: its ValueError becomes the parser's message."""

    def reading(text: str) -> Value:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return reading


def read_count(text: str) -> int:
    """A number of rows; raises ValueError for what is none."""
    if not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_ROWS:
        raise ValueError(f"{text!r} is out of range: write a number from 1 to {MOST_ROWS}")
    return int(text)


def settings_of(call: Call, *, console: bool = False) -> Settings:
    """The settings that a command line means. Raises CommandError with every fault where they are wrong."""
    environment = call.surroundings.environment
    try:
        settings = read_settings(
            settings_file(call.config, environment),
            environment,
            adapters_of(),
            zone=call.surroundings.zone(),
            console=console,
        )
    except SettingsError as error:
        raise CommandError(str(error), Code.SETTINGS) from error
    database = getattr(call, "database", None)
    return replace(settings, database=database) if database else settings


def settings_file(named: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The settings file: the one named, else STUDYHALL_CONFIG, else studyhall.yaml in this folder, else none."""
    if named is not None:
        return named
    if variable := environment.get("STUDYHALL_CONFIG"):
        return Path(variable)
    return USUAL_FILE if USUAL_FILE.exists() else None


def adapters_of() -> dict[str, Adapter]:
    """The installed adapters by name. Raises CommandError for a broken one."""
    try:
        return installed_adapters()
    except AdapterError as error:
        raise CommandError(str(error)) from error
