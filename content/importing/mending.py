"""Texts from elsewhere, made such that cards show them: no characters that hide, no formatting that is not shown."""

from __future__ import annotations

import re

from collections.abc import Callable, Iterable
from dataclasses import replace

from content.item import Option, Translation
from content.markup.authoring import wide_reader
from content.readers.draft import Draft
from content.sense import markdown_faults
from content.tree import HIDDEN

_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
_MORE = "\n\n…"
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def cleaned(text: str) -> str:
    """The text with plain line ends and without characters that no pack may hold."""
    return HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def mended(text: str) -> str:
    """The text as it is where cards can show it, else as near to it as they can."""
    return text if not text or not markdown_faults(text) else _literal(text)


def _literal(text: str) -> str:
    """The text letter by letter, whatever its signs would mean."""
    return _SIGNS.sub(r"\\\1", _INDENT.sub("", text))


def shortened(text: str, most: int) -> str:
    """As many whole paragraphs, lists and tables of the text as fit into `most` characters, and an ellipsis."""
    lines = text.split("\n")
    fitting = ""
    for token in wide_reader().parse(text):
        if token.level == 0 and token.map:
            part = "\n".join(lines[: token.map[1]]).rstrip()
            if len(part) + len(_MORE) > most:
                break
            fitting = part
    return fitting + _MORE if fitting else ""




def mended_draft(draft: Draft, doubts: list[str]) -> Draft:
    """The draft with texts that cards can show, and a doubt where that took something away."""

    def text(found: str) -> str:
        clean = cleaned(found)
        made = mended(clean)
        if made != clean:
            doubts.append("formatting that cards do not show was taken out: compare it with the source.")
        return made

    def texts(found: Iterable[str]) -> tuple[str, ...]:
        return tuple(part for part in map(text, found) if part)

    return replace(
        draft,
        stem=text(draft.stem),
        options=tuple(Option(text(option.text), text(option.reason)) for option in draft.options),
        answer=text(draft.answer),
        rubric=texts(draft.rubric),
        explanation=text(draft.explanation),
        hints=texts(draft.hints),
        topic=cleaned(draft.topic),
        concept=cleaned(draft.concept),
        translations={language: translated(part, text) for language, part in draft.translations.items()},
    )




def translated(part: Translation, text: Callable[[str], str]) -> Translation:
    """The translation with `text` done to each of its texts."""
    return Translation(
        stem=text(part.stem),
        options=tuple(Option(text(option.text), text(option.reason)) for option in part.options),
        explanation=text(part.explanation),
        hints=tuple(map(text, part.hints)),
        accepted=tuple(map(cleaned, part.accepted)),
        reference=text(part.reference),
        rubric=tuple(map(text, part.rubric)),
        picture_alt=cleaned(part.picture_alt),
    )
