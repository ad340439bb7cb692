"""Every line that may begin a question, with what speaks for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from content.readers.documents.lines import DEFINITION, Line, Sort, answers
from content.readers.documents.options import BOXED, LETTERED, Run
from content.readers.documents.words import (
    ANSWER,
    ASKED,
    CAPTION,
    DOTTED,
    ENDS_ASKING,
    HASHED,
    LABELLED,
    LABELS,
    LETTER_A,
    LETTERED_ANSWER,
    MARKS,
    NO_QUESTION,
    NUMBERED,
    SUMMARY,
    UNNAMED,
    asks,
    bare,
    queries,
)

ANCHOR = re.compile(r"\[[^\]]*\]\(#[^)]*\)[.\s]*|\[[^\]]+\]\((?!https?:)[^)]*\)[*_()\w\s]*")
BOLD_LINE = re.compile(r"(?:\*\*|__)(?P<inner>(?:(?!\*\*|__).)+)(?:\*\*|__)[:：.?!\s]*(?:\[.*)?$")
BOLD_BEGUN = re.compile(r"(?:\*\*|__)(?:(?!\*\*|__).)+[?？](?:\*\*|__)\s+\S")
"""A question in bold, and behind it its answer."""
LONGEST_TITLE = 1500
PLAIN_RANK = 2
FAR = 40
OTHER_FAMILY = re.compile(r"[^\w]*(solution|response|reply|решение|lösung|solución|soluzione)\b", re.IGNORECASE)
"""So many candidates back the head of an answer is looked for."""


class Style(NamedTuple):
    """How a line is set that may begin a question."""

    block: str
    """heading, bold, item, bullet, line, summary or term."""
    level: int
    """Of a heading; 1 for a bold item."""
    shape: str
    """What is before the title: "n." for a number, "q:" for Q and a number, "Q" for Q alone, "" for nothing."""


@dataclass(slots=True)
class Candidate:
    """A line that may begin a question. `at` is its place among the lines."""

    at: int
    style: Style
    number: int | None
    title: str
    asks: bool
    queries: bool
    section: int
    """The place of the heading above it, -1 if there is none."""
    marked: bool = False
    """An answer is announced after it."""
    optioned: bool = False
    """Options follow it."""

    @property
    def rank(self) -> int:
        """How likely it is the head of what follows, beside others that are near it."""
        if self.style.shape[:1] in {"q", "Q"} or self.style.block in {"summary", "term"}:
            return 5
        if self.number is not None and self.asks:
            return 4
        if self.asks:
            return 1 if self.style.block == "bullet" else 3
        if self.number is not None or self.style.block in {"heading", "bold"}:
            return 2
        return 1


@dataclass(slots=True)
class Answering:
    """A line that begins an answer, and what of the answer stands in it."""

    at: int
    rest: str
    family: str = ""
    """The word that announces it, where a document may use several for different things."""


def titled(line: Line) -> tuple[str, int | None, str, bool]:
    """The shape of what is before a title, its number, the title and whether all of it is bold."""
    said = line.said.removeprefix(SUMMARY).strip()[:LONGEST_TITLE]
    inner = said.lstrip("*_ \t\u00a0") if said.startswith(("**", "__", "*")) else said
    if found := LABELLED.match(inner):
        number = int(found["n"] or found["m"])
        return f"q{found['delimiter'].strip()[:1]}", number, freed(said, inner, found), False
    if found := ASKED.match(inner):
        return "Q", None, freed(said, inner, found), False
    if line.sort is Sort.HEADING and UNNAMED.fullmatch(bare(said)):
        return "Q", None, "", False
    return *numbered(line, said, inner), bool(BOLD_LINE.fullmatch(said) or BOLD_BEGUN.match(said))


def numbered(line: Line, said: str, inner: str) -> tuple[str, int | None, str]:
    """The shape of what is before a title that no word labels, its number, and the title."""
    if line.mark[:-1].isdigit():
        return f"n{line.mark[-1]}", int(line.mark[:-1]), said
    if found := NUMBERED.match(inner):
        delimiter = found["delimiter"].strip(" \\")
        return f"n{delimiter[:1]}", int(found["n"]), freed(said, inner, found)
    if (line.sort is Sort.HEADING or inner.startswith("#")) and (found := HASHED.match(inner)):
        return "n", int(found["n"]), freed(said, inner, found)
    if found := DOTTED.match(inner):
        return "d", None, freed(said, inner, found)
    return "", None, said


def freed(said: str, inner: str, found: re.Match[str]) -> str:
    """A title without its label and without emphasis that was opened before the label."""
    opened = said[: len(said) - len(inner)].strip()
    title = found["title"].strip()
    groups = found.groupdict()
    closed = groups.get("close") or groups.get("close2")
    if opened and not closed and title.count(opened) % 2:
        title = opened + title
    return title


def candidates(lines: Sequence[Line]) -> list[Candidate]:
    """All lines that may begin a question, in order."""
    found: list[Candidate] = []
    above: list[tuple[int, int]] = []
    definition = {
        previous(lines, at) for at, line in enumerate(lines) if line.sort is Sort.TEXT and DEFINITION.match(line.text)
    }
    for at, line in enumerate(lines):
        if line.sort is Sort.HEADING:
            while above and above[-1][0] >= line.level:
                above.pop()
        section = above[-1][1] if above else -1
        made = candidate(lines, at, section, at in definition)
        if made:
            found.append(made)
        if line.sort is Sort.HEADING:
            above.append((line.level, at))
    return found


def previous(lines: Sequence[Line], at: int) -> int:
    """The place of the text line before one, passing a blank one; -1 if there is none."""
    for place in range(at - 1, max(at - 3, -1), -1):
        if lines[place].sort is Sort.TEXT:
            return -1 if DEFINITION.match(lines[place].text) else place
    return -1


def candidate(lines: Sequence[Line], at: int, section: int, term: bool) -> Candidate | None:  # noqa: FBT001  a fact of the line
    """What a line is as the beginning of a question; None if it cannot be one."""
    line = lines[at]
    summary = line.text.lstrip().startswith(SUMMARY)
    if line.sort not in {Sort.TEXT, Sort.HEADING} or not line.said or line.depth > 1 or line.text.lstrip()[0] in ">|:!":
        return None
    if ANCHOR.fullmatch(line.said) or no_head(line):
        return None
    shape, number, title, bold = titled(line)
    block = block_of(line, shape, bold, summary, term)
    if not block or (not title and shape[:1] not in {"q", "Q"}):
        return None
    if not shape and not queries(title) and NO_QUESTION.fullmatch(bare(title)):
        return None
    level = line.level if block == "heading" else int(bold and block == "item")
    questioned = bool(ENDS_ASKING.search(title)) if block == "line" and not shape else queries(title)
    return Candidate(at, Style(block, level, shape), number, title, asks(bare(title)), questioned, section)


def block_of(line: Line, shape: str, bold: bool, summary: bool, term: bool) -> str:  # noqa: FBT001  facts of a line
    """The block in which a title is set; empty where none can be."""
    labelled = shape[:1] in {"q", "Q"}
    if line.sort is Sort.HEADING or summary or term:
        return "heading" if line.sort is Sort.HEADING else "summary" if summary else "term"
    if line.mark:
        return "item" if line.mark[:-1].isdigit() else "bullet"
    if line.depth and not labelled:
        return ""
    if bold and line.first and not labelled:
        return "bold"
    if shape.startswith("n"):
        return "item"
    return "line" if line.first or shape else ""


def no_head(line: Line) -> bool:
    """Whether a line is known as something else: an option, an answer, a label, a caption."""
    said = line.said
    if line.sort is Sort.TEXT and (LETTERED.match(line.text) or BOXED.match(line.text)):
        return not LABELLED.match(said.lstrip(MARKS))
    if answers(line) or ANSWER.match(said) or LETTERED_ANSWER.fullmatch(said) or CAPTION.fullmatch(said):
        return True
    return any(
        test.match(said) for name, test in LABELS.items() if name not in {"stem", "topic"} or line.sort is Sort.TEXT
    )


def answerings(lines: Sequence[Line], found: Sequence[Candidate], lists: Sequence[Run]) -> list[Answering]:
    """All lines that begin an answer. A lone A is one only below a Q, and not as the first of some options."""
    marks: list[Answering] = []
    heads = {each.at: each for each in found}
    asked = False
    options = {at for run in lists for at in range(run.first, run.after)}
    for at, line in enumerate(lines):
        if at in heads:
            asked = heads[at].style.shape[:1] in {"q", "Q"} or (asked and heads[at].style.block in {"line", "bullet"})
        if line.sort not in {Sort.TEXT, Sort.HEADING}:
            continue
        made = answering(line, at, asked and at not in options)
        if made:
            marks.append(made)
    family = usual(marks)
    return [each for each in marks if each.family in {"", family}]


def usual(marks: Sequence[Answering]) -> str:
    """The word by which the document announces answers: "Solution:" is part of an answer where others say "Answer:"."""
    counts = Counter(each.family for each in marks if each.family)
    return max(counts, key=lambda family: (family == "answer", counts[family]), default="")


def answering(line: Line, at: int, asked: bool) -> Answering | None:  # noqa: FBT001  a fact of what is above it
    """The answer that a line begins, if it does."""
    if answers(line):
        return Answering(at, "")
    if line.sort is Sort.TEXT and DEFINITION.match(line.text):
        return Answering(at, line.said.lstrip(": \t"))
    found = ANSWER.match(line.said) or LETTERED_ANSWER.fullmatch(line.said)
    if found and line.depth <= 2:  # noqa: PLR2004  "- **Answer:** …" below an item
        other = OTHER_FAMILY.match(line.said)
        return Answering(at, unclosed(line.said, found), other[1].lower() if other else "answer")
    found = LETTER_A.match(line.said) if asked else None
    return Answering(at, unclosed(line.said, found)) if found else None


def unclosed(said: str, found: re.Match[str]) -> str:
    """What follows a label; bold that was opened before the label goes on after it."""
    rest = found["rest"].strip()
    before = said[: found.start("rest")]
    for mark in ("**", "__", "*", "_"):
        if before.count(mark) % 2 and rest.count(mark) % 2:
            return rest.removesuffix(mark) if rest.count(mark) == 1 and rest.endswith(mark) else mark + rest
    return rest


def attribute(found: Sequence[Candidate], places: Sequence[int], *, options: bool) -> None:
    """Give each answer, or each list of options, to the candidate before it that most likely is its head."""
    crowded = crowded_headings(found, places)
    place = taken = -1
    for at in places:
        while place + 1 < len(found) and found[place + 1].at < at:
            place += 1
        near = found[max(taken + 1, place - FAR) : place + 1]
        if not near:
            continue
        head = max(reversed(near), key=lambda each: 0 if each.at in crowded else each.rank)
        taken = place
        if options:
            head.optioned = True
        else:
            head.marked = True


def crowded_headings(found: Sequence[Candidate], places: Sequence[int]) -> set[int]:
    """Headings without a number or question below which several answers stand: they head sections, not questions."""
    counts: dict[int, int] = {}
    place, heading = -1, -1
    for at in places:
        while place + 1 < len(found) and found[place + 1].at < at:
            place += 1
            if found[place].style.block == "heading":
                heading = found[place].at if found[place].rank <= PLAIN_RANK else -1
        counts[heading] = counts.get(heading, 0) + 1
    return {at for at, count in counts.items() if at >= 0 and count > 1}
