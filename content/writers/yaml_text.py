"""Text, lists and mappings as YAML that people edit and compare: text of several lines as a block, long lines wrapped,
nothing that a reader of YAML 1.1 or 1.2 would take for something else than text.

PyYAML's own writer takes 20 s for ten thousand questions; libyaml's writes an emoji as an escape, and with it the whole
passage between quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "str | Sequence[Value] | Mapping[str, Value]"
"""What can be written. A tuple of texts stands on one line between brackets, a list has a line an entry."""

WIDTH = 100
"""In how many columns long lines are wrapped."""

_STEP = 2
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
"""What readers of YAML take for yes, no or nothing, in small letters or large."""
_NUMERIC = re.compile(r"(?=.*\d)[-+.:,_ \da-fA-FoOtTxXzZ]+")
"""All that numbers, dates and times of day are made of."""
_VERSION = re.compile(r"\d+(\.\d+){2,}")
_OPENING = "$(\\/“„‘«"
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_BREAKABLE = re.compile(r"(?<=[^ ]) (?=[^ ])")
_INNER_ODD = re.compile(r": | #|[\t\n\r]")
_FLOW_ODD = re.compile(r"[][{},]")


class Bare(str):
    """A number as it stands, for readers to take as a number; quoted where they would read another one, such as 010."""

    __slots__ = ()


def yaml_of(value: Mapping[str, Value]) -> str:
    """The mapping as a file, ending with a newline; "" for an empty one."""
    return "".join(f"{line}\n" for line in mapping_lines(value, 0))


def mapping_lines(value: Mapping[str, Value], indent: int) -> Iterator[str]:
    """The mapping line by line, with `indent` spaces before its keys. A line may hold the lines of a block."""
    for key, part in value.items():
        head = f"{' ' * indent}{_line(key)}:"
        match part:
            case str():
                yield f"{head} {_text(part, indent, len(head) + 1)}"
            case tuple():
                yield f"{head} [{', '.join(_line(str(entry), flow=True) for entry in part)}]"
            case Mapping():
                yield head
                yield from mapping_lines(part, indent + _STEP)
            case _:
                yield head
                yield from list_lines(part, indent + _STEP)


def list_lines(entries: Sequence[Value], indent: int) -> Iterator[str]:
    """A list of texts and mappings line by line, with `indent` spaces before the hyphens."""
    for entry in entries:
        if isinstance(entry, str):
            yield f"{' ' * indent}- {_text(entry, indent, indent + _STEP)}"
        elif isinstance(entry, Mapping):
            lines = mapping_lines(entry, indent + _STEP)
            yield f"{' ' * indent}- {next(lines)[indent + _STEP :]}"
            yield from lines


def _text(text: str, indent: int, column: int) -> str:
    """A text that begins in `column`, inside what is indented by `indent`."""
    whole = text.removesuffix("\n")
    if whole != whole.rstrip(" \t\n") or "\r" in text or not whole:
        return json.dumps(text, ensure_ascii=False)  # what editors take off the end of a line is safe between quotes
    chomp = "" if text.endswith("\n") else "-"
    margin = " " * (indent + _STEP)
    long = column + len(whole) > WIDTH
    if "\n" in whole or (chomp == "" and not (long and _foldable(whole))):
        mark = str(_STEP) if whole.lstrip("\n")[0] in " \t" or whole.startswith("\n") else ""
        lines = [f"{margin}{line}" if line else "" for line in whole.split("\n")]
        return "\n".join([f"|{mark}{chomp}", *lines])
    if long and _foldable(whole):
        return "\n".join([f">{chomp}", *(f"{margin}{line}" for line in _wrapped(whole, WIDTH - len(margin)))])
    return _line(text)


def _line(text: str, *, flow: bool = False) -> str:
    """A text on one line: as it stands where every reader takes it for itself, else between quotes."""
    if isinstance(text, Bare) and _NUMBER.fullmatch(text):
        return text
    if _plain(text) and not (flow and _FLOW_ODD.search(text)):
        return text
    if _INNER_ODD.search(text.replace(": ", "").replace(" #", "")) or ("'" in text and not re.search(r'["\\]', text)):
        return json.dumps(text, ensure_ascii=False)
    return "'" + text.replace("'", "''") + "'"


def _plain(text: str) -> bool:
    if not text or not (text[0].isalnum() or text[0] in _OPENING):
        return False
    if text[-1] in ": " or _INNER_ODD.search(text):
        return False
    return text.lower() not in _WORDS and (not _NUMERIC.fullmatch(text) or bool(_VERSION.fullmatch(text)))


def _foldable(text: str) -> bool:
    return text[0] not in " \t" and "\t" not in text


def _wrapped(text: str, width: int) -> Iterator[str]:
    """The lines that give the text when they are joined by spaces; none begins or ends with one."""
    line = ""
    for piece in _BREAKABLE.split(text):
        if line and len(line) + len(piece) >= width:
            yield line
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    yield line
