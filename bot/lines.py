"""Lines: commands as people type them, understood, checked and completed by the tree (`bot.commands`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.commands import find, leaves
from bot.ports import Command, CommandOption, Suggestion


class PuzzledError(ValueError):
    """A line names no command or no value of an option; `nearest` is the nearest line that would be understood."""

    def __init__(self, line: str, nearest: str) -> None:
        super().__init__(line)
        self.line = line
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Line:
    """A command line that was understood."""

    path: tuple[str, ...]
    options: Mapping[str, str]


def read_line(line: str) -> Line:
    """Understand `/leaderboard month topic:statistics`: options by position or as name:value, in any case.

    Raises PuzzledError with the nearest line that would be understood.
    """
    line = _visible(line)
    words = line.removeprefix("/").split()
    path, command = _leaf([word.casefold() for word in words])
    if command is None:
        raise PuzzledError(line, _nearest(words))
    return Line(path, _options(line, path, command, words[len(path) :]))


def check(path: Sequence[str], options: Mapping[str, str]) -> Line:
    """Understand a command that a platform has taken apart already; what the command does not have is left out.

    Raises PuzzledError with the nearest line that would be understood.
    """
    line, command = f"/{' '.join(path)}", find(path)
    if command is None:
        raise PuzzledError(line, _nearest(path))
    given = {option.name: _visible(options.get(option.name, "")) for option in command.options}
    values = {
        option.name: _value(line, tuple(path), option, given[option.name])
        for option in command.options
        if given[option.name]
    }
    if lacking(command, values) and not command.opens_form:
        raise PuzzledError(line, command.example)
    return Line(tuple(path), values)


def lacking(command: Command, given: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the options that a command requires and was not given."""
    return tuple(option.name for option in command.options if option.required and option.name not in given)


def _visible(text: str) -> str:
    """The text with a space for each run of characters that cannot be seen (some databases hold no NUL)."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def complete(line: str, completed: Mapping[str, Sequence[Suggestion]]) -> list[Suggestion]:
    """Whole lines that the line typed so far may become. `completed` gives the values of some options by name."""
    words = line.removeprefix("/").split(" ")
    done, part = words[:-1], words[-1].casefold()
    path, command = _leaf([word.casefold() for word in done])
    if command is not None:
        return _option_lines(path, command, done[len(path) :], part, completed)
    typed = tuple(word.casefold() for word in done)
    found = {
        " ".join(here[: len(typed) + 1]): leaf.description if len(here) == len(typed) + 1 else ""
        for here, leaf in leaves()
        if here[: len(typed)] == typed and len(here) > len(typed) and here[len(typed)].startswith(part)
    }
    return [Suggestion(f"/{value}", description) for value, description in found.items()]


def _leaf(words: Sequence[str]) -> tuple[tuple[str, ...], Command | None]:
    for path, command in leaves():
        if tuple(words[: len(path)]) == path:
            return path, command
    return (), None


def _nearest(words: Sequence[str]) -> str:
    known = [" ".join(path) for path, _ in leaves()]
    typed = " ".join(words).casefold()
    if typed == "study":
        return "/study help"
    found = get_close_matches(typed, known, 1, 0.5) or get_close_matches(" ".join(words[:2]).casefold(), known, 1, 0.5)
    return f"/{found[0]}" if found else ""


def _options(line: str, path: tuple[str, ...], command: Command, words: Sequence[str]) -> dict[str, str]:
    if rest := next((option for option in command.options if option.rest), None):
        words = [f"{rest.name}:{' '.join(words).removeprefix(f'{rest.name}:').strip()}"] if words else []
    given: dict[str, str] = {}
    for word in words:
        name, colon, value = word.partition(":")
        named = _named(command, name) if colon else None
        option = named or (None if colon and name.isalpha() else _next(command, given, word))
        if option is None:
            raise PuzzledError(line, command.example or f"/{' '.join(path)}")
        given[option.name] = _value(line, path, option, value if named else word)
    if lacking(command, given) and not command.opens_form:
        raise PuzzledError(line, command.example)
    return given


def _named(command: Command, name: str) -> CommandOption | None:
    return next((option for option in command.options if option.name == name.casefold()), None)


def _next(command: Command, given: Mapping[str, str], word: str) -> CommandOption | None:
    """The first option not given yet that can have this value: one that has the word among its choices, else one that
    is free; numbers take numbers. `statistics` is no period, so it is the topic.
    """
    free = [option for option in command.options if option.name not in given]
    named = [option for option in free if word.casefold() in _words(option)]
    fitting = [option for option in free if not option.choices and (option.between is not None) == word.isdecimal()]
    return next(iter(named or fitting or free), None)


def _words(option: CommandOption) -> list[str]:
    return [value for value, _ in option.choices]


def _value(line: str, path: tuple[str, ...], option: CommandOption, value: str) -> str:
    if option.between is not None:
        return _number(line, path, option, option.between, value)
    if not option.choices or value.casefold() in _words(option):
        return value.casefold()
    near = get_close_matches(value.casefold(), _words(option), 1, 0.5) or _words(option)
    raise PuzzledError(line, f"/{' '.join(path)} {near[0]}")


def _number(line: str, path: tuple[str, ...], option: CommandOption, between: tuple[int, int], value: str) -> str:
    least, most = between
    if value.isdecimal() and least <= int(value[:9]) <= most:
        return f"{int(value)}"
    nearest = most if value.isdecimal() and int(value[:9]) > most else least
    raise PuzzledError(line, f"/{' '.join(path)} {option.name}:{nearest}")


def _option_lines(
    path: tuple[str, ...],
    command: Command,
    done: Sequence[str],
    part: str,
    completed: Mapping[str, Sequence[Suggestion]],
) -> list[Suggestion]:
    given: dict[str, str] = {}
    for word in done:
        option = _next(command, given, word)
        if option is None:
            return []
        given[option.name] = word
    start = " ".join((*path, *done))
    return [
        Suggestion(f"/{start} {value}", label)
        for option in command.options
        if option.name not in given
        for value, label in _values(option, completed)
        if value.startswith(part)
    ]


def _values(option: CommandOption, completed: Mapping[str, Sequence[Suggestion]]) -> list[tuple[str, str]]:
    if option.completed:
        return [(each.value, each.label) for each in completed.get(option.name, ())]
    return list(option.choices)
