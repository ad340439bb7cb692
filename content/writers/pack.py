"""Our own form: the files of a pack that `content.pack.load_pack` reads back as equal items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from content.folder import HEADER_FILE
from content.item import Item, Kind, NumericKey, Option, Translation
from content.record import Pack
from content.sense import LETTERS
from content.tree import HIDDEN
from content.writers.losses import LOST_PICTURE, Losses
from content.writers.written import Written
from content.writers.yaml_text import Bare, Value, list_lines, yaml_of

_FEW = 30
"""So many items stand beside the header; more get a file a topic."""
_MOST_TOPICS = 500
"""More get files by number."""
_MOST_CHARACTERS = 1_000_000
"""How large a file may get: even at four bytes a character it is read, and so are its entries, however small."""
_LONGEST_SHARE = 40

_Told: TypeAlias = "tuple[str, str]"
"""The topic of an item, and the item as YAML."""


class _PackWriter:
    """Writes a folder: `pack.yaml` with the header, and where there are many items a file for each topic."""

    name = "pack"
    title = "Studyhall pack"
    suffix = ""

    def write(self, pack: Pack, items: Sequence[Item], pictures: Mapping[str, bytes]) -> Written:
        """The files of the pack, its pictures included. What the format refuses (characters that hide or reorder text,
        pictures that are not there) is left out and noted.
        """
        losses = Losses()
        told = [(item.topic, _yaml(item, pictures, losses)) for item in items]
        texts = {HEADER_FILE: yaml_of(_seen(_header(pack), pack.id, losses))}
        if len(items) <= _FEW:
            texts[HEADER_FILE] += _listed(told) if told else ""
        else:
            texts |= {path: _listed(part) for path, part in _files(told)}
        used = {item.picture.path for item in items if item.picture}
        drawn = {path: content for path, content in pictures.items() if path in used}
        return Written({path: text.encode() for path, text in texts.items()} | drawn, losses.told())


WRITER = _PackWriter()


def _yaml(item: Item, pictures: Mapping[str, bytes], losses: Losses) -> str:
    value = item_value(item)
    if item.picture and item.picture.path not in pictures:
        losses.add(LOST_PICTURE, item.id)
        del value["picture"]
    return "".join(f"{line}\n" for line in list_lines([_seen(value, item.id, losses)], 2))


def _seen(value: dict[str, Value], name: str, losses: Losses) -> dict[str, Value]:
    """The value without characters that no pack may hold."""
    cleaned = _cleaned(value)
    if cleaned == value:
        return value
    losses.add("characters that cannot be seen, or that reorder text, were left out", name)
    return dict(cleaned) if isinstance(cleaned, Mapping) else value


def _cleaned(value: Value) -> Value:
    if isinstance(value, str):
        return HIDDEN.sub("", value) if HIDDEN.search(value) else value
    if isinstance(value, Mapping):
        return {key: _cleaned(part) for key, part in value.items()}
    return value if isinstance(value, tuple) else [_cleaned(part) for part in value]


def _files(told: Sequence[_Told]) -> Iterator[tuple[str, Sequence[_Told]]]:
    """The files by their paths: one a topic, or a folder of them where one would be too large."""
    ordered = sorted(told, key=itemgetter(0))
    topics = [(topic, list(part)) for topic, part in groupby(ordered, itemgetter(0))]
    if len(topics) > _MOST_TOPICS:
        topics = [("items", list(told))]
    for topic, part in topics:
        parts = list(_parts(part))
        if len(parts) == 1 and f"{topic}.yaml" != HEADER_FILE:
            yield f"{topic}.yaml", part
        else:
            yield from ((f"{topic}/{number:03}.yaml", each) for number, each in enumerate(parts, 1))


def _parts(told: Sequence[_Told]) -> Iterator[Sequence[_Told]]:
    part: list[_Told] = []
    size = 0
    for each in told:
        size += len(each[1])
        if part and size > _MOST_CHARACTERS:
            yield part
            part, size = [], len(each[1])
        part.append(each)
    yield part


def _listed(told: Sequence[_Told]) -> str:
    return "items:\n" + "\n".join(text for _, text in told)


def _header(pack: Pack) -> dict[str, Value]:
    return _given(
        {
            "format": Bare("1"),
            "id": pack.id,
            "title": pack.title,
            "version": pack.version,
            "licence": pack.licence,
            "languages": tuple(pack.languages),
            "description": pack.description,
            "source": pack.source,
            "authors": list(pack.authors),
            "topics": dict(pack.topics),
        }
    )


def item_value(item: Item) -> dict[str, Value]:
    """The item as a mapping of its file, in the order of its keys; what is empty is left out."""
    return _given(
        {
            "id": item.id.partition("/")[2],
            "kind": item.kind.value,
            "concept": item.concept,
            "topic": item.topic,
            "difficulty": item.difficulty.value,
            "stem": item.stem,
            "picture": {"file": item.picture.path, "alt": item.picture.alt} if item.picture else {},
            "options": [_option(option) for option in item.options],
            "key": _key(item),
            "explanation": item.explanation,
            "hints": list(item.hints),
            "tags": list(item.tags),
            "references": list(item.references),
            "translations": {name: _translation(part, item) for name, part in item.translations.items()},
        }
    )


def _given(parts: Mapping[str, Value]) -> dict[str, Value]:
    """The parts that are not empty."""
    return {name: part for name, part in parts.items() if part}


def _option(option: Option, original: str = "") -> dict[str, Value]:
    """An option; a reason that is the `original` one need not be said again."""
    return _given({"text": option.text, "reason": "" if option.reason == original else option.reason})


def _key(item: Item) -> Value:
    match item.kind:
        case Kind.CHOICE:
            return LETTERS[item.key[0]] if item.key else ""
        case Kind.MULTI:
            return tuple(LETTERS[index] for index in item.key)
        case Kind.TRUE_FALSE:
            return item.options[item.key[0]].text if item.key else ""
    if item.numeric:
        return _number(item.numeric)
    if item.short:
        return _given({"accepted": list(item.short.accepted), "confusable": list(item.short.confusable)})
    return _given({"reference": item.open.reference, "rubric": list(item.open.rubric)}) if item.open else ""


def _number(key: NumericKey) -> dict[str, Value]:
    return _given({"value": Bare(key.value), "tolerance": Bare(tolerance_of(key)), "unit": key.unit})


def tolerance_of(key: NumericKey) -> str:
    """The tolerance as an author writes it, `1 %` where it is a share; "" where there is none."""
    if not key.relative:
        return "" if key.tolerance == "0" else key.tolerance
    share = (Decimal(key.tolerance) * 100).normalize()
    spelt = f"{share:f}"
    return f"{spelt if len(spelt) < _LONGEST_SHARE else share} %"


def _translation(part: Translation, item: Item) -> dict[str, Value]:
    reasons = [option.reason for option in item.options]
    return _given(
        {
            "stem": part.stem,
            "options": [_option(option, reason) for option, reason in zip(part.options, reasons, strict=False)],
            "explanation": part.explanation,
            "hints": list(part.hints),
            "accepted": list(part.accepted),
            "reference": part.reference,
            "rubric": list(part.rubric),
            "picture_alt": part.picture_alt,
        }
    )
