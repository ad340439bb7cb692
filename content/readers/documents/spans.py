"""Where each question begins and ends, what its topic is, and what of the document is no part of any question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from content.readers.documents.candidates import Candidate
from content.readers.documents.lines import Line, Sort, answers
from content.readers.documents.words import GENERIC, IN_PART, PART, SUMMARY, bare

NUMBERING = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3})*[.):]?|[IVX]{1,5}[.)])\s+")
RANGE = re.compile(r"\s*[(\[]\s*(?:Q?\s*\d+\s*[-–—]\s*Q?\s*\d+|\d+\s+questions?)\s*[)\]]\s*$", re.IGNORECASE)
LEADING = re.compile(r"^(?:(?!\w|[(\[\"'“«$.<`]).)+")
LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
USUAL_SECTION, DEEPEST = 2, 6
VOID = frozenset({Sort.BLANK, Sort.RULE})


@dataclass(slots=True)
class Span:
    """A question's lines: from its head to before `after`."""

    head: Candidate
    after: int
    topic: str = ""


@dataclass(slots=True)
class Division:
    """The document divided: questions, and the stretches that belong to none (from line to before line)."""

    spans: list[Span] = field(default_factory=list)
    outside: list[tuple[int, int]] = field(default_factory=list)
    title: str = ""


def divide(lines: Sequence[Line], heads: Sequence[Candidate], keys: Sequence[tuple[int, int]]) -> Division:
    """Divide the document by the heads of its questions. `keys` are stretches that list answers; they end questions."""
    found = Division()
    section = level_above(lines, heads)
    closed = dict(keys)
    end = heads[0].at if heads else len(lines)
    found.outside += uncovered(lines, 0, end, keys)
    for place, head in enumerate(heads):
        limit = heads[place + 1].at if place + 1 < len(heads) else len(lines)
        after = ending(lines, head, limit, section, closed)
        found.spans.append(Span(head, after))
        found.outside += uncovered(lines, after, limit, keys)
    entitle(lines, found)
    return found


def level_above(lines: Sequence[Line], heads: Sequence[Candidate]) -> int:
    """The level of the deepest heading that stands right above a question; 0 where none does."""
    levels = [0]
    starts = {head.at for head in heads}
    for head in heads:
        at = head.at - 1
        while at >= 0 and lines[at].sort in {Sort.BLANK, Sort.RULE}:
            at -= 1
        if at >= 0 and lines[at].sort is Sort.HEADING and at not in starts:
            levels.append(lines[at].level)
    return max(levels)


def uncovered(
    lines: Sequence[Line], start: int, end: int, keys: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """A stretch without the lists of answers in it and without blank lines around."""
    inside = [(first, after) for first, after in keys if start <= first < end]
    for first, after in [*inside, (end, end)]:
        stop = first
        while start < stop and lines[start].sort in {Sort.BLANK, Sort.RULE}:
            start += 1
        while start < stop and lines[stop - 1].sort in {Sort.BLANK, Sort.RULE}:
            stop -= 1
        if start < stop:
            yield start, stop
        start = max(start, after)


def ending(lines: Sequence[Line], head: Candidate, limit: int, section: int, keys: dict[int, int]) -> int:
    """Where a question ends that has no other before `limit`: at a key, at a heading that is none of its own."""
    own = head.style.level if head.style.block == "heading" else 0
    highest = own or max(section, USUAL_SECTION)
    for at in range(head.at + 1, limit):
        if at in keys:
            return at
        line = lines[at]
        if (
            line.sort is Sort.TEXT
            and PART.fullmatch(line.said)
            and line.first
            and not line.depth
            and opens(lines, at, limit)
        ):
            return at
        if line.sort is not Sort.HEADING or answers(line):
            continue
        inner = IN_PART.match(bare(line.said)) and line.level >= highest
        if (line.level <= highest and not inner) or heads_next(lines, at, limit):
            return at
    return limit


def heads_next(lines: Sequence[Line], at: int, limit: int) -> bool:
    """Whether nothing but headings stands between a heading and the next question."""
    return limit < len(lines) and all(line.sort in {Sort.HEADING, Sort.BLANK, Sort.RULE} for line in lines[at:limit])


def opens(lines: Sequence[Line], at: int, limit: int) -> bool:
    """Whether nothing stands between a line and the next question."""
    return limit < len(lines) and all(line.sort in {Sort.BLANK, Sort.RULE} for line in lines[at + 1 : limit])


@dataclass(frozen=True, slots=True)
class Section:
    """A heading that is no question: its line, its level, the topic that it names."""

    at: int
    level: int
    name: str
    bare: bool
    """Whether a question or another heading follows at once."""


def sections(lines: Sequence[Line], division: Division) -> list[Section]:
    """The headings that stand in no question, in order."""
    inside = {at for span in division.spans for at in range(span.head.at, span.after)}
    found = []
    for at, line in enumerate(lines):
        heading = line.sort is Sort.HEADING and not answers(line)
        if at not in inside and (heading or (line.sort is Sort.TEXT and line.first and PART.match(line.said))):
            following = next((each for each in range(at + 1, len(lines)) if lines[each].sort not in VOID), at)
            bare = following in inside or lines[following].sort is Sort.HEADING
            found.append(Section(at, line.level or DEEPEST, topic_of(line.said), bare))
    return found


def entitle(lines: Sequence[Line], division: Division) -> None:
    """Tell the document's title, and each question's topic: what the nearest heading above it names."""
    found = sections(lines, division)
    first = found[0] if found else None
    levels = [section.level for section in found]
    early = first and (not division.spans or first.at < division.spans[0].head.at)
    if first and early and levels.count(first.level) == 1 and first.level == min(levels):
        division.title = "" if GENERIC.fullmatch(plain(lines[first.at].said)) else plain(lines[first.at].said)
        found = found[1:]
    place = 0
    above: list[Section] = []
    for span in division.spans:
        while place < len(found) and found[place].at < span.head.at:
            while above and above[-1].level >= found[place].level:
                above.pop()
            above.append(found[place])
            place += 1
        own = span.head.style.level if span.head.style.block == "heading" else DEEPEST + 1
        over = [section for section in above if section.name and (section.bare or section.level < own)]
        span.topic = over[-1].name if over else ""


def plain(said: str) -> str:
    """A heading without emphasis, links and pictures before its words."""
    return LEADING.sub("", LINK.sub(r"\1", said.removeprefix(SUMMARY)).replace("**", "").replace("__", "")).strip()


def topic_of(said: str) -> str:
    """The topic that a heading names; empty where it only says that questions follow."""
    name = RANGE.sub("", plain(NUMBERING.sub("", plain(said)))).strip().rstrip(":：").strip()
    return "" if GENERIC.fullmatch(name) else name
