"""Moodle XML: the questions of Moodle with all that they hold, pictures too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from lxml import etree

from content.item import Kind, NumericKey, Picture
from content.markup import Document, Listing, literal, parse, plain, written
from content.readers import answers
from content.readers.answers import FULL, Answer, Pair
from content.readers.cloze import gap_question, gaps_filled, gaps_of
from content.readers.draft import Draft, Found, Skipped, Source, UnreadableError
from content.readers.embedded import Files
from content.readers.html import read_html
from content.readers.texts import markdown_from
from content.readers.xml import each_of, line_of

_SAMPLE = 20_000
_SIGNATURE = re.compile(rb"<quiz[\s>]")
_QUESTION = re.compile(rb"<question\s+type=")
_FORMS = {"moodle_auto_format": "moodle", "plain_text": "plain", "markdown": "markdown", "html": "html"}
_MARK = re.compile(r"\[\[(\d{1,4})\\?\]\\?\]")
"""The mark of a gap, in Markdown."""
_FIRST_WORDS = 60
_RUBRIC_LINES = 10


class _RefusedError(Exception):
    """Why a question became no draft."""


@dataclass(frozen=True, slots=True)
class MoodleReader:
    """Reads Moodle XML."""

    name: str = "moodle-xml"
    title: str = "Moodle XML"

    def likeness(self, source: Source) -> int:
        """By its outermost element."""
        sample = source.content[:_SAMPLE].replace(b"\0", b"")
        if _SIGNATURE.search(sample) and _QUESTION.search(sample):
            return 97
        return 60 if _SIGNATURE.search(sample) and source.suffix == ".xml" else 0

    def read(self, source: Source) -> Found:
        """Each question of the file. One that breaks off gives what comes before."""
        reading = _Reading()
        try:
            for element in each_of(source.content, "question"):
                reading.take(element)
        except UnreadableError as error:
            if not reading.drafts:
                raise
            reading.skipped.append(Skipped(error.line, "the rest of the file", str(error)))
        return Found(answers.settled(reading.drafts), reading.skipped, reading.notes(), reading.files.media)


READER = MoodleReader()


@dataclass(slots=True)
class _Reading:
    """A file on its way in."""

    drafts: list[Draft] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    files: Files = field(default_factory=Files)
    category: str = ""
    penalties: bool = False
    marks: bool = False

    def take(self, element: etree._Element) -> None:
        """Read a question, or the category of those that follow."""
        kind = str(element.get("type") or "")
        if kind == "category":
            self.category = _text(element, "category/text")
            return
        try:
            self.drafts.append(self.question(element, kind))
        except _RefusedError as reason:
            name = _text(element, "name/text") or " ".join(plain(_said(element, "questiontext")).split())
            self.skipped.append(Skipped(line_of(element), name[:_FIRST_WORDS], str(reason)))

    def question(self, element: etree._Element, kind: str) -> Draft:
        """The draft of a question. Raises _RefusedError."""
        if kind not in _KINDS:
            raise _RefusedError(_REFUSED.get(kind, f"questions of the type “{kind}” are not known here"))
        if _text(element, "hidden") == "1":
            raise _RefusedError("it is hidden in Moodle, where it was deleted or replaced")
        self.penalties = self.penalties or (answers.decimal_of(_text(element, "penalty")) or 0) > 0
        self.marks = self.marks or answers.decimal_of(_text(element, "defaultgrade") or "1") != 1
        stem, picture, doubts = self.stem(element)
        draft = Draft(
            stem=stem,
            line=line_of(element),
            own_id=_text(element, "idnumber") or answers.named(_text(element, "name/text")),
            explanation=_said(element, "generalfeedback"),
            hints=tuple(hint for each in element.iterfind("hint") if (hint := _said_in(each))),
            topic=answers.topic_of(self.category),
            picture=picture,
            doubts=doubts,
        )
        draft = _KINDS[kind](draft, element)
        return answers.labelled(draft, (_text(tag, "text") for tag in element.iterfind("tags/tag")))

    def stem(self, element: etree._Element) -> tuple[str, Picture | None, tuple[str, ...]]:
        """The text that asks, its first picture, and what to doubt about the others."""
        part = element.find("questiontext")
        passage = read_html(_text(part, "text")) if part is not None and _form(part) == "html" else None
        stem = passage.markdown if passage else _said(element, "questiontext")
        if passage and part is not None and passage.pictures:
            picture, doubts = self.files.taken(part, passage.pictures)
        else:
            picture, doubts = self.files.old(_text(element, "image"), _text(element, "image_base64")), ()
        if any(True for _ in element.iterfind("answer/file")):
            doubts = (*doubts, "Its options have pictures, which are left out.")
        if not plain(stem):
            if not picture:
                raise _RefusedError("it has no text")
            stem = literal(picture.alt) or "?"
        return stem, picture, doubts

    def notes(self) -> list[str]:
        """Sentences on the file as a whole."""
        return [
            *(["Penalties for further tries are not kept: here the first answer counts."] if self.penalties else []),
            *(["Marks are not kept: points are given by difficulty."] if self.marks else []),
        ]


def _text(element: etree._Element | None, path: str) -> str:
    return (element.findtext(path) or "").strip() if element is not None else ""


def _form(element: etree._Element) -> str:
    return _FORMS.get(str(element.get("format") or ""), "moodle")


def _said(element: etree._Element, path: str) -> str:
    """The Markdown of the part at the path, "" where there is none."""
    part = element.find(path)
    return _said_in(part) if part is not None else ""


def _said_in(part: etree._Element) -> str:
    return markdown_from(_text(part, "text"), _form(part))


def _share(element: etree._Element) -> Decimal:
    return answers.decimal_of(str(element.get("fraction") or "0")) or Decimal(0)


def _chosen(draft: Draft, element: etree._Element) -> Draft:
    several = _text(element, "single").lower() in {"false", "0"}
    listed = [Answer(_said_in(each), _share(each), _said(each, "feedback")) for each in element.iterfind("answer")]
    return answers.chosen(draft, listed, several=several)


def _all_or_nothing(draft: Draft, element: etree._Element) -> Draft:
    listed = [
        Answer(
            _said_in(each),
            FULL if _share(each) > 0 or _text(each, "correctanswer") == "1" else Decimal(0),
            _said(each, "feedback"),
        )
        for each in element.iterfind("answer")
    ]
    return answers.chosen(draft, listed, several=True)


def _truth(draft: Draft, element: etree._Element) -> Draft:
    found = {_text(each, "text").lower(): each for each in element.iterfind("answer")}
    true, false = found.get("true"), found.get("false")
    if true is None or false is None:
        raise _RefusedError("its answers are not true and false")
    reasons = _said(true, "feedback"), _said(false, "feedback")
    return answers.truth(draft, true=_share(true) > _share(false), reasons=reasons)


def _typed(draft: Draft, element: etree._Element) -> Draft:
    listed = [Answer(_text(each, "text"), _share(each), _said(each, "feedback")) for each in element.iterfind("answer")]
    return answers.typed(draft, listed)


def _number(draft: Draft, element: etree._Element) -> Draft:
    unit = next((_text(each, "unit_name") for each in element.iterfind("units/unit") if _plain_unit(each)), "")
    found: list[tuple[NumericKey, Answer]] = []
    for each in element.iterfind("answer"):
        given, allowed = _text(each, "text"), _text(each, "tolerance") or "0"
        value, tolerance = answers.decimal_of(given), answers.decimal_of(allowed)
        if value is None or tolerance is None:
            if given == "*":
                continue
            raise _RefusedError(f"“{given[:40]}” is no number")
        key = NumericKey(
            answers.written_number(value, given), answers.written_number(abs(tolerance), allowed), unit=unit
        )
        found.append((key, Answer("", _share(each), _said(each, "feedback"))))
    return answers.numbered(draft, found)


def _plain_unit(unit: etree._Element) -> bool:
    return answers.decimal_of(_text(unit, "multiplier") or "1") == 1


def _essay(draft: Draft, element: etree._Element) -> Draft:
    """What graders are told is the rubric where there is a general feedback to be the reference answer, else this."""
    graders = _said(element, "graderinfo")
    if not draft.explanation:
        return replace(draft, kind=Kind.OPEN, answer=graders)
    rubric = tuple(_lines(graders))[:_RUBRIC_LINES]
    return replace(draft, kind=Kind.OPEN, answer=draft.explanation, explanation="", rubric=rubric)


def _lines(markdown: str) -> Iterator[str]:
    """The entries of the lists in a text, and its other blocks."""
    for block in parse(markdown).blocks:
        parts = block.items if isinstance(block, Listing) else ((block,),)
        yield from (text for part in parts if (text := written(Document(part))))


def _matched(draft: Draft, element: etree._Element) -> Draft:
    pairs = [Pair(_said_in(each), literal(_text(each, "answer/text"))) for each in element.iterfind("subquestion")]
    others = [pair.right for pair in pairs if not pair.left]
    return answers.matched(draft, [pair for pair in pairs if pair.left], others)


def _ordered(draft: Draft, element: etree._Element) -> Draft:
    steps = [(_share(each), _said_in(each)) for each in element.iterfind("answer")]
    if all(share > 0 for share, _ in steps) and len({share for share, _ in steps}) == len(steps):
        steps.sort(key=lambda step: step[0])
    pairs = [Pair(str(place), text) for place, (_, text) in enumerate(steps, 1)]
    made = answers.matched(draft, pairs)
    if made.kind is Kind.ORDER:
        return made
    raise _RefusedError(f"it has {len(steps)} steps to order; an order item has 3 to 8")


def _gaps(draft: Draft, element: etree._Element) -> Draft:
    """Words to put into gaps: `[[2]]` is the gap of the second one."""
    boxes = [*element.iterfind("dragbox"), *element.iterfind("selectoption")]
    words = [(literal(_text(each, "text")), _text(each, "group")) for each in boxes]
    keys = [int(found[1]) - 1 for found in _MARK.finditer(draft.stem)]
    if not keys or not all(0 <= place < len(words) for place in keys):
        raise _RefusedError("its gaps and the words for them do not fit each other")
    fillings = [(words[key][0], [word for word, group in words if group == words[key][1]]) for key in keys]
    return gaps_filled(draft, _MARK, fillings)


def _cloze(draft: Draft, element: etree._Element) -> Draft:
    """Gaps that stand in the text as `{1:SHORTANSWER:=right}`; the text is read anew with marks in their places."""
    part = element.find("questiontext")
    text, gaps = gaps_of(_text(part, "text"))
    if part is None or not gaps:
        raise _RefusedError("it has no gaps")
    html = _form(part) != "plain"
    stem = read_html(text).markdown if html else markdown_from(text, "plain")
    plain_gaps = [
        replace(
            gap,
            answers=tuple(
                replace(each, text=_unmarked(each.text), reason=_unmarked(each.reason)) for each in gap.answers
            ),
        )
        for gap in gaps
    ]
    return gap_question(replace(draft, stem=stem), plain_gaps if html else gaps, _MARK)


def _unmarked(html: str) -> str:
    return plain(markdown_from(html, "html")) if "<" in html or "&" in html else html


_KINDS: Mapping[str, Callable[[Draft, etree._Element], Draft]] = {
    "multichoice": _chosen,
    "multichoiceset": _all_or_nothing,
    "oumultiresponse": _all_or_nothing,
    "truefalse": _truth,
    "shortanswer": _typed,
    "pmatch": _typed,
    "numerical": _number,
    "essay": _essay,
    "essayautograde": _essay,
    "matching": _matched,
    "ddmatch": _matched,
    "ordering": _ordered,
    "ddwtos": _gaps,
    "gapselect": _gaps,
    "cloze": _cloze,
    "multianswer": _cloze,
}
_REFUSED = {
    "description": "it is a text between questions",
    "calculated": "its numbers are drawn anew each time, which no kind of item does",
    "calculatedsimple": "its numbers are drawn anew each time, which no kind of item does",
    "calculatedmulti": "its numbers are drawn anew each time, which no kind of item does",
    "ddimageortext": "its answers are put onto a picture, which no kind of item does",
    "ddmarker": "its answers are put onto a picture, which no kind of item does",
    "random": "it only draws other questions",
}
