"""What every command has: a parser that shows an example, exit codes that mean something, failures in one sentence."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, NoReturn, Protocol


class Code(IntEnum):
    """The exit codes, the same for every command."""

    FINE = 0
    FAULTS = 1
    USAGE = 2
    SETTINGS = 3
    DATABASE = 4
    INTERRUPTED = 130


MEANINGS: Mapping[Code, str] = {
    Code.FINE: "all is well",
    Code.FAULTS: "faults were found, or it failed",
    Code.USAGE: "the command line is wrong",
    Code.SETTINGS: "the settings are wrong",
    Code.DATABASE: "the database cannot be used",
    Code.INTERRUPTED: "interrupted",
}


class CommandError(Exception):
    """A command cannot go on: `str()` is a sentence for the person, `code` the exit code."""

    def __init__(self, sentence: str, code: Code = Code.FAULTS) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command may know of the outside: environment variables, the clock, the machine's zone."""

    environment: Mapping[str, str]
    now: Callable[[], datetime]
    zone: Callable[[], str]


class Call(argparse.Namespace):
    """A command line as parsed. `run` is what the command does, called with this value; it returns the exit code."""

    surroundings: Surroundings
    run: Callable[[Call], int]


class Parser(argparse.ArgumentParser):
    """A parser whose help ends with an example and the exit codes, and whose errors are one sentence."""

    def __init__(self, *, example: str = "", codes: Sequence[Code] = (), **settings: Any) -> None:  # noqa: ANN401  argparse's own
        codes = (Code.FINE, *codes, Code.USAGE)
        ending = f"Example:\n  {example}\n\nExit codes:\n" if example else "Exit codes:\n"
        ending += "\n".join(f"  {code:<3} {MEANINGS[code]}" for code in sorted({*codes, Code.INTERRUPTED}))
        settings = {"epilog": ending, **settings}
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **settings)
        self.example = example
        self.codes = codes
        self.words: Mapping[str, Parser] = {}

    def add_commands(self) -> Commands:
        """The collection that commands below this one are added to."""
        collection: Commands = self.add_subparsers(title="commands", metavar="COMMAND")
        self.words = collection.choices
        return collection

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and leave with exit code 2."""
        self.exit(Code.USAGE, f"{self.prog}: {message}; see: {self.prog} --help\n")

    def read(self, line: Sequence[str], call: Call) -> Call:
        """What the line says, added to `call`. Leaves with exit code 2 where it is wrong, telling what was meant."""
        command = self._named(line)
        read, unknown = self.parse_known_args(line, call)
        if unknown:
            options = sorted(set(re.findall(r"--[a-z-]+", command.format_usage())))
            command.error(f"{unknown[0]!r} is not understood{nearest(unknown[0], options)}")
        return read

    def _named(self, line: Sequence[str]) -> Parser:
        """The parser of the command that the line names."""
        if not self.words or (line and line[0].startswith("-")):
            return self
        if not line:
            self.print_help(sys.stderr)
            self.exit(Code.USAGE)
        if line[0] not in self.words:
            self.error(f"there is no command {line[0]!r}{nearest(line[0], self.words)}")
        return self.words[line[0]]._named(line[1:])  # noqa: SLF001  its own method


class Commands(Protocol):
    """A collection of commands, as argparse makes it."""

    @property
    def choices(self) -> Mapping[str, Parser]:
        """The commands added, by their word."""

    def add_parser(self, name: str, **settings: Any) -> Parser:  # noqa: ANN401  argparse's own
        """Add a command: `help` in a line, an `example`, the exit `codes` besides fine and usage. Gives its parser."""


def add_command(commands: Commands, word: str, about: str, *, example: str = "", codes: Sequence[Code] = ()) -> Parser:
    """Add a command that `about` describes in a line; gives its parser."""
    description = about[:1].upper() + about[1:] + "."
    return commands.add_parser(word, help=about, description=description, example=example, codes=codes)


def nearest(word: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    """` (did you mean 'board'?)` where a known word is near, else nothing."""
    from difflib import get_close_matches  # noqa: PLC0415  only what is misspelt needs it

    found = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" (did you mean {found[0]!r}?)" if found else ""
