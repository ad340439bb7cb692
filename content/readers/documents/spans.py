"""Where each question begins and ends, what its topic is, and what of the document is no part of any question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from content.readers.documents.candidates import Candidate
from content.readers.documents.lines import Line, Sort, answers
from content.readers.documents.words import GENERIC, IN_PART, PART, SUMMARY, bare

NUMBERING = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3})*[.):]|[IVX]{1,5}[.)])\s+")
RANGE = re.compile(r"\s*[(\[]\s*(?:Q?\s*\d+\s*[-–—]\s*Q?\s*\d+|\d+\s+questions?)\s*[)\]]\s*$", re.IGNORECASE)
LEADING = re.compile(r"^(?:(?!\w|[(\[\"'“«$.<`]).)+")
LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
USUAL_SECTION = 2


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
    sections = Sections(lines, heads)
    closed = dict(keys)
    end = heads[0].at if heads else len(lines)
    found.outside += uncovered(lines, 0, end, keys)
    for place, head in enumerate(heads):
        limit = heads[place + 1].at if place + 1 < len(heads) else len(lines)
        after = ending(lines, head, limit, sections.level, closed)
        found.spans.append(Span(head, after, sections.topic(head.at)))
        found.outside += uncovered(lines, after, limit, keys)
    found.title = sections.title
    return found


def uncovered(lines: Sequence[Line], start: int, end: int, keys: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
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
    highest = own or section or USUAL_SECTION
    for at in range(head.at + 1, limit):
        if at in keys:
            return at
        line = lines[at]
        if line.sort is Sort.TEXT and PART.fullmatch(line.said) and line.first and not line.depth and opens(lines, at, limit):
            return at
        if line.sort is not Sort.HEADING or answers(line):
            continue
        inner = IN_PART.match(bare(line.said)) and line.level >= highest
        if (line.level <= highest and not inner) or heads_next(lines, at, limit):
            return at
    return limit


def heads_next(lines: Sequence[Line], at: int, limit: int) -> bool:
    """Whether nothing but headings stands between a heading and the next question."""
    return limit < len(lines) and all(
        line.sort in {Sort.HEADING, Sort.BLANK, Sort.RULE} for line in lines[at:limit]
    )


def opens(lines: Sequence[Line], at: int, limit: int) -> bool:
    """Whether nothing stands between a line and the next question."""
    return limit < len(lines) and all(line.sort in {Sort.BLANK, Sort.RULE} for line in lines[at + 1 : limit])


class Sections:
    """The headings that are no questions, by what they are above."""

    def __init__(self, lines: Sequence[Line], heads: Sequence[Candidate]) -> None:
        starts = {head.at for head in heads}
        self._lines = lines
        self._at = [
            at
            for at, line in enumerate(lines)
            if at not in starts
            and ((line.sort is Sort.HEADING and not answers(line)) or (line.sort is Sort.TEXT and line.first and PART.match(line.said)))
        ]
        self._heads = heads
        self._topics = self._all_topics()
        levels = [lines[at].level for at in self._above() if lines[at].level]
        self.level = max(levels, default=0)
        """The level of the deepest heading that stands right above a question; 0 where none does."""

    def _above(self) -> Iterator[int]:
        """The headings right above questions."""
        place = 0
        for head in self._heads:
            while place < len(self._at) and self._at[place] < head.at:
                place += 1
            at = self._at[place - 1] if place else -1
            if at >= 0 and all(self._lines[each].sort is not Sort.TEXT or each == at for each in range(at, head.at)):
                yield at

    def _all_topics(self) -> dict[int, str]:
        """The topic of each question: the nearest heading above that names one and stands higher than it."""
        topics: dict[int, str] = {}
        above: list[tuple[int, str]] = []
        place = 0
        for head in self._heads:
            own = head.style.level if head.style.block == "heading" else 7
            while place < len(self._at) and self._at[place] < head.at:
                line = self._lines[self._at[place]]
                level = line.level or 6
                while above and above[-1][0] >= level:
                    above.pop()
                above.append((level, topic_of(line.said)))
                place += 1
            named = [(level, name) for level, name in above if level < own and name]
            topics[head.at] = named[-1][1] if named else ""
        return topics

    def topic(self, at: int) -> str:
        """The topic of the question that begins at a line."""
        return self._topics[at]

    @property
    def title(self) -> str:
        """What the document is called: its first heading, where it stands before all questions."""
        first = next((at for at in self._at if self._lines[at].sort is Sort.HEADING), -1)
        if first < 0 or (self._heads and first > self._heads[0].at):
            return ""
        return plain(self._lines[first].said)


def plain(said: str) -> str:
    """A heading without emphasis, links and pictures before its words."""
    return LEADING.sub("", LINK.sub(r"\1", said.removeprefix(SUMMARY)).replace("**", "").replace("__", "")).strip()


def topic_of(said: str) -> str:
    """The topic that a heading names; empty where it only says that questions follow."""
    name = RANGE.sub("", plain(NUMBERING.sub("", plain(said)))).strip().rstrip(":：").strip()
    return "" if GENERIC.fullmatch(name) else name
