"""The parts of an item from those of a draft, each within the limits of the form; what does not fit is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from content.form import Several, Text
from content.importing.guessing import guessed
from content.importing.mending import cleaned, shortened
from content.importing.naming import readable, slug_of_stem
from content.item import CHOSEN_KINDS, Item, Kind, NumericKey, OpenKey, Option, Picture, ShortKey, Translation
from content.layout import (
    ACCEPTED,
    ALT,
    ANSWER,
    CONFUSABLE,
    EXPLANATION,
    HINTS,
    LANGUAGE,
    REASON,
    REFERENCE,
    REFERENCES,
    RUBRIC,
    STEM,
    TAGS,
    UNIT,
)
from content.readers.draft import Draft
from content.scalars import decimal
from content.sense import fold

_ALT = "The picture of this question."


def item_of(draft: Draft, where: str, doubts: list[str]) -> Item:
    """The item of a draft whose kind is settled; the texts that are too long are cut, and `doubts` tell."""
    kind = draft.kind or Kind.OPEN
    item = Item(
        id=draft.own_id if readable(draft.own_id) else slug_of_stem(draft.stem),
        kind=kind,
        stem=draft.stem,
        topic=draft.topic,
        concept=draft.concept,
        difficulty=guessed(draft),
        explanation=_cut(draft.explanation, EXPLANATION, "explanation", doubts),
        options=tuple(Option(option.text, _cut(option.reason, REASON, "reason", doubts)) for option in draft.options),
        key=tuple(range(len(draft.options))) if kind is Kind.ORDER else draft.key,
        numeric=_numeric(draft.numeric, doubts) if draft.numeric else None,
        short=_short(draft.short, doubts) if draft.short else None,
        open=_open(draft, doubts) if kind is Kind.OPEN else None,
        hints=_few(draft.hints, HINTS, "hints", doubts),
        tags=_few(draft.tags, TAGS, "tags", doubts),
        references=_few(draft.references, REFERENCES, "references", doubts),
        picture=_picture(draft.picture) if draft.picture else None,
        where=where,
    )
    return replace(item, translations=fitting_translations(draft.translations, item, doubts))


def _cut(text: str, form: Text, name: str, doubts: list[str]) -> str:
    """The text as far as it fits, ending with a whole paragraph."""
    if len(text) <= form.most:
        return text
    doubts.append(f"its {name} has {len(text):,} characters and was cut to fit into {form.most:,}.")
    return shortened(text, form.most)


def _few(found: Iterable[str], form: Several, name: str, doubts: list[str]) -> tuple[str, ...]:
    """As many of the texts as the form takes, none too long and none twice."""
    longest = form.each.most if isinstance(form.each, Text) else 0
    texts = list({fold(text): text for text in map(cleaned, found) if text}.values())
    kept = [text for text in texts if len(text) <= longest][: form.most]
    if len(kept) < len(texts):
        doubts.append(f"{len(texts) - len(kept)} of its {name} were left out: more than fit, or too long.")
    return tuple(kept)


def _open(draft: Draft, doubts: list[str]) -> OpenKey:
    reference = _cut(draft.answer, REFERENCE, "reference answer", doubts)
    return OpenKey(reference, _few(draft.rubric, RUBRIC, "lines of the rubric", doubts))


def _numeric(key: NumericKey, doubts: list[str]) -> NumericKey:
    value, tolerance = decimal(key.value), decimal(key.tolerance)
    allowed = tolerance is not None and tolerance >= 0 and not (key.relative and not value)
    unit = cleaned(key.unit)
    if len(unit) > UNIT.most or not allowed:
        doubts.append("its tolerance or its unit made no sense and was left out.")
    return NumericKey(
        value=key.value,
        tolerance=key.tolerance if allowed else "0",
        relative=key.relative and allowed and bool(tolerance),
        unit=unit if len(unit) <= UNIT.most else "",
    )


def _short(key: ShortKey, doubts: list[str]) -> ShortKey:
    accepted = _few(key.accepted, ACCEPTED, "accepted answers", doubts)
    known = {fold(term) for term in accepted}
    others = [term for term in key.confusable if fold(term) not in known]
    return ShortKey(accepted, _few(others, CONFUSABLE, "wrong answers", doubts))


def _picture(picture: Picture) -> Picture:
    return Picture(picture.path, cleaned(picture.alt)[: ALT.most] or _ALT)


def fitting_translations(found: Mapping[str, Translation], item: Item, doubts: list[str]) -> dict[str, Translation]:
    """Those parts of translations that the item has as well, as many of each as it has."""
    kept = {}
    for language, part in found.items():
        fits = _translation(part, item)
        if fits != part:
            doubts.append(f"parts of its translation ({language[:20]}) do not belong to it, or are too long: left out.")
        if re.fullmatch(LANGUAGE.pattern, language) and len(language) <= LANGUAGE.most and fits != Translation():
            kept[language] = fits
    return kept


def _translation(part: Translation, item: Item) -> Translation:
    open_key = item.open or OpenKey("")
    options = part.options if item.kind in CHOSEN_KINDS and _are(item.options, part.options) else ()
    return Translation(
        stem=_short_enough(part.stem, STEM),
        options=options,
        explanation=_short_enough(part.explanation, EXPLANATION),
        hints=_alike(part.hints, item.hints, HINTS),
        accepted=_few(part.accepted, ACCEPTED, "", []) if item.short else (),
        reference=_short_enough(part.reference, REFERENCE) if item.open else "",
        rubric=_alike(part.rubric, open_key.rubric, RUBRIC),
        picture_alt=_short_enough(part.picture_alt, ALT) if item.picture else "",
    )


def _short_enough(text: str, form: Text) -> str:
    return text if len(text) <= form.most else ""


def _are(own: Sequence[Option], options: Sequence[Option]) -> bool:
    """Whether the options can stand for the item's own: as many, all different, none too long or empty."""
    texts = {fold(option.text) for option in options if option.text and len(option.text) <= ANSWER.most}
    return len(texts) == len(options) == len(own) and all(len(option.reason) <= REASON.most for option in options)


def _alike(found: tuple[str, ...], own: Sequence[str], form: Several) -> tuple[str, ...]:
    longest = form.each.most if isinstance(form.each, Text) else 0
    return found if len(found) == len(own) and all(text and len(text) <= longest for text in found) else ()
