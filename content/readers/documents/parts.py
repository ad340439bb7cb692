"""A question's lines taken apart: what asks, the options, the answer, and what is said beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from content.readers.documents.candidates import Answering
from content.readers.documents.labels import SINGLE, alone, label_of
from content.readers.documents.lines import DEFINITION, Line, Sort
from content.readers.documents.options import BULLET, WITHIN, Choice, Run, choice, index_of
from content.readers.documents.spans import Span
from content.readers.documents.words import BARE_ANSWER, LABELS, SUMMARY, queries

INLINE_ANSWER = re.compile(
    r"\s(?:\*\*|__|\*)?(?:answer|ans|ответ|答案|答)(?:\*\*|__|\*)?\s*[:：](?:\*\*|__|\*)?\s*(?=\S)", re.IGNORECASE
)
INLINE_A = re.compile(r"\s(?:\*\*|__|\*)?A\d{0,4}(?:\*\*|__|\*)?\s*[:：](?:\*\*|__|\*)?\s+(?=\S)")
BOLD_THEN_ANSWER = re.compile(
    r"(?:\*\*|__)(?P<title>(?:(?!\*\*|__).)+[?？])(?:\*\*|__)\s*[-–—:：]?\s+(?P<answer>[^\[\s].*)", re.DOTALL
)
ASKED_THEN_ANSWER = re.compile(
    r"(?P<title>[^?？]+[?？])\s+(?:[-–—]{1,3}|::|→|=>)\s+(?P<answer>[^\[\s?？][^?？]*)", re.DOTALL
)
TERMINAL = re.compile(r"[.?!:;。？！：；][*_)\]\"”’\s]*$")
OF_CODE = re.compile(
    r"[:：][*_\s]*$|\b(?:following|below|this|above)\b.{0,40}\b(?:code|snippet|output|program|function|query"
    r"|mechanism)\b",
    re.IGNORECASE,
)
MOST_OPTIONS, LONGEST_OPTION = 10, 300
FURTHER = 4
"""So many lines a title may go on."""


@dataclass(slots=True)
class Parts:
    """What a question consists of, as lines of the source without its indent."""

    title: str
    stem: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    answer: list[Line] = field(default_factory=list)
    announced: bool = False
    """Whether an answer was announced as such."""
    labels: dict[str, list[str]] = field(default_factory=dict)


def take_apart(lines: Sequence[Line], span: Span, answers: Mapping[int, Answering], run: Run | None) -> Parts:
    """The parts of a question; its options, if it has any, are those of the run."""
    head = span.head
    title, start = whole_title(lines, span, answers)
    announced = announcement(lines, start, span.after, answers)
    title, said, sure = at_once(title, labelled=head.style.shape[:1] in {"q", "Q"})
    end = announced.at if announced else span.after
    run = run if run and run.first >= start and run.after <= end else None
    if announced or run:
        glued = glue(lines, start, run.first if run else end)
        title, start = "\n".join([title, *texts(lines[start : start + glued])]), start + glued
    parts = Parts(title, announced=sure or announced is not None)
    base = lines[head.at].offset if lines[head.at].mark else 0
    body = [shifted(line, base) for line in lines[start : span.after]]
    if run:
        around_options(parts, body, run, (start, end), announced)
    elif announced:
        parts.stem = texts(unlabelled(parts, body[: end - start], early=True))
    elif not said:
        parts.stem, parts.answer = undivided(parts, title, body)
    if announced:
        following = after(lines[announced.at], announced, body[end + 1 - start :])
        parts.answer = unlabelled(parts, following, early=bool(parts.choices))
    elif said:
        first = Line(said, lines[head.at].number, Sort.TEXT, said)
        parts.answer = [first, *unlabelled(parts, body, early=bool(parts.choices))]
    parts.title = inline_options(parts, title)
    return parts


def around_options(
    parts: Parts, body: Sequence[Line], run: Run, place: tuple[int, int], announced: Answering | None
) -> None:
    """Give the parts the options, and what stands before and behind them. `place` is where the body begins among all
    lines, and where the answer does.
    """
    start, end = place
    parts.choices = run.choices
    parts.stem = texts(unlabelled(parts, body[: run.first - start], early=True))
    behind = unlabelled(parts, body[run.after - start : end - start], early=True)
    if announced:
        parts.stem += texts(behind)
    else:
        parts.answer = behind


def announcement(lines: Sequence[Line], start: int, end: int, answers: Mapping[int, Answering]) -> Answering | None:
    """The line that begins the answer; where one only says that it follows and the next says so again, that one."""
    found: Answering | None = None
    for at in range(start, end):
        if at in answers:
            found = answers[at]
            if found.rest:
                break
        elif found and lines[at].sort is not Sort.BLANK:
            break
    return found


def whole_title(lines: Sequence[Line], span: Span, answers: Mapping[int, Answering]) -> tuple[str, int]:
    """The title with the lines it goes on over, and the line after it."""
    head = span.head
    title, at = head.title, head.at + 1
    own = lines[head.at]
    if own.sort is Sort.HEADING or TERMINAL.search(title) or own.text.rstrip().endswith(("**", "__")):
        return title, at
    ahead: list[str] = []
    for line in lines[at : min(at + FURTHER, span.after)]:
        if line.sort is not Sort.TEXT or line.first or line.mark or at + len(ahead) in answers:
            break
        ahead.append(line.said)
        if TERMINAL.search(line.said):
            break
    if ahead and queries(ahead[-1]) and not queries(title):
        return " ".join([title, *ahead]), at + len(ahead)
    return title, at


def glue(lines: Sequence[Line], start: int, end: int) -> int:
    """How many lines from one on are of the same paragraph as the line before it."""
    at = start
    while (
        at < end
        and lines[at].sort is Sort.TEXT
        and not lines[at].first
        and not lines[at].mark
        and not label_of(lines[at], early=True)[0]
    ):
        at += 1
    return at - start


def at_once(title: str, *, labelled: bool) -> tuple[str, str, bool]:
    """A title and the answer that stands in the same line, if one does; whether it is announced there."""
    found = INLINE_ANSWER.search(title) or (INLINE_A.search(title) if labelled else None)
    if found:
        return title[: found.start()].strip(), title[found.end() :].strip(), True
    found = BOLD_THEN_ANSWER.fullmatch(title) or ASKED_THEN_ANSWER.fullmatch(title)
    return (found["title"], found["answer"], False) if found else (title, "", False)


def inline_options(parts: Parts, title: str) -> str:
    """A title without the options that stand in the same line; they become the question's."""
    if parts.choices:
        return title
    marks = list(WITHIN.finditer(title))
    if len(marks) < 2 or marks[0].start() == 0:  # noqa: PLR2004  one is no choice
        return title
    if [index_of(each["a"] or each["b"]) for each in marks] != list(range(len(marks))):
        return title
    ends = [each.start() for each in marks[1:]] + [len(title)]
    parts.choices = [
        choice(place, title[each.end() : end].strip(" ,;|\t"))
        for place, (each, end) in enumerate(zip(marks, ends, strict=True))
    ]
    return title[: marks[0].start()].strip()


def shifted(line: Line, base: int) -> Line:
    """A line without the indent that its list item gives it."""
    indent = len(line.text) - len(line.text.lstrip(" "))
    taken = min(indent, base) if line.depth else 0
    return (
        line
        if not taken
        else Line(
            line.text[taken:],
            line.number,
            line.sort,
            line.said,
            line.depth - 1,
            line.mark,
            line.offset - taken,
            line.level,
            line.first,
        )
    )


def after(line: Line, announced: Answering, following: Sequence[Line]) -> list[Line]:
    """The lines of an announced answer: what stands behind the mark, and what follows."""
    base = line.offset if line.mark else 0
    first = [Line(announced.rest, line.number, Sort.TEXT, announced.rest)] if announced.rest else []
    if DEFINITION.match(line.text):
        return first + [
            Line(each.said.lstrip(": "), each.number, each.sort, each.said.lstrip(": "))
            if DEFINITION.match(each.text)
            else each
            for each in following
        ]
    depth = line.depth
    found = list(first)
    inside = True
    for each in following:
        inside = inside and (each.depth >= depth or each.sort is Sort.BLANK)
        found.append(shifted(each, base) if inside and base else each)
    return found


def texts(lines: Sequence[Line]) -> list[str]:
    """The lines as they are written, without summaries that only say that something is hidden."""
    return [
        line.text.replace(SUMMARY, "")
        for line in lines
        if not (SUMMARY in line.text and BARE_ANSWER.fullmatch(line.said.replace(SUMMARY, "")))
    ]


def undivided(parts: Parts, title: str, body: Sequence[Line]) -> tuple[list[str], list[Line]]:
    """What still asks, and what answers, where nothing says where the answer begins."""
    at = 0
    stem: list[str] = []
    while at < len(body) and body[at].sort is Sort.BLANK:
        at += 1
    first = body[at] if at < len(body) else None
    if first and (not title or (first.sort is Sort.TEXT and LABELS["stem"].match(first.said))):
        end = chunk_end(body, at)
        stem, at = texts(body[at:end]), end
    elif first and first.sort is Sort.CODE and OF_CODE.search(title):
        end = at
        while end < len(body) and body[end].sort is Sort.CODE:
            end += 1
        if any(line.sort is not Sort.BLANK for line in body[end:]):
            stem, at = texts(body[at:end]), end
    bullets = bulleted(body[at:])
    if bullets and any(each.right for each in bullets):
        parts.choices = bullets
        return stem, []
    return stem, unlabelled(parts, body[at:], early=False)


def chunk_end(lines: Sequence[Line], at: int) -> int:
    """The line after those that stand together with one."""
    while at < len(lines) and lines[at].sort is not Sort.BLANK:
        at += 1
    return at


def bulleted(lines: Sequence[Line]) -> list[Choice]:
    """The options of a plain list, where the lines are nothing but one."""
    found: list[Choice] = []
    for line in lines:
        if line.sort is Sort.BLANK:
            continue
        item = BULLET.match(line.text) if line.sort is Sort.TEXT else None
        if item is None or len(item["text"]) > LONGEST_OPTION or len(found) == MOST_OPTIONS:
            return []
        found.append(choice(len(found), item["text"]))
    return found if len(found) > 1 else []


def unlabelled(parts: Parts, lines: Sequence[Line], *, early: bool) -> list[Line]:
    """The lines without those that say by their label what they are; these go to the parts. `early`: before an answer,
    or beside options, where a label is no part of an answer that people wrote in a row.
    """
    kept: list[Line] = []
    current = ""
    for place, line in enumerate(lines):
        name, rest = label_of(line, early=early) if line.sort in {Sort.TEXT, Sort.HEADING} else ("", "")
        if name and (name not in SINGLE or alone(lines, place)):
            current = name if name == "explanation" or (name == "hint" and early) else ""
            parts.labels.setdefault(name, []).append(rest)
        elif current and (current == "explanation" or line.sort is not Sort.BLANK):
            parts.labels[current][-1] += f"\n{line.text}"
        else:
            current = ""
            kept.append(line)
    return kept
