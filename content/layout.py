"""Pack format v1, declared: what a pack's header, its files and each kind of item may hold."""

from __future__ import annotations

import re
from dataclasses import replace

from content.form import Field, Keyed, Parsed, Record, Several, Text, Variant, Word
from content.item import Difficulty, Kind
from content.scalars import decimal

MOST_ITEMS = 20_000
"""How many items a file may list."""

_KEBAB = r"[a-z0-9]+(-[a-z0-9]+)*"
_TOLERANCE = re.compile(r"(\S+?)( ?%)?")
ID = Text(most=80, pattern=_KEBAB, like="small-letters-and-hyphens")
LANGUAGE = Text(most=35, pattern=r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", like="en or zh-Hans")
STEM = Text(most=3000)
ANSWER = Text(most=500, literal=True)
REASON = Text(most=1000)
EXPLANATION = Text(most=4000)
HINTS = Several(Text(most=500), most=10)
ACCEPTED = Several(Text(most=200, literal=True), least=1, most=50)
CONFUSABLE = Several(Text(most=200, literal=True), most=50)
REFERENCE = Text(most=30_000)
RUBRIC = Several(Text(most=500), least=1, most=10)
TAGS = Several(Text(most=40), most=20)
REFERENCES = Several(Text(most=500), most=20)
ALT = Text(most=1000)
UNIT = Text(most=40)
LETTER = Text(most=1, pattern="[A-J]", like="B, the letter of the right option")


def _number(text: str) -> str:
    if decimal(text) is None:
        raise ValueError("that is not a number with a decimal point")
    return text


def _tolerance(text: str) -> str:
    match = _TOLERANCE.fullmatch(text)
    number = decimal(match[1]) if match else None
    if number is None or number < 0:
        raise ValueError("that is no tolerance")
    return text


_FIGURE = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_NUMERIC = Record(
    "the key of a numeric item",
    {
        "value": Field(Parsed(_number, "0.25 or 3e-4", _FIGURE), "the right number", required=True),
        "tolerance": Field(
            Parsed(_tolerance, "0.01, or 1 % of the value", _FIGURE + " ?%?"),
            "how far off is still right: a number, or per cent of the value",
        ),
        "unit": Field(UNIT, "the unit, as it is shown"),
    },
)
_SHORT = Record(
    "the key of a short item",
    {
        "accepted": Field(ACCEPTED, "right answers, the one to show first", required=True),
        "confusable": Field(CONFUSABLE, "terms near them that are wrong"),
    },
)
_STEP = Record(
    "a step",
    {
        "text": Field(ANSWER, "the step, Markdown", required=True),
        "reason": Field(REASON, "why it comes here, Markdown"),
    },
)
_PICTURE = Record(
    "a picture",
    {
        "file": Field(Text(most=200), "a png, jpg, webp or gif file in the pack", required=True),
        "alt": Field(ALT, "what to read where the picture cannot be seen", required=True),
    },
)
_TRANSLATION = Record(
    "a translation",
    {
        "stem": Field(STEM, "the stem, translated"),
        "options": Field(Several(_STEP, least=2, most=10), "all options in the order of the item's own"),
        "explanation": Field(EXPLANATION, "the explanation, translated"),
        "hints": Field(HINTS, "all hints, translated"),
        "accepted": Field(ACCEPTED, "accepted answers in this language"),
        "reference": Field(REFERENCE, "the reference answer, translated"),
        "rubric": Field(RUBRIC, "all lines of the rubric, translated"),
        "picture_alt": Field(ALT, "the alt text of the picture, translated"),
    },
)
_SHARED = {
    "id": Field(ID, "unique in the pack, kebab-case", required=True),
    "kind": Field(Word(dict.fromkeys(Kind, "")), "how it is asked", required=True),
    "concept": Field(ID, "the one thing that it tests, kebab-case", required=True),
    "topic": Field(ID, "the topic it belongs to, kebab-case", required=True),
    "difficulty": Field(Word(dict.fromkeys(Difficulty, "")), "easy, medium or hard", required=True),
    "stem": Field(STEM, "the text that asks, Markdown", required=True),
    "hints": Field(HINTS, "hints, the vaguest first, Markdown"),
    "tags": Field(TAGS, "words to select it by"),
    "references": Field(REFERENCES, "sources: author, title, year"),
    "picture": Field(_PICTURE, "a picture to look at"),
    "translations": Field(Keyed(LANGUAGE, _TRANSLATION, most=40), "texts in other languages, by language"),
}


def _items(*, owed: bool) -> Variant:
    """An item of any kind. `owed`: what only an author can write (reasons, explanation, rubric) has to be there."""
    reason = Field(REASON, "why it is right or wrong, Markdown", required=owed)
    explanation = Field(EXPLANATION, "two to four sentences that teach, Markdown", required=owed)
    option = Record("an option", {"text": Field(ANSWER, "the option, Markdown", required=True), "reason": reason})
    truth = Field(Word(dict.fromkeys(("true", "false"), "")), "true or false", required=True)
    key_of_open = {
        "reference": Field(REFERENCE, "a good answer in 60 to 150 words, Markdown", required=True),
        "rubric": Field(RUBRIC, "what a good answer holds, a line each", required=owed),
    }
    choices = Field(Several(option, least=2, most=10), "what can be chosen", required=True)
    truths = Several(Record("an option", {"text": truth, "reason": reason}), least=2, most=2)
    own = {
        Kind.CHOICE: {"key": Field(LETTER, "the letter of the right option", required=True), "options": choices},
        Kind.MULTI: {
            "key": Field(
                Several(LETTER, least=1, most=10), "the letters of all right options, as a list", required=True
            ),
            "options": choices,
        },
        Kind.TRUE_FALSE: {"key": truth, "options": replace(choices, form=truths)},
        Kind.NUMERIC: {"key": Field(_NUMERIC, "the right number", required=True)},
        Kind.SHORT: {"key": Field(_SHORT, "accepted answers", required=True)},
        Kind.ORDER: {"options": replace(choices, form=Several(_STEP, least=3, most=8))},
        Kind.OPEN: {
            "key": Field(
                Record("the key of an open item", key_of_open), "a reference answer and a rubric", required=True
            ),
            "explanation": Field(EXPLANATION, "what to take home, Markdown"),
        },
    }
    return Variant(
        "kind",
        "how it is asked: choice, multi, true-false, numeric, short, order or open",
        {
            kind: Record(f"{_article(kind)} {kind} item", {**_SHARED, "explanation": explanation, **fields})
            for kind, fields in own.items()
        },
    )


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


ITEM = _items(owed=True)
"""An item of any kind."""
BROUGHT_ITEM = _items(owed=False)
"""An item of a pack whose header tells its source: what only an author can write may still be missing."""

_ITEMS = Field(Several(ITEM, most=MOST_ITEMS), "the items of this file")
_BROUGHT_ITEMS = Field(Several(BROUGHT_ITEM, most=MOST_ITEMS), _ITEMS.about)
HEADER = {
    "format": Field(Word({"1": "this format"}), "the version of the format: 1", required=True),
    "id": Field(ID, "the pack's name for machines, kebab-case", required=True),
    "title": Field(Text(most=120), "the pack's name for people", required=True),
    "version": Field(
        Text(most=40, pattern=r"\d+(\.\d+){0,3}([-+][0-9A-Za-z.-]+)?", like="0.1.0"), "its version", required=True
    ),
    "licence": Field(Text(most=80), "the licence it may be used under, such as CC-BY-4.0", required=True),
    "languages": Field(
        Several(LANGUAGE, least=1, most=40), "the language of the items, then those of translations", required=True
    ),
    "description": Field(Text(most=2000), "one or two sentences about it", required=True),
    "source": Field(
        Text(most=500),
        "where its questions were brought from; reasons, explanations and rubrics may then be missing",
    ),
    "authors": Field(Several(Text(most=120), most=100), "who wrote it"),
    "topics": Field(Keyed(ID, Text(most=120), most=500), "titles of its topics, by topic id"),
}
"""What `pack.yaml` holds beside items."""

PACK = Record("a pack", {**HEADER, "items": _ITEMS}, "A Studyhall pack: its header, and items.")
"""A `pack.yaml`, or a pack that is one file."""
BROUGHT_PACK = replace(PACK, fields={**HEADER, "items": _BROUGHT_ITEMS})
"""One whose header tells its source."""
PART = Record("a file of items", {"items": Field(_ITEMS.form, _ITEMS.about, required=True)}, "Items of a pack.")
"""Any other file of a pack."""
