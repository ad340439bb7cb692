"""The question bank as the model knows it, and the pack files it is written to. Every text carries a canary.

A canary is `q`, a hall's letter, two digits for the item, two for the version of its texts, a role and `q`, such as
`qa0301explq`.
Roles `stem` and `opt0` are for everybody of the hall; `expl`, `why0`, `refs` and `keyq` tell what is right.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

KINDS = ("choice", "multi", "true-false", "numeric", "short", "order", "open", "choice")
"""An item of each kind in every hall's pack; the number of an item is its place here."""
TOPICS = {"a": "alpine", "b": "brooks", "c": "coasts"}
DIFFICULTIES = ("easy", "medium", "hard")
OPTIONED = ("choice", "multi", "true-false", "order")
ONE_LETTER = ("choice", "true-false")

ACCEPTED = {
    "a": ("gravendola", "mistorquen"),
    "b": ("gravendolu", "plinthosar"),
    "c": ("gravendoli", "wexmorante"),
}
"""Per hall what its short item accepts, before and after its key is mended."""
NUMBERS = ("0.5", "7")

KEYS: dict[str, tuple[tuple[int, ...], ...]] = {
    "choice": ((0,), (1,), (2,)),
    "multi": ((0, 2), (1, 2), (1,)),
    "true-false": ((0,), (1,)),
    "numeric": ((0,), (1,)),
    "short": ((0,), (1,)),
    "order": ((0, 1, 2), (2, 0, 1), (1, 2, 0)),
    "open": ((),),
}
"""The keys that an item of a kind may have: numbers of options as its texts name them, or of what is accepted."""

SAYINGS = {
    "numeric": ("0.5", "0,5", "1/2", "7", "7.0", "13", "no idea"),
    "open": ("It learns the noise.", "Nothing to add."),
}
"""What people type; short items add what their hall's words make."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item: whose pack it is in, which it is, the version of its texts, its key, whether it was taken away."""

    hall: str
    number: int
    version: int = 0
    key: tuple[int, ...] = field(default=())
    gone: bool = False

    @property
    def kind(self) -> str:
        return KINDS[self.number]

    @property
    def id(self) -> str:
        return f"pack-{self.hall}/item-{self.number}"

    @property
    def concept(self) -> str:
        return f"concept-{self.number % 3}"

    @property
    def difficulty(self) -> str:
        return DIFFICULTIES[self.number % 3]

    def canary(self, role: str) -> str:
        return f"q{self.hall}{self.number:02}{self.version:02}{role}q"

    def option(self, number: int) -> str:
        """The text of an option, in the bank."""
        return ("true", "false")[number] if self.kind == "true-false" else self.canary(f"opt{number}")

    def sayings(self) -> tuple[str, ...]:
        """What may be typed as an answer."""
        first, second = ACCEPTED[self.hall]
        words = (first, first.upper(), f"{first[:-1]}e", second, f"{second}s", "something else")
        return words if self.kind == "short" else SAYINGS[self.kind]


def new_bank(hall: str) -> list[Item]:
    """The items of a hall's pack as they are at first."""
    return [Item(hall, number, key=KEYS[kind][0]) for number, kind in enumerate(KINDS)]


def mended(item: Item, which: int) -> Item:
    """The item with another of the keys that it may have."""
    return replace(item, key=KEYS[item.kind][which % len(KEYS[item.kind])])


def write_pack(folder: Path, hall: str, items: list[Item]) -> Path:
    """Write a hall's pack; the file is another one in one step, as an editor does it."""
    text = f"""\
format: 1
id: pack-{hall}
title: Pack {hall}
version: 0.1.0
licence: CC0-1.0
languages: [en]
description: Questions of one hall.
topics: {{{TOPICS[hall]}: {TOPICS[hall].capitalize()}}}
items:
""" + "".join(_yaml(item) for item in items if not item.gone)
    file = folder / f"pack-{hall}.yaml"
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
    return file


def _yaml(item: Item) -> str:
    explanation = f"    explanation: Because of {item.canary('expl')}.\n"
    head = f"""\
  - id: item-{item.number}
    kind: {item.kind}
    concept: {item.concept}
    topic: {TOPICS[item.hall]}
    difficulty: {item.difficulty}
    stem: What does {item.canary("stem")} ask?
    references: ["Author, A. {item.canary("refs")}. 2020."]
"""
    return head + _body(item) + explanation


def _body(item: Item) -> str:
    match item.kind:
        case "numeric":
            return f"    key: {{value: {NUMBERS[item.key[0]]}, tolerance: 0.01}}\n"
        case "short":
            return f"    key: {{accepted: [{ACCEPTED[item.hall][item.key[0]]}]}}\n"
        case "open":
            return f"    key: {{reference: Think of {item.canary('keyq')}., rubric: [says {item.canary('keyr')}]}}\n"
    listed = item.key if item.kind == "order" else range(2 if item.kind == "true-false" else 3)
    options = "".join(
        f"      - {{text: {item.option(n)}, reason: As {item.canary(f'why{n}')} says.}}\n" for n in listed
    )
    letters = ["ABC"[n] for n in item.key]
    key = {
        "choice": f"    key: {letters[0]}\n",
        "multi": f"    key: [{', '.join(letters)}]\n",
        "true-false": f"    key: {'false' if item.key[0] else 'true'}\n",
        "order": "",
    }[item.kind]
    return "    options:\n" + options + key
