"""Whether an item makes sense: what a form cannot say, such as that its key names an option and no two are equal.

Each check takes what the form read (parts with faults are absent or None), tells the report, and goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.form import Report
from content.item import Kind
from content.pictures import PictureError, read_picture
from content.scalars import decimal
from content.tree import Node, at

LETTERS = "ABCDEFGHIJ"
_PLAIN = re.compile(r"[^\W\d_][\w ,.;:()'\"?!%/–—’-]*")
_MARKDOWN = ("stem", "explanation", "hints", "options", "reference", "rubric")
_ALIKE = ("options", "hints", "rubric")
_OPTIONED = frozenset({Kind.CHOICE, Kind.MULTI, Kind.TRUE_FALSE, Kind.ORDER})
_KINDS = frozenset(Kind)
_OWN_KINDS = {
    "options": _OPTIONED,
    "accepted": frozenset({Kind.SHORT}),
    "reference": frozenset({Kind.OPEN}),
    "rubric": frozenset({Kind.OPEN}),
}


@dataclass(frozen=True, slots=True)
class Sight:
    """An item under check: what its form read, its node, the report, its pack's path and languages."""

    value: Mapping[str, Any]
    node: Node
    report: Report
    pack: Path
    languages: Sequence[str]

    def tell(self, path: Sequence[str | int], message: str, remedy: str) -> None:
        """Note a fault at the place of the value under `path`."""
        self.report.add(at(self.node, *path), message, remedy)


def check_sense(sight: Sight) -> None:
    """Tell everything that makes no sense in the item."""
    kind = sight.value["kind"]
    if kind in _OPTIONED:
        _check_options(sight, ("options",), sight.value.get("options") or ())
    if kind in {Kind.CHOICE, Kind.MULTI}:
        _check_letters(sight)
    if kind == Kind.NUMERIC:
        _check_number(sight)
    if kind == Kind.SHORT:
        _check_terms(sight)
    if sight.value.get("picture"):
        _check_picture(sight)
    for language, translation in (sight.value.get("translations") or {}).items():
        _check_translation(sight, language, translation)
    _check_markdown(sight)


def fold(text: str) -> str:
    """What counts as the same text: case, and how much space there is, make no difference."""
    return " ".join(text.split()).casefold()


def _check_options(sight: Sight, path: Sequence[str | int], options: Sequence[Mapping[str, Any] | None]) -> None:
    seen: dict[str, str] = {}
    for index, option in enumerate(options):
        if option is None or "text" not in option:
            continue
        letter = LETTERS[index]
        first = seen.setdefault(fold(option["text"]), letter)
        if first != letter:
            remedy = "write another option, or delete one of them"
            sight.tell((*path, index, "text"), f"options {first} and {letter} are the same", remedy)


def _check_letters(sight: Sight) -> None:
    key, options = sight.value.get("key"), sight.value.get("options")
    if key is None or options is None:
        return
    alone = isinstance(key, str)
    last = LETTERS[min(len(options), len(LETTERS)) - 1] if options else "A"
    for index, letter in enumerate([key] if alone else key):
        path = ("key",) if alone else ("key", index)
        if letter is not None and letter > last:
            sight.tell(path, f"the key is {letter} and the last option is {last}", "write the letter of a right one")
        elif not alone and letter is not None and letter in key[:index]:
            sight.tell(path, f"the key names {letter} twice", "delete one of them")


def _check_number(sight: Sight) -> None:
    key = sight.value.get("key") or {}
    value, tolerance = decimal(key.get("value", "")), key.get("tolerance", "")
    if value is not None and value == 0 and tolerance.endswith("%"):
        remedy = "write the tolerance as a number: 0.01"
        sight.tell(("key", "tolerance"), "a tolerance in per cent of 0 allows nothing", remedy)


def _check_terms(sight: Sight) -> None:
    seen: dict[str, str] = {}
    for part in ("accepted", "confusable"):
        for index, term in enumerate((sight.value.get("key") or {}).get(part) or ()):
            if term is None:
                continue
            first = seen.setdefault(fold(term), f"{part} {index + 1}")
            if first != f"{part} {index + 1}":
                message = f"this term is listed twice: as {part} {index + 1} and as {first}"
                sight.tell(("key", part, index), message, "delete one of them: a term is either right or wrong")


def _check_picture(sight: Sight) -> None:
    name = sight.value["picture"].get("file")
    if name is None:
        return
    try:
        read_picture(sight.pack, name)
    except PictureError as error:
        sight.tell(("picture", "file"), str(error), error.remedy)


def _check_translation(sight: Sight, language: str, translation: Mapping[str, Any]) -> None:
    path = ("translations", language)
    if sight.languages and language not in sight.languages:
        sight.tell(path, f"the pack's `languages` do not list `{language}`", "add it there, or correct it here")
    elif sight.languages and language == sight.languages[0]:
        remedy = "put these texts into the item itself and delete the translation"
        sight.tell(path, f"`{language}` is the language of the items themselves", remedy)
    for part in translation:
        if sight.value["kind"] not in _OWN_KINDS.get(part, _KINDS):
            sight.tell((*path, part), f"`{sight.value['kind']}` items have no `{part}` to translate", "delete it")
    if "picture_alt" in translation and "picture" not in sight.value:
        sight.tell((*path, "picture_alt"), "the item has no picture", "delete it, or give the item a picture")
    for part in _ALIKE:
        _check_length(sight, path, part, translation.get(part))
    if translation.get("options") and sight.value["kind"] in _OPTIONED:
        _check_options(sight, (*path, "options"), translation["options"][: len(LETTERS)])


def _check_length(sight: Sight, path: Sequence[str], part: str, translated: Sequence[Any] | None) -> None:
    own = (sight.value.get("key") or {}) if part == "rubric" else sight.value
    original = own.get(part) if isinstance(own, dict) else None
    if translated is None or original is None or len(translated) == len(original):
        return
    message = f"`{part}` has {len(translated)} entries here and {len(original)} in the item"
    sight.tell((*path, part), message, "translate each of them, in the same order")


def _check_markdown(sight: Sight) -> None:
    key = sight.value.get("key")
    whole = [((), sight.value), (("key",), key if isinstance(key, dict) else {})]
    translations = (sight.value.get("translations") or {}).items()
    whole += [(("translations", language), translation) for language, translation in translations]
    for path, owner in whole:
        for part in _MARKDOWN:
            for place, text in _texts((*path, part), owner.get(part)):
                for message, remedy in markdown_faults(text):
                    sight.tell(place, message, remedy)


def _texts(path: tuple[str | int, ...], value: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:  # noqa: ANN401
    """Every text in what a form read, with its path."""
    match value:
        case str():
            yield path, value
        case list():
            for index, part in enumerate(value):
                yield from _texts((*path, index), part)
        case dict():
            for name, part in value.items():
                yield from _texts((*path, name), part)


def markdown_faults(text: str) -> list[tuple[str, str]]:
    """What cards cannot show of a Markdown text, as message and remedy. Tags and pings are shown as text: no faults."""
    if _PLAIN.fullmatch(text):
        return []
    # Imported where a text needs it: the import takes longer than checking a small pack.
    from content.markup.authoring import faults  # noqa: PLC0415

    return [_halves(sentence) for sentence in faults(text)]


def _halves(sentence: str) -> tuple[str, str]:
    message, _, remedy = sentence.removesuffix(".").rpartition(": ")
    return (message, remedy) if message else (remedy, "write it in the Markdown that cards show")
