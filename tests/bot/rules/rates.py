"""Error rates of the checker on the labelled guesses; run as a module it writes them into docs/grading.md."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.rules.grading import Given, Verdict, grade
from bot.rules.shown import Shown
from content.item import Difficulty, Kind, NumericKey, ShortKey

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "grading.md"
BEGIN, END = "<!-- rates -->\n", "<!-- end of rates -->\n"

Rule = Callable[["Guess"], bool]


@dataclass(frozen=True, slots=True)
class Guess:
    """A labelled guess at an item."""

    shown: Shown
    text: str
    accept: bool
    kind: str

    @property
    def answers(self) -> list[str]:
        """The right answers as written."""
        if self.shown.short:
            return list(self.shown.short.accepted)
        assert self.shown.numeric
        return [self.shown.numeric.value, f"{self.shown.numeric.value} {self.shown.numeric.unit}".strip()]


def asked(
    kind: Kind, short: ShortKey | None = None, numeric: NumericKey | None = None, near: tuple[str, ...] = ()
) -> Shown:
    """A typed item as shown."""
    return Shown(
        "pack/item", "1", kind, "?", "topic", "concept", Difficulty.EASY, "", short=short, numeric=numeric, near=near
    )


def asked_from(group: dict[str, dict[str, str]]) -> Shown:
    """The item that a group of guesses is about."""
    if short := group.get("short"):
        key = ShortKey(tuple(short["accepted"]), tuple(short.get("confusable", ())))
        return asked(Kind.SHORT, short=key, near=tuple(short.get("near", ())))
    numeric = group["numeric"]
    number, relative, _ = numeric.get("tolerance", "0").partition(" %")
    tolerance = str(float(number) / 100) if relative else number
    return asked(Kind.NUMERIC, numeric=NumericKey(numeric["value"], tolerance, bool(relative), numeric.get("unit", "")))


@cache
def guesses() -> tuple[Guess, ...]:
    """All labelled guesses."""
    return tuple(_guesses())


def _guesses() -> Iterator[Guess]:
    groups = yaml.load((HERE / "guesses.yaml").read_bytes(), Loader=yaml.BaseLoader)
    for group in groups:
        shown = asked_from(group)
        for label in ("right", "wrong"):
            for kind, texts in group.get(label, {}).items():
                for text in texts:
                    yield Guess(shown, text, label == "right", kind)


def ours(guess: Guess) -> bool:
    """Whether Studyhall accepts the guess."""
    return grade(guess.shown, Given(text=guess.text)).verdict is Verdict.RIGHT


def exact(guess: Guess) -> bool:
    """The first baseline: equal but for case."""
    return guess.text.strip().casefold() in [answer.casefold() for answer in guess.answers]


def similar(guess: Guess) -> bool:
    """The second baseline: difflib's ratio above 0.88."""
    text = guess.text.strip().casefold()
    return any(difflib.SequenceMatcher(None, text, answer.casefold()).ratio() > 0.88 for answer in guess.answers)


def errors(rule: Rule, labelled: Sequence[Guess]) -> tuple[int, int, int, int]:
    """(to accept, refused of them, to refuse, accepted of them)."""
    verdicts = [(guess.accept, rule(guess)) for guess in labelled]
    to_accept = [accepted for accept, accepted in verdicts if accept]
    to_refuse = [accepted for accept, accepted in verdicts if not accept]
    return len(to_accept), to_accept.count(False), len(to_refuse), to_refuse.count(True)


def row(name: str, counts: tuple[int, int, int, int]) -> str:
    """A line of a table, with shares beside the counts."""
    right, refused, wrong, accepted = counts

    def share(part: int, whole: int) -> str:
        return f"{part} ({100 * part / whole:.1f} %)" if whole else "–"

    return f"| {name} | {right} | {share(refused, right)} | {wrong} | {share(accepted, wrong)} |\n"


def tables() -> str:
    """The published tables: rules compared, then the checker class by class."""
    labelled = guesses()
    head = "| right guesses | refused of them | wrong guesses | accepted of them |\n"
    line = "|---|---:|---:|---:|---:|\n"
    rules = (("Studyhall", ours), ("equal but for case", exact), ("similarity ratio above 0.88", similar))
    by_rule = "".join(row(name, errors(rule, labelled)) for name, rule in rules)
    kinds = sorted({guess.kind for guess in labelled})
    by_kind = "".join(row(kind, errors(ours, [guess for guess in labelled if guess.kind == kind])) for kind in kinds)
    return f"| rule {head}{line}{by_rule}\n| class {head}{line}{by_kind}"


if __name__ == "__main__":
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{tables()}\n{END}{rest.partition(END)[2]}", "utf-8")
