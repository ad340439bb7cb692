"""Lines that say by a label what follows: an explanation, a hint, how hard a question is, where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from content.readers.documents.lines import Line, Sort
from content.readers.documents.words import DIFFICULTIES, LABELS, SUMMARY

LONGEST_LABEL = 200
SINGLE = frozenset({"difficulty", "topic", "tags", "references"})


def alone(lines: Sequence[Line], place: int) -> bool:
    """Whether a label and what it says are one line."""
    following = lines[place + 1] if place + 1 < len(lines) else None
    return (
        following is None
        or following.sort is not Sort.TEXT
        or bool(following.mark or following.first)
        or bool(label_of(following, early=True)[0])
    )


def label_of(line: Line, *, early: bool) -> tuple[str, str]:
    """The label of a line and what it says; empty where it has none that counts there."""
    said = line.said.removeprefix(SUMMARY)
    if line.sort is Sort.HEADING or said != line.said:
        name = BARE_LABELS.get(said.strip("*_ :.").casefold(), "")
        return (name, "") if name and early else ("", "")
    for name, test in LABELS.items():
        found = test.match(said) if name != "stem" else None
        if found is None:
            continue
        rest = (
            found["rest"].strip().removesuffix("**").strip() if found["rest"].count("**") % 2 else found["rest"].strip()
        )
        if counts(name, rest, early=early):
            return name, rest
    return "", ""


BARE_LABELS = {
    "explanation": "explanation",
    "rationale": "explanation",
    "hint": "hint",
    "hints": "hint",
    "解析": "explanation",
    "options": "options",
    "choices": "options",
}


def counts(name: str, rest: str, *, early: bool) -> bool:
    """Whether what stands behind a label is of its kind."""
    if name == "difficulty":
        return rest.strip("*_ .").casefold() in DIFFICULTIES
    if name == "references":
        return len(rest) <= LONGEST_LABEL * 2 and ("http" in rest or early) and bool(rest)
    if name in {"topic", "tags"}:
        return early and 0 < len(rest) <= LONGEST_LABEL
    if name == "options":
        return early and not rest
    return early
