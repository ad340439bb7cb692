"""Moodle XML, from which `content.readers.moodle` reads the same questions. Texts are HTML; pictures are inside."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote

from lxml import etree

from content.item import Item, Kind, Option
from content.markup import visible
from content.record import Pack
from content.writers.gift import tolerance_of
from content.writers.html import html_of
from content.writers.losses import Losses
from content.writers.shares import share_of
from content.writers.written import Written

_TYPES = {
    Kind.CHOICE: "multichoice",
    Kind.MULTI: "multichoice",
    Kind.TRUE_FALSE: "truefalse",
    Kind.NUMERIC: "numerical",
    Kind.SHORT: "shortanswer",
    Kind.ORDER: "ordering",
    Kind.OPEN: "essay",
}
_ORDERING = {
    "layouttype": "VERTICAL",
    "selecttype": "ALL",
    "selectcount": "0",
    "gradingtype": "ALL_OR_NOTHING",
    "showgrading": "SHOW",
    "numberingstyle": "none",
}
_PENALTY = "0.3333333"
"""What each further try costs in Moodle, where it is not told otherwise."""


class _MoodleWriter:
    """Writes Moodle XML."""

    name = "moodle-xml"
    title = "Moodle XML"
    suffix = ".xml"

    def write(self, pack: Pack, items: Sequence[Item], pictures: Mapping[str, bytes]) -> Written:
        """One file. Its categories are the topics; concepts and difficulties are tags."""
        losses = Losses()
        quiz = _made("quiz")
        topic = ""
        for item in items:
            _note(item, losses, pictures)
            if item.topic != topic:
                topic = item.topic
                quiz.append(
                    _made("question", _made("category", _made("text", f"$course$/top/{topic}")), type="category")
                )
            quiz.append(_question(item, pictures))
        content = etree.tostring(quiz, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return Written({f"{pack.id}.xml": content}, losses.told())


WRITER = _MoodleWriter()


def _note(item: Item, losses: Losses, pictures: Mapping[str, bytes]) -> None:
    """Tell what of the item Moodle has no place for."""
    lost = {
        "Moodle has no references": item.references,
        "Moodle's questions have one language: translations are left out": item.translations,
        "The general feedback of an essay is the reference answer: the explanation is left out": (
            item.open and item.explanation
        ),
        "Moodle has no reasons for steps": (item.kind is Kind.ORDER and any(option.reason for option in item.options)),
        "The picture is not there": item.picture and item.picture.path not in pictures,
    }
    for sentence, there in lost.items():
        if there:
            losses.add(sentence, item.id)


def _question(item: Item, pictures: Mapping[str, bytes]) -> etree._Element:
    own = item.id.partition("/")[2]
    general = item.open.reference if item.open else item.explanation
    question = _made(
        "question",
        _made("name", _made("text", own)),
        _asked(item, pictures),
        _html("generalfeedback", general),
        _made("defaultgrade", "1"),
        _made("penalty", _PENALTY),
        _made("hidden", "0"),
        _made("idnumber", own),
        *_own(item),
        *(_html("hint", hint) for hint in item.hints),
        type=_TYPES[item.kind],
    )
    tags = (*item.tags, f"concept: {item.concept}", f"difficulty: {item.difficulty}")
    question.append(_made("tags", *(_made("tag", _made("text", " ".join(visible(tag).split()))) for tag in tags)))
    return question


def _asked(item: Item, pictures: Mapping[str, bytes]) -> etree._Element:
    """The stem, with the picture under it and in it."""
    part = _html("questiontext", item.stem)
    content = pictures.get(item.picture.path) if item.picture else None
    if item.picture is None or content is None:
        return part
    path = PurePosixPath(item.picture.path)
    address = f"@@PLUGINFILE@@/{quote(str(path))}"
    text = part[0].text or ""
    shown = f'<p><img src="{address}" alt="{escape(visible(item.picture.alt))}"></p>'
    part[0].text = (text if text.endswith(">") else f"<p>{text}</p>") + shown
    folder = "" if str(path.parent) == "." else f"{path.parent}/"
    encoded = base64.b64encode(content).decode()
    part.append(_made("file", encoded, name=path.name, path=f"/{folder}", encoding="base64"))
    return part


def _made(tag: str, *parts: str | etree._Element, **attributes: str) -> etree._Element:
    """An element with these parts: text, or other elements."""
    element = etree.Element(tag, attributes)
    for part in parts:
        if isinstance(part, str):
            element.text = part
        else:
            element.append(part)
    return element


def _html(tag: str, markdown: str, *parts: etree._Element, **attributes: str) -> etree._Element:
    """An element with a text in HTML."""
    text = _made("text")
    text.text = html_of(markdown) if markdown else ""
    return _made(tag, text, *parts, format="html", **attributes)


def _own(item: Item) -> Iterator[etree._Element]:
    """What only questions of the item's kind have."""
    match item.kind:
        case Kind.CHOICE | Kind.MULTI:
            yield _made("single", "true" if item.kind is Kind.CHOICE else "false")
            yield _made("shuffleanswers", "true")
            yield _made("answernumbering", "ABCD")
            for number, option in enumerate(item.options):
                yield _answer(option, share_of(right=True, of=len(item.key)) if number in item.key else _wrong(item))
        case Kind.TRUE_FALSE:
            for number, option in enumerate(item.options):
                yield _plain_answer(option.text, "100" if number in item.key else "0", option.reason)
        case Kind.SHORT if item.short:
            yield _made("usecase", "0")
            yield from (_plain_answer(_starless(term), "100") for term in item.short.accepted)
            yield from (_plain_answer(_starless(term), "0") for term in item.short.confusable)
        case Kind.NUMERIC if item.numeric:
            answer = _plain_answer(item.numeric.value, "100")
            answer.append(_made("tolerance", tolerance_of(item.numeric)))
            yield answer
            if item.numeric.unit:
                yield _made(
                    "units", _made("unit", _made("multiplier", "1"), _made("unit_name", visible(item.numeric.unit)))
                )
        case Kind.ORDER:
            yield from (_made(name, value) for name, value in _ORDERING.items())
            yield from (_answer(Option(each.text), str(place)) for place, each in enumerate(item.options, 1))
        case Kind.OPEN if item.open:
            yield _made("responseformat", "editor")
            yield _made("responserequired", "1")
            lines = "".join(f"<li>{html_of(line)}</li>" for line in item.open.rubric)
            yield _made("graderinfo", _made("text", f"<ul>{lines}</ul>" if lines else ""), format="html")


def _wrong(item: Item) -> str:
    return "0" if item.kind is Kind.CHOICE else share_of(right=False, of=len(item.key))


def _answer(option: Option, share: str) -> etree._Element:
    return _html("answer", option.text, _html("feedback", option.reason), fraction=share)


def _plain_answer(text: str, share: str, reason: str = "") -> etree._Element:
    """An answer that is compared with what somebody typed."""
    return _made(
        "answer",
        _made("text", " ".join(visible(text).split())),
        _html("feedback", reason),
        fraction=share,
        format="moodle_auto_format",
    )


def _starless(term: str) -> str:
    """The term with its stars escaped, which would stand for any letters."""
    return term.replace("*", "\\*")
