"""Moodle's GIFT: questions in plain text, answers in braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice

from content.item import Kind, NumericKey
from content.markup import plain
from content.readers import answers
from content.readers.answers import FULL, Answer, Pair
from content.readers.decoding import decode
from content.readers.draft import Draft, Found, Skipped, Source
from content.readers.texts import markdown_from

_SAMPLE = 200_000
_ANSWERED = re.compile(
    rb"(?:^|[\s.?!:,;)\]>\"'\x80-\xff])\{\s*"
    rb"(?:=[^{}]*|~[^{}=]*=[^{}]*|~%[^{}]*|#[\s=\d.:%eE+-]+(?:#[^{}]*)?|(?:T|F|TRUE|FALSE)\s*(?:#[^{}]*)?)\}"
)
"""Answers in braces as no other text has them: `X^{T}` is a formula, `{}` code and `{#part-1}` names a heading."""
_TITLED = re.compile(rb"^[ \t]*::[^\n]+?::", re.MULTILINE)
_MARK = re.compile(r"\\.|[{}]", re.DOTALL)
_GOES_ON = re.compile(r"\s*(?:[=~#}]|//|$)")
_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:\s*(.*)", re.IGNORECASE)
_LABEL = re.compile(r"\[(id|tag):((?:\\.|[^\[\]\\])*)\]", re.IGNORECASE)
_ENDS = re.compile(r"[.?!:。？！：]")
"""What ends a sentence: a full stop behind the answers to a finished one belongs to nothing."""
_LABEL_ESCAPE = re.compile(r"\\([\\\[\]])")
_TITLE = re.compile(r"\s*::((?:\\.|[^\\])*?)::", re.DOTALL)
_FORM = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_HOLDS_ANSWERS = re.compile(r"\s*(?:[=~#]|(?:T|TRUE|F|FALSE)\s*(?:#|$)|$)", re.IGNORECASE)
_TRUTH = re.compile(r"\s*(T|F|TRUE|FALSE)\s*(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_START = re.compile(r"\\.|[=~]", re.DOTALL)
_FEEDBACK = re.compile(r"\\.|#", re.DOTALL)
_GENERAL = re.compile(r"\\.|####", re.DOTALL)
_ARROW = re.compile(r"\s*->\s*")
_SHARE = re.compile(r"\s*%(-?\d+(?:[.,]\d+)?)%")
_ESCAPE = re.compile(r"\\(?:(n)(?!abla\b|eq\b|otin\b|ewline\b|leq\b|geq\b)|([~=#{}:\\]))")
_FIRST_WORDS = 60
_BLANK = "_____"


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of a question, and what was said before it."""

    line: int
    text: str
    category: str
    own_id: str
    tags: tuple[str, ...]


class _RefusedError(Exception):
    """Why a piece became no question."""


@dataclass(frozen=True, slots=True)
class GiftReader:
    """Reads GIFT."""

    name: str = "gift"
    title: str = "Moodle GIFT"

    def likeness(self, source: Source) -> int:
        """By the suffix, and by answers in braces."""
        sample = source.content[:_SAMPLE]
        if source.suffix == ".gift":
            return 98 if b"{" in sample else 30
        if b"\0" in sample and not sample.startswith((b"\xff\xfe", b"\xfe\xff")):
            return 0
        answered = sum(1 for _ in islice(_ANSWERED.finditer(sample), 2))
        if not answered:
            return 0
        return 85 if _TITLED.search(sample) else (50, 75)[answered - 1]

    def read(self, source: Source) -> Found:
        """Each question of the file."""
        decoded = decode(source.content)
        drafts: list[Draft] = []
        skipped: list[Skipped] = []
        for block in _blocks(decoded.text):
            try:
                drafts.append(_question(block))
            except _RefusedError as reason:
                skipped.append(Skipped(block.line, " ".join(block.text.split())[:_FIRST_WORDS], str(reason)))
        return Found(answers.settled(drafts), skipped, decoded.notes)


READER = GiftReader()


@dataclass(slots=True)
class _Lines:
    """The question that lines are gathered for."""

    category: str = ""
    first: int = 0
    lines: list[str] = field(default_factory=list)
    depth: int = 0
    own_id: str = ""
    tags: list[str] = field(default_factory=list)

    def take(self, number: int, line: str) -> None:
        self.first = self.first or number
        self.lines.append(line)
        for mark in _MARK.findall(line):
            self.depth += (mark == "{") - (mark == "}")

    def comment(self, line: str) -> None:
        """Ids and tags stand in comments."""
        for label, text in _LABEL.findall(line):
            if label.lower() == "tag":
                self.tags.append(_LABEL_ESCAPE.sub(r"\1", text))
            else:
                self.own_id = self.own_id or _LABEL_ESCAPE.sub(r"\1", text)

    def end(self) -> Iterator[_Block]:
        """The question, if there is one."""
        if self.lines:
            yield _Block(self.first, "\n".join(self.lines), self.category, self.own_id, tuple(self.tags))
            self.own_id, self.tags = "", []
        self.first, self.lines, self.depth = 0, [], 0


def _blocks(text: str) -> Iterator[_Block]:
    gathered = _Lines()
    blank = False
    for number, line in enumerate(text.split("\n"), 1):
        category = _CATEGORY.fullmatch(line)
        if not line.strip():
            blank = True
            if gathered.depth <= 0:
                yield from gathered.end()
        elif line.lstrip().startswith("//"):
            gathered.comment(line)
        elif category:
            yield from gathered.end()
            gathered.category = category[1]
        else:
            if blank and not _GOES_ON.match(line):
                yield from gathered.end()
            blank = False
            gathered.take(number, line)
    yield from gathered.end()


def _question(block: _Block) -> Draft:
    """The draft of a question. Raises _RefusedError."""
    title = _TITLE.match(block.text)
    start = title.end() if title else 0
    form = _FORM.match(block.text, start)
    start, name = (form.end(), form[1].lower()) if form else (start, "moodle")
    opening, closing, doubts = _braces(block, start)
    after = block.text[closing + 1 :]
    asked = block.text[start:opening]
    if after.strip() and not (_ENDS.fullmatch(after.strip()) and _ENDS.fullmatch(asked.rstrip()[-1:])):
        asked = f"{asked.rstrip()} {_BLANK}{'' if after[0] in '.,;:!?)' else ' '}{after.lstrip()}"
    stem = markdown_from(_unescaped(asked.strip()), name)
    if not plain(stem):
        raise _RefusedError("there is no question before the answers")
    if "<img" in asked.lower() and "://" not in asked:
        doubts = (*doubts, "A picture of it is not in this form of file: look at the original.")
    inner, general = _parted(block.text[opening + 1 : closing], _GENERAL)
    draft = Draft(
        stem=stem,
        line=block.line,
        own_id=block.own_id or answers.named(_unescaped(title[1]) if title else ""),
        explanation=_said(general, name),
        topic=answers.topic_of(_unescaped(block.category)),
        doubts=doubts,
    )
    return answers.labelled(_answered(draft, inner, name), block.tags)


def _braces(block: _Block, start: int) -> tuple[int, int, tuple[str, ...]]:
    """Where the answers open and close, and what to doubt."""
    groups: list[tuple[int, int]] = []
    opened: list[int] = []
    for mark in _MARK.finditer(block.text, start):
        if mark[0] == "{":
            opened.append(mark.start())
        elif mark[0] == "}" and opened:
            opening = opened.pop()
            if not opened:
                groups.append((opening, mark.start()))
    if opened:
        line = block.line + block.text.count("\n", 0, opened[0])
        raise _RefusedError(f"the brace that opens on line {line} is never closed: write }} after the last answer")
    if not groups:
        raise _RefusedError("it has no answers in braces, so it is a text between questions")
    fitting = [group for group in groups if _HOLDS_ANSWERS.match(block.text[group[0] + 1 : group[1]])]
    if len(fitting) != 1:
        raise _RefusedError(
            "it has several gaps, which no kind of item has"
            if fitting
            else "there is neither = nor ~ nor # in its braces: write = before a right answer"
        )
    doubts = ("Braces in it have no backslash; the text may be cut wrongly.",) if len(groups) > 1 else ()
    return *fitting[0], doubts


def _parted(text: str, mark: re.Pattern[str]) -> tuple[str, str]:
    """What is before the first mark that no backslash escapes, and what comes after."""
    for found in mark.finditer(text):
        if not found[0].startswith("\\"):
            return text[: found.start()], text[found.end() :]
    return text, ""


def _answered(draft: Draft, inner: str, form: str) -> Draft:
    """The draft with what the braces hold."""
    statement = _TRUTH.fullmatch(inner)
    if not inner.strip():
        return replace(draft, kind=Kind.OPEN, answer=draft.explanation, explanation="")
    if statement:
        wrong, right = (_said(part, form) for part in _parted(statement[2] or "", _FEEDBACK))
        true = statement[1].upper().startswith("T")
        return answers.truth(draft, true=true, reasons=(right, wrong) if true else (wrong, right))
    if inner.lstrip().startswith("#"):
        return _number(draft, inner.lstrip()[1:], form)
    pieces = list(_pieces(inner))
    pairs = [_ARROW.split(text, maxsplit=1) for _, text in pieces]
    if all(mark == "=" for mark, _ in pieces):
        if all(len(pair) == 2 for pair in pairs):  # noqa: PLR2004  two make a pair
            return _matched(draft, [(left, right) for left, right in pairs], form)
        return answers.typed(draft, [_word(text, form) for _, text in pieces])
    several = all(mark == "~" for mark, _ in pieces) and any(_SHARE.match(text) for _, text in pieces)
    return answers.chosen(draft, [_option(mark, text, form) for mark, text in pieces], several=several)


def _pieces(inner: str) -> Iterator[tuple[str, str]]:
    """Each answer behind its mark."""
    marks = [found for found in _START.finditer(inner) if not found[0].startswith("\\")]
    ends = [*(mark.start() for mark in marks[1:]), len(inner)]
    for mark, end in zip(marks, ends, strict=False):
        yield mark[0], inner[mark.end() : end]


def _option(mark: str, text: str, form: str) -> Answer:
    share, rest = _shared(mark, text)
    answer, reason = _parted(rest, _FEEDBACK)
    return Answer(_said(answer, form), share, _said(reason, form))


def _word(text: str, form: str) -> Answer:
    """An accepted answer: plain text, whatever its form."""
    share, rest = _shared("=", text)
    answer, reason = _parted(rest, _FEEDBACK)
    named = _FORM.match(answer)
    return Answer(_unescaped(answer[named.end() :] if named else answer).strip(), share, _said(reason, form))


def _shared(mark: str, text: str) -> tuple[Decimal, str]:
    share = _SHARE.match(text)
    if share:
        return Decimal(share[1].replace(",", ".")), text[share.end() :]
    return FULL if mark == "=" else Decimal(0), text


def _matched(draft: Draft, pairs: list[tuple[str, str]], form: str) -> Draft:
    sides = [(_said(left, form), _said(right, form)) for left, right in pairs]
    others = [right for left, right in sides if not left]
    return answers.matched(draft, [Pair(left, right) for left, right in sides if left], others)


def _number(draft: Draft, inner: str, form: str) -> Draft:
    pieces = list(_pieces(inner)) or [("=", inner)]
    found: list[tuple[NumericKey, Answer]] = []
    for mark, text in pieces:
        share, rest = _shared(mark, text)
        value, reason = _parted(rest, _FEEDBACK)
        if mark == "=":
            found.append((_key(_unescaped(value).strip()), Answer(value, share, _said(reason, form))))
    return answers.numbered(draft, found)


def _key(text: str) -> NumericKey:
    """`value`, `value:tolerance` or `low..high`."""
    low, span, high = text.partition("..")
    first, second = (part.strip() for part in ((low, high) if span else text.partition(":")[::2]))
    second = second or "0"
    value, other = answers.decimal_of(first), answers.decimal_of(second)
    if value is None or other is None:
        raise _RefusedError(f"“{text[:40]}” is no number: write it like 3.5, 3.5:0.1 or 3..4")
    if span:
        return answers.between(value, other)
    return NumericKey(answers.written_number(value, first), answers.written_number(abs(other), second))


def _said(text: str, form: str) -> str:
    """A piece of text as Markdown; it may name a form of its own."""
    found = _FORM.match(text)
    if found:
        form, text = found[1].lower(), text[found.end() :]
    return markdown_from(_unescaped(text.strip()), form)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] else found[2], text)
