"""Answers that are listed at the end: "1. B 2. C", "Answers: 1-B, 2-C", a numbered list below "Answer key"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from content.readers.documents.lines import Line, Sort
from content.readers.documents.words import KEY_TITLE, bare

PAIR = re.compile(
    r"(?<![\w.])(?:Q\s*)?(?P<n>\d{1,6})\s*[.):=–—\s-]{1,4}\s*[(\[]?(?P<letters>[A-Ja-jА-И](?:\s*(?:,|&|/"
    r"|and)?\s*[A-Ja-jА-И](?![\w]))*)[)\].]?(?![\w’'])"
)
ENTRY = re.compile(
    r"\s*(?:[-*]\s+)?(?:\*\*)?(?:Q\s*)?(?P<n>\d{1,6})\s*(?:[.):：、]|\s[-–—]|[-–—=])(?:\*\*)?\s*(?P<text>\S.*)",
    re.IGNORECASE,
)
INLINE = re.compile(
    r"[*_\s]*(?:answers?|answer keys?|keys?|solutions?|ответы|ключи?|答案|lösungen|respuestas"
    r"|réponses)[*_\s]*[:：][*_]*\s*(?P<rest>.+)",
    re.IGNORECASE,
)
CELL = re.compile(r"\|\s*(?:Q\s*)?(?P<n>\d{1,6})\s*\|\s*(?P<text>[^|]+?)\s*(?=\|)")


@dataclass(frozen=True, slots=True)
class Key:
    """A list of answers: from line to before line, and the answer (its number, its text, its line) of each question."""

    first: int
    after: int
    answers: tuple[tuple[int, str, int], ...]


def keys(lines: Sequence[Line]) -> list[Key]:
    """All lists of answers in a document."""
    found: list[Key] = []
    at = 0
    while at < len(lines):
        key = key_at(lines, at)
        if key:
            found.append(key)
        at = key.after if key else at + 1
    return found


def key_at(lines: Sequence[Line], at: int) -> Key | None:
    """The list of answers that begins at a line."""
    line = lines[at]
    if line.sort not in {Sort.TEXT, Sort.HEADING} or line.depth:
        return None
    if KEY_TITLE.fullmatch(bare(line.said)):
        return below(lines, at)
    found = INLINE.fullmatch(line.said)
    pairs = pairs_of(found["rest"]) if found else []
    if len(pairs) > 1:
        end = at + 1
        while end < len(lines) and lines[end].sort is Sort.TEXT and (more := pairs_of(lines[end].said)):
            pairs += more
            end += 1
        return Key(at, end, tuple((number, text, line.number) for number, text in pairs))
    return None


def below(lines: Sequence[Line], at: int) -> Key | None:
    """The list of answers below its title, as long as it goes on."""
    heading = lines[at]
    answers: list[tuple[int, str, int]] = []
    end = last = at + 1
    while end < len(lines):
        line = lines[end]
        if line.sort is Sort.HEADING and (not heading.level or line.level <= heading.level or not answers):
            break
        entries = list(entries_of(line)) if line.sort in {Sort.TEXT, Sort.TABLE} else []
        if entries and (answers or entries[0][0] == 1 or len(entries) > 1) and fits(answers, entries):
            answers += [(number, text, line.number) for number, text in entries]
            last = end + 1
        elif answers and line.sort in {Sort.TEXT, Sort.CODE} and belongs(lines, end):
            number, text, where = answers[-1]
            answers[-1] = (number, f"{text}\n{line.text}", where)
            last = end + 1
        elif line.sort in {Sort.TEXT, Sort.RULE, Sort.HEADING} and (answers or end > at + FAR):
            break
        end += 1
    return Key(at, last, tuple(answers)) if len(answers) > 1 else None


FAR = 6
"""An introduction to a list of answers has fewer lines."""


def fits(answers: Sequence[tuple[int, str, int]], entries: Sequence[tuple[int, str]]) -> bool:
    """Whether entries go on from those before."""
    return not answers or entries[0][0] in {answers[-1][0] + 1, answers[-1][0] + 2, 1}


def belongs(lines: Sequence[Line], at: int) -> bool:
    """Whether a line goes on with the answer above it."""
    return bool(lines[at].depth) or lines[at].sort is Sort.CODE or lines[at - 1].sort is not Sort.BLANK


def entries_of(line: Line) -> Iterator[tuple[int, str]]:
    """The numbers and answers that a line lists."""
    if line.sort is Sort.TABLE:
        yield from ((int(found["n"]), found["text"]) for found in CELL.finditer(line.text))
        return
    pairs = pairs_of(line.said if not line.mark[:-1].isdigit() else f"{line.mark} {line.said}")
    if len(pairs) > 1:
        yield from pairs
        return
    found = ENTRY.match(line.text) if line.depth <= 1 else None
    if found:
        yield int(found["n"]), found["text"].strip()


def pairs_of(text: str) -> list[tuple[int, str]]:
    """Numbers with letters, where a line holds nothing else: "1. B 2. C", "1-b; 2-a, 3-d"."""
    pairs = [(int(found["n"]), found["letters"]) for found in PAIR.finditer(text)]
    left = re.sub(r"[\W_]|and", "", PAIR.sub("", text))
    return pairs if pairs and not left else []
