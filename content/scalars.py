"""Forms for single values: text, words, numbers, yes or no, lengths of time. `content.form` puts them together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from content.faults import Fault, cite
from content.tree import MOST_FAULTS, ListNode, MapNode, Node, ScalarNode

BROKEN: Final = object()
"""What a form reads from a node with a fault."""
SHAPES: Final = {ScalarNode: "text", ListNode: "a list", MapNode: "a mapping"}
"""What messages call the nodes of a tree."""
_NAMED = 20
_DURATION = re.compile(r"(\d{1,6}) ?(s|min|h|d|w)", re.ASCII)
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_NUMBER = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,3})?", re.ASCII)


class Report:
    """Collects the faults of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def add(self, node: Node, message: str, remedy: str) -> object:
        """Note a fault at the place of `node`, up to MOST_FAULTS; gives BROKEN, so that a form can return it."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(self.file, node.line, node.column, message, remedy))
        return BROKEN


@dataclass(frozen=True, slots=True)
class Text:
    """Text of 1 to `most` characters. Where `pattern` is set it has to match as a whole; `like` shows one that does.

    `literal` says that the text may look like null to other YAML readers and is still text (an answer may be `null`).
    """

    most: int = 300
    pattern: str = ""
    like: str = ""
    literal: bool = False

    def read(self, node: Node, report: Report, name: str) -> object:
        """The text as written."""
        text = _scalar(node, report, name)
        if text is None:
            return BROKEN
        if len(text) > self.most:
            over = f"{name} has {len(text):,} characters, {len(text) - self.most:,} more than fit"
            return report.add(node, over, f"shorten it to {self.most:,} characters")
        if self.pattern and not re.fullmatch(self.pattern, text):
            return report.add(
                node, f"{name} is {cite(text)}, which does not fit here", f"write it like this: {self.like}"
            )
        return text


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words, the keys of `words`; where a value is text, it says what the word means."""

    words: Mapping[str, object]

    def read(self, node: Node, report: Report, name: str) -> object:
        """The word."""
        text = _scalar(node, report, name)
        if text is None or text in self.words:
            return text or BROKEN
        return report.add(node, f"{name} is {cite(text)}, which is not known here", choose(text, self.words))


@dataclass(frozen=True, slots=True)
class Number:
    """A number between `least` and `most`: an int where `whole`, else a Decimal exactly as written."""

    least: Decimal | int | None = None
    most: Decimal | int | None = None
    whole: bool = False

    def read(self, node: Node, report: Report, name: str) -> object:
        """The number."""
        text = _scalar(node, report, name)
        if text is None:
            return BROKEN
        number = decimal(text)
        if number is None or (self.whole and not re.fullmatch(r"[+-]?\d+", text)):
            kind = "a whole number" if self.whole else "a number"
            example = "3" if self.whole else "0.25 or -1.5e-3, with a decimal point"
            return report.add(node, f"{name} is {cite(text)}, which is not {kind}", f"write it like {example}")
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            return report.add(node, f"{name} is {cite(text)}, which is out of range", f"choose a number {self.range}")
        return int(number) if self.whole else number

    @property
    def range(self) -> str:
        """The allowed numbers in words."""
        if self.least is None or self.most is None:
            return f"up to {self.most}" if self.least is None else f"from {self.least}"
        return f"from {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no, as true or false, on or off too."""

    def read(self, node: Node, report: Report, name: str) -> object:
        """A bool."""
        text = _scalar(node, report, name)
        if text is None:
            return BROKEN
        known = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        found = known.get(text.lower())
        if found is None:
            return report.add(node, f"{name} is {cite(text)}, which is neither yes nor no", "write true or false")
        return found


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time such as `90 s`, `60 min`, `24 h`, `7 d` or `2 w`, between `least` and `most`."""

    least: timedelta = timedelta(0)
    most: timedelta = timedelta(weeks=520)

    def read(self, node: Node, report: Report, name: str) -> object:
        """A timedelta."""
        text = _scalar(node, report, name)
        if text is None:
            return BROKEN
        match = _DURATION.fullmatch(text)
        if not match:
            remedy = "write a number and a unit: 90 s, 60 min, 24 h, 7 d or 2 w"
            return report.add(node, f"{name} is {cite(text)}, which is not a length of time", remedy)
        length = timedelta(**{_UNITS[match[2]]: int(match[1])})
        if not self.least <= length <= self.most:
            remedy = f"choose a time from {spell(self.least)} to {spell(self.most)}"
            return report.add(node, f"{name} is {cite(text)}, which is out of range", remedy)
        return length


@dataclass(frozen=True, slots=True)
class Parsed:
    """Text that `parse` turns into a value; its ValueError becomes the message. `like` shows what to write.

    `pattern` is what the schema tells editors; it may be wider than `parse`.
    """

    parse: Callable[[str], Any]
    like: str
    pattern: str = ""

    def read(self, node: Node, report: Report, name: str) -> object:
        """What `parse` gave."""
        text = _scalar(node, report, name)
        if text is None:
            return BROKEN
        try:
            return self.parse(text)
        except ValueError as error:
            return report.add(node, f"{name} is {cite(text)}: {error}", f"write it like this: {self.like}")


LARGEST_POWER = 300


def decimal(text: str) -> Decimal | None:
    """The number that `text` writes in ASCII digits with a decimal point, or None.

    Beyond 10 to the power 300 it is None too: no learner's answer could be compared with it.
    """
    number = Decimal(text) if _NUMBER.fullmatch(text) else None
    return number if number is not None and abs(number.adjusted()) <= LARGEST_POWER else None


def choose(text: str, known: Mapping[str, object]) -> str:
    """The remedy for a word that is not in `known`: the nearest one, or some of them."""
    from difflib import get_close_matches  # noqa: PLC0415  only what is misspelt needs it

    near = get_close_matches(text[:80].lower(), known, n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else f"choose one of {some(known)}"


def spell(length: timedelta) -> str:
    """A length of time as `Duration` reads it, in the largest unit that leaves no remainder."""
    seconds = int(length.total_seconds())
    sizes = (("w", 604_800), ("d", 86_400), ("h", 3_600), ("min", 60))
    unit, size = next(((unit, size) for unit, size in sizes if seconds and seconds % size == 0), ("s", 1))
    return f"{seconds // size} {unit}"


def some(known: Mapping[str, object]) -> str:
    """The words of `known` in a line, at most 20 of them."""
    names = [f"`{name}`" for name in known]
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _scalar(node: Node, report: Report, name: str) -> str | None:
    """The text of a scalar that is not blank, else None and a fault."""
    if not isinstance(node, ScalarNode):
        report.add(node, f"{name} is {SHAPES[type(node)]}, not text", "write it as one piece of text after the colon")
        return None
    if not node.value.strip():
        report.add(node, f"{name} is empty", "write it, or delete the key")
        return None
    return node.value
